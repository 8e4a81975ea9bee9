/** What may be bound: both databases refuse the same, so that a room never learns it on the second. */
import type { SqlValue } from "../model/database.ts";

/** @throws TypeError for a wrong number of values and for values that are none of SQL's. */
export function checkBound(parameters: readonly SqlValue[], wanted: number): void {
  if (parameters.length !== wanted) {
    throw new TypeError(
      `the statement has ${wanted} parameters ('?'), ${parameters.length} values came`,
    );
  }
  parameters.forEach((value, index) => {
    if (value === null || typeof value === "string" || value instanceof Uint8Array) return;
    if (typeof value === "number" && !Number.isNaN(value)) return;
    throw new TypeError(
      `parameter ${index + 1} is ${typeof value === "number" ? "NaN" : `a ${typeof value}`}, ` +
        "wanted a string, a number, bytes or null; write booleans as 0 and 1",
    );
  });
}
