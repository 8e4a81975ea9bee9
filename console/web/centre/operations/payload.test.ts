import { expect, test } from "vitest";
import { readablePayload } from "./payload.ts";

const base64 = (bytes: number[] | string): string =>
  Buffer.from(bytes as string).toString("base64");

test.each([
  ["JSON", base64('{"values":{"tiltDeg":"much"}}'), '{"values":{"tiltDeg":"much"}}'],
  ["Chinese", base64("井盖\n"), "井盖\n"],
  ["bytes that are no text", base64([0xff, 0x00, 0x1a]), "ff 00 1a"],
  ["a text with a bell in it", base64([0x41, 0x07]), "41 07"],
  ["nothing", "", ""],
])("%s is shown as a person reads it", (_what, payload, shown) => {
  expect(readablePayload(payload)).toBe(shown);
});
