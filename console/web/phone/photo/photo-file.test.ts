import { expect, test } from "vitest";
import { LIMITS } from "../../../../model/limits.ts";
import { fileOf } from "./photo-file.ts";

const DAY_MS = 86_400_000;
const SENT = { fileId: "f", sentAt: 100 * DAY_MS };

test.each([
  ["just sent", SENT, 100, "f"],
  ["before the platform sweeps it", SENT, 105.9, "f"],
  ["when it may be gone", SENT, 106, undefined],
  ["by a clock that was set back", SENT, 10, undefined],
  ["never sent", {}, 100, undefined],
])("%s", (_why, photo, day, file) => {
  expect(fileOf(photo, day * DAY_MS)).toBe(file);
});

test("the platform keeps it for longer than the phone believes", () => {
  expect(fileOf(SENT, SENT.sentAt + (LIMITS.fileLooseDaysMax - 1) * DAY_MS)).toBeUndefined();
});
