/** QR codes on labels, read back by another library, which the pages read them with. */
import { decodeQR } from "qr/decode.js";
import { expect, test } from "vitest";
import { labelSvg } from "../console/device-label.ts";

const PIXELS_PER_MODULE = 4;

/** Draws the rectangles of the label's path and looks at them. */
function readBack(svg: string): string {
  const path = /<path [^>]*d="([^"]+)"/.exec(svg)?.[1] ?? "";
  const runs = [...path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)].map((run) => run.map(Number));
  const scale = Number(/scale\(([\d.]+)\)/.exec(svg)?.[1]);
  const modules = Math.round(30 / scale);
  const width = modules * PIXELS_PER_MODULE;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x = 0, y = 0, length = 0] of runs) {
    for (let py = y * PIXELS_PER_MODULE; py < (y + 1) * PIXELS_PER_MODULE; py++) {
      for (let px = x * PIXELS_PER_MODULE; px < (x + length) * PIXELS_PER_MODULE; px++) {
        pixels.fill(0, (py * width + px) * 4, (py * width + px) * 4 + 3);
      }
    }
  }
  return decodeQR({ data: pixels, width, height: width });
}

test.each([
  "http://127.0.0.1:8080/#device=mc-000231",
  "https://city.example/#device=A.b_c%3Ad-1",
  `https://console.${"x".repeat(60)}.example/#device=${"y".repeat(64)}`,
])("the code of %s leads there", (url) => {
  expect(readBack(labelSvg({ url, deviceId: "mc-000231", lines: [] }))).toBe(url);
});
