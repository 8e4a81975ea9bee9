/**
 * What somebody may choose of a board's variables, one choice after the other: all of those that may be all,
 * or one value of each that has any. Values of a variable that asks InfluxDB are asked with what is chosen
 * before it.
 */
import type { Board, Variable } from "./boards.ts";
import { ALL, type Chosen, filledIn, type TimeRange } from "./grafana-query.ts";

/** Values of a variable's query, in the order that Grafana shows them. */
export type AskValues = (query: string) => Promise<string[]>;

export type How = "all" | "one of each";

export async function* choicesOf(
  { variables }: Pick<Board, "variables">,
  how: How,
  range: TimeRange,
  ask: AskValues,
): AsyncGenerator<Chosen[]> {
  yield* further([], variables, async (variable, before) => {
    const { query, values } = variable;
    const all = query === undefined ? values : await ask(filledIn(query, before, range, 0));
    if (variable.hasAll && (how === "all" || all.length === 0)) {
      return [{ ...chosenOf(variable, ALL), options: all }];
    }
    return all.map((value) => chosenOf(variable, value));
  });
}

/** The first of each, then the next of the last, as an odometer counts. */
async function* further(
  before: Chosen[],
  [variable, ...others]: readonly Variable[],
  choicesFor: (variable: Variable, before: readonly Chosen[]) => Promise<Chosen[]>,
): AsyncGenerator<Chosen[]> {
  if (variable === undefined) {
    yield before;
    return;
  }
  for (const chosen of await choicesFor(variable, before)) {
    yield* further([...before, chosen], others, choicesFor);
  }
}

function chosenOf({ name, isMulti, allValue }: Variable, value: string): Chosen {
  return { name, isMulti, value: isMulti ? [value] : value, allValue };
}
