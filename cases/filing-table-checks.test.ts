import { describe, expect, test } from "vitest";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { LIMITS } from "../model/limits.ts";
import { DEFAULT_CATEGORIES } from "./category-rows.ts";
import { indexCategories } from "./category-table.ts";
import { GENERAL_ROWS } from "./conditions.ts";
import { declaredRows, type FilingRow } from "./filing-table.ts";
import { checkFiling, type FilingContext } from "./filing-table-checks.ts";

const FORMER: readonly FilingRow[] = [...GENERAL_ROWS, ...declaredRows(ASSET_CLASSES)];
const CONTEXT: FilingContext = {
  former: FORMER,
  classes: ASSET_CLASSES.map(({ slug }) => slug),
  rules: ASSET_CLASSES.flatMap(({ rules }) => rules),
  categories: indexCategories(DEFAULT_CATEGORIES, "GB/T 30428.2-2013"),
  isLifeSafetyConfirmed: false,
};

function check(rows: readonly FilingRow[], context: Partial<FilingContext> = {}) {
  const placed = rows.map((value, index) => ({ row: index + 1, line: index + 2, value }));
  return checkFiling(placed, { ...CONTEXT, ...context });
}

/** The shipped table with one row changed, or gone. */
function changed(key: string, change: Partial<FilingRow> | undefined): FilingRow[] {
  return FORMER.flatMap((row) => {
    if (`${row.class}/${row.conditionId}` !== key) return [row];
    return change === undefined ? [] : [{ ...row, ...change }];
  });
}

const urgent = (value: number) => ({ value, unit: "urgent-hour" as const });

test("what is shipped has neither faults nor warnings", () => {
  expect(check(FORMER)).toEqual({ faults: [], warnings: [] });
});

describe("rows and what they name", () => {
  test("a class that is none is told with the nearest", () => {
    const { faults } = check(changed("manhole-cover/cover-rattle", { class: "manhole-covers" }));
    expect(faults).toContainEqual(
      expect.objectContaining({
        column: "class",
        got: "manhole-covers",
        nearest: "manhole-cover",
        row: expect.any(Number),
      }),
    );
  });

  test("of thousands of rows with an unknown name the nearest is sought for some, soon enough", () => {
    const general = FORMER.find(({ conditionId }) => conditionId === "general-event");
    if (general === undefined) throw new Error("the shipped table has no general event");
    const many = Array.from({ length: LIMITS.cityTableRowsMax - FORMER.length }, (_, n) => ({
      ...{ ...general, conditionId: `condition-number-${n}`, categoryCode: `${9_000 + (n % 999)}` },
      repairConditionId: `no-condition-of-number-${n}`,
    }));
    const begun = performance.now();
    const { faults, warnings } = check([...FORMER, ...many]);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect([faults.length, warnings.length]).toEqual([many.length, many.length]);
    expect(faults[0]?.nearest).toBe("condition-number-0");
  });

  test("a repair row must be there, and another one", () => {
    const key = "manhole-cover/gas-leak-fence";
    expect(check(changed(key, { repairConditionId: "gas-leak-repairs" })).faults).toEqual([
      expect.objectContaining({
        column: "repairConditionId",
        got: "gas-leak-repairs",
        nearest: "gas-leak-repair",
      }),
    ]);
    expect(check(changed(key, { repairConditionId: "gas-leak-fence" })).faults).toEqual([
      expect.objectContaining({ wanted: "another condition than its own" }),
    ]);
  });

  test("A is the shortest limit and C the longest", () => {
    const key = "manhole-cover/cover-rattle";
    const day = (value: number) => ({ value, unit: "working-day" as const });
    expect(check(changed(key, { limits: { A: day(1), C: day(3) } })).faults).toEqual([]);
    expect(check(changed(key, { limits: { A: day(3), C: day(1) } })).faults).toEqual([
      expect.objectContaining({ column: "limitA", got: "3 working-day" }),
      expect.objectContaining({ column: "limitC", got: "1 working-day" }),
    ]);
  });

  test("the stand-in of each kind stays, and of its kind", () => {
    expect(check(changed("/general-event", undefined)).faults).toEqual([
      expect.objectContaining({ wanted: expect.stringContaining("general-event") }),
    ]);
    expect(check(changed("/general-event", { kind: "component" })).faults).toEqual([
      expect.objectContaining({ column: "kind", wanted: "event", got: "component" }),
    ]);
  });

  test("a condition that a rule names may not go; one that none names may", () => {
    const { faults } = check(changed("streetlight/lamp-off", undefined));
    expect(faults).toEqual([
      expect.objectContaining({
        wanted: expect.stringMatching(/streetlight\/lamp-off.*streetlight\./),
      }),
    ]);
    expect(check(changed("streetlight/lamp-off", undefined), { rules: [] }).faults).toEqual([]);
  });

  test("a code that no category has is a warning with the nearest, no fault", () => {
    const found = check(changed("waste-bin/bin-full", { categoryCode: "0193" }));
    expect(found.faults).toEqual([]);
    expect(found.warnings).toEqual([
      expect.objectContaining({ column: "categoryCode", got: "0193", nearest: "0192" }),
    ]);
  });

  test("a component's code is no event's", () => {
    const found = check(changed("waste-bin/bin-full", { categoryCode: "0305" }));
    expect(found.warnings).toHaveLength(1);
  });
});

describe("what protects lives", () => {
  const key = "manhole-cover/cover-displaced";

  test.each<[string, Partial<FilingRow>, string]>([
    ["waits for no review", { filing: "review" }, "filing"],
    ["stays life safety", { lifeSafety: false }, "lifeSafety"],
    ["gets no longer limit", { limit: urgent(3) }, "limitB"],
    ["gets no longer limit in areas of class C", { limits: { C: urgent(3) } }, "limitC"],
    ["gets no longer way", { arriveWithinMs: 31 * 60_000 }, "arriveWithinMinutes"],
    ["gets no limit of working time", { limit: { value: 1, unit: "working-hour" } }, "limitB"],
  ])("%s, unless somebody says so", (_what, change, column) => {
    const { faults } = check(changed(key, change));
    expect(faults).toEqual([
      expect.objectContaining({ column, wanted: expect.stringContaining("confirm=life-safety") }),
    ]);
    expect(check(changed(key, change), { isLifeSafetyConfirmed: true }).faults).toEqual([]);
  });

  test("keeps the shorter limit that it has in areas of class A", () => {
    const former = changed(key, { limits: { A: urgent(1) } });
    expect(check(FORMER, { former }).faults).toEqual([
      expect.objectContaining({ column: "limitA", got: "2 urgent-hour" }),
    ]);
  });

  test("is not removed", () => {
    const { faults } = check(changed(key, undefined), { rules: [] });
    expect(faults).toEqual([
      expect.objectContaining({ wanted: expect.stringContaining("protects lives") }),
    ]);
    const confirmed = { rules: [], isLifeSafetyConfirmed: true };
    expect(check(changed(key, undefined), confirmed).faults).toEqual([]);
  });

  test("may get a shorter limit, and a new row of it must be immediate", () => {
    expect(check(changed(key, { limit: urgent(1) })).faults).toEqual([]);
    const [row] = changed(key, {}).filter((each) => each.conditionId === "cover-displaced");
    const added = { ...(row as FilingRow), conditionId: "cover-stolen", filing: "review" as const };
    expect(check([...FORMER, added]).faults).toEqual([
      expect.objectContaining({ column: "filing", got: "review" }),
    ]);
  });

  test.each(["", "streetlight"])(
    "is not lost to a new row of the same id and class '%s'",
    (slug) => {
      const [row] = changed(key, {}).filter((each) => each.conditionId === "cover-displaced");
      // Reports of that class, or of none, stood under the row of the covers until now.
      const added = { ...(row as FilingRow), class: slug, lifeSafety: false };
      expect(check([...FORMER, added]).faults).toEqual([
        expect.objectContaining({ column: "lifeSafety", row: FORMER.length + 1 }),
      ]);
      expect(check([...FORMER, added], { isLifeSafetyConfirmed: true }).faults).toEqual([]);
    },
  );

  test("that waits for review with somebody's word may go on doing so", () => {
    const former = changed(key, { filing: "review" });
    expect(check(former, { former }).faults).toEqual([]);
  });
});
