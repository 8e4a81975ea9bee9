/**
 * A transition that the process does not survive. What a kill leaves on disk after each statement is
 * what the database's files hold at that moment: they are copied there and opened as a start would.
 * All of the transition is there or nothing of it, and done again it gives what it would have given.
 */
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { addEntry, checkHistory, onceOf } from "../cases/cases.ts";
import type { Database, Sql } from "../model/database.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { CREW_1, MONDAY, openCaseDesk } from "./support/case-desk.ts";
import { createTestDatabase } from "./support/city-database.ts";

const { desk, openOne, say } = openCaseDesk();
const KEY = { username: "a-crew", key: "k-1", digest: "d-1" };
const ENTRY = {
  requestId: "r-1",
  actor: "a-crew",
  roles: ["crew"],
  action: "cases.transition",
  route: "POST /api/v1/cases/:caseNo/transitions",
  at: MONDAY,
  result: "done",
};

/** As the API does it: the steps, the answer under its key, the audit entry. */
async function giveFeedback(database: Database, caseNo: string, watch = (tx: Sql) => tx) {
  await database.transaction(async (tx) => {
    const watched = watch(tx);
    const step = { caseNo, event: "feedback", note: "put back" };
    await onceOf(watched, KEY, MONDAY, async () => {
      const done = await desk.cases.transition(watched, step, CREW_1, MONDAY + 60_000);
      return { value: done.case, effects: done.effects };
    });
    await addEntry(watched, ENTRY);
  });
}

/** All that the transition touches, and whether the chain holds. */
async function stateOf(sql: Sql) {
  const tables = ["cases", "case_history", "case_chain", "case_dues", "case_crew_loads"];
  const rows: Record<string, unknown> = {};
  for (const table of [...tables, "idempotency_keys", "audit_entries"]) {
    rows[table] = await sql.all(`select * from ${table} order by 1, 2`);
  }
  return { rows, broken: (await checkHistory(sql)).broken };
}

async function mainFile(): Promise<string> {
  const found = await desk.database.reader.get<{ file: string }>(
    "select file from pragma_database_list where name = 'main'",
  );
  return found?.file ?? "";
}

function copyTo(directory: string, file: string): string {
  mkdirSync(directory);
  const copy = join(directory, "city.db");
  copyFileSync(file, copy);
  if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
  return copy;
}

async function opened<T>(file: string, look: (database: Database) => Promise<T>): Promise<T> {
  const database = createTestDatabase({ log: silentLog, metrics: memoryMetrics() }, { file });
  await database.open(desk.cases.migrations);
  try {
    return await look(database);
  } finally {
    await database.close();
  }
}

test("killed after any statement of a transition: all of it is there or nothing, and it can be done again", async () => {
  const { caseNo } = await openOne();
  await say(caseNo, "start", CREW_1, MONDAY);
  const file = await mainFile();
  const copies: string[] = [];
  const keepCopy = (): void => {
    copies.push(copyTo(join(dirname(file), `killed-${copies.length}`), file));
  };
  const before = await stateOf(desk.database.reader);
  await giveFeedback(desk.database, caseNo, (tx) => ({
    run: async (...said) => {
      const done = await tx.run(...said);
      keepCopy();
      return done;
    },
    all: (...said) => tx.all(...said),
    get: (...said) => tx.get(...said),
  }));
  keepCopy();
  const after = await stateOf(desk.database.reader);
  expect(after.rows).not.toEqual(before.rows);
  expect([before.broken, after.broken]).toEqual([undefined, undefined]);
  expect(copies.length).toBeGreaterThan(10);
  for (const [index, copy] of copies.entries()) {
    const isCommitted = index === copies.length - 1;
    await opened(copy, async (database) => {
      expect(await stateOf(database.reader), copy).toEqual(isCommitted ? after : before);
      if (isCommitted) return;
      await giveFeedback(database, caseNo);
      expect(await stateOf(database.reader), copy).toEqual(after);
    });
  }
});
