/**
 * Cases that stand at a unit for want of a crew go to the crews that it has: at the start, when a
 * crew comes, and when a roster or the holidays have changed. One transaction for all of them, or a
 * few where they are many, none where nobody waits. It runs in the background, since devices and
 * people wait for nothing of it, and what fails is tried again until it is done.
 */
import { type CaseEffects, type Cases, noEffects } from "../cases/cases.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { isErrorCode } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import { CENTRE_UNIT_ID, type RegistryView } from "../model/registry.ts";
import type { Engine } from "./engine.ts";

export interface WaitingCases {
  /** There may be a case that waits, or a crew for it; nobody need wait for what comes of it. */
  look(): void;
  /** Nothing is begun any more; a transaction that is under way ends with the engine. */
  stop(): void;
}

export interface WaitingCasesDeps {
  cases: Pick<Cases, "unitsWithoutCrew" | "giveWaiting">;
  registry: Pick<RegistryView, "crewsOf">;
  engine: Pick<Engine, "write">;
  reader: Sql;
  log: Log;
}

/** A unit at which cases stand; of it what is numbered after a case. */
interface Waiting {
  unitId: string;
  after?: string | undefined;
}

const RETRY_WALL_MS_MIN = 1_000;
const RETRY_WALL_MS_MAX = 60_000;

export function createWaitingCases(
  deps: WaitingCasesDeps,
  { retryWallMsMin = RETRY_WALL_MS_MIN }: { retryWallMsMin?: number } = {},
): WaitingCases {
  const { cases, registry, engine, reader, log } = deps;
  let isWanted = false;
  let isLooking = false;
  let isStopped = false;
  let retryWallMs = retryWallMsMin;
  let retry: NodeJS.Timeout | undefined;

  /** What one unit's crews cannot be given keeps no other unit's from their cases. */
  async function giveAt(
    tx: Sql,
    { unitId, after }: Waiting,
    now: Instant,
  ): ReturnType<Cases["giveWaiting"]> {
    await tx.run("savepoint unit");
    try {
      const effects = await cases.giveWaiting(tx, unitId, now, after);
      await tx.run("release unit");
      return effects;
    } catch (error) {
      if (isErrorCode(error, "DATABASE_FAILED")) throw error;
      await tx.run("rollback to unit");
      await tx.run("release unit");
      log.error("cases that wait could not be given to this unit's crews", {
        unitId,
        error: String(error),
      });
      return noEffects();
    }
  }

  async function give(): Promise<void> {
    const waiting = await cases.unitsWithoutCrew(reader);
    // Of a unit without crews the centre's have what is life safety.
    const hasCrew = (unitId: string): boolean => registry.crewsOf(unitId).length > 0;
    const isStoodIn = hasCrew(CENTRE_UNIT_ID);
    let left = waiting
      .filter((unitId) => isStoodIn || hasCrew(unitId))
      .map((unitId): Waiting => ({ unitId }));
    while (left.length > 0 && !isStopped) left = await giveSome(left);
  }

  /** One transaction, up to a unit that has more. Answers what is left. */
  async function giveSome(waiting: readonly Waiting[]): Promise<Waiting[]> {
    return await engine.write(async (tx, now) => {
      const given: CaseEffects[] = [];
      let left: Waiting[] = [];
      for (const [index, { unitId, after }] of waiting.entries()) {
        const { next, ...effects } = await giveAt(tx, { unitId, after }, now);
        given.push(effects);
        if (next === undefined) continue;
        left = [{ unitId, after: next }, ...waiting.slice(index + 1)];
        break;
      }
      return { value: left, effects: together(given) };
    });
  }

  async function lookOver(): Promise<void> {
    try {
      while (isWanted && !isStopped) {
        isWanted = false;
        await give();
      }
      retryWallMs = retryWallMsMin;
    } catch (error) {
      if (isStopped) return;
      log.error("cases that wait for a crew were not given to one; it is tried again", {
        retryWallMs,
        error: String(error),
      });
      retry = setTimeout(look, retryWallMs);
      retryWallMs = Math.min(retryWallMs * 2, RETRY_WALL_MS_MAX);
    } finally {
      isLooking = false;
    }
  }

  function look(): void {
    isWanted = true;
    if (isLooking || isStopped) return;
    clearTimeout(retry);
    isLooking = true;
    void lookOver();
  }

  return {
    look,
    stop() {
      isStopped = true;
      clearTimeout(retry);
    },
  };
}

/** Of several units: no case is given twice, so nothing of it meets. */
function together(all: readonly CaseEffects[]): CaseEffects {
  return {
    orders: all.flatMap(({ orders }) => orders),
    changed: all.flatMap(({ changed }) => changed),
    watch: all.flatMap(({ watch }) => watch),
    unwatch: all.flatMap(({ unwatch }) => unwatch),
    notices: all.flatMap(({ notices }) => notices),
    settled: all.flatMap(({ settled }) => settled),
  };
}
