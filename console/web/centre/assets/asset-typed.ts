/**
 * An asset as it is typed: every field a text under the name that the API gives it, attributes as
 * `attributes.depthCm`. What it lacks, and what is sent of it. Pure.
 */
import type { AssetItem } from "../../shared/platform-types.ts";
import { codeFault } from "./component-code.ts";

export type Typed = Readonly<Record<string, string>>;
export type Lack =
  | "badCell"
  | "badCode"
  | "badId"
  | "badLat"
  | "badLon"
  | "badNumber"
  | "badName"
  | "isNeeded";

const FIELDS = [
  "class",
  "componentCode",
  "name",
  "lon",
  "lat",
  "gridCell",
  "responsibleGrid",
  "maintenanceUnitId",
  "ownerUnitId",
  "competentUnitId",
  "parentAssetId",
] as const;
const NEEDED = ["componentCode", "name", "lon", "lat"] as const;
const DEGREES = ["lon", "lat"];
const ATTRIBUTE = "attributes.";

export const attributeField = (name: string): string => ATTRIBUTE + name;

/** The names of the attributes for which there is a field, also an empty one. */
export const attributesIn = (typed: Typed): string[] =>
  Object.keys(typed).flatMap((field) =>
    field.startsWith(ATTRIBUTE) ? [field.slice(ATTRIBUTE.length)] : [],
  );

export function typedOf(asset: AssetItem): Typed {
  const typed: Record<string, string> = {};
  for (const field of FIELDS) typed[field] = String(asset[field] ?? "");
  for (const [name, value] of Object.entries(asset.attributes ?? {})) {
    typed[attributeField(name)] = String(value);
  }
  return typed;
}

const isNumber = (text: string): boolean => text !== "" && Number.isFinite(Number(text));
const within = (text: string, limit: number): boolean =>
  isNumber(text) && Math.abs(Number(text)) <= limit;
export const isId = (text: string): boolean => /^[A-Za-z0-9._:-]{1,64}$/.test(text);

const RIGHT: Readonly<Record<string, [Lack, (text: string) => boolean]>> = {
  assetId: ["badId", isId],
  parentAssetId: ["badId", isId],
  componentCode: ["badCode", (text) => codeFault(text) === undefined],
  name: ["badName", (text) => text.length <= 200],
  lon: ["badLon", (text) => within(text, 180)],
  lat: ["badLat", (text) => within(text, 90)],
  gridCell: ["badCell", (text) => /^\d{14,16}$/.test(text)],
};

/** By field. `numbers`: attributes that are one. */
export function lacksOf(given: Typed, numbers: ReadonlySet<string>): Map<string, Lack> {
  const typed = trimmed(given);
  const lacks = new Map<string, Lack>();
  for (const field of NEEDED) if ((typed[field] ?? "") === "") lacks.set(field, "isNeeded");
  for (const [field, [lack, isRight]] of Object.entries(RIGHT)) {
    const text = typed[field] ?? "";
    if (text !== "" && !isRight(text)) lacks.set(field, lack);
  }
  for (const name of attributesIn(typed)) {
    const text = typed[attributeField(name)] ?? "";
    if (text !== "" && numbers.has(name) && !isNumber(text)) {
      lacks.set(attributeField(name), "badNumber");
    }
  }
  return lacks;
}

/** A new asset. One that is given no id is known by its component code. */
export function assetOf(given: Typed, numbers: ReadonlySet<string>): Record<string, unknown> {
  const typed = trimmed(given);
  const id = typed.assetId ?? "";
  const asset: Record<string, unknown> = { assetId: id === "" ? typed.componentCode : id };
  for (const field of FIELDS) if ((typed[field] ?? "") !== "") asset[field] = sent(field, typed);
  const attributes = Object.fromEntries(
    attributesIn(typed)
      .filter((name) => typed[attributeField(name)] !== "")
      .map((name) => [name, valueIn(typed[attributeField(name)] ?? "", numbers.has(name))]),
  );
  return Object.keys(attributes).length === 0 ? asset : { ...asset, attributes };
}

/** The merge patch that turns one into the other; what was emptied is null. */
export function changesTo(
  asset: AssetItem,
  given: Typed,
  numbers: ReadonlySet<string>,
): Record<string, unknown> {
  const before = typedOf(asset);
  const typed = trimmed(given);
  const isChanged = (field: string): boolean => (typed[field] ?? "") !== (before[field] ?? "");
  const changes: Record<string, unknown> = {};
  for (const field of FIELDS.filter(isChanged)) {
    changes[field] = (typed[field] ?? "") === "" ? null : sent(field, typed);
  }
  const attributes = attributesIn(typed).filter((name) => isChanged(attributeField(name)));
  if (attributes.length === 0) return changes;
  const valueAt = (name: string): unknown => {
    const text = typed[attributeField(name)] ?? "";
    return text === "" ? null : valueIn(text, numbers.has(name));
  };
  return { ...changes, attributes: Object.fromEntries(attributes.map((n) => [n, valueAt(n)])) };
}

function trimmed(typed: Typed): Record<string, string> {
  return Object.fromEntries(Object.entries(typed).map(([field, text]) => [field, text.trim()]));
}

const sent = (field: string, typed: Typed): string | number =>
  DEGREES.includes(field) ? Number(typed[field]) : (typed[field] ?? "");

/** A text that reads as a number or as yes or no is one; a code that begins with 0 stays a text. */
function valueIn(text: string, isAlwaysNumber: boolean): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  const isPlain = isAlwaysNumber || /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text);
  return isPlain ? Number(text) : text;
}
