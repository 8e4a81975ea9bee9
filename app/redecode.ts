/**
 * Re-decodings: raw uplinks of a period are decoded again with the registry and the decoders as they
 * are now, and what comes out is put in the place of what stands. One runs at a time, a few uplinks
 * after the other with rests between, so that live readings never wait. Nothing of it is judged: no
 * alarm, no case, nobody is told. How far it has come is saved after each few uplinks; after a crash
 * those are decoded once more, which changes nothing.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as wallDelay } from "node:timers/promises";
import type { Ingest } from "../ingest/ingest.ts";
import {
  addCounts,
  addFaults,
  addNames,
  findRedecoding,
  isRemembered,
  isSelected,
  NO_COUNTS,
  NOT_SELECTED,
  openRedecodings,
  type RawUplink,
  type Redecoded,
  saveRedecoding,
} from "../ingest/redecoding.ts";
import type { Clock, Instant } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { Redecoding, RedecodingSelection } from "../model/redecoding.ts";
import type { RegistryView } from "../model/registry.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { Engine } from "./engine.ts";
import type { RawUplinks } from "./raw-uplinks.ts";
import { createPlacing, type Placed, type PlacingDeps } from "./redecode-placing.ts";
import { createSignal } from "./signal.ts";

export interface RedecodeDeps {
  raw: RawUplinks;
  ingest: Pick<Ingest, "newRedecoder">;
  engine: Pick<Engine, "stats"> & PlacingDeps["engine"];
  store: PlacingDeps["store"];
  registry: Pick<RegistryView, "devices" | "device">;
  /** What the write that runs is about. */
  trail: Pick<AuditTrail, "say">;
  database: Database;
  /** The same, of writes that somebody asked for. */
  written: Database;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export interface RedecodingAsked {
  selection: RedecodingSelection;
  from: Instant;
  to: Instant;
  by: string;
}

export interface Redecodings {
  /** Goes on with what a stop or a crash has cut off. */
  start(): void;
  stop(): Promise<void>;
  /** @throws RAW_NOT_KEPT, REQUEST_INVALID where no device is meant, RATE_LIMITED where too many wait */
  ask(asked: RedecodingAsked): Promise<Redecoding>;
  /** @throws REDECODING_NOT_FOUND */
  get(redecodingId: string): Promise<Redecoding>;
  /** What was replaced stays so; one that has ended stays as it ended. @throws REDECODING_NOT_FOUND */
  cancel(redecodingId: string): Promise<Redecoding>;
}

type Decode = (records: readonly Uint8Array[]) => Promise<Redecoded>;

const REST_WALL_MS_MIN = 5;
const RETRY_WALL_MS = 1_000;

export function createRedecodings(deps: RedecodeDeps): Redecodings {
  const { raw, ingest, engine, registry, database, clock, log } = deps;
  const placing = createPlacing(deps);
  const stopping = createSignal();
  const cancelled = new Set<string>();
  let isRunning = false;
  /** One was asked for since it was looked what there is. */
  let isWanted = false;
  let running: Promise<void> | undefined;
  const values = deps.metrics.counter(
    "gridwarden_redecoded_values_total",
    "Values that were decoded again, by what became of them; the ledger knows nothing of them.",
    ["fate"],
  );

  const save = (of: Redecoding, by: Database = database): Promise<void> =>
    by.transaction((tx) => saveRedecoding(tx, of, LIMITS.redecodingsKeptMax));

  async function get(redecodingId: string): Promise<Redecoding> {
    const found = await findRedecoding(database.reader, redecodingId);
    if (found !== undefined) return found;
    const text = `no re-decoding has the id '${redecodingId}'; those that ended long ago are forgotten`;
    throw new GridwardenError("REDECODING_NOT_FOUND", text);
  }

  function checkMeant({ selection, from, to }: RedecodingAsked): void {
    raw.need();
    if (from >= to) {
      throw new GridwardenError("REQUEST_INVALID", "field 'from': must lie before 'to'");
    }
    const isMeant = isSelected(selection);
    for (const { device } of registry.devices()) if (isMeant(device)) return;
    const [field] = Object.keys(selection);
    throw new GridwardenError("REQUEST_INVALID", `field '${field}': no registered device is meant`);
  }

  const isWorking = ({ redecodingId }: Redecoding): boolean =>
    isRunning && !cancelled.has(redecodingId);

  /** Settles when the store has all that these uplinks brought when they came. */
  async function stored(job: Redecoding, uplinks: readonly RawUplink[]): Promise<void> {
    const newest = uplinks.at(-1)?.position ?? -1;
    while (isWorking(job) && engine.stats().storedTo <= newest) {
      await stopping.orAfter(wallDelay(RETRY_WALL_MS));
    }
  }

  /** Tried until the store takes it; nothing where it was told to stop meanwhile. */
  async function place(job: Redecoding, { past }: Redecoded): Promise<Placed | undefined> {
    while (isWorking(job)) {
      try {
        return await placing.place(past);
      } catch (error) {
        if (!isRunning) return undefined;
        const fault = `waits for the store of readings: ${(error as Error).message}`;
        if (job.fault !== fault) log.warn("a re-decoding waits", { fault });
        job.fault = fault;
        await save(job);
        await stopping.orAfter(wallDelay(RETRY_WALL_MS));
      }
    }
    return undefined;
  }

  /** Of what came before, what gateways remember: births that give aliases their names. */
  async function remember(uplinks: readonly RawUplink[], decode: Decode): Promise<void> {
    const records = uplinks.map(({ record }) => record).filter(isRemembered);
    if (records.length > 0) await decode(records);
  }

  /** Goes on in the middle: what it remembered there is made again. */
  async function rememberTo(job: Redecoding, decode: Decode): Promise<void> {
    for (let from = raw.first(); from < job.next && isWorking(job); ) {
      const begunAt = performance.now();
      const { next, uplinks } = await raw.read(from);
      if (uplinks.length === 0) return;
      await remember(uplinks.slice(0, Math.max(0, uplinks.length - (next - job.next))), decode);
      from = next;
      await rest(begunAt);
    }
  }

  /** As long as it worked, so that live readings come between. */
  async function rest(begunAt: number): Promise<void> {
    const workedMs = performance.now() - begunAt;
    await stopping.orAfter(wallDelay(Math.max(REST_WALL_MS_MIN, workedMs)));
  }

  /** A few uplinks; answers the job as it stands then, or nothing where it was cut off. */
  async function step(job: Redecoding, decode: Decode): Promise<Redecoding | undefined> {
    const { next, uplinks } = await raw.read(job.next);
    const isEnd = uplinks.length === 0;
    const until = isEnd ? job.end : next;
    const some = uplinks.slice(0, Math.max(0, uplinks.length - (next - job.end)));
    await remember(
      some.filter(({ receivedAt }) => receivedAt < job.from),
      decode,
    );
    const meant = some.filter(({ receivedAt }) => receivedAt >= job.from && receivedAt < job.to);
    if (meant.length === 0) return { ...job, next: until };
    await stored(job, meant);
    const decoded = await decode(meant.map(({ record }) => record));
    const placed = await place(job, decoded);
    if (placed === undefined) return undefined;
    const faults = decoded.letters.filter(({ reason }) => reason !== NOT_SELECTED);
    for (const [fate, count] of Object.entries(placed.counts)) values.add(count, { fate });
    return {
      ...job,
      next: until,
      uplinks: job.uplinks + meant.length,
      counts: addCounts(job.counts, placed.counts),
      names: addNames(job.names, placed.names),
      faults: addFaults(job.faults, faults),
      fault: undefined,
    };
  }

  async function run(begun: Redecoding): Promise<void> {
    const { redecodingId } = begun;
    const { decode } = ingest.newRedecoder(isSelected(begun.selection));
    let job: Redecoding = { ...begun, state: "running" };
    await save(job);
    await rememberTo(job, decode);
    while (job.next < job.end && isWorking(job)) {
      const begunAt = performance.now();
      const after = await step(job, decode);
      if (after === undefined) break;
      if (after.uplinks > job.uplinks) await save(after);
      job = after;
      await rest(begunAt);
    }
    if (job.next >= job.end) {
      await save({ ...job, state: "done", endedAt: clock.now(), fault: undefined });
      log.info("a re-decoding is done", { redecodingId, uplinks: job.uplinks, ...job.counts });
    } else if (cancelled.has(redecodingId)) {
      await save({ ...job, state: "cancelled", endedAt: clock.now(), fault: undefined });
    }
    cancelled.delete(redecodingId);
  }

  async function runToEnd(next: Redecoding): Promise<void> {
    try {
      await run(next);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      // Cut off by a stop: the next start goes on with it.
      if (!isRunning) return;
      const fault = (error as Error).message;
      log.error("a re-decoding failed", { redecodingId: next.redecodingId, fault });
      await save({
        ...(await get(next.redecodingId)),
        state: "failed",
        endedAt: clock.now(),
        fault,
      });
    }
  }

  /** While the database is away they wait, and go on from what is saved there. */
  async function runAll(): Promise<void> {
    while (isRunning) {
      isWanted = false;
      try {
        const [next] = await openRedecodings(database.reader);
        if (next !== undefined) await runToEnd(next);
        else if (!isWanted) return;
      } catch (error) {
        if (!isDatabaseAway(error)) throw error;
        log.warn("re-decodings wait for the database", { error: String(error) });
        await stopping.orAfter(wallDelay(RETRY_WALL_MS));
      }
    }
  }

  function kick(): void {
    isWanted = true;
    if (running !== undefined || !isRunning) return;
    running = runAll()
      .catch((error) => log.error("re-decodings stop until the next one", { error: String(error) }))
      .finally(() => {
        running = undefined;
      });
  }

  return {
    start() {
      isRunning = true;
      kick();
    },
    async stop() {
      isRunning = false;
      stopping.send();
      await running;
    },
    async ask(asked) {
      checkMeant(asked);
      const { length } = await openRedecodings(database.reader);
      if (length >= LIMITS.redecodingsWaitingMax) {
        const text = `${length} re-decodings wait already; ask again when they are done`;
        throw new GridwardenError("RATE_LIMITED", text);
      }
      // What was acknowledged before it was asked for belongs to it.
      await raw.caughtUp();
      const job: Redecoding = {
        ...{ redecodingId: randomUUID(), ...asked, state: "waiting", madeAt: clock.now() },
        ...{ first: raw.first(), next: raw.first(), end: raw.end(), uplinks: 0 },
        ...{ counts: NO_COUNTS, faults: [], names: [] },
        ...{ endedAt: undefined, fault: undefined },
      };
      deps.trail.say({ subject: job.redecodingId });
      await save(job, deps.written);
      kick();
      return job;
    },
    get,
    async cancel(redecodingId) {
      const isOpen = ({ state }: Redecoding): boolean => state === "waiting" || state === "running";
      const job = await get(redecodingId);
      if (!isOpen(job)) return job;
      cancelled.add(redecodingId);
      // It may have ended, or gone on, meanwhile.
      await deps.written.transaction(async (tx) => {
        const now = (await findRedecoding(tx, redecodingId)) ?? job;
        if (!isOpen(now)) return;
        const ended: Redecoding = { ...now, state: "cancelled", endedAt: clock.now() };
        await saveRedecoding(tx, ended, LIMITS.redecodingsKeptMax);
      });
      return get(redecodingId);
    },
  };
}

const isDatabaseAway = (error: unknown): boolean =>
  error instanceof GridwardenError && error.code === "DATABASE_FAILED";
