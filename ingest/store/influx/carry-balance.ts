/**
 * Is all that was carried over in InfluxDB? Counted there by class and day, and some series read back
 * value by value.
 */
import { DAY_MS, HOUR_MS, type Instant } from "../../../model/clock.ts";
import type { StoreExport } from "../export.ts";
import type { CarriedNote } from "./carried-notes.ts";
import {
  countStatement,
  countsOf,
  rowsAnswered,
  rowsStatement,
  rowsStored,
} from "./carry-checks.ts";
import type { AnsweredRows, InfluxDoor } from "./influx-door.ts";

export interface BalanceLine {
  slug: string;
  /** `2026-11`, of UTC. */
  month: string;
  embedded: number;
  influx: number;
}

export interface Balance {
  /** By month, then by class. */
  lines: BalanceLine[];
  refused: number;
  /** Days whose values are not all there, and were not refused. */
  unbalanced: number[];
}

type Query = InfluxDoor["query"];

/** So much InfluxDB counts within the time that a query may take. */
const COUNT_SPAN_MS = 6 * HOUR_MS;

export async function countBalance(
  query: Query,
  source: Pick<StoreExport, "days" | "state">,
  notes: Iterable<CarriedNote>,
): Promise<Balance> {
  const measurements = new Set(source.state.series.map(({ measurement }) => measurement));
  const carried = byDay(notes);
  const lines = new Map<string, BalanceLine>();
  const unbalanced: number[] = [];
  let refused = 0;
  for (const { day } of source.days) {
    const noted = carried.get(day) ?? { values: new Map<string, number>(), refused: 0 };
    const found = await countDay(query, day * DAY_MS, measurements);
    refused += noted.refused;
    let missing = 0;
    const month = new Date(day * DAY_MS).toISOString().slice(0, "2026-11".length);
    for (const slug of new Set([...noted.values.keys(), ...found.keys()])) {
      const name = `${month} ${slug}`;
      const line = lines.get(name) ?? { slug, month, embedded: 0, influx: 0 };
      const [embedded, influx] = [noted.values.get(slug) ?? 0, found.get(slug) ?? 0];
      lines.set(name, {
        ...line,
        embedded: line.embedded + embedded,
        influx: line.influx + influx,
      });
      // Neither too few of one class nor too many of another.
      if (influx > embedded) missing = Number.NaN;
      missing += embedded - influx;
    }
    if (missing !== noted.refused) unbalanced.push(day);
  }
  const sorted = [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
  return { lines: sorted, refused, unbalanced };
}

function byDay(notes: Iterable<CarriedNote>) {
  const days = new Map<number, { values: Map<string, number>; refused: number }>();
  for (const { day, values, refused } of notes) {
    const found = days.get(day.day) ?? { values: new Map<string, number>(), refused: 0 };
    for (const [slug, count] of Object.entries(values)) {
      found.values.set(slug, (found.values.get(slug) ?? 0) + count);
    }
    found.refused += refused;
    days.set(day.day, found);
  }
  return days;
}

async function countDay(
  query: Query,
  from: Instant,
  measurements: ReadonlySet<string>,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let at = from; at < from + DAY_MS; at += COUNT_SPAN_MS) {
    const answers: AnsweredRows[][] = await query([countStatement(at, at + COUNT_SPAN_MS)]);
    for (const [slug, count] of countsOf(answers.flat(), measurements)) {
      counts.set(slug, (counts.get(slug) ?? 0) + count);
    }
  }
  return counts;
}

export interface Sample {
  /** Values that were read from both. */
  compared: number;
  /** Series and days that are not the same in both. */
  different: string[];
}

/** Of each of some days, evenly spread, a series; where values were refused, those that are there. */
export async function compareSample(
  query: Query,
  { state, days, slices, read }: StoreExport,
  { daysMax, refused }: { daysMax: number; refused: number },
): Promise<Sample> {
  const sample: Sample = { compared: 0, different: [] };
  const step = Math.max(1, Math.ceil(days.length / daysMax));
  const series = new Map(state.series.map((each) => [each.seriesId, each]));
  for (const [n, { day }] of days.entries()) {
    if (n % step !== 0) continue;
    const found = await slices(day);
    const slice = found[n % found.length];
    const one = series.get(slice?.seriesMin ?? 0);
    if (slice === undefined || one === undefined) continue;
    const stored = rowsStored(await read({ ...slice, seriesMax: slice.seriesMin }));
    const from = day * DAY_MS;
    const [answer = []] = await query([rowsStatement(one, from, from + DAY_MS)]);
    const answered = rowsAnswered(answer);
    sample.compared += answered.length;
    if (isSame(answered, stored, refused > 0)) continue;
    const date = new Date(from).toISOString().slice(0, "2026-11-27".length);
    sample.different.push(`'${one.measurement}' of device '${one.deviceId}' on ${date}`);
  }
  return sample;
}

function isSame(answered: unknown[], stored: unknown[], mayLack: boolean): boolean {
  if (!mayLack) return JSON.stringify(answered) === JSON.stringify(stored);
  const known = new Set(stored.map((row) => JSON.stringify(row)));
  return answered.every((row) => known.has(JSON.stringify(row)));
}
