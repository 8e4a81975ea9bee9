/** What the trail does when the database hangs or refuses. */
import { expect, test } from "vitest";
import type { AuditDraft } from "../model/audit.ts";
import { manualClock } from "../model/clock.ts";
import type { Database, Sql, SqlRow } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { createAuditTrail } from "./audit-trail.ts";

const DROPPED = "gridwarden_audit_entries_dropped_total";
const DRAFT: AuditDraft = {
  requestId: "r-1",
  actor: "wang",
  roles: ["viewer"],
  action: "cases.report",
  route: "POST /api/v1/cases",
};

/** A database that does nothing until it is let go, and then fails where it shall. */
function setUp() {
  let letGo = (): void => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const world = { written: 0, transactions: 0, isFailing: false };
  const none: Sql = {
    run: async () => {
      world.written += 1;
      return { changes: 1 };
    },
    all: async <Row = SqlRow>() => [] as Row[],
    get: async () => undefined,
  };
  const held: Sql = {
    ...none,
    get: async () => {
      await gate;
      return undefined;
    },
  };
  const database: Database = {
    reader: held,
    async transaction(work) {
      await gate;
      world.transactions += 1;
      if (world.isFailing) throw new Error("the disk is full");
      return await work(none);
    },
  };
  const metrics = memoryMetrics();
  const trail = createAuditTrail({ database, clock: manualClock(0), log: silentLog, metrics });
  return { trail, world, metrics, letGo };
}

test("refusals wait for a database that hangs, up to their bound, and are written many at once", async () => {
  const { trail, world, metrics, letGo } = setUp();
  // The first is on its way at once, alone.
  const firstLot = 1;
  const all = firstLot + LIMITS.auditEntriesWaitingMax + 7;
  for (let n = 0; n < all; n += 1) trail.beside(DRAFT, "ROLE_REFUSED");
  expect(metrics.value(DROPPED)).toBe(7);
  letGo();
  await trail.stop();
  expect(world).toMatchObject({ written: all - 7, transactions: 3 });
});

test("refusals that the database does not take are counted, and the next ones are tried", async () => {
  const { trail, world, metrics, letGo } = setUp();
  letGo();
  world.isFailing = true;
  trail.beside(DRAFT, "ROLE_REFUSED");
  await trail.stop();
  expect(metrics.value(DROPPED)).toBe(1);
  world.isFailing = false;
  trail.beside(DRAFT, "ROLE_REFUSED");
  await trail.stop();
  expect(world.written).toBe(1);
});

test("one check of the history runs at a time", async () => {
  const { trail, letGo } = setUp();
  const first = trail.verify();
  await expect(trail.verify()).rejects.toMatchObject({ code: "RATE_LIMITED", status: 429 });
  letGo();
  expect(await first).toMatchObject({ records: 0 });
  expect(await trail.verify()).toMatchObject({ records: 0 });
});
