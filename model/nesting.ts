/** How deep what was parsed from JSON is nested; found without walking down, so that no depth is too much. */
import { LIMITS } from "./limits.ts";

/** Is a parsed value nested deeper than the limit? A number has depth 0, `[]` and `{}` 1. */
export function isTooDeep(root: unknown, depthMax: number = LIMITS.uplinkDepthMax): boolean {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const value of level) {
      if (!isNested(value)) continue;
      if (depth === depthMax) return true;
      for (const name in value) {
        const child = (value as Record<string, unknown>)[name];
        if (isNested(child)) next.push(child);
      }
    }
    level = next;
  }
  return false;
}

export function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
