/**
 * Rows of InfluxDB added up to the points of a level: of each measurement its mean, least, most, sum and
 * count. A coarser window is made of the sums and counts of finer ones, so that each reading weighs the
 * same. The server is asked for rows, not for aggregates: those cost 1.6.7 twenty times as much, since it
 * goes through every series once for each function of each field. Pure.
 */
import type { Instant } from "../../../model/clock.ts";
import { type AnsweredRows, quotedName, quotedText } from "./influx-door.ts";
import { escapedTag } from "./layout.ts";
import type { Level, Source } from "./rollup-levels.ts";

/** Tags that a roll-up keeps of the readings; bad ones are left out, so there is no quality. */
const TAGS = ["asset", "class", "device", "grid", "street"] as const;
/** Of a measurement, in what was rolled up before. */
const PARTS = ["min", "max", "sum", "count"] as const;
const NO_NANOS = "000000";

export interface RowsAsked {
  source: Source;
  slug: string;
  measurements: readonly string[];
  from: Instant;
  /** Exclusive. */
  to: Instant;
}

/** At most `limit` rows, the oldest first. */
export function rowsStatement({ source, slug, measurements, from, to }: RowsAsked, limit: number) {
  const fields = measurements.flatMap((name) =>
    source === "instant" ? [name] : PARTS.map((part) => `${name}_${part}`),
  );
  return [
    `SELECT ${[...fields, ...TAGS].map(quotedName).join(", ")}`,
    `FROM ${quotedName(source)} WHERE "class" = ${quotedText(slug)}`,
    ...(source === "instant" ? [`AND "quality" <> 'bad'`] : []),
    `AND time >= ${from}ms AND time < ${to}ms LIMIT ${limit}`,
  ].join(" ");
}

interface Sum {
  min: number;
  max: number;
  sum: number;
  count: number;
}

export interface Sums {
  /** Rows of answers to `rowsStatement` about the same source and measurements. */
  add(answer: readonly AnsweredRows[]): void;
  lines(): string[];
}

export function createSums(
  { name, indexOf, beginOf }: Level,
  { source, measurements }: Pick<RowsAsked, "source" | "measurements">,
): Sums {
  /** By tags and window: a sum for each measurement, in their order. */
  const points = new Map<string, { head: string; index: number; sums: (Sum | undefined)[] }>();
  const width = source === "instant" ? 1 : PARTS.length;

  function pointOf(at: Instant, tags: readonly (number | string | null)[]) {
    const index = indexOf(at);
    const key = `${index} ${tags.join(" ")}`;
    const known = points.get(key);
    if (known !== undefined) return known;
    const made = {
      head: `${name}${tagText(tags)}`,
      index,
      sums: measurements.map(() => undefined),
    };
    points.set(key, made);
    return made;
  }

  return {
    add([rows]) {
      for (const row of rows?.values ?? []) {
        const tags = row.slice(1 + measurements.length * width);
        const { sums } = pointOf(Number(row[0]), tags);
        for (let n = 0; n < measurements.length; n += 1) {
          const found = sumIn(row, 1 + n * width, width);
          if (found !== undefined) sums[n] = joined(sums[n], found);
        }
      }
    },
    lines: () =>
      [...points.values()].flatMap(({ head, index, sums }) => {
        const fields = sums.flatMap((sum, n) => fieldsOf(measurements[n] ?? "", sum));
        if (fields.length === 0) return [];
        return `${head} ${fields.join(",")} ${beginOf(index)}${NO_NANOS}`;
      }),
  };
}

/** What a row says of one measurement. */
function sumIn(
  row: readonly (number | string | null)[],
  at: number,
  width: number,
): Sum | undefined {
  const [first, max, sum, count] = row.slice(at, at + width);
  if (typeof first !== "number") return undefined;
  if (width === 1) return { min: first, max: first, sum: first, count: 1 };
  return { min: first, max: Number(max), sum: Number(sum), count: Number(count) };
}

function joined(one: Sum | undefined, other: Sum): Sum {
  if (one === undefined) return other;
  return {
    min: Math.min(one.min, other.min),
    max: Math.max(one.max, other.max),
    sum: one.sum + other.sum,
    count: one.count + other.count,
  };
}

const tagText = (tags: readonly (number | string | null)[]): string =>
  TAGS.map((tag, n) => [tag, String(tags[n] ?? "")] as const)
    .filter(([, value]) => value !== "")
    .map(([tag, value]) => `,${tag}=${escapedTag(value)}`)
    .join("");

/** Nothing of a sum that no number holds: InfluxDB would refuse the line. */
function fieldsOf(name: string, total: Sum | undefined): string[] {
  if (total === undefined || !Number.isFinite(total.sum)) return [];
  const { min, max, sum, count } = total;
  return [
    `${name}=${sum / count}`,
    `${name}_min=${min}`,
    `${name}_max=${max}`,
    `${name}_sum=${sum}`,
    `${name}_count=${count}i`,
  ];
}
