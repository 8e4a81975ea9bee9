/**
 * A refusal of the platform in the words of the page: by its reason where it gives one, by its fields
 * where they are named, else by its code. Loaded with the first refusal.
 */
import type { FieldFault } from "../../../../model/field-fault.ts";
import { sayState } from "../case-words.ts";
import { crewName, unitName } from "../catalogue.ts";
import { sayTime } from "../clock.ts";
import { sayEvent, sayOutcome, sayRole } from "../event-words.ts";
import { language } from "../language.ts";
import { say } from "../shared-words.ts";
import { type Fills, type Say, sayCode } from "../words.ts";
import { sayErrorCode } from "./code-words.ts";
import { commandText, isCommandNote } from "./command-words.ts";
import { sayField, sayKind, sayType } from "./kind-words.ts";
import { sayReason } from "./reason-words.ts";

export interface RefusalGiven {
  code: string;
  message: string;
  details?: Readonly<Record<string, unknown>>;
}

export interface RefusalSaid {
  text: string;
  /** The platform's own sentence, where it may say more than the text. */
  original?: string;
}

/** Of an answer that is none of the platform's, as a proxy's before it. */
const NOT_OURS = "UNKNOWN";

/** @param field a field of a form beside which it is told: of others nothing is said, nor its name */
export function refusalSaid(refusal: RefusalGiven, field?: string): RefusalSaid {
  const { code, message, details = {} } = refusal;
  const { reason, values } = details;
  if (typeof reason === "string" && has(sayReason, reason)) {
    return { text: sayReason(reason, fillsOf(values)) };
  }
  if (code === NOT_OURS) return { text: say("faultNotOurs", { message }) };
  const isEnglish = language.value === "en";
  const faults = faultsOf(details.issues);
  const own = field === undefined ? faults : faults.filter((fault) => fault.field === field);
  if (own.length > 0 && (!isEnglish || (field !== undefined && isWhole(own)))) {
    const text = own.map((fault) => fieldText(fault, field !== undefined)).join("");
    return isWhole(own) ? { text } : { text, original: message };
  }
  if (isEnglish && message !== "") return { text: message };
  if (OF_COMMANDS.has(code) && isCommandNote(message)) return { text: commandText(message) };
  const text = has(sayErrorCode, code) ? sayErrorCode(code) : say("faultRefused");
  return { text, original: message };
}

const OF_COMMANDS: ReadonlySet<string> = new Set(["COMMAND_REFUSED", "COMMAND_QUEUE_FULL"]);

const has = <Word extends string>(say: Say<Word>, word: string): word is Word =>
  Object.hasOwn(say.words, word);

/** Of these the platform's sentence says more: what form it wants. */
const isWhole = (faults: readonly FieldFault[]): boolean =>
  !faults.some(({ kind }) => kind === "other" || kind === "wrong-form");

const VALUE_WORDS: Readonly<Record<string, (value: string) => string>> = {
  state: (state) => sayCode(sayState, state),
  event: (event) => sayCode(sayEvent, event),
  outcome: (outcome) => sayCode(sayOutcome, outcome),
  roles: (roles) => each(roles, (role) => sayCode(sayRole, role)),
  unitId: unitName,
  units: (unitIds) => each(unitIds, unitName),
  crewId: crewName,
  at: sayTime,
};

const each = (list: string, name: (value: string) => string): string =>
  list
    .split(", ")
    .map(name)
    .join(language.value === "zh" ? "、" : ", ");

function fillsOf(values: unknown): Fills {
  if (typeof values !== "object" || values === null) return {};
  const filled = Object.entries(values).map(([name, value]) => {
    const text = String(value);
    return [name, VALUE_WORDS[name]?.(text) ?? text] as const;
  });
  return Object.fromEntries(filled);
}

const faultsOf = (issues: unknown): FieldFault[] =>
  Array.isArray(issues) ? issues.filter(isFieldFault) : [];

function isFieldFault(issue: unknown): issue is FieldFault {
  if (typeof issue !== "object" || issue === null) return false;
  const { field, kind } = issue as Record<string, unknown>;
  return typeof field === "string" && typeof kind === "string" && has(sayKind, kind);
}

function fieldText({ field, kind, limit = 0, wanted = "" }: FieldFault, isAlone: boolean): string {
  const fault = sayKind(kind, { limit, wanted: sayCode(sayType, wanted) });
  if (isAlone) return sayField("alone", { fault });
  return field === "" ? sayField("whole", { fault }) : sayField("field", { field, fault });
}
