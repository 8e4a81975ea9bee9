import { expect, test } from "vitest";
import { Refused, Unreachable } from "../../shared/api.ts";
import type { CaseItem, CaseState } from "../../shared/platform-types.ts";
import { type BulkRow, bulkEventsFor, planBulk, runBulk } from "./bulk.ts";

const DISPATCH = { event: "dispatch", from: "PENDING_DISPATCH" as const, roles: ["dispatcher"] };
let keys = 0;
const caseAt = (caseNo: string, state: CaseState = "PENDING_DISPATCH"): CaseItem =>
  ({ caseNo, state, version: 3 }) as CaseItem;
const plan = (...items: CaseItem[]): BulkRow[] =>
  planBulk(items, DISPATCH, () => {
    keys += 1;
    return `key-${keys}`;
  });
const fates = (rows: readonly BulkRow[]): string[] => rows.map(({ fate }) => fate.kind);

test("each case is sent once, and what became of it is told as it comes", async () => {
  const told: string[][] = [];
  const sent: string[] = [];
  const after = await runBulk(
    plan(caseAt("1"), caseAt("2", "HANDLING"), caseAt("3")),
    async ({ item }) => {
      sent.push(item.caseNo);
      if (item.caseNo === "3")
        throw new Refused(409, { code: "CASE_VERSION_CONFLICT", message: "was first" });
    },
    (rows) => told.push(fates(rows)),
  );
  expect(sent).toEqual(["1", "3"]);
  expect(told).toEqual([
    ["sending", "left-out", "waiting"],
    ["done", "left-out", "waiting"],
    ["done", "left-out", "sending"],
    ["done", "left-out", "refused"],
  ]);
  expect(after[2]?.fate).toEqual({
    kind: "refused",
    fault: new Refused(409, { code: "CASE_VERSION_CONFLICT", message: "was first" }),
  });
});

test("where nobody answers it stops, and goes on under the same keys with what is left", async () => {
  const rows = plan(caseAt("1"), caseAt("2"), caseAt("3"));
  let isAway = true;
  const sent: string[] = [];
  const send = async ({ item, key }: BulkRow): Promise<void> => {
    sent.push(`${item.caseNo} ${key}`);
    if (item.caseNo === "2" && isAway) throw new Unreachable("no network");
  };
  const first = await runBulk(rows, send, () => undefined);
  expect(fates(first)).toEqual(["done", "unanswered", "waiting"]);
  isAway = false;
  expect(fates(await runBulk(first, send, () => undefined))).toEqual(["done", "done", "done"]);
  const [one, two, three] = rows.map(({ key }) => key);
  expect(sent).toEqual([`1 ${one}`, `2 ${two}`, `2 ${two}`, `3 ${three}`]);
});

test.each([429, 500, 503])(
  "an answer of %d is none of the case: the rest waits for it",
  async (status) => {
    const send = async (): Promise<void> => {
      throw new Refused(status, { message: "later" });
    };
    const after = await runBulk(plan(caseAt("1"), caseAt("2")), send, () => undefined);
    expect(fates(after)).toEqual(["unanswered", "waiting"]);
  },
);

test("offered is what one's role may say of at least one of the cases", () => {
  const isDispatcher = (...roles: string[]): boolean => roles.includes("dispatcher");
  const offered = (...states: CaseState[]): string[] =>
    bulkEventsFor(
      states.map((state) => ({ state })),
      isDispatcher,
    ).map(({ event }) => event);
  expect(offered("PENDING_DISPATCH", "REPORTED")).toEqual(["dispatch"]);
  expect(offered("FEEDBACK")).toEqual(["sendCheck"]);
  expect(offered("HANDLING")).toEqual([]);
});
