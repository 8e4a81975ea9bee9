import fc from "fast-check";
import { expect, test } from "vitest";
import { GridwardenError } from "../model/errors.ts";
import { readCsv, readGeoJson } from "./import-rows.ts";

const none = (): boolean => false;
const HEADER = "assetId,componentCode,name,lon,lat";

test("a row's cells become fields, attributes by their own names and kinds", async () => {
  const { rows, ignored } = await readCsv(
    `\uFEFF${HEADER},class,attributes.material,attributes.heightM,attributes.isNew,attributes.pole,owner\r\n` +
      `a-1,4115240101000001,"Cover, ""old""",115.4,31.8,manhole-cover,铸铁,4.5,true,007,me\r\n`,
    none,
  );
  expect(ignored).toEqual(["owner"]);
  expect(rows).toEqual([
    {
      row: 1,
      line: 2,
      assetId: "a-1",
      fields: {
        componentCode: "4115240101000001",
        name: 'Cover, "old"',
        lon: 115.4,
        lat: 31.8,
        class: "manhole-cover",
        attributes: { material: "铸铁", heightM: 4.5, isNew: true, pole: "007" },
      },
    },
  ]);
});

test("an empty cell takes a field away, a column that is missing leaves it", async () => {
  const { rows } = await readCsv(
    "assetId,gridCell,attributes.material\na-1,,\n",
    (id) => id === "a-1",
  );
  expect(rows[0]?.fields).toEqual({ gridCell: null, attributes: { material: null } });
});

test("a place that is no number stays as it was written, for the check to name", async () => {
  const { rows } = await readCsv(`${HEADER}\na,c,n,115°,31.8\n`, none);
  expect(rows[0]?.fields.lon).toBe("115°");
});

test("a row of too many or too few cells is a fault of its own", async () => {
  const { rows } = await readCsv(`${HEADER}\na,c,n,1,2\nb,c,n\nc,c,n,1,2,3\nd,c,n,1,2\n`, none);
  expect(rows.map((row) => [row.row, row.line, row.fault?.code])).toEqual([
    [1, 2, undefined],
    [2, 3, "REQUEST_INVALID"],
    [3, 4, "REQUEST_INVALID"],
    [4, 5, undefined],
  ]);
});

test.each([
  ["closed too early", 'b,c,"n"x,1,2'],
  ["never closed", 'b,c,"n,1,2'],
  ["opened too late", 'b,c,n"x,1,2'],
])("a row whose quote is %s is lost alone", async (_what, broken) => {
  const { rows } = await readCsv(`${HEADER}\na,c,n,1,2\n${broken}\nc,c,"n,1",1,2\n`, none);
  expect(rows.map((row) => [row.row, row.line, row.assetId, row.fault?.code])).toEqual([
    [1, 2, "a", undefined],
    [2, 3, "", "REQUEST_INVALID"],
    [3, 4, "c", undefined],
  ]);
  expect(rows[1]?.fault?.message).toMatch(/cannot be read: .*quote/i);
});

test("empty lines are no rows", async () => {
  const { rows } = await readCsv(`${HEADER}\n\na,c,n,1,2\n\n\n`, none);
  expect(rows.map((row) => row.assetId)).toEqual(["a"]);
});

test.each([
  ["", "the file is empty"],
  ["name,lon\nx,1\n", "'assetId', 'componentCode', 'lat'"],
  ["assetId;componentCode;name;lon;lat\na;b;c;1;2\n", "separated by commas"],
])("a file without what every row needs is refused whole: '%s'", async (text, said) => {
  const error = await readCsv(text, none).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(GridwardenError);
  expect(String(error)).toContain(said);
});

test("what stands in a cell is what comes out, quotes, commas and line breaks included", async () => {
  const cell = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }).filter((text) => {
    return text.trim() === text && !text.includes("\uFEFF");
  });
  await fc.assert(
    fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 8 }), async (names) => {
      const quoted = names.map((name, n) => `a-${n},c,"${name.replaceAll('"', '""')}",1,2`);
      const { rows } = await readCsv(`${HEADER}\n${quoted.join("\n")}\n`, none);
      expect(rows.map((row) => row.fields.name)).toEqual(names);
    }),
    { numRuns: 50 },
  );
});

test("no bytes make the reader do anything but answer rows or refuse", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 200 }), async (noise) => {
      const read = await readCsv(`${HEADER}\n${noise}`, none).catch((error: unknown) => error);
      if (read instanceof Error) expect(read).toBeInstanceOf(GridwardenError);
    }),
    { numRuns: 100 },
  );
});

const point = (properties: unknown, coordinates: unknown = [115.4, 31.8]) => ({
  type: "Feature",
  geometry: { type: "Point", coordinates },
  properties,
});
const collection = (...features: unknown[]): string =>
  JSON.stringify({ type: "FeatureCollection", features });

test("a Feature's properties are fields, its Point the place, attributes flat or as an object", () => {
  const { rows, ignored } = readGeoJson(
    collection(
      point({ assetId: "a", componentCode: 4115240101000001, "attributes.material": "iron" }),
      point({ assetId: "b", attributes: { heightM: 4 }, gridCell: null, OBJECTID: 7 }),
    ),
  );
  expect(ignored).toEqual(["OBJECTID"]);
  expect(rows).toEqual([
    {
      row: 1,
      assetId: "a",
      fields: {
        componentCode: "4115240101000001",
        attributes: { material: "iron" },
        lon: 115.4,
        lat: 31.8,
      },
    },
    {
      row: 2,
      assetId: "b",
      fields: { gridCell: null, attributes: { heightM: 4 }, lon: 115.4, lat: 31.8 },
    },
  ]);
});

test("a line, a feature without properties and a thing of no kind are faults of their rows", () => {
  const line = { ...point({ assetId: "a" }), geometry: { type: "LineString", coordinates: [] } };
  const { rows } = readGeoJson(collection(line, { type: "Feature" }, 7, point({ assetId: "d" })));
  expect(rows.map((row) => row.fault?.message)).toEqual([
    "field 'geometry': got 'LineString', wanted a Point",
    "the element is no Feature with properties",
    "the element is no Feature with properties",
    undefined,
  ]);
});

test.each(["{", "[]", "null", '{"type":"Feature"}', '{"type":"FeatureCollection"}'])(
  "%s is no FeatureCollection and refused whole",
  (text) => {
    expect(() => readGeoJson(text)).toThrow(/FeatureCollection/);
  },
);
