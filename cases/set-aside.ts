/**
 * One alarm or one due that cannot be worked on must not stop the others, nor the readings behind
 * them: what it wrote is taken back to a savepoint, what it wanted is forgotten, and it is counted
 * and logged. A fault of the database's own is everybody's and is thrown on.
 */
import type { Sql } from "../model/database.ts";
import { isErrorCode } from "../model/errors.ts";
import { type CaseEffects, type CasesDeps, noEffects, putChanged } from "./desk-words.ts";

/** What is tried, as the counter's label and the log's line name it. */
interface Tried {
  what: "alarm" | "due";
  about: Record<string, unknown>;
}

export type TryOne = ReturnType<typeof createTryOne>;

export function createTryOne(deps: Pick<CasesDeps, "log" | "metrics">) {
  const setAside = deps.metrics.counter(
    "gridwarden_cases_set_aside_total",
    "Alarms and dues that failed and were set aside, by what they are.",
    ["what"],
  );

  /** Answers whether it was done. @throws GridwardenError DATABASE_FAILED */
  return async function tryOne(
    tx: Sql,
    { what, about }: Tried,
    effects: CaseEffects,
    work: (own: CaseEffects) => Promise<void>,
  ): Promise<boolean> {
    const own = noEffects();
    await tx.run("savepoint one");
    try {
      await work(own);
    } catch (error) {
      if (isErrorCode(error, "DATABASE_FAILED")) throw error;
      await tx.run("rollback to one");
      await tx.run("release one");
      setAside.add(1, { what });
      deps.log.error(`this ${what} failed and is set aside`, { ...about, error: String(error) });
      return false;
    }
    await tx.run("release one");
    merge(effects, own);
    return true;
  };
}

export function merge(into: CaseEffects, own: CaseEffects): void {
  into.orders.push(...own.orders);
  into.watch.push(...own.watch);
  into.unwatch.push(...own.unwatch);
  into.notices.push(...own.notices);
  into.settled.push(...own.settled);
  for (const theCase of own.changed) putChanged(into, theCase);
}
