/**
 * The trail of the API's writes. A request runs with its entry at hand (`during`); the first
 * transaction that commits anywhere below it keeps the entry, so write and entry are there both or
 * neither. A request that committed nothing (a refusal) has its entry written beside, soon after its
 * answer, many in one transaction. The entry travels with the asynchronous call (AsyncLocalStorage),
 * so that no room between the console and the database has to hand it on.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { addEntry, checkHistory, listEntries } from "../cases/cases.ts";
import type {
  AuditDraft,
  AuditEntry,
  AuditFilter,
  ChainReport,
  PendingAudit,
} from "../model/audit.ts";
import type { Clock } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";

const WRITTEN_AT_ONCE = 500;

type Ended = AuditDraft & Pick<AuditEntry, "at" | "result">;

export type AuditTrail = ReturnType<typeof createAuditTrail>;

export function createAuditTrail(deps: {
  database: Database;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}) {
  const { database, clock, log } = deps;
  const running = new AsyncLocalStorage<PendingAudit>();
  const waiting: Ended[] = [];
  let writing: Promise<void> | undefined;
  let isChecking = false;
  const dropped = deps.metrics.counter(
    "gridwarden_audit_entries_dropped_total",
    "Entries of refused writes that were dropped, since too many waited or the database refused.",
    [],
  );

  /** `tx` of the write itself. */
  const keptDatabase: Database = {
    reader: database.reader,
    async transaction(work) {
      const pending = running.getStore();
      if (pending === undefined || pending.isKept) return await database.transaction(work);
      const done = await database.transaction(async (tx) => {
        const result = await work(tx);
        await addEntry(tx, { ...draftOf(pending), at: clock.now(), result: pending.result });
        return result;
      });
      pending.isKept = true;
      return done;
    },
  };

  async function writeWaiting(): Promise<void> {
    while (waiting.length > 0) {
      const some = waiting.splice(0, WRITTEN_AT_ONCE);
      try {
        await database.transaction(async (tx) => {
          for (const entry of some) await addEntry(tx, entry);
        });
      } catch (error) {
        dropped.add(some.length);
        log.error("entries of refused writes could not be written", {
          entries: some.length,
          error: String(error),
        });
      }
    }
    writing = undefined;
  }

  return {
    /** For the rooms that write on behalf of the API. */
    database: keptDatabase,
    during(pending: PendingAudit, work: () => void): void {
      running.run(pending, work);
    },
    /** What the write that is running turned out to be; nothing outside one. */
    say(found: { subject?: string; isRepeat?: boolean }): void {
      const pending = running.getStore();
      if (pending === undefined) return;
      if (found.subject !== undefined) pending.subject = found.subject;
      pending.result = found.isRepeat === true ? "repeated" : "done";
    },
    /** Of a write that no transaction has kept. */
    beside(draft: AuditDraft, result: string): void {
      if (waiting.length >= LIMITS.auditEntriesWaitingMax) {
        dropped.add(1);
        return;
      }
      waiting.push({ ...draftOf(draft), at: clock.now(), result });
      writing ??= writeWaiting();
    },
    list: (filter: AuditFilter) => listEntries(database.reader, filter),
    /** @throws GridwardenError RATE_LIMITED while another call checks */
    async verify(from?: number): Promise<ChainReport> {
      if (isChecking) {
        throw new GridwardenError("RATE_LIMITED", "the history is being checked; ask again later");
      }
      isChecking = true;
      try {
        const recordsMax = LIMITS.auditVerifyRecordsMax;
        return await checkHistory(database.reader, { from, recordsMax });
      } finally {
        isChecking = false;
      }
    },
    /** Writes what waits. */
    async stop(): Promise<void> {
      await writing;
    },
  };
}

function draftOf({ requestId, actor, roles, action, route, subject }: AuditDraft): AuditDraft {
  const draft = { requestId, actor, roles, action, route };
  return subject === undefined ? draft : { ...draft, subject };
}
