/**
 * Answers which values stand at given keys: those of the days that the keys name, or, for a `seq`,
 * those of the days for which a repeated reading is known. Where several stand, the one that came
 * first is answered. The keys are joined as a temporary table, so that zone maps do the work.
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

export interface KeyLookup {
  /** A value a key, NaN where nothing stands. */
  find(keys: LookupKeys): Promise<Float64Array<ArrayBuffer>>;
}

export async function createKeyLookup(
  duck: Duck,
  catalog: Catalog,
  settings: { identityDays: number },
): Promise<KeyLookup> {
  await run(
    duck.writer,
    "create temp table wanted (place integer, wanted_series integer, wanted_key double)",
  );
  const appender = await duck.writer.createAppender("wanted", "main", "temp");

  const findAt = async (keys: LookupKeys, places: number[], found: Float64Array): Promise<void> => {
    const isSeq = keys.isSeq[places[0] ?? 0] === 1;
    const sql = isSeq ? seqSql(catalog, keys, places, settings) : timeSql(catalog, keys, places);
    if (sql === undefined) return;
    appendWanted(appender, keys, places);
    try {
      await streamColumns(duck.writer, sql, ([place, value], length) => {
        for (let row = 0; row < length; row += 1) found[place?.[row] ?? 0] = value?.[row] ?? NaN;
        return true;
      });
    } finally {
      await run(duck.writer, "delete from wanted");
    }
  };

  return {
    async find(keys) {
      const found = new Float64Array(keys.key.length).fill(Number.NaN);
      for (const isSeq of [0, 1]) {
        const places = [...keys.key.keys()].filter(
          // A time that is no whole millisecond stands nowhere.
          (place) =>
            keys.isSeq[place] === isSeq && (isSeq === 1 || Number.isSafeInteger(keys.key[place])),
        );
        for (let from = 0; from < places.length; from += CHUNK_ROWS) {
          await findAt(keys, places.slice(from, from + CHUNK_ROWS), found);
        }
      }
      return found;
    },
  };
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
  appender.flushSync();
}

function timeSql(catalog: Catalog, keys: LookupKeys, places: number[]): string | undefined {
  const times = places.map((place) => keys.key[place] ?? 0);
  const days = new Set(times.map(dayOf));
  const [from, to] = [least(times), most(times)];
  const sources = findSources(catalog, {
    seriesIds: new Set(seriesOf(keys, places)),
    dayMin: dayOf(from),
    dayMax: dayOf(to),
    hasDay: (day) => days.has(day),
  });
  const union = unionOf(
    catalog,
    sources,
    `observed_at between ${from} and ${to} and ${seriesBounds(keys, places)}`,
  );
  return union && joinSql(union, "key is null and observed_at = wanted_key::bigint");
}

function seqSql(
  catalog: Catalog,
  keys: LookupKeys,
  places: number[],
  settings: { identityDays: number },
): string | undefined {
  const newestDay = [...catalog.tables, ...catalog.parts].reduce(
    (newest, { day }) => Math.max(newest, day),
    -Infinity,
  );
  const sources = findSources(catalog, {
    seriesIds: new Set(seriesOf(keys, places)),
    dayMin: newestDay - settings.identityDays - 1,
    dayMax: newestDay,
    seqOnly: true,
  });
  const union = unionOf(catalog, sources, `key is not null and ${seriesBounds(keys, places)}`);
  return union && joinSql(union, "key = wanted_key");
}

function joinSql(union: string, condition: string): string {
  return `select place, arg_min(value, received_at) from (${union})
    join wanted on series_id = wanted_series and ${condition} group by place`;
}

function seriesBounds(keys: LookupKeys, places: number[]): string {
  const ids = seriesOf(keys, places);
  return `series_id between ${least(ids)} and ${most(ids)}`;
}

function seriesOf(keys: LookupKeys, places: number[]): number[] {
  return places.map((place) => keys.seriesId[place] ?? 0);
}

function least(values: readonly number[]): number {
  return values.reduce((found, value) => Math.min(found, value), Infinity);
}

function most(values: readonly number[]): number {
  return values.reduce((found, value) => Math.max(found, value), -Infinity);
}
