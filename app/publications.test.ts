/** The tick of briefs: a period that fails keeps no other back and is tried again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { periodOf } from "../cases/cases.ts";
import { createDatabase } from "../database/database.ts";
import { type ManualClock, manualClock } from "../model/clock.ts";
import type { Evaluation } from "../model/evaluation.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { allMigrations } from "./migrations.ts";
import { createPublications } from "./publications.ts";

const zone = timeZone("Asia/Shanghai");
const at = (text: string): number => Date.parse(`${text}+08:00`);
let folder: string;
let database: ReturnType<typeof createDatabase>;
let clock: ManualClock;
/** Periods whose evaluation fails. */
let failing: Set<string>;
let read: string[];
/** How many evaluations were asked for, of whatever subject. */
let asked: number;
/** What the next evaluation waits for. */
let gate: Promise<void> | undefined;
let publications: ReturnType<typeof createPublications>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gridwarden-test-"));
  const common = { log: silentLog, metrics: memoryMetrics() };
  database = createDatabase(common, { file: join(folder, "test.sqlite") });
  await database.open(allMigrations);
  clock = manualClock(at("2026-11-20T12:00"));
  failing = new Set();
  read = [];
  asked = 0;
  gate = undefined;
  const items: Evaluation["items"] = [];
  publications = createPublications({
    ...{ database, clock, zone, log: silentLog },
    engine: {
      write: async (work) => (await database.transaction((tx) => work(tx, clock.now()))).value,
    },
    evaluation: {
      async read({ period, subject, model }) {
        asked += 1;
        if (subject === "unit") read.push(period);
        await gate;
        if (failing.has(period)) throw new Error("the disk is full");
        const span = periodOf(period, zone);
        const when = { ...span, asOf: span.to, isOver: true, modelVersion: 0 };
        return { ...when, subject, model, verified: true, items };
      },
    },
    lastPlaces: {
      read: async ({ period }) => ({ period, isOver: true, asOf: 0, verified: true, items: [] }),
    },
    renewals: { list: async () => ({ asOf: 0, verified: true, items: [] }) },
  });
});
afterEach(async () => {
  await publications.tick.stop();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Looks once, to the end. */
async function look(): Promise<string[]> {
  read = [];
  publications.tick.start();
  await publications.tick.look();
  await publications.tick.stop();
  return read;
}

const until = (isThere: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(isThere()).toBe(true));

const kept = async (): Promise<string[]> => {
  const { items } = await publications.list({ limit: 1000 });
  return items.map(({ publicationId }) => publicationId).sort();
};

test("nothing of before the first look is made, and nothing before a minute has passed", async () => {
  expect(await look()).toEqual([]);
  clock.set(at("2026-11-21T00:00:30"));
  expect(await look()).toEqual([]);
  clock.set(at("2026-11-21T00:01:00"));
  expect(await look()).toEqual(["2026-11-20"]);
  expect(await look()).toEqual([]);
});

test("one that fails keeps no other back, is tried again, and no other is made twice", async () => {
  await look();
  clock.set(at("2026-11-24T08:00"));
  failing.add("2026-11-21");
  const days = ["2026-11-20", "2026-11-21", "2026-11-22", "2026-W47", "2026-11-23"];
  expect(await look()).toEqual(days);
  expect(await kept()).toHaveLength(4);
  expect(await look()).toEqual(["2026-11-21"]);
  failing.clear();
  expect(await look()).toEqual(["2026-11-21"]);
  expect(await look()).toEqual([]);
  expect(await kept()).toEqual(days.map((period) => `${period}.1`).sort());
});

test("who stops it waits for no whole brief, and the next start makes it", async () => {
  await look();
  clock.set(at("2026-11-21T08:00"));
  let open = (): void => {};
  gate = new Promise((resolve) => {
    open = resolve;
  });
  publications.tick.start();
  await until(() => read.length > 0);
  const stopped = publications.tick.stop();
  open();
  await stopped;
  expect([asked, await kept()]).toEqual([1, []]);
  gate = undefined;
  expect(await look()).toEqual(["2026-11-20"]);
});

test("a crash before the cursor is saved makes nothing twice", async () => {
  await look();
  const before = await database.reader.get<{ until: number }>(
    "select done_until as until from publication_cursor",
  );
  clock.set(at("2026-11-23T08:00"));
  await look();
  await database.transaction((tx) =>
    tx.run("update publication_cursor set done_until = ?", [before?.until ?? 0]),
  );
  expect(await look()).toEqual([]);
  expect(await kept()).toHaveLength(4);
});

test("a clock that was set back makes nothing again", async () => {
  await look();
  clock.set(at("2026-11-22T08:00"));
  expect(await look()).toEqual(["2026-11-20", "2026-11-21"]);
  clock.setBack(86_400_000);
  expect(await look()).toEqual([]);
});

test("a clock that ran ahead and was set right leaves no month without a brief of its own end", async () => {
  await look();
  clock.set(at("2027-03-02T12:00"));
  await look();
  clock.setBack(at("2027-03-02T12:00") - at("2026-12-02T12:00"));
  expect(await look()).toEqual([]);
  clock.set(at("2026-12-05T08:00"));
  expect(await look()).toContain("2026-12-04");
  const { items: drafts } = await publications.list({ period: "2026-12", limit: 10 });
  const { publicationId = "", version = 0 } = drafts[0] ?? {};
  await expect(
    publications.approve(publicationId, { version }, { username: "mayor" }),
  ).rejects.toThrow("was counted by a clock that ran ahead; count the period again");
  clock.set(at("2027-01-10T08:00"));
  expect(await look()).toContain("2026-12");
  const { items } = await publications.list({ period: "2026-12", limit: 10 });
  expect(items.filter(({ computedAt }) => computedAt <= clock.now())).toHaveLength(1);
});
