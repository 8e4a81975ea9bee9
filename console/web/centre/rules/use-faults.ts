/**
 * What is wrong with a rule while it is typed: its shape is looked at here and at once, its sense by the
 * platform a moment after the last letter.
 */
import { useEffect, useMemo, useState } from "preact/hooks";
import { part, post } from "../../shared/api.ts";
import type { RuleFault } from "../../shared/platform-types.ts";
import { ruleFaultText } from "./rule-fault-text.ts";
import { faultsOf, type Schema, type SchemaFault, type Value } from "./rule-schema.ts";
import { say } from "./rules-words.ts";

const WAIT_MS = 400;

interface Told {
  path: string;
  text: string;
}
interface Checked {
  list: readonly Told[];
  byPath: ReadonlyMap<string, string>;
  isChecking: boolean;
  /** It could not be looked at. */
  fault: unknown;
}

export function useFaults(
  schema: Schema,
  ruleId: string,
  value: Record<string, Value>,
  isOn: boolean,
): Checked {
  // Its version is the platform's to give.
  const shape = useMemo(() => faultsOf(schema, { ...value, version: 1 }, schema), [schema, value]);
  const [sense, setSense] = useState<{
    of: Value;
    faults: readonly RuleFault[];
    fault?: unknown;
  }>();
  const isAsked = isOn && shape.length === 0;
  useEffect(() => {
    if (!isAsked) return undefined;
    let isOver = false;
    const timer = setTimeout(() => {
      const { ruleId: _, version: __, ...body } = value;
      post<{ faults: RuleFault[] }>(`/api/v1/rules/${part(ruleId)}/check`, body).then(
        ({ faults }) => isOver || setSense({ of: value, faults }),
        (fault: unknown) => isOver || setSense({ of: value, faults: [], fault }),
      );
    }, WAIT_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [value, isAsked, ruleId]);
  const known = isAsked && sense?.of === value ? sense : undefined;
  const slug = typeof value.class === "string" ? value.class : undefined;
  const list = isAsked
    ? (known?.faults ?? []).map((fault) => ({ path: fault.path, text: ruleFaultText(fault, slug) }))
    : shape.map((fault) => ({ path: fault.path, text: shapeText(fault) }));
  return {
    list,
    byPath: new Map(list.map(({ path, text }) => [path, text])),
    isChecking: isAsked && known === undefined,
    fault: known?.fault,
  };
}

function shapeText({ kind, limit }: SchemaFault): string {
  return say(kind, { limit: limit ?? "" });
}
