/** The values of a tree with their paths, and its arrays, so that somebody can be shown what there is to map. */
import { LIMITS } from "../../model/limits.ts";
import { pathText } from "../../model/mapping.ts";
import { isNested } from "../../model/nesting.ts";
import { isObject } from "../gateways/payload.ts";
import { isValuePair } from "./tree-value.ts";

export interface Leaf {
  readonly path: string;
  readonly steps: readonly string[];
  /** A number, text, a boolean, null, or a pair of value and unit. */
  readonly value: unknown;
}

/** Breadth first; a longer path than a mapping takes is left out. */
export function leavesOf(tree: unknown): Leaf[] {
  const leaves: Leaf[] = [];
  let level: { steps: string[]; value: unknown }[] = [{ steps: [], value: tree }];
  for (let depth = 0; depth <= LIMITS.uplinkDepthMax && level.length > 0; depth += 1) {
    const next: typeof level = [];
    for (const { steps, value } of level) {
      if (isNested(value) && !isValuePair(value)) {
        for (const [name, child] of Object.entries(value)) {
          next.push({ steps: [...steps, name], value: child });
        }
        continue;
      }
      const path = pathText(steps);
      if (path.length > LIMITS.mappingPathLengthMax) continue;
      if (leaves.length === LIMITS.decoderLeavesMax) return leaves;
      leaves.push({ path, steps, value });
    }
    level = next;
  }
  return leaves;
}

/** Arrays that are not empty, breadth first; what lies in an array is not looked into. */
export function arraysOf(tree: unknown): { steps: string[]; elements: readonly unknown[] }[] {
  const arrays: { steps: string[]; elements: readonly unknown[] }[] = [];
  let level: { steps: string[]; value: unknown }[] = [{ steps: [], value: tree }];
  for (let depth = 0; depth <= LIMITS.uplinkDepthMax && level.length > 0; depth += 1) {
    for (const { steps, value } of level) {
      if (Array.isArray(value) && value.length > 0) arrays.push({ steps, elements: value });
    }
    level = level.flatMap(({ steps, value }) =>
      isObject(value)
        ? Object.entries(value).map(([name, child]) => ({ steps: [...steps, name], value: child }))
        : [],
    );
  }
  return arrays;
}
