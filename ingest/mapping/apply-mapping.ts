/**
 * A vendor's answer, a tree of JSON, by its mapping into values of measurements. Reads what the
 * mapping names and keeps the numbers that it does not name; answers for everything else why it is no
 * value. Never throws, never walks deeper than an uplink may be.
 */
import type { AssetClass, Measurement } from "../../model/asset-class.ts";
import type { Instant } from "../../model/clock.ts";
import type { DeadLetterReason } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import type { TimeZone } from "../../model/local-time.ts";
import { type FieldMapping, type Mapping, readTreePath } from "../../model/mapping.ts";
import { isNested } from "../../model/nesting.ts";
import { isObject, quoted } from "../gateways/payload.ts";
import { readTreeTime } from "./tree-time.ts";
import { isValuePair, readTreeValue } from "./tree-value.ts";

export interface MappedValue {
  readonly measurement: string;
  readonly value: number;
  /** By the mapping's `time`; undefined: it has none. */
  readonly at: Instant | undefined;
  readonly seq: number | undefined;
}

export interface MappingFault {
  readonly reason: DeadLetterReason;
  readonly text: string;
}

export interface Mapped {
  readonly values: readonly MappedValue[];
  readonly faults: readonly MappingFault[];
}

export type ApplyMapping = (tree: unknown) => Mapped;

type Path = readonly string[];

interface Field extends FieldMapping {
  readonly steps: Path;
  readonly witness: Path | undefined;
  readonly definition: Measurement | undefined;
}

interface Plan {
  readonly mapping: Mapping;
  readonly fields: readonly Field[];
  readonly time: Path | undefined;
  readonly seq: Path | undefined;
  readonly rest: Path | undefined;
  /** So that the rest leaves them out. */
  readonly taken: Taken;
  readonly definitions: ReadonlyMap<string, Measurement>;
  readonly zone: TimeZone;
}

/** `mapping` has passed its schema. Made once for a mapping and a class, used for each uplink. */
export function compileMapping(
  mapping: Mapping,
  about: {
    assetClass: AssetClass | undefined;
    zone: TimeZone;
    /** Read by somebody else: the rest leaves them out. */
    beside?: readonly Path[];
  },
): ApplyMapping {
  const { assetClass, zone, beside = [] } = about;
  const definitions = new Map(assetClass?.measurements.map((each) => [each.name, each]));
  const fields = mapping.fields.map((field) => ({
    ...field,
    steps: stepsOf(field.path),
    witness: field.validWhen === undefined ? undefined : stepsOf(field.validWhen.path),
    definition: definitions.get(field.measurement),
  }));
  const time = mapping.time === undefined ? undefined : stepsOf(mapping.time.path);
  const seq = mapping.seq === undefined ? undefined : stepsOf(mapping.seq);
  const read = [...fields.flatMap(({ steps, witness }) => [steps, witness]), time, seq];
  const taken = takenBy([...read, ...beside]);
  const rest = mapping.rest === undefined ? undefined : stepsOf(mapping.rest);
  const plan: Plan = { mapping, fields, time, seq, rest, taken, definitions, zone };
  return (tree) => applyPlan(plan, tree);
}

function applyPlan(plan: Plan, tree: unknown): Mapped {
  const values: MappedValue[] = [];
  const faults: MappingFault[] = [];
  const { elements } = plan.mapping;
  if (elements === undefined) {
    takeElement(plan, tree, { values, faults });
    return { values, faults };
  }
  const found = walk(tree, stepsOf(elements));
  if (!Array.isArray(found)) {
    return {
      values,
      faults: [
        fault("ELEMENT_INVALID", `'${elements}' is ${quoted(found)}; wanted an array of readings`),
      ],
    };
  }
  if (found.length > LIMITS.uplinkElementsMax) {
    return {
      values,
      faults: [
        fault(
          "TOO_MANY_ELEMENTS",
          `'${elements}' has ${found.length} elements; an uplink carries up to ${LIMITS.uplinkElementsMax}`,
        ),
      ],
    };
  }
  for (const element of found) {
    if (isObject(element)) takeElement(plan, element, { values, faults });
    else faults.push(fault("ELEMENT_INVALID", `an element of '${elements}' is ${quoted(element)}`));
  }
  return { values, faults };
}

interface Finds {
  readonly values: MappedValue[];
  readonly faults: MappingFault[];
}

function takeElement(plan: Plan, element: unknown, finds: Finds): void {
  const { mapping, time, zone } = plan;
  let at: Instant | undefined;
  if (time !== undefined && mapping.time !== undefined) {
    const raw = walk(element, time);
    at = raw === undefined ? undefined : readTreeTime(raw, mapping.time.format, zone);
    if (raw !== undefined && at === undefined) {
      const { path, format } = mapping.time;
      finds.faults.push(
        fault("TIME_INVALID", `'${path}' is ${quoted(raw)}; wanted a time as '${format}'`),
      );
      return;
    }
  }
  const seq = plan.seq === undefined ? undefined : wholeNumber(walk(element, plan.seq));
  for (const field of plan.fields) takeField(field, element, { at, seq }, finds);
  if (plan.rest !== undefined) takeRest(plan, element, { at, seq }, finds);
}

type When = Pick<MappedValue, "at" | "seq">;

function takeField(field: Field, element: unknown, when: When, { values, faults }: Finds): void {
  const raw = walk(element, field.steps);
  // What is not there was not measured: decoders leave out what a frame does not carry.
  if (raw === undefined) return;
  const { path, measurement, witness, validWhen } = field;
  if (witness !== undefined && validWhen !== undefined) {
    const said = walk(element, witness);
    if (!validWhen.is.some((marker) => marker === said)) {
      const text = `'${path}' is not valid: '${validWhen.path}' is ${quoted(said)}`;
      faults.push(fault("VALUE_INVALID", text));
      return;
    }
  }
  const read = readTreeValue(raw, field, field.definition);
  if (read.kind === "none") faults.push(fault("VALUE_INVALID", `'${path}': ${read.text}`));
  else values.push({ measurement, value: read.value, at: when.at, seq: when.seq });
}

/** Numbers and booleans that no field names; what bears a name of the class must be one of its values. */
function takeRest(plan: Plan, element: unknown, when: When, { values, faults }: Finds): void {
  for (const { name, value } of leavesOf(plan, element)) {
    const definition = plan.definitions.get(name);
    const read = readTreeValue(value, {}, definition);
    if (read.kind === "value") {
      values.push({ measurement: name, value: read.value, at: when.at, seq: when.seq });
    } else if (definition !== undefined) {
      faults.push(fault("VALUE_INVALID", `'${name}': ${read.text}`));
    }
  }
}

/** Longer than any of the class; looked up, each of thousands would be hashed letter by letter. */
const NAME_LENGTH_MAX = 64;

/** Breadth first: of what the class does not name the nearest is kept where there is too much. */
function leavesOf(plan: Plan, element: unknown): { name: string; value: unknown }[] {
  const leaves: { name: string; value: unknown }[] = [];
  let others = 0;
  const root = walk(element, plan.rest ?? []);
  if (!isTree(root)) return leaves;
  let level: Branch[] = [{ name: undefined, value: root, taken: below(plan.taken, plan.rest) }];
  for (let depth = 0; depth <= LIMITS.uplinkDepthMax && level.length > 0; depth += 1) {
    const next: Branch[] = [];
    for (const { name: prefix, value, taken } of level) {
      for (const key in value) {
        const takenBelow = taken?.below.get(key);
        if (takenBelow?.isTaken === true) continue;
        const child = value[key];
        const name = prefix === undefined ? key : `${prefix}.${key}`;
        if (isTree(child)) {
          next.push({ name, value: child, taken: takenBelow });
          continue;
        }
        const isOther = name.length > NAME_LENGTH_MAX || !plan.definitions.has(name);
        if (isOther && (typeof child === "string" || others === LIMITS.mappingRestMax)) continue;
        if (isOther) others += 1;
        leaves.push({ name, value: child });
      }
    }
    level = next;
  }
  return leaves;
}

interface Branch {
  /** Undefined: the root. */
  readonly name: string | undefined;
  readonly value: Record<string, unknown>;
  readonly taken: Taken | undefined;
}

/** Objects and arrays; a value with its unit is a value. */
function isTree(value: unknown): value is Record<string, unknown> {
  return isNested(value) && !isValuePair(value);
}

/** Paths that are read, as a tree of their steps. */
interface Taken {
  isTaken: boolean;
  readonly below: Map<string, Taken>;
}

function takenBy(paths: readonly (Path | undefined)[]): Taken {
  const root: Taken = { isTaken: false, below: new Map() };
  for (const path of paths) {
    if (path === undefined) continue;
    let at = root;
    for (const step of path) {
      const next = at.below.get(step) ?? { isTaken: false, below: new Map() };
      at.below.set(step, next);
      at = next;
    }
    at.isTaken = true;
  }
  return root;
}

function below(taken: Taken, path: Path | undefined): Taken | undefined {
  let at: Taken | undefined = taken;
  for (const step of path ?? []) at = at?.below.get(step);
  return at;
}

/** What lies at the end of the steps; undefined where there is nothing. */
export function walk(tree: unknown, path: Path): unknown {
  let at = tree;
  for (const step of path) {
    if (!isNested(at) || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string, unknown>)[step];
  }
  return at;
}

function wholeNumber(raw: unknown): number | undefined {
  return Number.isSafeInteger(raw) && (raw as number) >= 0 ? (raw as number) : undefined;
}

function stepsOf(path: string): Path {
  return readTreePath(path) ?? [];
}

function fault(reason: DeadLetterReason, text: string): MappingFault {
  return { reason, text };
}
