/** Whose a notice is: the live stream's answer and the list's, kind by kind and role by role. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { allMigrations } from "../app/migrations.ts";
import { mayReadNotice } from "../console/notice-readers.ts";
import type { UnitTree } from "../console/roles.ts";
import { CaseNo, UnitId } from "../model/ids.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { type Notice, NoticeKind } from "../model/notice.ts";
import { insertNotice, listNotices } from "../notify/notices.ts";
import { createTestDatabase } from "./support/city-database.ts";
import { CELL_USERS, UNDER } from "./support/role-cells.ts";

const TREE: UnitTree = {
  units: { under: (unitId) => UNDER[unitId] ?? [unitId] },
  crews: { get: () => undefined },
};

/** Of every kind one to unit `works` and one to nobody's unit; some to one person. */
function notices(): Notice[] {
  const common = { caseNo: CaseNo.parse("4115242026112200001"), lifeSafety: false, at: 1 };
  const works = UnitId.parse("works");
  return [
    ...NoticeKind.options.flatMap((kind) => [
      { ...common, noticeId: `${kind}-works`, kind, unitId: works },
      { ...common, noticeId: `${kind}-none`, kind, unitId: undefined },
    ]),
    ...CELL_USERS.map(({ username }) => ({
      ...common,
      noticeId: `to-${username}`,
      kind: "steward-case" as const,
      unitId: works,
      username,
    })),
  ];
}

test("the stream shows a notice to exactly those who have it in their list", async () => {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-notices-"));
  const database = createTestDatabase(
    { log: silentLog, metrics: memoryMetrics() },
    { file: join(directory, "city.db") },
  );
  await database.open(allMigrations);
  onTestFinished(async () => {
    await database.close();
    rmSync(directory, { recursive: true });
  });
  const all = notices();
  await database.transaction(async (tx) => {
    for (const notice of all) await insertNotice(tx, notice);
  });
  let shown = 0;
  for (const { username, role, unitId } of CELL_USERS) {
    const user = { username, roles: [role], unitId: UnitId.parse(unitId) };
    const unitIds = TREE.units.under(unitId);
    const page = await listNotices(
      database.reader,
      { roles: [role], username, unitIds },
      { limit: 1000 },
    );
    const listed = page.items.map(({ noticeId }) => noticeId).sort();
    const streamed = all.filter((notice) => mayReadNotice(user, notice, TREE));
    expect([username, streamed.map(({ noticeId }) => noticeId).sort()]).toEqual([username, listed]);
    shown += listed.length;
  }
  expect(shown).toBeGreaterThan(CELL_USERS.length);
  expect(shown).toBeLessThan(all.length * CELL_USERS.length);
});
