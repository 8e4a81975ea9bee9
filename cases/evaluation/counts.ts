/** Counts of an evaluation by name, with the standard's Chinese terms; a figure rounded. Pure. */

import { COUNT_NAMES, type CountName } from "../../model/indicator.ts";

export type Counts = Record<CountName, number>;

export function newCounts(): Counts {
  return Object.fromEntries(COUNT_NAMES.map((name) => [name, 0])) as Counts;
}

/** Half up; what a computer's fractions leave behind the sixth place after it is not seen. */
export function roundTo(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(Number((value * factor).toFixed(6))) / factor;
}
