/**
 * Answers which values stand at given keys: those of the days that the keys name, or, for a `seq`,
 * those of the days for which a repeated reading is known. Where several stand, the one that came
 * first is answered. The keys are joined as a temporary table, so that zone maps do the work, a few
 * days at a time, so that commits go on between.
 */
import { type Catalog, dayOf, findSources, unionOf } from "./catalog.ts";
import {
  type Appender,
  CHUNK_ROWS,
  createChunk,
  type Duck,
  fillColumn,
  run,
  streamColumns,
  WANTED_TYPES,
} from "./duck.ts";
import type { LookupKeys } from "./store-messages.ts";

/** Made anew for each statement: DuckDB never frees the rows deleted from a temporary table. */
const NEW_WANTED =
  "create or replace temp table wanted (place integer, wanted_series integer, wanted_key double)";
/** Days that one statement reads. */
const STEP_DAYS = 8;

export interface KeyLookup {
  /** A value a key, NaN where nothing stands. */
  find(keys: LookupKeys): Promise<Float64Array<ArrayBuffer>>;
}

/** Keys, as places in the question, and the days in which they are looked for. */
export interface LookupStep {
  isSeq: boolean;
  places: number[];
  days: Set<number>;
}

export function createKeyLookup(
  duck: Duck,
  catalog: Catalog,
  options: { identityDays: number; betweenCommits<T>(work: () => Promise<T>): Promise<T> },
): KeyLookup {
  const findStep = async (keys: LookupKeys, step: LookupStep, found: Float64Array) => {
    const places = step.places.filter((place) => Number.isNaN(found[place]));
    const sql = places.length === 0 ? undefined : stepSql(catalog, keys, { ...step, places });
    if (sql === undefined) return;
    await run(duck.writer, NEW_WANTED);
    const appender = await duck.writer.createAppender("wanted", "main", "temp");
    try {
      appendWanted(appender, keys, places);
    } finally {
      appender.closeSync();
    }
    await streamColumns(duck.writer, sql, ([place, value], length) => {
      for (let row = 0; row < length; row += 1) found[place?.[row] ?? 0] = value?.[row] ?? NaN;
      return true;
    });
  };

  return {
    async find(keys) {
      const found = new Float64Array(keys.key.length).fill(Number.NaN);
      const steps = await options.betweenCommits(async () => [
        ...timeSteps(keys),
        ...seqSteps(keys, seqDays(catalog, options.identityDays)),
      ]);
      for (const step of steps) {
        await options.betweenCommits(() => findStep(keys, step, found));
      }
      return found;
    },
  };
}

/** Keys that are times, in order of their days; a time that is no whole millisecond is nowhere. */
export function timeSteps(keys: LookupKeys): LookupStep[] {
  const places = [...keys.key.keys()]
    .filter((place) => keys.isSeq[place] === 0 && Number.isSafeInteger(keys.key[place]))
    .sort((a, b) => (keys.key[a] ?? 0) - (keys.key[b] ?? 0));
  const steps: LookupStep[] = [];
  for (const place of places) {
    const day = dayOf(keys.key[place] ?? 0);
    let step = steps.at(-1);
    const isFull = step?.places.length === CHUNK_ROWS;
    if (step === undefined || isFull || (step.days.size === STEP_DAYS && !step.days.has(day))) {
      step = { isSeq: false, places: [], days: new Set() };
      steps.push(step);
    }
    step.places.push(place);
    step.days.add(day);
  }
  return steps;
}

/** Keys that are a `seq`, in all of the days, oldest first: the one that came first is found first. */
function seqSteps(keys: LookupKeys, days: readonly number[]): LookupStep[] {
  const places = [...keys.key.keys()].filter((place) => keys.isSeq[place] === 1);
  const steps: LookupStep[] = [];
  for (let from = 0; from < places.length; from += CHUNK_ROWS) {
    for (let day = 0; day < days.length; day += STEP_DAYS) {
      const some = new Set(days.slice(day, day + STEP_DAYS));
      steps.push({ isSeq: true, places: places.slice(from, from + CHUNK_ROWS), days: some });
    }
  }
  return steps;
}

function seqDays(catalog: Catalog, identityDays: number): number[] {
  const days = new Set<number>();
  for (const table of catalog.tables) if (table.kind === "rich") days.add(table.day);
  for (const part of catalog.parts) if (part.seqRows > 0) days.add(part.day);
  const newest = [...days].reduce((most, day) => Math.max(most, day), -Infinity);
  return [...days].filter((day) => day >= newest - identityDays - 1).sort((a, b) => a - b);
}

function appendWanted(appender: Appender, keys: LookupKeys, places: readonly number[]): void {
  const chunk = createChunk(WANTED_TYPES, places.length);
  fillColumn(chunk, 0, Int32Array.from(places));
  fillColumn(
    chunk,
    1,
    Int32Array.from(places, (place) => keys.seriesId[place] ?? 0),
  );
  fillColumn(
    chunk,
    2,
    Float64Array.from(places, (place) => keys.key[place] ?? 0),
  );
  appender.appendDataChunk(chunk);
}

function stepSql(catalog: Catalog, keys: LookupKeys, step: LookupStep): string | undefined {
  const ids = step.places.map((place) => keys.seriesId[place] ?? 0);
  const times = step.places.map((place) => keys.key[place] ?? 0);
  const sources = findSources(catalog, {
    seriesIds: new Set(ids),
    dayMin: least(step.days),
    dayMax: most(step.days),
    hasDay: (day) => step.days.has(day),
    seqOnly: step.isSeq,
  });
  const bounds = `series_id between ${least(ids)} and ${most(ids)}`;
  const union = unionOf(
    catalog,
    sources,
    step.isSeq
      ? `key is not null and ${bounds}`
      : `observed_at between ${least(times)} and ${most(times)} and ${bounds}`,
  );
  if (union === undefined) return undefined;
  const isSame = step.isSeq
    ? "key = wanted_key"
    : "key is null and observed_at = wanted_key::bigint";
  return `select place, arg_min(value, received_at) from (${union})
    join wanted on series_id = wanted_series and ${isSame} group by place`;
}

function least(values: Iterable<number>): number {
  let found = Infinity;
  for (const value of values) found = Math.min(found, value);
  return found;
}

function most(values: Iterable<number>): number {
  let found = -Infinity;
  for (const value of values) found = Math.max(found, value);
  return found;
}
