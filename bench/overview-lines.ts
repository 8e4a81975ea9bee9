/**
 * What InfluxDB has of a county after a week: counts as the platform itself makes them of 57,906 components,
 * again and again at their rates with other numbers, and of its devices readings of the last day and
 * roll-ups. Lines, hour by hour; writing them is not its business.
 */
import { headOf } from "../ingest/store/influx/layout.ts";
import { linesOf, lineText } from "../ingest/store/influx/lines.ts";
import { levelsIn } from "../ingest/store/influx/rollup-levels.ts";
import { createSums } from "../ingest/store/influx/rollup-sums.ts";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { HOUR_MS, type Instant } from "../model/clock.ts";
import { timeZone } from "../model/local-time.ts";
import type { CountedLines } from "./overview-counts.ts";

export interface SensedAsset {
  deviceId: string;
  assetId: string;
  class: string;
  grid: string;
  street: string;
}

/** Of what a device measures so much is written; boards of the county ask for none of it. */
const MEASUREMENTS_MAX = 3;
const ZONE = "Asia/Shanghai";

export function createOverviewLines(
  counted: readonly CountedLines[],
  devices: readonly SensedAsset[],
  random: () => number,
) {
  const counts = counted.map(({ everyMs, lines }) => ({ everyMs, parts: lines.map(partsOf) }));
  const bySlug = new Map<string, SensedAsset[]>();
  for (const device of devices) {
    const known = bySlug.get(device.class);
    if (known === undefined) bySlug.set(device.class, [device]);
    else known.push(device);
  }
  const [five, hour, day] = levelsIn(timeZone(ZONE));

  function* countsOf(from: Instant): Generator<string> {
    for (const { everyMs, parts } of counts) {
      for (let at = from; at < from + HOUR_MS; at += everyMs) {
        for (const part of parts) yield lineAt(part, at, random);
      }
    }
  }

  /** Of a class: rows as InfluxDB answers them, the time first and the tags last. */
  function* sensedIn(from: Instant): Generator<{ measurements: string[]; rows: ReadingRow[] }> {
    for (const { slug, measurements, reportPeriodMs } of ASSET_CLASSES) {
      const names = measurements.slice(0, MEASUREMENTS_MAX).map(({ name }) => name);
      const rows = (bySlug.get(slug) ?? []).flatMap(({ deviceId, assetId, grid, street }) => {
        const found: ReadingRow[] = [];
        for (let at = from; at < from + HOUR_MS; at += reportPeriodMs) {
          const late = Math.floor(random() * Math.min(reportPeriodMs, HOUR_MS));
          const values = names.map(() => Math.round(random() * 10_000) / 100);
          found.push([at + late, ...values, assetId, slug, deviceId, grid, street]);
        }
        return found;
      });
      yield { measurements: names, rows };
    }
  }

  return {
    /** All of an hour that begins then. */
    *hourOf(from: Instant, { isLastDay, isNewDay }: { isLastDay: boolean; isNewDay: boolean }) {
      yield* countsOf(from);
      for (const { measurements, rows } of sensedIn(from)) {
        const levels = [hour, ...(isLastDay ? [five] : []), ...(isNewDay ? [day] : [])];
        for (const level of levels) {
          const sums = createSums(level, { source: "instant", measurements });
          sums.add([{ name: "instant", tags: {}, columns: [], values: rows }]);
          yield* sums.lines();
        }
        if (isLastDay) for (const row of rows) yield* readingLines(row, measurements);
      }
    },
  };
}

/** Time, values, asset, class, device, grid, street. */
type ReadingRow = (number | string)[];

function readingLines(row: ReadingRow, measurements: readonly string[]): string[] {
  const { length } = measurements;
  const at = Number(row[0]);
  const tags = row.slice(1 + length).map(String);
  const [asset = "", slug = "", device = "", grid = "", street = ""] = tags;
  const whose = { asset, class: slug, grid, street };
  const head = headOf({ deviceId: device, period: "instant" }, whose);
  const columns = {
    length,
    seriesId: Int32Array.from(measurements, (_, n) => n),
    observedAt: new Float64Array(length).fill(at),
    receivedAt: new Float64Array(length).fill(at + 1_000),
    value: Float64Array.from(measurements, (_, n) => Number(row[1 + n])),
    flags: new Uint16Array(length),
  };
  const lines = linesOf(columns, (id) => ({ head, field: measurements[id] ?? "" }));
  return lines.ends.map((_, n) => lineText(lines, n));
}

interface LineParts {
  head: string;
  fields: { name: string; text: string; whole: number | undefined }[];
  nanos: string;
}

const NANO_DIGITS = 6;

/** A line of counts taken apart; its whole numbers differ from time to time. */
function partsOf(line: string): LineParts {
  const [, head = "", body = "", stamp = ""] = /^((?:\\.|[^ \\])+) (.*) (\d+)$/.exec(line) ?? [];
  const fields = [...body.matchAll(/([^=,]+)=("(?:\\.|[^"\\])*"|[^,]+)/g)].map(
    ([, name = "", text = ""]) => {
      const number = Number(text);
      return { name, text, whole: Number.isInteger(number) && text !== "" ? number : undefined };
    },
  );
  return { head, fields, nanos: stamp.slice(-NANO_DIGITS) };
}

function lineAt({ head, fields, nanos }: LineParts, at: Instant, random: () => number): string {
  const said = fields.map(({ name, text, whole }) =>
    whole === undefined
      ? `${name}=${text}`
      : `${name}=${Math.round(whole * (0.8 + 0.4 * random()))}`,
  );
  return `${head} ${said.join(",")} ${at}${nanos}`;
}
