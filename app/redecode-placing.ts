/**
 * Puts what was decoded again in the place of what stands otherwise: another value, or other flags. The
 * flag `late` alone is no difference, since the delays that were usual then are not known now. What
 * stands of the same devices at the same times and did not come again is looked for, and stays.
 */
import type { PastReading } from "../ingest/ingest.ts";
import { besides, countPast, namesOf } from "../ingest/redecoding.ts";
import type { ReadingStore } from "../ingest/store/reading-store.ts";
import { DAY_MS } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { FLAG_BITS, type Flags, qualityOf } from "../model/reading.ts";
import type { RedecodedName, RedecodingCounts } from "../model/redecoding.ts";
import type { RegistryView } from "../model/registry.ts";
import type { Engine } from "./engine.ts";

export interface PlacingDeps {
  engine: Pick<Engine, "standing" | "replacePast" | "storeLine">;
  store: Pick<ReadingStore, "queryColumns">;
  registry: Pick<RegistryView, "device">;
}

export interface Placed {
  readonly counts: RedecodingCounts;
  readonly names: readonly RedecodedName[];
}

const placeOf = (seriesId: number, at: number): string => `${seriesId} ${at}`;

export function createPlacing({ engine, store, registry }: PlacingDeps) {
  function needLine() {
    const line = engine.storeLine();
    if (line !== undefined) return line;
    throw new GridwardenError("STORE_FAILED", "the store of readings is away");
  }

  /** Flags that stand, of readings that are not bad; a day at a time, so that no question is wide. */
  async function flagsAt(past: readonly PastReading[]): Promise<(Flags | undefined)[]> {
    const keys = needLine().keysOfPast(past);
    const days = new Map<number, number[]>();
    for (const [index, { reading }] of past.entries()) {
      const day = Math.floor(reading.observedAt / DAY_MS);
      const ofDay = days.get(day);
      if (ofDay === undefined) days.set(day, [index]);
      else ofDay.push(index);
    }
    const flags = new Map<string, Flags>();
    for (const indices of days.values()) {
      const times = indices.map((index) => past[index]?.reading.observedAt ?? 0);
      const found = await store.queryColumns({
        seriesIds: [...new Set(indices.flatMap((index) => keys[index]?.seriesId ?? []))],
        from: times.reduce((least, at) => Math.min(least, at)),
        to: times.reduce((most, at) => Math.max(most, at)) + 1,
        pointsPerSeriesMax: LIMITS.pointsPerSeriesMax,
      });
      for (const { seriesId, at, flags: all } of found) {
        for (const [row, time] of at.entries()) flags.set(placeOf(seriesId, time), all[row] ?? 0);
      }
    }
    return past.map(({ reading }, index) =>
      flags.get(placeOf(keys[index]?.seriesId ?? 0, reading.observedAt)),
    );
  }

  /** Of those whose value stands already, the ones whose flags do not. */
  async function otherwiseFlagged(
    past: readonly PastReading[],
    standing: readonly (number | undefined)[],
  ): Promise<Set<number>> {
    const indices = [...past.keys()].filter(
      (index) => past[index]?.reading.value === standing[index],
    );
    const same = indices.flatMap((index) => past[index] ?? []);
    const flags = same.length === 0 ? [] : await flagsAt(same);
    return new Set(indices.filter((_index, n) => areOthers(same[n]?.reading.flags ?? 0, flags[n])));
  }

  async function namesIn(past: readonly PastReading[]): Promise<RedecodedName[]> {
    const line = needLine();
    const asked = besides(past, (deviceId) => line.seriesOf({ deviceId }));
    const found = asked.length === 0 ? [] : await engine.standing(asked);
    const beside = asked.filter((_each, index) => found[index] !== undefined);
    return namesOf({ came: past, beside }, (deviceId) => {
      const { decoder, format = "native" } = registry.device(deviceId)?.device ?? {};
      return decoder ?? format;
    });
  }

  return {
    /** @throws STORE_FAILED while it is away */
    async place(past: readonly PastReading[]): Promise<Placed> {
      const standing = await engine.standing(past);
      const flagged = await otherwiseFlagged(past, standing);
      const names = await namesIn(past);
      const counts = countPast(past, standing, (index) => flagged.has(index));
      const others = past.filter(
        ({ reading }, index) => standing[index] !== reading.value || flagged.has(index),
      );
      const refused = others.length === 0 ? 0 : await engine.replacePast(others);
      return { counts: { ...counts, added: counts.added - refused, refused }, names };
    },
  };
}

/** A store answers no flags of what is bad. */
function areOthers(flags: Flags, standing: Flags | undefined): boolean {
  if (standing === undefined) return qualityOf(flags) !== "bad";
  return ((flags ^ standing) & ~FLAG_BITS.late) !== 0;
}
