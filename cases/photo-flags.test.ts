import { describe, expect, test } from "vitest";
import { FileId, type StoredFile } from "../model/file.ts";
import { LIMITS } from "../model/limits.ts";
import { photoFlags } from "./photo-flags.ts";

const START = Date.parse("2026-11-23T09:00:00+08:00");
const HERE = { lon: 114.7, lat: 32.1 };
const CASE = { ...HERE, startedAt: START };
/** One degree of latitude is 111,195 m. */
const metresNorth = (metres: number) => ({ lon: HERE.lon, lat: HERE.lat + metres / 111_195 });

const photo = (more: Partial<StoredFile> = {}): StoredFile => ({
  fileId: FileId.parse("0".repeat(32)),
  sha256: "0".repeat(64),
  type: "image/jpeg",
  bytes: 1,
  moment: "after",
  uploadedBy: "wang",
  uploadedAt: START,
  ...more,
});

test.each([
  ["nothing speaks against it", { exif: { takenAt: START, ...HERE } }, []],
  ["it tells nothing", {}, ["no-time", "no-place"]],
  [
    "it was taken before the start",
    { exif: { takenAt: START - 1, ...HERE } },
    ["taken-before-start"],
  ],
  ["the sender says when and where", { said: { takenAt: START + 1, ...HERE } }, []],
  [
    "its own word goes first",
    { exif: { takenAt: START - 1, ...metresNorth(300) }, said: { takenAt: START, ...HERE } },
    ["taken-before-start", "far-away"],
  ],
  [
    "time and place may come from two",
    { exif: { takenAt: START }, said: { takenAt: START - 1, ...HERE } },
    [],
  ],
  ["it is just near enough", { said: { takenAt: START, ...metresNorth(199) } }, []],
  ["it is too far", { said: { takenAt: START, ...metresNorth(201) } }, ["far-away"]],
  ["a document has no flags", { type: "application/pdf" as const }, []],
])("%s", (_title, more, flags) => {
  expect(photoFlags(photo(more), CASE)).toEqual(flags);
});

describe("a case that nobody has started", () => {
  test("has no photo from before it", () => {
    expect(photoFlags(photo({ exif: { takenAt: 0, ...HERE } }), HERE)).toEqual([]);
  });
});

test("the named limit is the one that is tried here", () => {
  expect(LIMITS.photoDistanceMMax).toBe(200);
});
