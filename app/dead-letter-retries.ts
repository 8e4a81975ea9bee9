/**
 * Dead letters are tried again: their uplinks are decoded with the registry and the decoders as they
 * are now, and values at whose keys nothing stands come into the store; what stands stays. A reading
 * that came in time and is still the newest of its device is how things are, and is judged in the
 * transaction in which its letter leaves; every other is history, judged by nothing. Values are there before the
 * letter leaves, so a crash between the two loses nothing, and the next try finds them standing.
 */

import type { Alerts } from "../alerts/alerts.ts";
import type { Ingest, PastReading } from "../ingest/ingest.ts";
import {
  countPast,
  lettersBeside,
  lettersToRetry,
  NOT_SELECTED,
  type RetriedUplink,
  settleLetters,
  uplinksOf,
} from "../ingest/redecoding.ts";
import type { Sql } from "../model/database.ts";
import { type DeadLetterReason, GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { Reading } from "../model/reading.ts";
import type { RetryReport } from "../model/redecoding.ts";
import type { Device, DeviceFormat, RegistryView } from "../model/registry.ts";
import type { Engine, EngineStats } from "./engine.ts";
import { createMutex } from "./mutex.ts";
import type { RawUplinks } from "./raw-uplinks.ts";

interface RetriesDeps {
  raw: Pick<RawUplinks, "find">;
  ingest: Pick<Ingest, "newRedecoder">;
  engine: Pick<Engine, "addPast" | "latest" | "write"> & {
    stats(): Pick<EngineStats, "isLatestKnown">;
  };
  alerts: Pick<Alerts, "judgeStanding">;
  registry: Pick<RegistryView, "device">;
  reader: Sql;
}

interface RetryAsked {
  reason?: DeadLetterReason | undefined;
  /** Letters of its devices alone. */
  format?: DeviceFormat | undefined;
  deviceId?: string | undefined;
  cursor?: string | undefined;
}

type IsWanted = (device: Device) => boolean;

interface Tried extends RetriedUplink {
  past: readonly PastReading[];
  faults: readonly { reason: DeadLetterReason; text: string }[];
}

const ANY_DEVICE = (): boolean => true;
/** Uplinks whose values go to the store together. */
const UPLINKS_AT_ONCE = 100;

export function createRetries(deps: RetriesDeps) {
  const { raw, ingest, engine, alerts, registry, reader } = deps;
  const mutex = createMutex();

  async function rawOf({ position, receivedAt }: { position: number; receivedAt: number }) {
    const found = await raw.find(position);
    return found?.receivedAt === receivedAt ? found.record : undefined;
  }

  /** Nothing where the uplink is not to be touched. */
  async function decode(
    { letters, record }: RetriedUplink,
    isWanted: IsWanted | undefined,
  ): Promise<Tried | undefined> {
    if (record === undefined) return undefined;
    const { decode } = ingest.newRedecoder(isWanted ?? ANY_DEVICE);
    const found = await decode([record]);
    const isOthers = found.letters.some(({ reason }) => reason === NOT_SELECTED);
    if (found.isOpen || (isWanted !== undefined && isOthers)) return undefined;
    return { letters, record, past: found.past, faults: found.letters };
  }

  /** Else what comes from the store only later would be older than what is tried again. */
  function needLatest(): void {
    if (engine.stats().isLatestKnown) return;
    throw new GridwardenError(
      "STORE_FAILED",
      "the newest readings are not known yet, since the store of readings was away; try again later",
    );
  }

  /** What its device told last of each measurement, where it stands now. */
  function isNewest({ deviceId, measurement, period, observedAt, value }: Reading): boolean {
    const { device, asset } = registry.device(deviceId) ?? {};
    if (asset === undefined || period !== "instant") return false;
    if (observedAt < (device?.installedAt ?? 0)) return false;
    return engine
      .latest(asset.assetId)
      .some(
        (latest) =>
          latest.deviceId === deviceId &&
          latest.measurement === measurement &&
          latest.observedAt === observedAt &&
          latest.value === value,
      );
  }

  async function take(tried: readonly Tried[]): Promise<RetryReport["values"]> {
    const past = firstOfEachKey(tried.flatMap((each) => each.past));
    if (past.length > 0) needLatest();
    const { standing, refused } = await engine.addPast(past);
    const counts = countPast(past, standing);
    await engine.write(async (tx, now) => {
      // No batch is judged meanwhile: what is the newest here is so to the rules.
      alerts.judgeStanding(heardThen(tried).filter(isNewest), now);
      for (const { letters, faults } of tried) await settleLetters(tx, letters, faults);
      return { value: undefined };
    });
    return {
      stored: counts.added - refused,
      ...{ duplicate: counts.same, conflict: counts.replaced, refused },
    };
  }

  async function retry(
    uplinks: readonly RetriedUplink[],
    isWanted?: IsWanted,
  ): Promise<RetryReport> {
    const values = { stored: 0, duplicate: 0, conflict: 0, refused: 0 };
    const report: RetryReport = { tried: 0, left: 0, notKept: 0, values };
    for (let from = 0; from < uplinks.length; from += UPLINKS_AT_ONCE) {
      const tried: Tried[] = [];
      for (const uplink of uplinks.slice(from, from + UPLINKS_AT_ONCE)) {
        if (uplink.record === undefined) report.notKept += uplink.letters.length;
        const found = await decode(uplink, isWanted);
        if (found === undefined) continue;
        tried.push(found);
        report.tried += found.letters.length;
        report.left += Math.max(0, found.letters.length - found.faults.length);
      }
      const taken = await take(tried);
      for (const fate of ["stored", "duplicate", "conflict", "refused"] as const) {
        values[fate] += taken[fate];
      }
    }
    return report;
  }

  return {
    /** One letter and the others of its uplink. @throws DEAD_LETTER_NOT_FOUND, RAW_NOT_KEPT, STORE_FAILED */
    one: (id: number): Promise<RetryReport> =>
      mutex.run(async () => {
        const letters = await lettersBeside(reader, id);
        if (letters.length === 0) {
          throw new GridwardenError("DEAD_LETTER_NOT_FOUND", `no dead letter has the id ${id}`);
        }
        const report = await retry(await uplinksOf(letters, rawOf));
        if (report.tried > 0 || report.notKept === 0) return report;
        const [letter] = letters;
        throw new GridwardenError(
          "RAW_NOT_KEPT",
          `of the ${letter?.payloadBytes} bytes of letter ${id} the first ${letter?.payload.length} are kept, which cannot be decoded; have the device send it again`,
        );
      }),
    /** Newest first, so many a call. @throws STORE_FAILED */
    all: ({ reason, cursor, ...whose }: RetryAsked): Promise<RetryReport> =>
      mutex.run(async () => {
        const limit = LIMITS.deadLettersRetriedMax;
        const before = cursor === undefined ? undefined : Number(cursor);
        const letters = await lettersToRetry(reader, { reason, before, limit });
        const report = await retry(await uplinksOf(letters, rawOf), wantedOf(whose));
        const last = letters.at(-1);
        return letters.length < limit || last === undefined
          ? report
          : { ...report, next: String(last.id) };
      }),
  };
}

/** Of a device that nobody had registered it is not known where it was. */
function heardThen(tried: readonly Tried[]): Reading[] {
  return tried
    .filter(({ letters }) => letters.every(({ reason }) => reason !== NOT_SELECTED))
    .flatMap(({ past }) => past.map(({ reading }) => reading));
}

/** Absent: letters of all, those that nobody is known by among them. */
function wantedOf({ format, deviceId }: Pick<RetryAsked, "format" | "deviceId">) {
  if (format === undefined && deviceId === undefined) return undefined;
  return (device: Device): boolean =>
    (format === undefined || (device.format ?? "native") === format) &&
    (deviceId === undefined || device.deviceId === deviceId);
}

/** What came first stands, as it would have then. */
function firstOfEachKey(past: readonly PastReading[]): PastReading[] {
  const found = new Map<string, PastReading>();
  for (const each of past) {
    const { deviceId, measurement, period, observedAt } = each.reading;
    const key = `${deviceId} ${period} ${each.seq ?? `at ${observedAt}`} ${measurement}`;
    if (!found.has(key)) found.set(key, each);
  }
  return [...found.values()];
}
