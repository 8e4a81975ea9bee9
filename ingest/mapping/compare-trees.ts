/** Where what a decoder answers differs from what its example says: paths, what was wanted, what was got. */
import { isDeepStrictEqual } from "node:util";
import { pathText } from "../../model/mapping.ts";
import { isNested } from "../../model/nesting.ts";

export interface Difference {
  readonly path: string;
  /** Absent: the example says nothing here. */
  readonly wanted?: unknown;
  /** Absent: it answers nothing here. */
  readonly got?: unknown;
}

/** The first of them are told. */
const DIFFERENCES_MAX = 20;
/** As far as vendors' examples are rounded. */
const RELATIVE_MAX = 1e-9;

/** Both are trees of JSON. */
export function compareTrees(wanted: unknown, got: unknown): Difference[] {
  const differences: Difference[] = [];
  const level: { path: string[]; wanted: unknown; got: unknown }[] = [{ path: [], wanted, got }];
  for (let at = level.pop(); at !== undefined; at = level.pop()) {
    if (differences.length === DIFFERENCES_MAX) return differences;
    if (isSame(at.wanted, at.got)) continue;
    if (!isSameKind(at.wanted, at.got)) {
      differences.push(differenceOf(pathText(at.path), at.wanted, at.got));
      continue;
    }
    const both = [at.wanted, at.got] as [Record<string, unknown>, Record<string, unknown>];
    const names = new Set(both.flatMap((tree) => Object.keys(tree)));
    for (const name of [...names].reverse()) {
      level.push({ path: [...at.path, name], wanted: own(both[0], name), got: own(both[1], name) });
    }
  }
  return differences;
}

function own(tree: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(tree, name) ? tree[name] : undefined;
}

function isSameKind(wanted: unknown, got: unknown): boolean {
  return isNested(wanted) && isNested(got) && Array.isArray(wanted) === Array.isArray(got);
}

function isSame(wanted: unknown, got: unknown): boolean {
  if (typeof wanted === "number" && typeof got === "number") {
    return Math.abs(wanted - got) <= RELATIVE_MAX * Math.max(1, Math.abs(wanted));
  }
  return isDeepStrictEqual(wanted, got);
}

function differenceOf(path: string, wanted: unknown, got: unknown): Difference {
  return {
    path,
    ...(wanted === undefined ? {} : { wanted }),
    ...(got === undefined ? {} : { got }),
  };
}
