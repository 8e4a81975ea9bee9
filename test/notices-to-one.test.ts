/** Notices to one person, and notices of which a case may have several of a kind. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DatabaseDoor } from "../database/database.ts";
import { CaseNo, UnitId } from "../model/ids.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import type { Notice } from "../model/notice.ts";
import { Role } from "../model/registry.ts";
import {
  acknowledgeNotice,
  insertNotice,
  listNotices,
  type NoticeReader,
  settleNotice,
} from "../notify/notices.ts";
import { notifyMigrations } from "../notify/notify.ts";
import { createTestDatabase } from "./support/city-database.ts";

const NOW = Date.parse("2026-11-23T09:00+08:00");
const caseNo = CaseNo.parse("4115242026112300001");
let folder: string;
let database: DatabaseDoor;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gridwarden-notices-"));
  const deps = { log: silentLog, metrics: memoryMetrics() };
  database = createTestDatabase(deps, { file: join(folder, "city.db") });
  await database.open(notifyMigrations);
});

afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const notice = (noticeId: string, more: Partial<Notice>): Notice => ({
  noticeId,
  kind: "steward-case",
  caseNo,
  unitId: UnitId.parse("works"),
  lifeSafety: false,
  at: NOW,
  ...more,
});
const put = (one: Notice) => database.transaction((tx) => insertNotice(tx, one));
const reader = (username: string, ...roles: Role[]): NoticeReader => ({
  username,
  roles,
  unitIds: ["works"],
});
const seenBy = async (who: NoticeReader): Promise<string[]> =>
  (await listNotices(database.reader, who, { standing: true })).items.map(
    ({ noticeId }) => noticeId,
  );

test("a notice to one person is his alone, whatever his role and theirs", async () => {
  await put(notice("to-wang", { username: "wang" }));
  await put(notice("to-all", { kind: "return-review" }));
  for (const role of Role.options)
    expect(await seenBy(reader("li", role))).not.toContain("to-wang");
  expect(await seenBy(reader("wang", "viewer"))).toEqual(["to-wang"]);
  expect(await seenBy(reader("wang", "dispatcher"))).toEqual(["to-wang", "to-all"]);
  const take = (who: NoticeReader) =>
    database.transaction((tx) =>
      acknowledgeNotice(tx, who, { noticeId: "to-wang", by: who.username ?? "", now: NOW }),
    );
  await expect(take(reader("boss", "admin"))).rejects.toMatchObject({ code: "NOTICE_NOT_FOUND" });
  expect(await take(reader("wang", "viewer"))).toMatchObject({ doneBy: "wang" });
});

test("of several notices of a kind one is settled by its id, all by the case", async () => {
  for (const id of ["a1", "a2", "a3"]) await put(notice(id, { kind: "assist-asked" }));
  const boss = reader("boss", "admin");
  const settle = (more: object) =>
    database.transaction((tx) =>
      settleNotice(tx, { caseNo, kind: "assist-asked", at: NOW, ...more }),
    );
  await settle({ noticeId: "a2" });
  expect(await seenBy(boss)).toEqual(["a3", "a1"]);
  await settle({});
  expect(await seenBy(boss)).toEqual([]);
});

test("a page ends at any notice, whatever its steward's id is made of", async () => {
  const ids = ["9-a.b:c_d-steward-case", `1-${"x".repeat(83)}-steward-case`, "1-b-steward-case"];
  for (const id of ids) await put(notice(id, { username: "wang" }));
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listNotices(database.reader, reader("wang"), { limit: 1, cursor });
    seen.push(...page.items.map(({ noticeId }) => noticeId));
    cursor = page.next;
  } while (cursor !== undefined);
  expect(seen.sort()).toEqual([...ids].sort());
});
