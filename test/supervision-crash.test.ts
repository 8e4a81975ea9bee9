/**
 * A supervision order whose process does not survive: issued, answered, and told of by its ladder.
 * What a kill leaves on disk after each statement is what the database's files hold at that moment:
 * they are copied there and opened as a start would. All of the step is there or nothing of it, its
 * cases' marks, crews' orders and notices included, and done again it gives what it would have given.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkHistory } from "../cases/cases.ts";
import type { CaseEffects } from "../cases/desk-words.ts";
import { HOUR_MS } from "../model/clock.ts";
import type { Database, Sql } from "../model/database.ts";
import { UnitId } from "../model/ids.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { insertNotice, settleNotice } from "../notify/notices.ts";
import { notifyMigrations } from "../notify/notify.ts";
import { MONDAY, openCaseDesk, person } from "./support/case-desk.ts";
import { createTestDatabase } from "./support/city-database.ts";

const { desk, raised } = openCaseDesk();
const LEADER = person("leader");
const UNIT = person("unit", { unitId: UnitId.parse("drains") });
const NUMBER = "DB41152420260001";
const TABLES = [
  "supervisions",
  "supervision_cases",
  "supervision_dues",
  "supervision_counters",
  "cases",
  "case_history",
  "case_chain",
  "case_dues",
  "notices",
];

let folder: string;
let file: string;
let database: ReturnType<typeof createTestDatabase>;

async function open(path: string): Promise<typeof database> {
  const opened = createTestDatabase({ log: silentLog, metrics: memoryMetrics() }, { file: path });
  await opened.open([...desk.cases.migrations, ...notifyMigrations]);
  return opened;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gridwarden-supervision-"));
  file = join(folder, "city.db");
  database = await open(file);
});

afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openCases(): Promise<string[]> {
  const alarms = [raised("cover-1", "cover-open"), raised("cover-2", "cover-open")];
  const { changed } = await database.transaction((tx) => desk.cases.onAlarms(tx, alarms, MONDAY));
  return changed.map(({ caseNo }) => caseNo);
}

/** As the engine does it: what the step wants told is written with it. */
async function keep(tx: Sql, effects: CaseEffects): Promise<void> {
  for (const notice of effects.notices) await insertNotice(tx, notice);
  for (const gone of effects.settled) await settleNotice(tx, gone);
}

async function issue(tx: Sql, caseNos: string[]): Promise<void> {
  const draft = {
    level: "urgent" as const,
    title: "井盖专项整治",
    text: "限期修复并回复。",
    orderingLeader: "王市长",
    accountableLeader: "李局长",
    responsiblePerson: "张工",
    unitId: "drains",
    caseNos,
    until: MONDAY + HOUR_MS,
  };
  const { effects } = await desk.cases.supervisions.issue(tx, draft, LEADER, MONDAY);
  await keep(tx, effects);
}

async function reply(tx: Sql): Promise<void> {
  const said = { supervisionNo: NUMBER, event: "reply", note: "已修复", version: 1 };
  const { effects } = await desk.cases.supervisions.transition(tx, said, UNIT, MONDAY + 1);
  await keep(tx, effects);
}

async function stateOf(sql: Sql) {
  const rows: Record<string, unknown> = {};
  for (const table of TABLES) rows[table] = await sql.all(`select * from ${table} order by 1, 2`);
  return { rows, broken: (await checkHistory(sql)).broken };
}

function copyTo(directory: string): string {
  mkdirSync(directory);
  const copy = join(directory, "city.db");
  copyFileSync(file, copy);
  if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
  return copy;
}

/** Does the step once, and again from what a kill after each of its statements leaves. */
async function killedAtEach(step: (tx: Sql) => Promise<void>): Promise<number> {
  const copies: string[] = [];
  const keepCopy = (): void => void copies.push(copyTo(join(folder, `killed-${copies.length}`)));
  const watched = (tx: Sql): Sql => ({
    run: async (...said) => {
      const done = await tx.run(...said);
      keepCopy();
      return done;
    },
    all: (...said) => tx.all(...said),
    get: (...said) => tx.get(...said),
  });
  const before = await stateOf(database.reader);
  await database.transaction((tx) => step(watched(tx)));
  const statements = copies.length;
  keepCopy();
  const after = await stateOf(database.reader);
  expect(after.rows).not.toEqual(before.rows);
  expect([before.broken, after.broken]).toEqual([undefined, undefined]);
  for (const [index, copy] of copies.entries()) {
    const isCommitted = index === statements;
    const found: Database & { close(): Promise<void> } = await open(copy);
    expect(await stateOf(found.reader), copy).toEqual(isCommitted ? after : before);
    if (!isCommitted) {
      await found.transaction(step);
      expect(await stateOf(found.reader), copy).toEqual(after);
    }
    await found.close();
  }
  return statements;
}

test("killed after any statement of the issue: order, cases' marks and notices are there or nothing", async () => {
  const caseNos = await openCases();
  expect(await killedAtEach((tx) => issue(tx, caseNos))).toBeGreaterThan(15);
});

test("killed after any statement of a reply: it stands with all that it settles, or not at all", async () => {
  const caseNos = await openCases();
  await database.transaction((tx) => issue(tx, caseNos));
  expect(await killedAtEach(reply)).toBeGreaterThan(6);
});

test("killed after any statement of a tick: each rung is told once", async () => {
  const caseNos = await openCases();
  await database.transaction((tx) => issue(tx, caseNos));
  const late = MONDAY + HOUR_MS;
  const tick = async (tx: Sql): Promise<void> => keep(tx, await desk.cases.tick(tx, late));
  expect(await killedAtEach(tick)).toBeGreaterThan(10);
  const told = await database.reader.all<{ kind: string; unit: string; done: number | null }>(
    `select kind, unit_id as unit, done_at as done from notices
     where supervision_no = '${NUMBER}' order by notice_id`,
  );
  expect(told.map(({ kind, unit, done }) => [kind, unit, done !== null])).toEqual([
    ["supervision-80", "drains", true],
    ["supervision-overdue", "drains", false],
    ["supervision-overdue-lead", "drains", false],
    ["supervision-overdue", "city", false],
    ["supervision-issued", "drains", false],
  ]);
});
