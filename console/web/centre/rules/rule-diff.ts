/** What is otherwise between two versions of a rule, field by field. */
import { isObject, joined, type Value } from "./rule-schema.ts";

export interface Difference {
  path: string;
  before: Value;
  after: Value;
}

/** Told beside a rule, or counted up with it: no part of what was changed. */
const BESIDE = new Set(["version", "trust", "strayOverrides"]);

export function differences(before: Value, after: Value, path = ""): Difference[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names
      .filter((name) => path !== "" || !BESIDE.has(name))
      .flatMap((name) => differences(before[name], after[name], joined(path, name)));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, n) =>
      differences(before[n], after[n], joined(path, n)),
    ).flat();
  }
  return Object.is(before, after) ? [] : [{ path, before, after }];
}

/** What somebody else has made of the base meanwhile, with what was changed here: field by field the change here counts. */
export function rebased(base: Value, mine: Value, theirs: Value): Value {
  if (differences(base, mine, "x").length === 0) return theirs;
  if (!isObject(base) || !isObject(mine) || !isObject(theirs)) return mine;
  const names = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
  const fields = names.map(
    (name) => [name, rebased(base[name], mine[name], theirs[name])] as const,
  );
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}
