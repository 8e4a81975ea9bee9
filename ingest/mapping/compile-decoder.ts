/**
 * A decoder's mappings as one: what the newest reading is, and beside it the readings of before that
 * the same answer carries in an array, each with its own time.
 */
import type { AssetClass } from "../../model/asset-class.ts";
import type { TimeZone } from "../../model/local-time.ts";
import { type Mapping, readTreePath } from "../../model/mapping.ts";
import { type ApplyMapping, compileMapping, walk } from "./apply-mapping.ts";

export interface Mappings {
  readonly mapping: Mapping;
  readonly past?: Mapping | undefined;
  /** Where the tree says whose it is; a number there measures nothing. */
  readonly device?: string | undefined;
}

export function compileDecoder(
  { mapping, past, device }: Mappings,
  about: { assetClass: AssetClass | undefined; zone: TimeZone },
): ApplyMapping {
  const beside = device === undefined ? [] : [readTreePath(device) ?? []];
  if (past?.elements === undefined) return compileMapping(mapping, { ...about, beside });
  const elements = readTreePath(past.elements) ?? [];
  const applyNewest = compileMapping(mapping, { ...about, beside: [elements, ...beside] });
  const applyPast = compileMapping(past, about);
  return (tree) => {
    const newest = applyNewest(tree);
    if (walk(tree, elements) === undefined) return newest;
    const before = applyPast(tree);
    return {
      values: [...newest.values, ...before.values],
      faults: [...newest.faults, ...before.faults],
    };
  };
}
