/**
 * The names that queries may use, read out of the tables of docs/influxdb.md and the classes, and a query held
 * against them: what is not a tag or field of its measurement, or a column of the query inside it, is a fault.
 */
import { readFileSync } from "node:fs";
import { CASE_ROWS } from "../../cases/case-table.ts";
import { ASSET_CLASSES } from "../../model/asset-classes/all.ts";
import { Severity } from "../../model/rule.ts";

interface Names {
  tags: ReadonlySet<string>;
  fields: ReadonlySet<string>;
}
/** By measurement; of one that depends on the class of its points, the fields are those of that class. */
export type Layout = (measurement: string, slug: string | undefined) => Names | undefined;

const READINGS = ["instant", "minute", "hour", "day"];
const ROLLED = ["rolled_5m", "rolled_hour", "rolled_day"];
/** Roll-ups have no bad values and no such tag, and this holds for what has no tag. */
const NOT_BAD = `"quality" <> 'bad' AND `;
const READING_TAGS = ["device", "asset", "class", "grid", "street"];

export function readLayout(): Layout {
  const page = readFileSync(new URL("../../docs/influxdb.md", import.meta.url), "utf8");
  const rows = new Map(
    [...page.matchAll(/^\| `(\w+)` \| ([^|]+) \| ([^|]*)\| ([^|]+) \|$/gm)].map(
      ([, name = "", , tags = "", fields = ""]) => [
        name,
        { tags: new Set(wordsOf(tags)), fields: new Set(wordsOf(fields)) },
      ],
    ),
  );
  return (measurement, slug) => {
    const classes = ASSET_CLASSES.filter((each) => slug === undefined || each.slug === slug);
    const measured = classes.flatMap(({ measurements }) => measurements.map(({ name }) => name));
    const withEach = (ends: readonly string[]): string[] =>
      measured.flatMap((name) => ends.map((end) => `${name}${end}`));
    if (READINGS.includes(measurement)) {
      const ends = ["", "_flags", "_min", "_max", "_total", "_claimed"];
      const fields = new Set([...withEach(ends), "received", "seq"]);
      return { tags: new Set([...READING_TAGS, "quality"]), fields };
    }
    if (ROLLED.includes(measurement)) {
      const fields = new Set(withEach(["", "_min", "_max", "_sum", "_count"]));
      return { tags: new Set(READING_TAGS), fields };
    }
    const row = rows.get(measurement);
    if (row === undefined) return undefined;
    const ruled = classes.flatMap(({ slug: own, rules }) =>
      rules.map(({ ruleId }) => `rule_${ruleId.replace(`${own}.`, "")}`),
    );
    const more = { assets: ruled, plant: withEach(["_in", "_out", "_removed"]) };
    const fields = [...row.fields, ...(more[measurement as keyof typeof more] ?? [])];
    return { tags: row.tags, fields: new Set(fields) };
  };
}

const wordsOf = (cell: string): string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, words = ""]) => words.split(" "));

const VALUES: Readonly<Record<string, ReadonlySet<string>>> = {
  class: new Set(ASSET_CLASSES.map(({ slug }) => slug)),
  severity: new Set(Severity.options),
  event: new Set([
    ...CASE_ROWS.map(({ event }) => event as string),
    ...["raised", "severity", "realarmed", "acknowledged", "returned", "latched", "cleared"],
    "joined",
  ]),
};

/** @param chosen by variable, what may be chosen where that is a fixed list */
export function faultsOfQuery(
  query: string,
  layout: Layout,
  chosen: Readonly<Record<string, readonly string[]>>,
): string[] {
  const [, variable] = query.match(/FROM "\$(\w+)"/) ?? [];
  if (variable === undefined) return [...valueFaults(query), ...selectFaults(query, layout).faults];
  const options = chosen[variable] ?? [];
  if (options.length === 0) return [`nothing can be chosen for '${variable}' in ${query}`];
  return options.flatMap((option) =>
    faultsOfQuery(query.replace(`"$${variable}"`, `"${option}"`), layout, chosen),
  );
}

function valueFaults(query: string): string[] {
  const single = [...query.matchAll(/"(\w+)" = '([^']*)'/g)];
  const several = [...query.matchAll(/"(\w+)" =~ \/\^\(([^$]*)\)\$\//g)];
  return [...single, ...several].flatMap(([, tag = "", values = ""]) =>
    values
      .split("|")
      .filter((value) => VALUES[tag]?.has(value) === false)
      .map((value) => `'${value}' is no ${tag}, in ${query}`),
  );
}

/** What stands between the brackets of the first FROM (…). */
function innerOf(query: string): string | undefined {
  const begin = query.indexOf(INNER);
  if (begin < 0) return undefined;
  let depth = 1;
  let end = begin + INNER.length;
  for (; depth > 0 && end < query.length; end += 1) {
    if (query[end] === "(") depth += 1;
    if (query[end] === ")") depth -= 1;
  }
  return query.slice(begin + INNER.length, end - 1);
}
const INNER = " FROM (";

/** Of a selection and the one inside it: its faults, its columns and the tags of its points. */
function selectFaults(
  query: string,
  layout: Layout,
): { faults: string[]; columns: ReadonlySet<string>; tags: ReadonlySet<string> } {
  const inner = innerOf(query);
  const outside = inner === undefined ? query : query.replace(` FROM (${inner})`, " FROM ()");
  const [, measurement] = outside.match(/ FROM "([^"]+)"/) ?? [];
  const below = inner === undefined ? undefined : selectFaults(inner, layout);
  const [, slug] = query.match(/"class" = '([^']*)'/) ?? [];
  const names = measurement === undefined ? undefined : layout(measurement, slug);
  const tags = below?.tags ?? names?.tags ?? new Set<string>();
  const known = new Set([...tags, ...(below?.columns ?? names?.fields ?? [])]);
  const faults = [...(below?.faults ?? [])];
  if (below === undefined && names === undefined) faults.push(`no measurement in ${query}`);
  const text = outside
    .replace(/ FROM ("[^"]+"|\(\))/, "")
    .replace(/ AS "[^"]+"/g, "")
    .replace(ROLLED.includes(measurement ?? "") ? NOT_BAD : "", "");
  for (const [, name = ""] of text.matchAll(/"([^"]+)"/g)) {
    if (!known.has(name)) faults.push(`'${name}' is not in '${measurement ?? "("}', in ${query}`);
  }
  const [, grouped = ""] = text.match(/ GROUP BY (.*?)(?: fill\(| ORDER | S?LIMIT | tz\(|$)/) ?? [];
  for (const [, name = ""] of grouped.matchAll(/"([^"]+)"/g)) {
    if (!tags.has(name)) faults.push(`'${name}' is no tag to group by, in ${query}`);
  }
  const columns = [...outside.matchAll(/ AS "([^"]+)"/g)].map(([, name = ""]) => name);
  return { faults, columns: new Set(columns), tags };
}
