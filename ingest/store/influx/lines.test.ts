/** Lines as bytes: numbers and texts are what JavaScript writes, and each line can be taken out. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { FLAG_BITS } from "../../../model/reading.ts";
import { columnsOf, DAY } from "../reading-model.ts";
import { createByteWriter } from "./byte-writer.ts";
import { headOf, NO_TAGS } from "./layout.ts";
import { bodyOf, linesOf, lineText } from "./lines.ts";

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

test("every number is written as JavaScript writes it, in memory that grows", () => {
  const numbers = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeNat(),
    fc.integer(),
    fc.constantFrom(0, -0, 9, 10, 99, 100, 999_999_999_999_999, 1e15, 1e21, 0.1, -1),
  );
  fc.assert(
    fc.property(fc.array(numbers), (written) => {
      const writer = createByteWriter(1);
      for (const each of written) writer.number(each);
      expect(textOf(writer.bytes())).toBe(written.map(String).join(""));
      expect(writer.length()).toBe(writer.bytes().length);
    }),
  );
});

test("texts and bytes stand one behind the other", () => {
  const writer = createByteWriter(0);
  writer.text("x".repeat(100));
  writer.raw(Buffer.from("井盖"));
  writer.text("");
  writer.number(7);
  expect(textOf(writer.bytes())).toBe(`${"x".repeat(100)}井盖7`);
});

const head = headOf(
  { deviceId: "井盖 1", period: "instant" },
  { ...NO_TAGS, asset: "a", class: "manhole-cover", grid: "41152400101001", street: "411524001" },
);
const FIELDS = ["", "tiltDeg", "isOpen"];

test("rows of one point share a line, and any lines are a body of their own", () => {
  const rows = [
    { seriesId: 1, at: DAY, value: 31.5 },
    { seriesId: 2, at: DAY, value: 1 },
    { seriesId: 1, at: DAY + 1, value: -0.25, flags: FLAG_BITS.range },
    { seriesId: 9, at: DAY + 1, value: 5 },
    { seriesId: 2, at: DAY + 2, value: 0 },
  ];
  const lines = linesOf(columnsOf(rows), (id) =>
    id === 9 ? undefined : { head, field: FIELDS[id] ?? "" },
  );
  const begin = (quality: string, received: number): string =>
    String.raw`instant,asset=a,class=manhole-cover,device=井盖\ 1,grid=41152400101001,` +
    `quality=${quality},street=411524001 received=${received}i`;
  const wanted = [
    `${begin("good", DAY + 1_500)},tiltDeg=31.5,isOpen=1 ${DAY}000000`,
    `${begin("suspect", DAY + 1_501)},tiltDeg=-0.25,tiltDeg_flags=${FLAG_BITS.range}i ${DAY + 1}000000`,
    `${begin("good", DAY + 1_502)},isOpen=0 ${DAY + 2}000000`,
  ];
  expect(wanted.map((_, n) => lineText(lines, n))).toEqual(wanted);
  expect(lines).toMatchObject({ rows: [2, 1, 1], headless: 1 });
  expect(textOf(lines.body)).toBe(`${wanted.join("\n")}\n`);
  expect(textOf(bodyOf(lines, 1, 3))).toBe(`${wanted.slice(1).join("\n")}\n`);
  expect(bodyOf(lines, 0, 0)).toHaveLength(0);
});
