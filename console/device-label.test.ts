import { expect, test } from "vitest";
import { type Label, labelSvg, labelsSvg } from "./device-label.ts";

const label = (more: Partial<Label> = {}): Label => ({
  url: "https://console.example/#device=mc-000231",
  deviceId: "mc-000231",
  lines: [],
  ...more,
});
const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) => text);

test("a label has its id first, then what there is room for; longer texts go on in the next line", () => {
  const svg = labelSvg(
    label({ lines: ["污水井盖东门外路口西侧一号", "Milesight EM310-TILT", "77", "more"] }),
  );
  expect(textsOf(svg)).toEqual([
    "mc-000231",
    "污水井盖东门外路口",
    "西侧一号",
    "Milesight EM310-TI",
    "LT",
    "77",
  ]);
  expect(svg).toMatch(/^<svg [^>]*width="63mm" height="34mm"/);
});

test("what somebody wrote is text and never markup", () => {
  const svg = labelSvg(label({ lines: ["<script>\"&'"] }));
  expect(svg).not.toContain("<script");
  expect(textsOf(svg)[1]).toContain("&lt;script&gt;");
});

test("a sheet has 24 labels a page, and each page is one of A4", async () => {
  const sheet = (count: number) =>
    labelsSvg(Array.from({ length: count }, (_, n) => label({ deviceId: `d-${n}` })));
  expect(await sheet(0)).toContain('height="297mm"');
  expect(await sheet(24)).toContain('height="297mm"');
  const two = await sheet(25);
  expect(two).toContain('width="210mm" height="594mm"');
  expect(textsOf(two)).toHaveLength(25);
  const places = [...two.matchAll(/<g transform="translate\(([\d.]+) ([\d.]+)\)"/g)];
  expect(new Set(places.map(([, x, y]) => `${x} ${y}`)).size).toBe(25);
  expect(Number(places.at(-1)?.[2])).toBeGreaterThan(297);
});
