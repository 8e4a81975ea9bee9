/**
 * The files of the tables that a city replaces: what is written is what is read, and every fault of
 * a file is told with its row, its column, what was wanted, what was got and the name that was meant.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_CATEGORIES } from "../cases/category-rows.ts";
import { CATEGORY_SHAPE, type CategoryRow, CODE_SYSTEMS } from "../cases/category-table.ts";
import { GENERAL_ROWS } from "../cases/conditions.ts";
import { declaredRows, FILING_SHAPE, type FilingRow } from "../cases/filing-table.ts";
import { readTable, type TableFault, type TableShape } from "../cases/filing-table-reader.ts";
import { LIMIT_AREA_SHAPE, type LimitArea } from "../cases/limit-class.ts";
import { LimitClass } from "../model/asset-class.ts";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { csvText } from "../model/csv.ts";
import { LIMITS } from "../model/limits.ts";
import { readRecords } from "../registry/registry.ts";

const written = <Row>(shape: TableShape<Row>, rows: readonly Row[]): string =>
  csvText([shape.columns, ...rows.map(shape.print)]);
const readBack = async <Row>(shape: TableShape<Row>, text: string) =>
  readTable(shape, await readRecords(text));
const SHIPPED = [...GENERAL_ROWS, ...declaredRows(ASSET_CLASSES)];

test("what is shipped comes back from its files as it is", async () => {
  const conditions = await readBack(FILING_SHAPE, written(FILING_SHAPE, SHIPPED));
  expect(conditions.faults).toEqual([]);
  expect(conditions.rows.map(({ value }) => value)).toEqual(SHIPPED);
  const categories = await readBack(CATEGORY_SHAPE, written(CATEGORY_SHAPE, DEFAULT_CATEGORIES));
  expect(categories.faults).toEqual([]);
  expect(categories.rows.map(({ value }) => value)).toEqual(DEFAULT_CATEGORIES);
});

/** What an editor of tables may write into a cell, with all that CSV and spreadsheets stumble on. */
const text = (max: number) =>
  fc
    .oneof(
      fc.string({ minLength: 1, maxLength: max, unit: "grapheme" }),
      fc.string({ minLength: 1, maxLength: max, unit: fc.constantFrom(..."=+-@',\"\n\r\t x井") }),
    )
    .filter((each) => each.length <= max && each.trim() !== "" && !each.includes("\uFFFD"));
const optional = <T>(each: fc.Arbitrary<T>) => fc.option(each, { nil: undefined });
const limit = fc.record({
  value: fc.oneof(fc.integer({ min: 1, max: 366 }), fc.constantFrom(0.5, 1.25)),
  unit: fc.constantFrom("urgent-hour" as const, "working-hour" as const, "working-day" as const),
});
const code = fc.stringMatching(/^\d{4}$/);
const hold: fc.Arbitrary<FilingRow["hold"]> = fc.oneof(
  fc.record({
    kind: fc.constant("duration" as const),
    ms: fc.oneof(
      fc.integer({ min: 1, max: 999_999_999 }),
      fc.constantFrom(600_000, 7_200_000, LIMITS.filingHoldMsMax),
    ),
  }),
  fc.record({ kind: fc.constant("evening" as const), until: fc.constantFrom("22:00", "05:30") }),
  fc.constant({ kind: "daily-mean" as const }),
);
const filingRow: fc.Arbitrary<FilingRow> = fc
  .record({
    class: fc.constantFrom("", "manhole-cover", "streetlight"),
    conditionId: fc.stringMatching(/^[a-z0-9-]{1,64}$/),
    kind: fc.constantFrom("component" as const, "event" as const),
    categoryCode: code,
    isOfAsset: fc.boolean(),
    title: fc.record({ zh: text(40), en: text(40) }),
    closing: fc.record({ zh: text(40), en: text(40) }),
    limit,
    limits: fc.record({ A: optional(limit), C: optional(limit) }),
    filing: fc.constantFrom("immediate" as const, "review" as const),
    lifeSafety: fc.boolean(),
    hold,
    arriveWithinMs: optional(fc.integer({ min: 1, max: 1_000 }).map((n) => n * 60_000)),
    relapseDays: optional(fc.integer({ min: 0, max: 365 })),
    repairConditionId: optional(fc.stringMatching(/^[a-z0-9-]{1,64}$/)),
    source: text(80),
  })
  .map(({ isOfAsset, limits, ...row }) => {
    const isEmpty = isOfAsset && row.kind === "component";
    const both = withoutAbsent(limits);
    return withoutAbsent({
      ...row,
      categoryCode: isEmpty ? "" : row.categoryCode,
      limits: Object.keys(both).length === 0 ? undefined : both,
    }) as FilingRow;
  });

function withoutAbsent<T extends object>(given: T): Partial<T> {
  const kept = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Partial<T>;
}

const categoryRow: fc.Arbitrary<CategoryRow> = fc
  .record({
    system: fc.constantFrom(...CODE_SYSTEMS),
    kind: fc.constantFrom("component" as const, "event" as const),
    code,
    title: fc.record({ zh: text(40), en: text(40) }),
    majorTitle: text(40),
    sameAs: optional(code),
    source: text(80),
  })
  .map((row) => withoutAbsent(row) as CategoryRow);
const areaRow: fc.Arbitrary<LimitArea> = fc.record({
  prefix: fc.oneof(
    fc.stringMatching(/^\d{6,15}$/),
    fc.stringMatching(/^[a-z][A-Za-z0-9._:-]{0,20}$/),
  ),
  limitClass: fc.constantFrom(...LimitClass.options),
  note: fc.oneof(fc.constant(""), text(40)),
});

describe("whatever a table holds comes back from its file", () => {
  async function comesBack<Row>(shape: TableShape<Row>, rows: fc.Arbitrary<Row>): Promise<void> {
    const tables = fc.uniqueArray(rows, { maxLength: 8, selector: shape.keyOf });
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        const read = await readBack(shape, written(shape, table));
        expect(read.faults).toEqual([]);
        expect(read.rows.map(({ value }) => value)).toEqual(table);
      }),
      { numRuns: 300 },
    );
  }
  test("filing conditions", () => comesBack(FILING_SHAPE, filingRow));
  test("categories", () => comesBack(CATEGORY_SHAPE, categoryRow));
  test("limit classes of areas", () => comesBack(LIMIT_AREA_SHAPE, areaRow));
});

/** The shipped row of a displaced cover with some cells changed, in a file of its own. */
async function faultsWith(cells: Record<string, string>): Promise<TableFault[]> {
  const row = SHIPPED.find((each) => each.conditionId === "cover-displaced") as FilingRow;
  const printed = FILING_SHAPE.print(row).map((cell, at) => {
    return cells[FILING_SHAPE.columns[at] ?? ""] ?? cell;
  });
  return (await readBack(FILING_SHAPE, csvText([FILING_SHAPE.columns, printed]))).faults;
}

test.each<[string, string, Partial<TableFault>]>([
  ["conditionId", "Cover Open", { wanted: "1 to 64 of a-z, 0-9 and hyphens" }],
  ["kind", "komponent", { wanted: "one of component, event", nearest: "component" }],
  ["categoryCode", "12", { wanted: "4 digits; empty in a component's row: the code of the asset" }],
  ["titleZh", "", { wanted: "a text" }],
  ["titleEn", "x".repeat(201), { wanted: "at most 200 characters" }],
  ["closingZh", "", { wanted: "a text" }],
  ["limitB", "0", { wanted: "a number above 0, at most 8784 in urgent-hours" }],
  ["limitB", "8785", { wanted: "a number above 0, at most 8784 in urgent-hours" }],
  ["limitB", "two", { wanted: "a number above 0, at most 8784 in urgent-hours" }],
  ["limitBUnit", "urgent-hours", { nearest: "urgent-hour" }],
  ["limitAUnit", "working-day", { column: "limitA", got: "" }],
  ["filing", "imediate", { wanted: "one of immediate, review", nearest: "immediate" }],
  ["lifeSafety", "ture", { wanted: "true or false", nearest: "true" }],
  ["hold", "10", { wanted: expect.stringContaining("10m or 2h") }],
  ["hold", "evening 25:00", { nearest: "evening 22:00" }],
  ["hold", "31d", { wanted: expect.stringContaining("at most 30d") }],
  ["arriveWithinMinutes", "-5", { wanted: expect.stringContaining("minutes above 0") }],
  ["relapseDays", "366", { wanted: "whole days from 0 to 365, or nothing" }],
  ["repairConditionId", "x".repeat(65), { wanted: "at most 64 characters" }],
  ["source", "", { wanted: "a text" }],
])("%s '%s' is told at its own place", async (column, got, wanted) => {
  expect(await faultsWith({ [column]: got })).toEqual([
    expect.objectContaining({ row: 1, line: 2, column, got, ...wanted }),
  ]);
});

test("an event's row needs a code; a component's may leave it to the asset", async () => {
  expect(await faultsWith({ kind: "event" })).toEqual([
    expect.objectContaining({ column: "categoryCode", got: "" }),
  ]);
  expect(await faultsWith({ categoryCode: "" })).toEqual([]);
});

test("all faults of a row are told at once, those of other rows too", async () => {
  const faults = await faultsWith({ kind: "x", hold: "x", filing: "x" });
  expect(faults.map(({ column }) => column).sort()).toEqual(["filing", "hold", "kind"]);
});

describe("what a spreadsheet does to a file", () => {
  test("TRUE, a code without its zero, rows and cells of nothing are taken", async () => {
    const file = "prefix,limitClass,note,,\r\n411524,A,,,\r\n,,,,\r\n411525,B,x,,\r\n";
    expect(await readBack(LIMIT_AREA_SHAPE, file.replace("note,,", "note"))).toMatchObject({
      faults: [],
      rows: [
        { row: 1, value: { prefix: "411524" } },
        { row: 2, value: { note: "x" } },
      ],
    });
    expect(await faultsWith({ lifeSafety: "TRUE" })).toEqual([]);
    const codes = `${CATEGORY_SHAPE.columns.join(",")}\nCJ/T 214,event,502,气,Gas,突发,,S: x`;
    expect(await readBack(CATEGORY_SHAPE, codes)).toMatchObject({
      faults: [],
      rows: [{ value: { code: "0502" } }],
    });
  });

  test("a file of another encoding is refused whole, by its encoding", async () => {
    const gbk = new TextDecoder("utf-8").decode(Uint8Array.from([0xbe, 0xae, 0xb8, 0xc7]));
    const { faults } = await readBack(
      LIMIT_AREA_SHAPE,
      `prefix,limitClass,note\r\n411524,A,${gbk}`,
    );
    expect(faults).toEqual([expect.objectContaining({ wanted: expect.stringContaining("UTF-8") })]);
  });
});

describe("a file that is no table", () => {
  test.each<[string, string, Partial<TableFault>[]]>([
    ["nothing", "", [{ wanted: "a header row of column names", got: "an empty file" }]],
    [
      "a column that is not known",
      "prefix,limitclass,note\r\n411524,A,",
      [
        { column: "limitclass", nearest: "limitClass" },
        { column: "limitClass", got: "none" },
      ],
    ],
    ["a column twice", "prefix,note,limitClass,note\r\n", [{ column: "note", got: "it twice" }]],
    [
      "a row with too few cells",
      "prefix,limitClass,note\r\n411524,A",
      [{ row: 1, got: "2 cells" }],
    ],
    [
      "a row with too many",
      "prefix,limitClass,note\r\n411524,A,one, two",
      [{ row: 1, wanted: "3 cells; quote those that contain a comma", got: "4 cells" }],
    ],
    [
      "a key twice",
      "prefix,limitClass,note\r\n411524,A,\r\n411525,B,\r\n411524,C,",
      [{ row: 3, column: "prefix", got: "411524", wanted: "a row of its own; row 1 is the same" }],
    ],
    [
      "digits that are too few",
      "prefix,limitClass,note\r\n41152,A,",
      [{ row: 1, column: "prefix" }],
    ],
    ["a class that is none", "prefix,limitClass,note\r\n411524,D,", [{ column: "limitClass" }]],
    ["a quote that is not closed", 'prefix,limitClass,note\r\n411524,A,"x', [{ row: 1 }]],
  ])("%s", async (_what, file, faults) => {
    const read = await readBack(LIMIT_AREA_SHAPE, file);
    expect(read.faults).toEqual(faults.map((each) => expect.objectContaining(each)));
  });

  test("one with more rows than are taken", async () => {
    const rows = Array.from({ length: LIMITS.cityTableRowsMax + 1 }, (_, n) => `grid-${n},A,`);
    const { faults } = await readBack(
      LIMIT_AREA_SHAPE,
      `prefix,limitClass,note\n${rows.join("\n")}`,
    );
    expect(faults).toEqual([{ wanted: "at most 5000 rows", got: "5001 rows" }]);
  });
});
