/**
 * Asks what a board asks. Of an answer it says what is wrong with it: no rows, a column or series that a panel
 * goes by and that is not there, or never has a value.
 */
import type { Asker, Board } from "./boards.ts";
import { type Answered, type Field, fieldsOf } from "./grafana-frames.ts";
import { type Chosen, filledIn, intervalOf, type TimeRange } from "./grafana-query.ts";

/** @throws with what InfluxDB says */
export type Ask = (query: string) => Promise<readonly Answered[]>;

export interface Answer {
  /** Rows of all its queries. */
  rows: number;
  /** What is wrong, with the query; nothing where all is well. */
  fault: string | undefined;
}

export function rangeOf({ spanMs }: Pick<Board, "spanMs">, asker: Asker, now: number): TimeRange {
  return { from: now - (asker.spanMs ?? spanMs), to: now };
}

/** The text of each of its queries as InfluxDB gets it. */
export function queriesOf(asker: Asker, chosen: readonly Chosen[], range: TimeRange): string[] {
  const intervalMs = intervalOf(range, asker.pixels, asker.leastIntervalMs);
  return asker.targets.map(({ query }) => filledIn(query, chosen, range, intervalMs));
}

export async function answerOf(
  asker: Asker,
  chosen: readonly Chosen[],
  range: TimeRange,
  ask: Ask,
): Promise<Answer> {
  const fields: Field[] = [];
  const queries = queriesOf(asker, chosen, range);
  let rows = 0;
  for (const [n, query] of queries.entries()) {
    const shape = asker.targets[n] ?? { format: "table" };
    let answer: readonly Answered[];
    try {
      answer = await ask(query);
    } catch (error) {
      return { rows, fault: `${(error as Error).message}, asked for ${query}` };
    }
    const count = answer.reduce((sum, { values }) => sum + values.length, 0);
    if (count === 0) return { rows, fault: `no rows, asked for ${query}` };
    rows += count;
    fields.push(...fieldsOf(answer, shape));
  }
  const faults = faultsOf(asker, fields);
  if (faults.length === 0) return { rows, fault: undefined };
  return { rows, fault: `${faults.join("; ")}, asked for ${queries.join(" and ")}` };
}

function faultsOf({ fields, someOf, tags }: Asker, found: readonly Field[]): string[] {
  const names = [...new Set(found.map(({ name }) => name))];
  const has = (wanted: string): boolean => names.includes(wanted);
  const empty = names.filter((name) =>
    found.every((field) => field.name !== name || field.values.every((value) => value === null)),
  );
  const untold = tags.filter((tag) => found.every((field) => field.tags[tag] === undefined));
  const said = `there are ${quoted(names)}`;
  return [
    ...fields.filter((wanted) => !has(wanted)).map((wanted) => `no '${wanted}', ${said}`),
    ...(someOf.length > 0 && !someOf.some(has) ? [`none of ${quoted(someOf)}, ${said}`] : []),
    ...empty.map((name) => `'${name}' has never a value`),
    ...untold.map((tag) => `no series with the tag '${tag}'`),
  ];
}

const SAID_MAX = 12;

const quoted = (names: readonly string[]): string =>
  names
    .slice(0, SAID_MAX)
    .map((name) => `'${name}'`)
    .join(", ") || "none";
