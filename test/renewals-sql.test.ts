/**
 * The renewal list on the database: what of the history counts, against plain SQL over made cases,
 * page by page, after a record was forged, and by which indexes it is read.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { casesMigrations, listRenewals } from "../cases/cases.ts";
import type { DatabaseDoor } from "../database/database.ts";
import { DAY_MS } from "../model/clock.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import type { RenewalPage } from "../model/renewal.ts";
import { createTestDatabase } from "./support/city-database.ts";
import { type MadeRecord, putCase, seededRandom, walkedCase } from "./support/evaluation-cases.ts";

const zone = timeZone("Asia/Shanghai");
const NOW = Date.parse("2026-11-20T12:00+08:00");
let folder: string;
let database: DatabaseDoor;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridwarden-renewals-"));
  database = createTestDatabase(
    { log: silentLog, metrics: memoryMetrics() },
    { file: join(folder, "d") },
  );
  await database.open(casesMigrations);
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const list = (query: Parameters<typeof listRenewals>[2] = {}, now = NOW): Promise<RenewalPage> =>
  listRenewals(database, { zone }, query, now);

interface Made {
  caseNo: string;
  records: MadeRecord[];
  assetId?: string;
  unitId?: string;
}

async function put(cases: readonly Made[]): Promise<void> {
  await database.transaction(async (tx) => {
    for (const { caseNo, records, assetId = "lamp", unitId } of cases) {
      await putCase(tx, { caseNo, records });
      await tx.run(
        "update cases set asset_id = ?, condition_id = 'dark', unit_id = ? where case_no = ?",
        [assetId, unitId ?? null, caseNo],
      );
    }
  });
}

/** Reported, accepted and filed some days before now, then what follows. */
function filedAgo(days: number, ...after: [event: string, to: string, daysAgo: number][]) {
  const at = NOW - days * DAY_MS;
  const steps: [string, string, number][] = [
    ["report", "REPORTED", at],
    ["accept", "PENDING_FILING", at],
    ["file", "PENDING_DISPATCH", at],
    ...after.map(([event, to, ago]): [string, string, number] => [event, to, NOW - ago * DAY_MS]),
  ];
  return steps.map(
    ([event, to, when], n): MadeRecord => ({
      event,
      from: steps[n - 1]?.[1],
      to,
      at: when,
    }),
  );
}

test("what was voided counts until it was, and a reopened case is one", async () => {
  await put([
    { caseNo: "1", records: filedAgo(50) },
    { caseNo: "2", records: filedAgo(40, ["void", "VOIDED", 10]) },
    {
      caseNo: "3",
      records: filedAgo(30, ["close", "CLOSED", 28], ["reopen", "HANDLING", 26]),
      unitId: "works",
    },
  ]);
  expect((await list()).items).toEqual([]);
  const { asOf, items } = await list({ to: NOW - 11 * DAY_MS });
  expect(asOf).toBe(NOW - 11 * DAY_MS);
  expect(items).toEqual([
    {
      assetId: "lamp",
      conditionId: "dark",
      unitId: "works",
      count: 3,
      firstAt: NOW - 50 * DAY_MS,
      lastAt: NOW - 30 * DAY_MS,
      caseNos: ["3", "2", "1"],
    },
  ]);
});

test("what was not accepted, not filed or joined to another case does not count", async () => {
  const ended = (event: string, to: string) => [
    ...filedAgo(20).slice(0, 2),
    { event, from: "PENDING_FILING", to, at: NOW - 19 * DAY_MS },
  ];
  await put([
    { caseNo: "1", records: filedAgo(50) },
    { caseNo: "2", records: filedAgo(40) },
    { caseNo: "3", records: ended("refuse", "NOT_FILED") },
    { caseNo: "4", records: ended("join", "VOIDED") },
    { caseNo: "5", records: filedAgo(20).slice(0, 1) },
  ]);
  expect((await list()).items).toEqual([]);
  await put([{ caseNo: "6", records: filedAgo(0) }]);
  expect((await list()).items).toMatchObject([{ count: 3, caseNos: ["6", "2", "1"] }]);
});

test("pages are of one instant: what is filed meanwhile moves nothing", async () => {
  const of = (assetId: string, ...days: number[]) =>
    days.map((day) => ({ caseNo: `${assetId}-${day}`, assetId, records: filedAgo(day) }));
  await put([...of("a", 9, 8, 7), ...of("b", 9, 8, 6, 5), ...of("c", 9, 8, 5), ...of("d", 9, 8)]);
  const first = await list({ limit: 2 });
  expect(first.items.map(({ assetId }) => assetId)).toEqual(["b", "c"]);
  await put(of("d", -1, -2, -3));
  const later = NOW + 4 * DAY_MS;
  const second = await list({ limit: 2, cursor: first.next }, later);
  expect(second.items.map(({ assetId }) => assetId)).toEqual(["a"]);
  expect([second.asOf, second.next]).toEqual([NOW, undefined]);
  expect((await list({}, later)).items.map(({ assetId }) => assetId)[0]).toBe("d");
});

test("of more filings of one moment than are read at once none is lost", async () => {
  const cases = Array.from({ length: 1_200 }, (_, n) => ({
    caseNo: `case-${String(n).padStart(4, "0")}`,
    assetId: `lamp-${n % 400}`,
    records: filedAgo(5).slice(2),
  }));
  await put(cases);
  const { items } = await list({ limit: 1_000 });
  expect(items).toHaveLength(400);
});

test("a list of a forged record says so, with the record", async () => {
  const cases = [50, 40, 30].map((day) => ({ caseNo: `${day}`, records: filedAgo(day) }));
  await put(cases);
  await database.transaction((tx) =>
    tx.run("update case_history set actor = 'wang' where case_no = '40' and event = 'file'"),
  );
  const { verified, fault, items } = await list();
  expect([verified, fault?.kind, fault?.caseNo]).toEqual([false, "changed", "40"]);
  expect(items).toHaveLength(1);
  expect((await list({ to: NOW - 45 * DAY_MS })).verified).toBe(true);
});

test("over 2,000 walked cases it is what plain SQL finds", async () => {
  const random = seededRandom(20_261_128);
  const [from, until] = [NOW - 220 * DAY_MS, NOW];
  await put(
    Array.from({ length: 2_000 }, (_, n) => {
      const made = walkedCase(`case-${String(n).padStart(5, "0")}`, random, from, until);
      return { ...made, assetId: `lamp-${Math.floor(random() * 100)}` };
    }),
  );
  const rows = await database.reader.all(PLAIN_SQL, [NOW, NOW, NOW - 90 * DAY_MS]);
  const { items } = await list({ limit: 1_000 });
  expect(rows.length).toBeGreaterThan(30);
  const key = (row: object) => JSON.stringify(row);
  expect(
    items
      .map(({ assetId, count, firstAt, lastAt }) => ({ assetId, count, firstAt, lastAt }))
      .map(key)
      .sort(),
  ).toEqual(rows.map(key).sort());
});

/** Written apart from the list: every filing as the end of a window, the newest that has three. */
const PLAIN_SQL = `
  with filed as (
    select c.asset_id, h.case_no, h.at from case_history h join cases c on c.case_no = h.case_no
    where h.event = 'file' and h.at <= ? and not exists (
      select 1 from case_history v
      where v.case_no = h.case_no and v.event in ('void', 'join') and v.at <= ?
        and v.from_state <> v.to_state)
  ), windows as (
    select e.asset_id, e.at as last_at, count(*) as cases, min(f.at) as first_at
    from filed e join filed f
      on f.asset_id = e.asset_id and f.at <= e.at and f.at >= e.at - ${90 * DAY_MS}
    where e.at >= ? group by e.asset_id, e.case_no, e.at having count(*) >= 3
  )
  select distinct w.asset_id as "assetId", w.cases as "count", w.first_at as "firstAt",
    w.last_at as "lastAt"
  from windows w
  where w.last_at = (select max(n.last_at) from windows n where n.asset_id = w.asset_id)`;

test("filings are found by an index of them, and what they are by that of the case", async () => {
  const asked: string[] = [];
  const { reader } = database;
  const watched = {
    ...database,
    reader: {
      ...reader,
      all: <Row>(sql: string, parameters?: Parameters<typeof reader.all>[1]) => {
        asked.push(sql);
        return reader.all<Row>(sql, parameters);
      },
    },
    transaction: database.transaction,
  };
  await put([50, 40, 30].map((day) => ({ caseNo: `${day}`, records: filedAgo(day) })));
  await listRenewals(watched, { zone }, {}, NOW);
  const plans: string[] = [];
  for (const sql of asked.filter((text) => text.includes("case_history"))) {
    const marks = sql
      .split("?")
      .slice(1)
      .map(() => 1);
    const rows = await reader.all<{ detail: string }>(`explain query plan ${sql}`, marks);
    plans.push(rows.map(({ detail }) => detail).join("; "));
  }
  expect(plans).toEqual([
    expect.stringMatching(/^SEARCH h USING INDEX case_history_filed .*; SEARCH c USING INDEX/),
    expect.stringMatching(/^SEARCH case_history USING .*\(case_no=\?\)$/),
  ]);
});
