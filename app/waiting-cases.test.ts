/** Which units are looked at, in how many transactions, and what becomes of a refusal. */
import { afterEach, expect, test, vi } from "vitest";
import { type CaseEffects, noEffects } from "../cases/cases.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { silentLog } from "../model/log.ts";
import { createWaitingCases, type WaitingCases, type WaitingCasesDeps } from "./waiting-cases.ts";

/** Two units with two crews each, and one without. */
const CREWS: Record<string, string[]> = {
  works: ["crew-1", "crew-2"],
  lamps: ["crew-3", "crew-4"],
  bins: [],
};

let waiting: WaitingCases;
afterEach(() => waiting.stop());

function world(unitsWaiting: string[], retryWallMsMin = 1) {
  const seen = {
    unitsWaiting,
    crews: CREWS,
    asked: [] as string[],
    /** Of each transaction, what it gave. */
    written: [] as string[][],
    statements: [] as string[],
    said: [] as string[],
    /** Of the first askings, where a unit with more cases goes on. */
    batches: [] as (string | undefined)[],
    refusals: 0,
    refuse: undefined as ((unitId: string) => Error | undefined) | undefined,
    hold: undefined as Promise<void> | undefined,
  };
  const tx = { run: async (sql: string) => void seen.statements.push(sql) } as unknown as Sql;
  const deps = {
    cases: {
      unitsWithoutCrew: async () => seen.unitsWaiting,
      giveWaiting: async (_tx: Sql, unitId: string, _now: number, after?: string) => {
        seen.asked.push(after === undefined ? unitId : `${unitId} after ${after}`);
        const refusal = seen.refuse?.(unitId);
        if (refusal !== undefined) throw refusal;
        const next = seen.batches.shift();
        if (next !== undefined) {
          const given = { orders: [{ crewId: unitId }], changed: [{ caseNo: unitId }] };
          return { ...noEffects(), ...given, next };
        }
        return { ...noEffects(), orders: [{ crewId: unitId }], changed: [{ caseNo: unitId }] };
      },
    },
    registry: {
      crewsOf: (unitId: string) => (seen.crews[unitId] ?? []).map((crewId) => ({ crewId })),
    },
    engine: {
      async write<T>(work: (tx: Sql, now: number) => Promise<{ value: T; effects: CaseEffects }>) {
        await seen.hold;
        if (seen.refusals > 0) {
          seen.refusals -= 1;
          throw new GridwardenError("DATABASE_FAILED", "the disk is full");
        }
        const { value, effects } = await work(tx, 1);
        expect(effects.changed.map(({ caseNo }) => caseNo as string)).toEqual(
          effects.orders.map(({ crewId }) => crewId),
        );
        seen.written.push(effects.orders.map(({ crewId }) => crewId));
        return value;
      },
    },
    reader: {},
    log: { ...silentLog, error: (text: string) => void seen.said.push(text) },
  };
  waiting = createWaitingCases(deps as unknown as WaitingCasesDeps, { retryWallMsMin });
  return seen;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

test("cases that wait at several units are given in one transaction", async () => {
  const seen = world(["works", "lamps", "bins"]);
  waiting.look();
  await settled();
  expect(seen.written).toEqual([["works", "lamps"]]);
  expect(seen.said).toEqual([]);
});

test.each([[[]], [["bins"]]])(
  "where nothing waits that could be given nothing is written: %j",
  async (units) => {
    const seen = world(units);
    waiting.look();
    await settled();
    expect(seen.written).toEqual([]);
    expect(seen.asked).toEqual([]);
  },
);

test("a unit at which many stand is given them by parts, each a transaction, then the next one", async () => {
  const seen = world(["works", "lamps"]);
  seen.batches = ["case-100", "case-200"];
  waiting.look();
  await settled();
  expect(seen.asked).toEqual(["works", "works after case-100", "works after case-200", "lamps"]);
  expect(seen.written).toEqual([["works"], ["works"], ["works", "lamps"]]);
});

test("a unit without crews is looked at where the centre has one that can stand in", async () => {
  const seen = world(["bins"]);
  seen.crews = { ...CREWS, centre: ["crew-9"] };
  waiting.look();
  await settled();
  expect(seen.asked).toEqual(["bins"]);
});

test("what the database refuses is said and tried again until it is taken, and then no more", async () => {
  const seen = world(["works"]);
  seen.refusals = 3;
  waiting.look();
  await vi.waitFor(() => expect(seen.written).toEqual([["works"]]));
  await settled();
  expect(seen.written).toHaveLength(1);
  expect(seen.said).toHaveLength(3);
});

test("one unit whose cases cannot be given keeps no other from giving its own", async () => {
  const seen = world(["works", "lamps"]);
  seen.refuse = (unitId) => (unitId === "works" ? new Error("no such case") : undefined);
  waiting.look();
  await settled();
  expect(seen.written).toEqual([["lamps"]]);
  expect(seen.statements).toEqual([
    "savepoint unit",
    "rollback to unit",
    "release unit",
    "savepoint unit",
    "release unit",
  ]);
  expect(seen.said).toHaveLength(1);
});

test("a refusal of the database's own is everybody's: all of it is tried again", async () => {
  const seen = world(["works", "lamps"]);
  let refusals = 1;
  seen.refuse = (unitId) =>
    unitId === "lamps" && refusals-- > 0
      ? new GridwardenError("DATABASE_FAILED", "the disk is full")
      : undefined;
  waiting.look();
  await vi.waitFor(() => expect(seen.written).toEqual([["works", "lamps"]]));
  expect(seen.asked).toEqual(["works", "lamps", "works", "lamps"]);
});

test("a crew that comes does not wait for the retry of what was refused", async () => {
  const seen = world(["works"], 60_000);
  seen.refusals = 1;
  waiting.look();
  await settled();
  expect(seen.said).toHaveLength(1);
  waiting.look();
  await settled();
  expect(seen.written).toEqual([["works"]]);
});

test("crews that come while it is busy are looked for once more", async () => {
  const seen = world(["works"]);
  let letGo = (): void => {};
  seen.hold = new Promise((resolve) => {
    letGo = resolve;
  });
  waiting.look();
  await settled();
  seen.unitsWaiting = ["lamps"];
  for (let n = 0; n < 10; n++) waiting.look();
  letGo();
  await settled();
  expect(seen.written).toEqual([["works"], ["lamps"]]);
});

test("once it is stopped nothing is tried, and what fails then is said no more", async () => {
  const seen = world(["works"]);
  seen.refusals = 1_000;
  waiting.look();
  await vi.waitFor(() => expect(seen.said.length).toBeGreaterThan(0));
  waiting.stop();
  const { length } = seen.said;
  seen.refusals = 0;
  waiting.look();
  await settled();
  expect(seen.written).toEqual([]);
  expect(seen.said).toHaveLength(length);
});
