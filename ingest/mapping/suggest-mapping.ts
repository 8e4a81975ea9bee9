/**
 * A mapping as somebody would write it who reads the names and units of a vendor's answer: each value to
 * the measurement of the class that its name and unit fit best, no path to two and none to the same.
 * Only a suggestion: it says why, and what it is not sure of it leaves out. Pure.
 */
import type { AssetClass, Measurement } from "../../model/asset-class.ts";
import { type FieldMapping, Mapping } from "../../model/mapping.ts";
import { nearestName } from "../../model/nearest-name.ts";
import { isNested } from "../../model/nesting.ts";
import { suggestPast } from "./suggest-past.ts";
import { STATE_WORDS, TRADE_WORDS, WHOLE_NAMES } from "./trade-words.ts";
import { type Leaf, leavesOf } from "./tree-leaves.ts";
import { readTreeValue } from "./tree-value.ts";
import { converted, isUnit, isUnitOf } from "./units.ts";

export interface Suggestion {
  readonly mapping: Mapping;
  /** Readings of before in an array beside; absent: there are none. */
  readonly past?: Mapping;
  /** One for each field, in their order. */
  readonly why: { path: string; measurement: string; text: string }[];
}

interface Candidate {
  readonly field: FieldMapping;
  readonly score: number;
  readonly text: string;
}

/** `known`: what is mapped already, which is left as it is. */
export function suggestMapping(
  tree: unknown,
  assetClass: AssetClass,
  known: readonly FieldMapping[] = [],
): Suggestion {
  const past = suggestPast(tree, (element) => fieldsFor(leavesOf(element), assetClass, []));
  const leaves = leavesOf(tree).filter(({ steps }) => !steps.some(isPlace));
  const chosen = fieldsFor(leaves, assetClass, known);
  return {
    mapping: Mapping.parse({ fields: [...known, ...chosen.map(({ field }) => field)], rest: "" }),
    ...(past === undefined ? {} : { past: past.mapping }),
    why: [...chosen, ...(past?.chosen ?? [])].map(({ field, text }) => ({
      ...{ path: field.path, measurement: field.measurement, text },
    })),
  };
}

/** What lies in an array belongs to no one measurement. */
const isPlace = (step: string): boolean => /^\d+$/.test(step);

/** The best go first; each path and each measurement once, in the order of the answer. */
function fieldsFor(
  leaves: readonly Leaf[],
  { measurements }: AssetClass,
  known: readonly FieldMapping[],
): Candidate[] {
  const paths = new Set(known.map(({ path }) => path));
  const named = new Set(known.map(({ measurement }) => measurement));
  const candidates = leaves
    .filter(({ path }) => !paths.has(path))
    .flatMap((leaf) => measurements.flatMap((each) => candidateOf(leaf, each, measurements)))
    .sort((one, other) => other.score - one.score);
  const chosen: Candidate[] = [];
  for (const candidate of candidates) {
    const { path, measurement } = candidate.field;
    if (paths.has(path) || named.has(measurement)) continue;
    paths.add(path);
    named.add(measurement);
    chosen.push(candidate);
  }
  return leaves.flatMap(({ path }) => chosen.filter(({ field }) => field.path === path));
}

/** None where the value is none of the measurement's, whatever it is called. */
function candidateOf(
  leaf: Leaf,
  definition: Measurement,
  all: readonly Measurement[],
): Candidate[] {
  const words = wordsOf(leaf.steps);
  if (isOfAnotherUnit(words, definition) || isVolts(leaf.value, definition)) return [];
  const unit = definition.kind === "number" ? unitIn(words, definition) : undefined;
  const states = definition.kind === "boolean" ? statesOf(leaf.value) : undefined;
  const field: FieldMapping = {
    path: leaf.path,
    measurement: definition.name,
    // Its own unit needs no saying.
    ...(unit === undefined || converted(1, unit, definition.unit) === 1 ? {} : { unit }),
    ...(states === undefined ? {} : { states }),
  };
  const read = readTreeValue(leaf.value, field, definition);
  if (read.kind === "none" || read.value < definition.min || read.value > definition.max) return [];
  const named = nameScore(unit === undefined ? words : words.slice(0, -1), definition);
  if (named !== undefined) {
    const hasUnit = unit !== undefined || writtenUnit(leaf.value) !== undefined;
    return [{ field, score: named.score + (hasUnit ? 0.05 : 0), text: named.text }];
  }
  const written = writtenUnit(leaf.value);
  if (written === undefined || definition.kind !== "number") return [];
  const fitting = all.filter((each) => each.kind === "number" && isUnitOf(written, each.unit));
  if (fitting.length !== 1) return [];
  return [{ field, score: 0.3, text: `the only measurement of the class that is in '${written}'` }];
}

const GENERIC = new Set(["value", "val", "data", "reading", "raw"]);

/** Of the last step that says something: small, without what is between them. */
function wordsOf(steps: readonly string[]): string[] {
  const telling = steps.findLast((step) => !GENERIC.has(step.toLowerCase())) ?? "";
  return telling
    .normalize("NFKC")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}%°]+/u)
    .filter((word) => word !== "");
}

/** `voltage_mv`: what the last word says, where it is none of the measurement's name. */
function unitIn(words: readonly string[], { unit }: Measurement): string | undefined {
  const last = words.at(-1);
  if (words.length < 2 || last === undefined || unit === "" || !isUnitOf(last, unit)) {
    return undefined;
  }
  return last;
}

/** `battery_v` is no percentage. */
function isOfAnotherUnit(words: readonly string[], { unit, name }: Measurement): boolean {
  const last = words.at(-1) ?? "";
  const isOwn = isUnitOf(last, unit) || wordsOf([name]).at(-1) === last;
  return words.length > 1 && !isOwn && isUnit(last);
}

const CELL_V_MAX = 5;

/** Of a battery that says 3.6 nobody knows whether it is full or empty, and by far the most mean volts. */
function isVolts(value: unknown, { name }: Measurement): boolean {
  const number = typeof value === "string" ? Number(value) : value;
  if (name !== "batteryPercent" || typeof number !== "number") return false;
  return number > 1 && number < CELL_V_MAX && !Number.isInteger(number);
}

function writtenUnit(value: unknown): string | undefined {
  if (isNested(value)) {
    const { unit, units, u } = value as Record<string, unknown>;
    const said = unit ?? units ?? u;
    return typeof said === "string" && said !== "" ? said : undefined;
  }
  if (typeof value !== "string") return undefined;
  const [, unit] = /^[+-]?[\d.]+(?:[eE][+-]?\d+)?\s*(\D.*)$/u.exec(value.trim()) ?? [];
  return unit;
}

/** For a word that stands for a state, that word and its opposite. */
function statesOf(value: unknown): Record<string, number> | undefined {
  if (typeof value !== "string") return undefined;
  const word = value.trim();
  const pair = STATE_WORDS.find((both) => both.includes(word.toLowerCase()));
  if (pair === undefined) return undefined;
  const isCapital = word !== word.toLowerCase();
  const write = (text: string): string =>
    isCapital ? `${text.slice(0, 1).toUpperCase()}${text.slice(1)}` : text;
  return { [write(pair[0])]: 1, [write(pair[1])]: 0, ...ownState(word, pair) };
}

function ownState(word: string, [yes]: readonly [string, string]): Record<string, number> {
  return { [word]: word.toLowerCase() === yes ? 1 : 0 };
}

function nameScore(
  words: readonly string[],
  definition: Measurement,
): { score: number; text: string } | undefined {
  const joined = words.join("");
  if (joined === "") return undefined;
  const { name, title } = definition;
  const own = [name.toLowerCase(), baseName(definition)];
  if (own.includes(joined)) return { score: 1, text: `its name is '${name}'` };
  const titles = [title.en, title.zh].map((each) => each.toLowerCase().replaceAll(/[\s_-]/g, ""));
  if (titles.includes(joined)) return { score: 0.95, text: `it is called like '${title.en}'` };
  const trade = TRADE_WORDS[name] ?? [];
  const place = trade.indexOf(joined);
  if (place >= 0) return { score: 0.9 - place / 1_000, text: `'${joined}' is a name of it` };
  const part = trade.find((word) => !WHOLE_NAMES.has(word) && isPart(word, words));
  if (part !== undefined) return { score: 0.6, text: `its name has '${part}' in it` };
  const near = nearestName(joined, [...own, ...trade]);
  if (near === undefined || !isNear(joined, near)) return undefined;
  return { score: 0.4, text: `its name is nearly '${near}'` };
}

/** `tiltdeg` without its unit. */
function baseName({ name, unit }: Measurement): string {
  const words = wordsOf([name]);
  const last = words.at(-1) ?? "";
  const isUnit = words.length > 1 && (last === "percent" || isUnitOf(last, unit));
  return (isUnit ? words.slice(0, -1) : words).join("");
}

const SHORTEST_PART = 3;

/** A whole word of the name, or two neighbours of it; characters of Chinese need no gaps. */
function isPart(word: string, words: readonly string[]): boolean {
  if (/\p{Script=Han}/u.test(word)) return words.some((each) => each.includes(word));
  if (word.length < SHORTEST_PART) return words.length > 1 && words[0] === word;
  return words.some((each, index) => each === word || `${each}${words[index + 1] ?? ""}` === word);
}

const LONG = 6;

/** A letter or two of a long word are other ones. */
function isNear(got: string, name: string): boolean {
  const isAlike = got.slice(0, 3) === name.slice(0, 3);
  return isAlike && got.length >= LONG && Math.abs(got.length - name.length) <= 2;
}
