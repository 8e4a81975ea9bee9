/** What the thread keeps of the scripts that it has read. */
import { expect, it } from "vitest";
import type { ReadScript } from "./sandbox.ts";
import { faultOf } from "./script-ask.ts";
import { createScriptImages } from "./script-images.ts";

/** Each takes 100 bytes; `bad` cannot be read. */
function imagesOf(bytesMax: number) {
  const reads: string[] = [];
  const read = (source: string): ReadScript => {
    reads.push(source);
    if (source === "bad") return faultOf("syntax", "no script");
    const empty = new Uint8Array(0);
    const image = { low: new Uint8Array(60), heap: new Uint8Array(40), block: 0 };
    return {
      kind: "ready",
      image: { ...image, freeBegin: empty, freeEnd: empty },
      calls: new Set([source]),
    };
  };
  const images = createScriptImages(read, bytesMax);
  images.take({
    learn: ["a", "b", "c", "bad"].map((source, index) => ({ script: index + 1, source })),
    forget: [],
  });
  return { images, reads };
}

it("a script is read once, a bad one as well", () => {
  const { images, reads } = imagesOf(1_000);
  for (const script of [1, 4, 1, 4, 2, 1]) images.get(script);
  expect(reads).toEqual(["a", "bad", "b"]);
  expect(images.get(4)).toEqual({ kind: "fault", reason: "syntax", text: "no script" });
  expect(images.get(2)).toMatchObject({ kind: "ready", calls: new Set(["b"]) });
});

it("beyond the bound the one that was used longest ago is put away, and read again", () => {
  const { images, reads } = imagesOf(200);
  for (const script of [1, 2, 1, 3, 1, 3]) images.get(script);
  expect(reads).toEqual(["a", "b", "c"]);
  images.get(2);
  expect(reads).toEqual(["a", "b", "c", "b"]);
  images.get(3);
  expect(reads).toEqual(["a", "b", "c", "b"]);
});

it("one that alone is larger than the bound is still run", () => {
  const { images, reads } = imagesOf(50);
  expect(images.get(1).kind).toBe("ready");
  expect(images.get(1).kind).toBe("ready");
  expect(reads).toEqual(["a"]);
});

it("what is forgotten makes room, and is a fault when it is asked all the same", () => {
  const { images, reads } = imagesOf(200);
  images.get(1);
  images.get(2);
  images.take({ learn: [], forget: [1] });
  images.get(3);
  images.get(2);
  expect(reads).toEqual(["a", "b", "c"]);
  expect(images.get(1)).toMatchObject({ kind: "fault", reason: "crashed" });
});
