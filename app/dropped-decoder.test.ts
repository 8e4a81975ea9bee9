import { expect, test } from "vitest";
import { digestOf, readDropped } from "./dropped-decoder.ts";

const bytes = (value: unknown): Buffer =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const drop = (json: unknown, script?: string) => ({
  json: bytes(json),
  script: script === undefined ? undefined : bytes(script),
});
const SCRIPT = "function decodeUplink() { return { data: { level: 1 } }; }";
const FIELDS = [{ path: "level", measurement: "waterLevelCm" }];

test("a script and the JSON beside it are the decoder that their name says", () => {
  const read = readDropped(
    "acme-level",
    drop({ name: "Level", mapping: { fields: FIELDS } }, SCRIPT),
  );
  expect(read).toMatchObject({
    kind: "decoder",
    decoder: { decoderId: "acme-level", kind: "script", script: SCRIPT, name: "Level" },
  });
});

test("JSON alone says that it is a table, or has its script in it", () => {
  const table = readDropped("bin", drop({ name: "Bin", kind: "table" }));
  expect(table).toMatchObject({ decoder: { kind: "table" } });
  const within = readDropped("bin", drop({ name: "Bin", script: SCRIPT }));
  expect(within).toMatchObject({ decoder: { kind: "script", script: SCRIPT } });
});

test("the mark that editors of Windows put first is no part of either file", () => {
  const read = readDropped(
    "bin",
    drop(`\uFEFF${JSON.stringify({ name: "Bin" })}`, `\uFEFF${SCRIPT}`),
  );
  expect(read).toMatchObject({ decoder: { script: SCRIPT } });
});

test.each([
  ["a b", drop({ name: "x" }), "'a b' is no id of a decoder"],
  ["bin", drop("{"), "'bin.json' is no JSON"],
  ["bin", drop([]), "'bin.json' is no object"],
  ["bin", drop({ name: "x" }), "there is no 'bin.js' beside 'bin.json'"],
  ["bin", { json: Buffer.from([0xff, 0xfe]), script: undefined }, "'bin.json' is not UTF-8"],
  ["bin", { json: bytes({ name: "x" }), script: Buffer.from([0xff]) }, "'bin.js' is not UTF-8"],
  ["bin", drop({ name: "x", script: SCRIPT }, SCRIPT), "leave one out"],
  ["bin", drop({ name: "", kind: "table" }), "'bin.json': field 'name'"],
  ["bin", drop({ name: "x", kind: "table", maping: {} }), "maping"],
  ["bin", drop({ name: "x", kind: "table" }, SCRIPT), "script"],
])("'%s' is refused with what is wrong", (name, files, wanted) => {
  const read = readDropped(name, files);
  expect(read.kind === "fault" && read.text).toContain(wanted);
});

test("a digest is that of both files and of where the one ends", () => {
  const digests = [drop("ab"), drop("a", "b"), drop("ab", "c"), drop("abc")].map(digestOf);
  expect(new Set(digests).size).toBe(digests.length);
  expect(digestOf(drop("a", "b"))).toBe(digestOf(drop("a", "b")));
});
