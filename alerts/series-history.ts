/**
 * The recent past of one series, in order of the time at which its readings stand: what rules that
 * look back are judged by. Like a strip chart, it keeps a stretch and lets go of what lies before.
 * The order is that of the readings' own times, whatever the order of their arrival, so a history
 * that is read again from the store after a restart is the same to the last bit.
 */
import type { DurationMs, Instant } from "../model/clock.ts";

/** Points in order of time, the oldest at 0. */
export interface History {
  readonly count: number;
  at(index: number): Instant;
  value(index: number): number;
  /** The first point at or after `time`; `count` where there is none. */
  indexFrom(time: Instant): number;
}

export interface SeriesHistory extends History {
  /** A time that is there already keeps its value. */
  add(at: Instant, value: number): void;
}

const CAPACITY_MIN = 8;

/** Keeps `depthMs` before the newest point, and no more than `pointsMax` points. */
export function createSeriesHistory(depthMs: DurationMs, pointsMax: number): SeriesHistory {
  let times = new Float64Array(CAPACITY_MIN);
  let values = new Float64Array(CAPACITY_MIN);
  /** Points live in [start, end). */
  let start = 0;
  let end = 0;

  function makeRoom(): void {
    if (end < times.length) return;
    const kept = end - start;
    // Half of it is free again: move to the front. Else grow.
    const length = kept * 2 > times.length ? times.length * 2 : times.length;
    const [nextTimes, nextValues] = [new Float64Array(length), new Float64Array(length)];
    nextTimes.set(times.subarray(start, end));
    nextValues.set(values.subarray(start, end));
    times = nextTimes;
    values = nextValues;
    start = 0;
    end = kept;
  }

  /** First place in [start, end) whose time is not before `time`. */
  function placeOf(time: Instant): number {
    if (end === start || (times[end - 1] ?? 0) < time) return end;
    let low = start;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((times[middle] ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    get count() {
      return end - start;
    },
    at: (index) => times[start + index] ?? Number.NaN,
    value: (index) => values[start + index] ?? Number.NaN,
    indexFrom: (time) => placeOf(time) - start,
    add(at, value) {
      const newest = end === start ? at : Math.max(at, times[end - 1] ?? at);
      if (at < newest - depthMs) return;
      makeRoom();
      const place = placeOf(at);
      if (place < end) {
        if (times[place] === at) return;
        times.copyWithin(place + 1, place, end);
        values.copyWithin(place + 1, place, end);
      }
      times[place] = at;
      values[place] = value;
      end += 1;
      while ((times[start] ?? 0) < newest - depthMs || end - start > pointsMax) start += 1;
    },
  };
}
