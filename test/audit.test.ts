/** The history's chain, idempotency keys and audit entries on a real database. */
import { afterEach, describe, expect, test } from "vitest";
import { addEntry, chainOldHistory, checkHistory, listEntries, onceOf } from "../cases/cases.ts";
import { HASHED_COLUMNS } from "../cases/history-chain.ts";
import type { RequestKey } from "../model/audit.ts";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import type { SqlValue } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import { ADMIN, CREW_1, LEAD, MONDAY, openCaseDesk } from "./support/case-desk.ts";
import { isOnPostgres } from "./support/city-database.ts";

const { desk, openOne, raised, reopen, say, tell, tick } = openCaseDesk();

const sql = (text: string, parameters: SqlValue[] = []) =>
  desk.database.transaction((tx) => tx.run(text, parameters));
const check = (span = {}) => checkHistory(desk.database.reader, span);
const count = async (table: string): Promise<number> =>
  (await desk.database.reader.get<{ n: number }>(`select count(*) as n from ${table}`))?.n ?? -1;

const A_TIME_AS_TEXT: [string, string, string, number] = [
  "a time as text",
  "update case_history set at = at || 'x' where chain_seq = 2",
  "changed",
  2,
];

async function threeCases(): Promise<string> {
  const { caseNo } = await openOne("cover-1");
  await openOne("cover-2");
  await say(caseNo, "start", CREW_1, MONDAY, { note: "on 'the' way\0 \ud800 now" });
  await openOne("cover-3", "cover-rattle");
  return caseNo;
}

describe("the chain over the history of all cases", () => {
  test("is unbroken over cases, steps and a restart, whatever people write", async () => {
    expect(await check()).toMatchObject({ records: 0, lastSeq: 0, lastHash: "0".repeat(64) });
    const caseNo = await threeCases();
    await reopen();
    await chainOldHistory(desk.database);
    await say(caseNo, "urge", LEAD, MONDAY);
    const report = await check();
    expect(report).toMatchObject({ records: 11, lastSeq: 11 });
    expect(report.broken).toBeUndefined();
    expect(report.lastHash).toMatch(/^[0-9a-f]{64}$/);
  });

  test("covers every column of a record but the hash itself", async () => {
    await openOne("cover-1");
    const row = await desk.database.reader.get("select * from case_history limit 1");
    expect(Object.keys(row ?? {}).sort()).toEqual([...HASHED_COLUMNS, "hash"].sort());
  });

  test("has no gap after a step that was rolled back, also to a savepoint", async () => {
    await openOne("cover-1");
    desk.poison = { unitId: "drains", error: new TypeError("a crew without a name") };
    await tell([raised("cover-2", "cover-open"), raised("cover-3", "cover-open")]);
    desk.poison = undefined;
    const failing = desk.database.transaction(async (tx) => {
      await desk.cases.onAlarms(tx, [raised("cover-2", "cover-open")], MONDAY);
      throw new Error("the disk is full");
    });
    await expect(failing).rejects.toThrow("the disk is full");
    await openOne("cover-2");
    const report = await check();
    expect(report.broken).toBeUndefined();
    expect(report.records).toBe(await count("case_history"));
  });

  test("names the record of which one byte was changed", async () => {
    const caseNo = await threeCases();
    await sql("update case_history set note = replace(note, 'now', 'nov') where event = 'start'");
    const row = await desk.database.reader.get<{ chain_seq: number; seq: number }>(
      "select chain_seq, seq from case_history where event = 'start'",
    );
    expect(await check()).toMatchObject({
      records: (row?.chain_seq ?? 0) - 1,
      broken: { kind: "changed", chainSeq: row?.chain_seq, caseNo, seq: row?.seq },
    });
  });

  test.each([
    ["a removed record", "delete from case_history where chain_seq = 4", "missing", 4],
    ["the removed end", "delete from case_history where chain_seq >= 9", "missing", 9],
    ["another actor", "update case_history set actor = 'x' where chain_seq = 2", "changed", 2],
    // PostgreSQL takes none.
    ...(isOnPostgres ? [] : [A_TIME_AS_TEXT]),
    [
      "a row without a place",
      "insert into case_history (case_no, seq, event, to_state, actor, role, at) values ('1', 1, 'report', 'CLOSED', 'x', 'x', 1)",
      "unchained",
      undefined,
    ],
    [
      "a row behind the end",
      "insert into case_history (case_no, seq, event, to_state, actor, role, at, chain_seq, prev_hash, hash) values ('1', 1, 'report', 'CLOSED', 'x', 'x', 1, 11, '', '')",
      "beyond-end",
      11,
    ],
    ["an end that is gone", "delete from case_chain", "end-differs", undefined],
  ])("finds %s, also after a restart", async (_what, statement, kind, chainSeq) => {
    await threeCases();
    await sql(statement);
    await expect(check()).resolves.toMatchObject({ broken: { kind } });
    expect((await check()).broken?.chainSeq).toBe(chainSeq);
    if (kind === "end-differs") return;
    await chainOldHistory(desk.database);
    expect(await check()).toMatchObject({ broken: { kind } });
  });

  test("can be written to though its end was cut off, and still shows it", async () => {
    await threeCases();
    await sql("delete from case_history where chain_seq = 10");
    await say((await openOne("cover-3", "cover-open")).caseNo, "start", ADMIN, MONDAY);
    expect(await check()).toMatchObject({ broken: { kind: "missing", chainSeq: 10 } });
  });

  test("is checked in parts, each going on where the one before ended", async () => {
    await threeCases();
    const first = await check({ recordsMax: 4 });
    expect(first).toMatchObject({ records: 4, lastSeq: 4, next: 5 });
    const second = await check({ from: 5, recordsMax: 100 });
    expect(second).toMatchObject({ records: 6, lastSeq: 10 });
    expect(second).not.toHaveProperty("next");
    expect(second.lastHash).toBe((await check()).lastHash);
    expect(await check({ from: 11 })).toMatchObject({ records: 0, lastSeq: 10 });
    expect(await check({ from: 13 })).toMatchObject({ broken: { kind: "missing", chainSeq: 12 } });
  });

  test("takes in the history of before it once, and only once", async () => {
    await threeCases();
    await sql("update case_history set chain_seq = null, prev_hash = null, hash = null");
    await sql("delete from case_chain");
    await chainOldHistory(desk.database);
    const report = await check();
    expect(report).toMatchObject({ records: 10 });
    expect(report.broken).toBeUndefined();
    await chainOldHistory(desk.database);
    expect(await check()).toEqual(report);
  });
});

test("of two transitions from one version one wins, the other is told the version that stands", async () => {
  const { caseNo, version } = await openOne();
  const both = await Promise.allSettled([
    say(caseNo, "start", CREW_1, MONDAY, { version }),
    say(caseNo, "urge", LEAD, MONDAY, { version }),
  ]);
  expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(both[1]).toMatchObject({
    reason: {
      code: "CASE_VERSION_CONFLICT",
      status: 409,
      details: { caseNo, version: version + 1 },
    },
  });
  expect((await desk.cases.get(desk.database.reader, caseNo)).history.at(-1)?.event).toBe("start");
});

describe("a write that a client has named", () => {
  const key = (more: Partial<RequestKey> = {}): RequestKey => ({
    username: "a-crew",
    key: "k-1",
    digest: "d-1",
    ...more,
  });
  const start = (caseNo: string, given: RequestKey | undefined, now = MONDAY) =>
    desk.database.transaction((tx) =>
      onceOf(tx, given, now, async () => {
        const step = { caseNo, event: "urge", note: "hurry" };
        const { case: value, effects } = await desk.cases.transition(tx, step, ADMIN, now);
        return { value, effects };
      }),
    );

  test("is done once and answered alike as often as it is sent", async () => {
    const { caseNo } = await openOne();
    const first = await start(caseNo, key());
    expect(first).toMatchObject({ isRepeat: false, effects: { orders: [{ kind: "urged" }] } });
    await start(caseNo, undefined);
    const again = await start(caseNo, key());
    expect(again).toMatchObject({ isRepeat: true, effects: { orders: [], changed: [] } });
    expect(again.value).toEqual(first.value);
  });

  test("is done once, though it is sent twice at the same time", async () => {
    const { caseNo, version } = await openOne();
    const both = await Promise.all([start(caseNo, key()), start(caseNo, key())]);
    expect(both.map(({ isRepeat }) => isRepeat)).toEqual([false, true]);
    expect(both.map((done) => done.value.version)).toEqual([version + 1, version + 1]);
  });

  test("is refused under a key that was another's, and is another under another user", async () => {
    const { caseNo } = await openOne();
    await start(caseNo, key());
    await expect(start(caseNo, key({ digest: "d-2" }))).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
      status: 422,
    });
    expect(await start(caseNo, key({ username: "b" }))).toMatchObject({ isRepeat: false });
  });

  test("leaves no key where it was refused or rolled back", async () => {
    const { caseNo } = await openOne();
    await expect(start("4115242026112399999", key())).rejects.toMatchObject({
      code: "CASE_NOT_FOUND",
    });
    const crash = desk.database.transaction(async (tx) => {
      const step = { caseNo, event: "urge", note: "hurry" };
      await onceOf(tx, key(), MONDAY, async () => {
        const { case: value, effects } = await desk.cases.transition(tx, step, ADMIN, MONDAY);
        return { value, effects };
      });
      throw new Error("crash");
    });
    await expect(crash).rejects.toThrow("crash");
    expect(await count("idempotency_keys")).toBe(0);
    expect(await start(caseNo, key())).toMatchObject({ isRepeat: false });
  });

  test("is another one after a day, and its key is swept", async () => {
    const { caseNo } = await openOne();
    await start(caseNo, key());
    expect(await start(caseNo, key(), MONDAY + 24 * HOUR_MS - 1)).toMatchObject({ isRepeat: true });
    expect(await start(caseNo, key(), MONDAY + 24 * HOUR_MS)).toMatchObject({ isRepeat: false });
    await start(caseNo, key({ key: "k-2" }), MONDAY + 25 * HOUR_MS);
    expect(await count("idempotency_keys")).toBe(2);
    await tick(MONDAY + 48 * HOUR_MS);
    expect(await count("idempotency_keys")).toBe(1);
    await tick(MONDAY + 49 * HOUR_MS);
    expect(await count("idempotency_keys")).toBe(0);
  });

  test("of too many the oldest are forgotten", async () => {
    const { caseNo } = await openOne();
    for (const name of ["k-1", "k-2", "k-3"]) await start(caseNo, key({ key: name }));
    await sql("update idempotency_keys set seq = seq + ? where key <> 'k-1'", [
      LIMITS.idempotencyKeysMax - 2,
    ]);
    await tick(MONDAY + HOUR_MS);
    const left = await desk.database.reader.all("select key from idempotency_keys order by key");
    expect(left).toEqual([{ key: "k-2" }, { key: "k-3" }]);
  });
});

describe("audit entries", () => {
  const entry = (n: number) => ({
    requestId: `r-${n}`,
    actor: n % 2 === 0 ? "even" : "odd",
    roles: n === 1 ? [] : ["admin", "engineer"],
    action: "registry.write",
    route: "POST /api/v1/units",
    at: MONDAY + n,
    result: "done",
    ...(n > 2 && { subject: `unit-${n}` }),
  });
  const keep = (...numbers: number[]) =>
    desk.database.transaction(async (tx) => {
      for (const n of numbers) await addEntry(tx, entry(n));
    });
  const list = async (more = {}) =>
    (await listEntries(desk.database.reader, { limit: 100, ...more })).items.map(
      ({ requestId }) => requestId,
    );

  test("are listed newest first, by time, actor and subject, page by page", async () => {
    await keep(1, 2, 3, 4, 5);
    expect(await list()).toEqual(["r-5", "r-4", "r-3", "r-2", "r-1"]);
    expect(await list({ from: MONDAY + 2, to: MONDAY + 4 })).toEqual(["r-3", "r-2"]);
    expect(await list({ actor: "even" })).toEqual(["r-4", "r-2"]);
    expect(await list({ subject: "unit-3" })).toEqual(["r-3"]);
    const first = await listEntries(desk.database.reader, { limit: 3 });
    await keep(6);
    expect(await list({ limit: 3, cursor: first.next })).toEqual(["r-2", "r-1"]);
    expect(first.items[0]).toEqual({ ...entry(5), seq: 5 });
    expect(
      (await listEntries(desk.database.reader, { limit: 1, cursor: `${MONDAY + 2}-2` })).items,
    ).toEqual([{ ...entry(1), seq: 1 }]);
    await expect(list({ cursor: "tomorrow" })).rejects.toMatchObject({ code: "REQUEST_INVALID" });
  });

  test("are kept for a time and a number", async () => {
    await keep(1, 2, 3, 4);
    await tick(MONDAY + 2 + LIMITS.auditEntryDaysMax * DAY_MS);
    expect(await list()).toEqual(["r-4", "r-3"]);
    await sql("update audit_entries set seq = ? where seq = 4", [3 + LIMITS.auditEntriesMax]);
    await tick(MONDAY);
    expect(await list()).toEqual(["r-4"]);
  });
});

afterEach(async () => {
  expect(await desk.database.check(desk.cases.migrations)).toEqual([]);
});
