import fc from "fast-check";
import { expect, test } from "vitest";
import { csvText, plainCell } from "./csv.ts";

/** The cell of a text with one row of one cell. */
function only(text: string): string {
  const cell = text.replace(/^\uFEFF/, "").replace(/\r\n$/, "");
  return cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
}

test("a text begins with a byte order mark and its lines end in CR LF", () => {
  expect(
    csvText([
      ["a", "b"],
      ["一", "2"],
    ]),
  ).toBe("\uFEFFa,b\r\n一,2\r\n");
});

test.each([
  ["a,b", '"a,b"'],
  ['say "no"', '"say ""no"""'],
  ["two\nlines", '"two\nlines"'],
  [" led", '" led"'],
  ["plain", "plain"],
])("%j is written as %j", (cell, written) => {
  expect(csvText([[cell]])).toBe(`\uFEFF${written}\r\n`);
});

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", " =1", "\t=1", "'=1"])(
  "%j is no formula to a spreadsheet",
  (cell) => {
    const written = only(csvText([[cell]]));
    expect(written).toBe(`'${cell}`);
    expect(plainCell(written)).toBe(cell);
  },
);

test("a quotation mark before what is no formula stays", () => {
  expect(plainCell("'tis")).toBe("'tis");
  expect(only(csvText([["'tis"]]))).toBe("'tis");
});

test("what was written is what is read", () => {
  const cells = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom("'", "=", "+", "@", "-", " ", "\t", "a", '"', ",") }),
  );
  fc.assert(
    fc.property(cells, (cell) => {
      const written = only(csvText([[cell]]));
      expect(plainCell(written)).toBe(cell);
      expect(written).not.toMatch(/^\s*[=+\-@＝＋－＠]/);
    }),
  );
});
