/**
 * Which attributes an asset of a class may bring: those that its rules read. A number of which a limit is
 * made (the depth of a well), or a value by which a rule binds some assets alone. Pure.
 */
import type { RuleItem } from "../../shared/platform-types.ts";

export interface KnownAttribute {
  name: string;
  /** Values that rules look for; absent: a number. */
  values?: readonly string[];
}

export function attributesOf(rules: readonly RuleItem[]): KnownAttribute[] {
  const numbers = new Set<string>();
  const values = new Map<string, Set<string>>();
  const look = (at: unknown): void => {
    if (typeof at !== "object" || at === null) return;
    const { attribute, attributes } = at as { attribute?: unknown; attributes?: unknown };
    if (typeof attribute === "string") numbers.add(attribute);
    if (typeof attributes === "object" && attributes !== null) {
      for (const [name, value] of Object.entries(attributes)) {
        values.set(name, (values.get(name) ?? new Set()).add(String(value)));
      }
    }
    for (const each of Object.values(at)) look(each);
  };
  look(rules);
  return [
    ...[...numbers].map((name) => ({ name })),
    ...[...values].map(([name, known]) => ({ name, values: [...known] })),
  ];
}
