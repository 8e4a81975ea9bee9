/**
 * Whose rows a series has, as the heads of its lines say it: made of its device's tags when they are needed, made
 * anew when those change, and of no more devices in periods than the budget has room for.
 */
import type { Series } from "../reading-store.ts";
import { type DeviceTags, fieldKey, headOf, type LineHead, NO_TAGS } from "./layout.ts";

export interface SeriesHead {
  head: LineHead;
  measurement: string;
  /** Key of its value in a line. */
  field: string;
  /** Of the class by which it is rolled up; empty where it is not. */
  slug: string;
}

export interface SeriesHeadsDeps {
  /** By their ids; grows. */
  series: ReadonlyMap<number, Series>;
  /** Of every device, as they are now. */
  tags: Map<string, DeviceTags>;
  seriesMax: number;
  /** A series is about to be written, with the class by which it is rolled up. */
  onMet(slug: string, measurement: string): void;
}

type Tags = ReadonlyMap<string, DeviceTags>;
/** Nothing for a device that had none. */
export type FormerTags = ReadonlyMap<string, DeviceTags | undefined>;

export interface SeriesHeads {
  /** Nothing where it is beyond the budget. */
  of(seriesId: number): SeriesHead | undefined;
  /** What was written before takes its place in the budget. */
  know(series: readonly Series[]): void;
  /** Lines of these devices begin otherwise from now on. Answers those of them that are others than before. */
  change(told: readonly Tags[]): Map<string, DeviceTags>;
  /** Answers those that stood there before. */
  exchange(put: FormerTags): FormerTags;
}

/** What a device itself says of a period is none of ours to roll up. */
export const slugOf = (tags: Tags, { deviceId, period }: Series): string =>
  period === "instant" ? (tags.get(deviceId)?.class ?? "") : "";

export function createSeriesHeads(deps: SeriesHeadsDeps): SeriesHeads {
  const { series, tags, seriesMax } = deps;
  const heads = new Map<number, SeriesHead | undefined>();
  /** A device in a period; what was made with other tags before counts no more. */
  const lineHeads = new Map<string, LineHead>();

  function lineHead(one: Series): LineHead | undefined {
    const name = `${one.deviceId} ${one.period}`;
    const known = lineHeads.get(name);
    if (known !== undefined) return known;
    if (lineHeads.size >= seriesMax) return undefined;
    const head = headOf(one, tags.get(one.deviceId) ?? NO_TAGS);
    lineHeads.set(name, head);
    return head;
  }

  function make(seriesId: number): SeriesHead | undefined {
    const one = series.get(seriesId);
    const head = one && lineHead(one);
    if (one === undefined || head === undefined) return undefined;
    const { measurement } = one;
    return { head, measurement, field: fieldKey(measurement), slug: slugOf(tags, one) };
  }

  function forget(devices: ReadonlyMap<string, unknown>): void {
    for (const [name] of lineHeads) {
      if (devices.has(name.slice(0, name.lastIndexOf(" ")))) lineHeads.delete(name);
    }
    for (const [seriesId] of heads) {
      const one = series.get(seriesId);
      if (one !== undefined && devices.has(one.deviceId)) heads.delete(seriesId);
    }
  }

  return {
    of(seriesId) {
      const known = heads.get(seriesId);
      if (known !== undefined || heads.has(seriesId)) return known;
      const found = make(seriesId);
      heads.set(seriesId, found);
      if (found !== undefined) deps.onMet(found.slug, found.measurement);
      return found;
    },
    know(all) {
      for (const one of all) lineHead(one);
    },
    change(told) {
      const changed = new Map<string, DeviceTags>();
      for (const [deviceId, now] of told.flatMap((each) => [...each])) {
        const before = tags.get(deviceId);
        if (before !== undefined && isSame(before, now)) continue;
        changed.set(deviceId, now);
        tags.set(deviceId, now);
      }
      if (changed.size > 0) forget(changed);
      return changed;
    },
    exchange(put) {
      const before = new Map([...put.keys()].map((deviceId) => [deviceId, tags.get(deviceId)]));
      for (const [deviceId, own] of put) {
        if (own === undefined) tags.delete(deviceId);
        else tags.set(deviceId, own);
      }
      if (put.size > 0) forget(put);
      return before;
    },
  };
}

const isSame = (a: DeviceTags, b: DeviceTags): boolean =>
  a.asset === b.asset && a.class === b.class && a.grid === b.grid && a.street === b.street;
