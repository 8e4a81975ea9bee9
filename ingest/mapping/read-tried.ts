/** What somebody who tries a mapping is shown of one tree: its values as they would be kept, and the rest. */
import type { AssetClass } from "../../model/asset-class.ts";
import { type Mapping, pathText, readTreePath } from "../../model/mapping.ts";
import { flagRange } from "../quality/range.ts";
import type { ApplyMapping, MappedValue, MappingFault } from "./apply-mapping.ts";
import type { Mappings } from "./compile-decoder.ts";
import { type Leaf, leavesOf } from "./tree-leaves.ts";

export interface TriedValue extends MappedValue {
  /** Of the class; absent of a measurement that it does not name, which is kept beside. */
  readonly unit?: string;
  /** Why it would be flagged. */
  readonly flagged?: string;
}

export interface Tried {
  readonly values: TriedValue[];
  readonly faults: MappingFault[];
  /** What no field of the mapping reads; numbers among it may be kept under their own names. */
  readonly unmapped: { path: string; value: unknown }[];
}

export function readTried(
  tree: unknown,
  {
    mappings,
    apply,
    assetClass,
  }: {
    mappings: Mappings;
    apply: ApplyMapping;
    assetClass: AssetClass | undefined;
  },
): Tried {
  const { values, faults } = apply(tree);
  const definitions = new Map(assetClass?.measurements.map((each) => [each.name, each]));
  const isRead = readBy(mappings);
  return {
    values: values.map((each) => {
      const definition = definitions.get(each.measurement);
      const flagged = flagRange(each.value, definition)?.reason;
      return {
        ...each,
        ...(definition === undefined ? {} : { unit: definition.unit }),
        ...(flagged === undefined ? {} : { flagged }),
      };
    }),
    faults: [...faults],
    unmapped: leavesOf(tree)
      .filter((leaf) => !isRead(leaf))
      .map(({ path, value }) => ({ path, value })),
  };
}

/** By a field, as a time, a number or a witness, or within an array that is read. */
function readBy({ mapping, past }: Mappings): (leaf: Leaf) => boolean {
  const arrays = [mapping.elements, past?.elements].flatMap((path) =>
    path === undefined ? [] : [readTreePath(path) ?? []],
  );
  const paths = new Set(mapping.elements === undefined ? pathsOf(mapping) : []);
  return ({ path, steps }) =>
    paths.has(path) || arrays.some((array) => array.every((step, at) => steps[at] === step));
}

function pathsOf({ fields, time, seq }: Mapping): string[] {
  const said = [
    ...fields.flatMap(({ path, validWhen }) => [path, validWhen?.path]),
    ...[time?.path, seq],
  ];
  return said.flatMap((path) => (path === undefined ? [] : [pathText(readTreePath(path) ?? [])]));
}
