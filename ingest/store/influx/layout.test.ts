/** Names of fields, and lines taken apart. */
import { expect, test } from "vitest";
import { ASSET_CLASSES } from "../../../model/asset-classes/all.ts";
import { columnsOf, DAY } from "../reading-model.ts";
import { fieldKey, fieldOf, headOf, valueLines } from "./layout.ts";
import { linesOf, lineText } from "./lines.ts";

test("a measurement of a class is the field of its own name", () => {
  const names = ASSET_CLASSES.flatMap(({ measurements }) => measurements.map(({ name }) => name));
  expect(names.length).toBeGreaterThan(50);
  expect(names.map(fieldKey)).toEqual(names);
});

test.each([
  ["device", "device~"],
  ["quality", "quality~"],
  ["grid", "grid~"],
  ["seq", "seq~"],
  ["time", "time~"],
  ["fillPercent_flags", "fillPercent_flags~"],
  ["fillPercent_count", "fillPercent_count~"],
  ["a\\", "a~5C"],
  ["device~", "device~7E"],
  ["devices", "devices"],
  ["air temp", "air temp"],
])("'%s' is the field '%s', which no other name is", (name, field) => {
  expect(fieldOf(name)).toBe(field);
});

test("a line of several values is taken apart with what belongs to each", () => {
  const head = headOf(
    { deviceId: "a, b=c", period: "hour" },
    { asset: "", class: "", grid: "", street: "x" },
  );
  const fields = ["", "tiltDeg", fieldKey("x=1, y"), fieldKey("quality")];
  const rows = [
    { seriesId: 1, at: DAY, value: 1, key: 7, min: 0 },
    { seriesId: 2, at: DAY, value: 2, key: 7, max: 5, total: 9 },
    { seriesId: 3, at: DAY, value: 3, key: 7 },
  ];
  const lines = linesOf(columnsOf(rows), (id) => ({ head, field: fields[id] ?? "" }));
  const begin = `hour,device=a\\,\\ b\\=c,quality=good,street=x received=${DAY + 1_500}i,seq=7i`;
  expect(lines.rows).toEqual([3]);
  expect(valueLines(lineText(lines, 0))).toEqual([
    `${begin},tiltDeg=1,tiltDeg_min=0 ${DAY}000008`,
    `${begin},x\\=1\\,\\ y=2,x\\=1\\,\\ y_max=5,x\\=1\\,\\ y_total=9 ${DAY}000008`,
    `${begin},quality~=3 ${DAY}000008`,
  ]);
});
