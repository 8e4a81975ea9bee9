/**
 * Publications of evaluations: what the API does with them, and the tick that makes the briefs of the
 * periods that have ended. Due are those that the database has not noted as done, so a downtime is made
 * up: one brief after the other, the oldest first, each once. A brief that fails is logged, keeps no
 * other back, and is tried again at the next tick.
 */
import cron from "node-cron";
import {
  approvedOf,
  approvePublication,
  duePeriods,
  keepBrief,
  kindOfPeriod,
  listPublications,
  noEffects,
  periodOf,
  periodsMade,
  publicationsDoneUntil,
  readPublication,
  savePublicationsDoneUntil,
  withdrawPublication,
} from "../cases/cases.ts";
import type { Clock, Instant } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import type { Brief, Publication } from "../model/publication.ts";
import type { Engine } from "./engine.ts";
import type { createEvaluationDoor } from "./evaluation.ts";
import type { createLastPlacesDoor } from "./last-places.ts";
import type { createRenewalsDoor } from "./renewals.ts";

const EVERY_CRON = "* * * * *";
/** By which model the briefs of the tick give points. */
const MODEL_OF_TICK: string = "B";

interface PublicationDeps {
  database: Database;
  engine: Pick<Engine, "write">;
  evaluation: Pick<ReturnType<typeof createEvaluationDoor>, "read">;
  lastPlaces: Pick<ReturnType<typeof createLastPlacesDoor>, "read">;
  renewals: Pick<ReturnType<typeof createRenewalsDoor>, "list">;
  clock: Clock;
  zone: TimeZone;
  log: Log;
}

interface Counting {
  period: string;
  model: string;
}

type Said = Omit<Parameters<typeof approvePublication>[1], "publicationId">;
type SaidWhy = Omit<Parameters<typeof withdrawPublication>[1], "publicationId">;
type By = { username: string };

export function createPublications(deps: PublicationDeps) {
  const { database, engine, clock, zone } = deps;

  async function make(
    counting: Counting,
    signal?: AbortSignal,
  ): Promise<{ publication: Publication; isNew: boolean }> {
    const counted = await countBrief(counting, deps, signal);
    return await engine.write(async (tx, now) => {
      const { notices, ...value } = await keepBrief(tx, counted, now);
      return { value, effects: { ...noEffects(), notices } };
    });
  }

  return {
    list: (filter: Parameters<typeof listPublications>[1]) =>
      listPublications(database.reader, filter),
    get: (publicationId: string) => readPublication(database.reader, publicationId),
    approvedOf: (period: string) => approvedOf(database.reader, period),
    async make(counting: Counting) {
      const { to } = periodOf(counting.period, zone);
      if (to <= clock.now()) return await make(counting);
      throw new GridwardenError(
        "REQUEST_INVALID",
        `field 'period': '${counting.period}' is not over before ${zone.iso(to)}; only then do its ` +
          "figures stand",
      );
    },
    approve: (publicationId: string, said: Said, { username }: By) =>
      engine.write(async (tx, now) => ({
        value: await approvePublication(tx, { ...said, publicationId }, username, now),
      })),
    withdraw: (publicationId: string, said: SaidWhy, { username }: By) =>
      engine.write(async (tx, now) => ({
        value: await withdrawPublication(tx, { ...said, publicationId }, username, now),
      })),
    tick: createTick(deps, async (period, signal) => {
      await make({ period, model: MODEL_OF_TICK }, signal);
    }),
  };
}

/** A year of a city takes seconds: who stops the platform waits for one step of it, not for all. */
async function countBrief(
  { period, model }: Counting,
  { evaluation, lastPlaces, renewals }: PublicationDeps,
  signal: AbortSignal | undefined,
): Promise<{ brief: Brief } & Pick<Publication, "verified" | "fault">> {
  const kind = kindOfPeriod(period);
  const units = await evaluation.read({ period, subject: "unit", model });
  signal?.throwIfAborted();
  const area = await evaluation.read({ period, subject: "area", model });
  const hasRules = kind === "month" || kind === "quarter";
  signal?.throwIfAborted();
  const placed = hasRules ? await lastPlaces.read({ period, model }) : undefined;
  signal?.throwIfAborted();
  // Up to the period's end, which is not in it.
  const upTo = { to: units.to - 1, limit: LIMITS.briefRenewalsMax };
  const renewed = kind === "day" ? undefined : await renewals.list(upTo);
  signal?.throwIfAborted();
  const brief: Brief = {
    units,
    area: area.items[0]?.indicators ?? {},
    lastPlaces: placed?.items ?? [],
    renewals: renewed?.items ?? [],
    hasMoreRenewals: renewed?.next !== undefined,
  };
  const fault = [units, area, placed, renewed].find((each) => each?.fault !== undefined)?.fault;
  return { brief, verified: fault === undefined, ...(fault !== undefined && { fault }) };
}

export interface PublicationTick {
  /** Looks at once, and then every minute of the wall. */
  start(): void;
  /** Settles when all that is due was tried. */
  look(): Promise<void>;
  /** Ends after the step in hand; the brief that it is of is made at the next start. */
  stop(): Promise<void>;
}

function createTick(
  deps: Pick<PublicationDeps, "database" | "clock" | "zone" | "log">,
  make: (period: string, signal: AbortSignal) => Promise<void>,
): PublicationTick {
  const { database, clock, zone, log } = deps;
  let task: ReturnType<typeof cron.schedule> | undefined;
  let looking: Promise<void> | undefined;
  let stopping = new AbortController();

  async function look(): Promise<void> {
    const until = clock.now() - LIMITS.publicationWaitMs;
    const saved = await publicationsDoneUntil(database.reader);
    // Of what ended before the first look nobody waits for a brief.
    if (saved === undefined) return await save(until);
    // What a clock saved that ran ahead is not done yet.
    const doneUntil = Math.min(saved, until);
    if (doneUntil < saved) await save(doneUntil);
    const due = duePeriods(doneUntil, until, zone);
    if (due.length === 0) return;
    const made = await periodsMade(database.reader, doneUntil, clock.now());
    let reached = doneUntil;
    let hasFailed = false;
    for (const { period, to } of due) {
      if (task === undefined) break;
      if (!made.has(period)) hasFailed = !(await tryOne(period)) || hasFailed;
      if (!hasFailed) reached = to - 1;
    }
    if (task !== undefined && !hasFailed) reached = due.at(-1)?.to ?? reached;
    if (reached > doneUntil) await save(reached);
  }

  const save = (until: Instant): Promise<void> =>
    database.transaction((tx) => savePublicationsDoneUntil(tx, until));

  async function tryOne(period: string): Promise<boolean> {
    try {
      await make(period, stopping.signal);
      return true;
    } catch (error) {
      if (stopping.signal.aborted) return false;
      log.error("the brief of a period could not be made; the next minute tries again", {
        period,
        error: String(error),
      });
      return false;
    }
  }

  function lookOnce(): Promise<void> {
    looking ??= look()
      .catch((error) => {
        log.error("which briefs are due could not be read; the next minute tries again", {
          error: String(error),
        });
      })
      .finally(() => {
        looking = undefined;
      });
    return looking;
  }

  // It waits for a time of the wall that it had chosen before the step, however far off that is now.
  clock.onSetBack(() => {
    if (task === undefined) return;
    void task.stop();
    task = cron.schedule(EVERY_CRON, lookOnce);
  });

  return {
    start() {
      stopping = new AbortController();
      task = cron.schedule(EVERY_CRON, lookOnce);
      void lookOnce();
    },
    look: lookOnce,
    async stop() {
      const stopped = task;
      task = undefined;
      stopping.abort();
      await stopped?.stop();
      await looking;
    },
  };
}
