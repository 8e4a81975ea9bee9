/**
 * Raw uplinks, kept to be decoded again: a second journal, into which a follower of the first copies
 * those whose format a decoder or a mapping reads. Bounded by days and by bytes, the oldest out
 * first; what the disk does not take is left out and said, for nothing waits for it, neither a start
 * where nothing of it can be opened. Where the copy ended is told by its own last record, so a crash leaves no gap.
 */
import { setTimeout as wallDelay } from "node:timers/promises";
import { decodeRaw, encodeRaw, isKeptRaw, type RawUplink } from "../ingest/redecoding.ts";
import { createJournal, type Journal } from "../journal/journal.ts";
import { type Clock, DAY_MS, type Instant, MINUTE_MS, type Timer } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import { type Metrics, memoryMetrics } from "../model/metrics.ts";
import { createSignal } from "./signal.ts";

export interface RawUplinks {
  /** Opens what is kept; the first journal is open by then. */
  open(): Promise<void>;
  stop(): Promise<void>;
  /** Numbers of what is kept, from the oldest on; `end` is the number of the next one. */
  first(): number;
  end(): number;
  /** Settles when what the journal held has been copied, or nothing is copied any more. */
  caughtUp(): Promise<void>;
  /** A few from `from` on, or from the oldest that is kept; none at the end. */
  read(from: number): Promise<{ next: number; uplinks: RawUplink[] }>;
  /** The one that has this position in the journal, where it is kept. */
  find(position: number): Promise<RawUplink | undefined>;
  /** @throws RAW_NOT_KEPT where the configuration keeps none */
  need(): void;
}

export interface RawUplinksDeps {
  journal: Pick<Journal, "read" | "waitFor" | "keepFrom" | "end" | "stats">;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

const COPY_MAX = { records: 2_000, bytes: 4 * 1024 * 1024 };
/** Small, so that live readings come between. */
const READ_MAX = { records: 200, bytes: 1024 * 1024 };
/** Uplinks of so long share a write. */
const COPY_WALL_MS = 100;
const LOOK_AGAIN_WALL_MS = 10;
/** Of the bound: at the first share the oldest go, down to the second. */
const FULL_SHARE = 0.8;
const KEPT_SHARE = 0.6;
const SEGMENTS_IN_BOUND = 8;
const TIDY_MS = 10 * MINUTE_MS;

export function createRawUplinks(
  deps: RawUplinksDeps,
  { directory, days, bytesMax }: { directory: string; days: number; bytesMax: number },
): RawUplinks {
  const { journal, clock } = deps;
  const log = deps.log.of("raw-uplinks");
  const kept = createJournal(
    { log, metrics: memoryMetrics() },
    {
      directory,
      // It is kept below the bound here; it itself refuses nothing that is copied at once.
      bytesMax: bytesMax + 2 * COPY_MAX.bytes,
      segmentBytesMax: Math.ceil(bytesMax / SEGMENTS_IN_BOUND),
    },
  );
  const stopping = createSignal();
  const isOn = days > 0;
  let isOpen = false;
  let isRunning = false;
  let following = Promise.resolve();
  /** The next position of the journal to copy. */
  let copiedTo = Number.MAX_SAFE_INTEGER;
  let timer: Timer | undefined;
  let fault: string | undefined;
  /** Why nothing is kept until the next start. */
  let openFault: string | undefined;
  const lost = deps.metrics.counter(
    "gridwarden_raw_uplinks_lost_total",
    "Raw uplinks that could not be kept, and so are not decoded again.",
  );
  deps.metrics.gauge("gridwarden_raw_uplinks_bytes", "Bytes of raw uplinks that are kept", () =>
    isOpen ? kept.stats().bytes : 0,
  );

  const first = (): number => kept.stats().first;

  /** Or the oldest, where that is gone: while somebody searches, segments go. */
  async function at(number: number): Promise<RawUplink | undefined> {
    const { records } = await kept.read(Math.max(number, first()), { records: 1, bytes: 1 });
    return records[0] && decodeRaw(records[0]);
  }

  /** The least number of which it holds; they are in the order of the journal, and nearly of time. */
  async function search(holds: (uplink: RawUplink) => boolean): Promise<number> {
    let [low, high] = [first(), kept.end()];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const found = await at(middle);
      if (found === undefined || holds(found)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** A segment goes when all of it is too old, or when too much is kept. */
  async function tidy(now: Instant): Promise<void> {
    const since = now - days * DAY_MS;
    let keepFrom = await search(({ receivedAt }) => receivedAt >= since);
    const { bytes } = kept.stats();
    if (bytes > bytesMax * FULL_SHARE) {
      const share = 1 - (bytesMax * KEPT_SHARE) / bytes;
      keepFrom = Math.max(keepFrom, first() + Math.ceil((kept.end() - first()) * share));
    }
    kept.keepFrom("days", keepFrom);
  }

  /** What is not dropped now is dropped the next time. */
  async function tidySurely(now: Instant): Promise<void> {
    try {
      await tidy(now);
    } catch (error) {
      log.error("old raw uplinks were not dropped", { error: String(error) });
    }
  }

  function keep(position: number, record: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      kept.append(encodeRaw(position, record), (error) => {
        if (error !== undefined) {
          lost.add(1);
          if (fault !== error.message) log.error(`raw uplinks are not kept: ${error.message}`);
        }
        fault = error?.message;
        resolve();
      });
    });
  }

  async function follow(begin: number): Promise<void> {
    let next = begin;
    copiedTo = next;
    while (isRunning) {
      journal.keepFrom("raw-uplinks", next);
      await stopping.orAfter(journal.waitFor(next));
      if (!isRunning) return;
      const { from, records } = await journal.read(next, COPY_MAX);
      const copies: Promise<void>[] = [];
      for (let index = 0; index < records.length; index += 1) {
        const record = records[index];
        if (record !== undefined && isKeptRaw(record)) copies.push(keep(from + index, record));
      }
      await Promise.all(copies);
      next = from + records.length;
      copiedTo = next;
      if (copies.length > 0 && kept.stats().bytes > bytesMax * FULL_SHARE) {
        await tidySurely(clock.now());
      }
      if (records.length < COPY_MAX.records) await stopping.orAfter(wallDelay(COPY_WALL_MS));
    }
  }

  /** Nothing is held up by it: what cannot be copied is not kept. */
  async function followSurely(begin: number): Promise<void> {
    try {
      await follow(begin);
    } catch (error) {
      log.error("raw uplinks are no longer kept until the next start", { error: String(error) });
      journal.keepFrom("raw-uplinks", Number.MAX_SAFE_INTEGER);
      copiedTo = Number.MAX_SAFE_INTEGER;
    }
  }

  function need(): void {
    if (isOn && openFault === undefined) return;
    const text = isOn
      ? `raw uplinks cannot be opened, so none are kept: ${openFault}; run 'gridwarden journal repair', or move the folder '${directory}' away, and restart`
      : "no raw uplinks are kept, so nothing can be decoded again; set GRIDWARDEN_RAW_DAYS";
    throw new GridwardenError("RAW_NOT_KEPT", text);
  }

  return {
    async open() {
      if (!isOn) return;
      let newest: RawUplink | undefined;
      try {
        await kept.open();
        isOpen = true;
        newest = kept.end() > first() ? await at(kept.end() - 1) : undefined;
      } catch (error) {
        openFault = (error as Error).message;
        log.error("raw uplinks cannot be opened, so none are kept until the next start", {
          error: openFault,
        });
        return;
      }
      isRunning = true;
      const after = Math.min((newest?.position ?? -1) + 1, journal.end());
      following = followSurely(Math.max(after, journal.stats().first));
      timer = clock.every(TIDY_MS, () => void tidySurely(clock.now()));
    },
    async stop() {
      isRunning = false;
      timer?.cancel();
      stopping.send();
      await following;
      if (isOpen) await kept.close();
      isOpen = false;
    },
    first,
    end: () => kept.end(),
    async caughtUp() {
      const end = journal.end();
      while (isRunning && copiedTo < end) await stopping.orAfter(wallDelay(LOOK_AGAIN_WALL_MS));
    },
    async read(from) {
      need();
      const begin = Math.min(Math.max(from, first()), kept.end());
      const { from: read, records } = await kept.read(begin, READ_MAX);
      return { next: read + records.length, uplinks: records.map(decodeRaw) };
    },
    async find(position) {
      if (!isOpen || openFault !== undefined) return undefined;
      const found = await at(await search((uplink) => uplink.position >= position));
      return found?.position === position ? found : undefined;
    },
    need,
  };
}
