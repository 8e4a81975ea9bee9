/**
 * The timeline of a case: its history in the few words that evaluation asks for, one entry a record,
 * with the unit, crew and deadline that hold after it. Packed for keeping as one flat list of numbers,
 * since a year has hundreds of thousands of them: times from the first on, what did not change left
 * out. Pure.
 */
import { createHash } from "node:crypto";
import { CaseSource, CaseState } from "../../model/case.ts";
import type { Instant } from "../../model/clock.ts";

/** Events that count; `other` moves nothing but may have changed unit, crew or deadline. */
export const EVALUATED = [
  "other",
  "report",
  "sendVerify",
  "verifyResult",
  "accept",
  "reject",
  "file",
  "refuse",
  "void",
  "join",
  "dispatch",
  "rule",
  "start",
  "return",
  "acceptReturn",
  "refuseReturn",
  "approveExtension",
  "approveSuspend",
  "resume",
  "feedback",
  "sendCheck",
  "checkPass",
  "rework",
  "close",
  "settle",
  "reopen",
  "forceClose",
  "ask",
  // A reporter's answer: whether it is solved, and whether he is satisfied.
  "answerGood",
  "answerSolved",
  "answerSatisfied",
  "answerBad",
] as const;
export type EvaluatedEvent = (typeof EVALUATED)[number];

export interface TimelineEntry {
  at: Instant;
  event: EvaluatedEvent;
  to: CaseState;
  /** The platform itself did it. */
  isSystem: boolean;
  /** This record or one before it said what follows; none of it was guessed since. */
  isSaid: boolean;
  /** Those that hold from then on. */
  unitId: string;
  crewId: string;
  deadline: Instant;
}

/** What of a case never changes. */
export interface FixedFacts {
  source: SourceName;
  /** 9 digits of the grid cell; empty where it lies in none. */
  street: string;
  /** 责任网格 */
  grid: string;
  isUrgent: boolean;
}

export interface CaseTimeline extends FixedFacts {
  caseNo: string;
  entries: TimelineEntry[];
}

type SourceName = (typeof CaseSource.options)[number];
/** First instant, source, street, grid, urgent, unit and crew ids that occur, then the entries' numbers. */
type Packed = [Instant, number, string, string, 0 | 1, string[], ...number[]];

const SOURCES = CaseSource.options;
const STATES = CaseState.options;
/**
 * An entry is its time since the first, a word, then what changed of unit, crew (places in the list of
 * ids) and deadline (since the first instant). The word: flags below, above them the event's and the
 * state's place in their lists.
 */
const [IS_SYSTEM, IS_SAID, NEW_UNIT, NEW_CREW, NEW_DEADLINE] = [1, 2, 4, 8, 16];
const [EVENT_SHIFT, STATE_SHIFT, EVENT_MASK] = [5, 11, 63];
const NUMBERS_FROM = 6;
const NOTHING_YET = { unitId: "", crewId: "", deadline: 0 };

/** Of the words behind the packed numbers: what was packed under others is packed anew. */
export const PACKING = createHash("sha256")
  .update(JSON.stringify([EVALUATED, STATES, SOURCES, 4]))
  .digest("hex");

export function packTimeline(timeline: Omit<CaseTimeline, "caseNo">): string {
  const { source, street, grid, isUrgent, entries } = timeline;
  const first = entries[0]?.at ?? 0;
  const ids: string[] = [];
  const placeOf = (id: string): number => {
    const known = ids.indexOf(id);
    return known === -1 ? ids.push(id) - 1 : known;
  };
  let before: Pick<TimelineEntry, "unitId" | "crewId" | "deadline"> = NOTHING_YET;
  const numbers: number[] = [];
  for (const entry of entries) {
    const { at, event, to, isSystem, isSaid, unitId, crewId, deadline } = entry;
    const [isNewUnit, isNewCrew] = [unitId !== before.unitId, crewId !== before.crewId];
    const isNewDeadline = deadline !== before.deadline;
    const word =
      (STATES.indexOf(to) << STATE_SHIFT) |
      (EVALUATED.indexOf(event) << EVENT_SHIFT) |
      (isSystem ? IS_SYSTEM : 0) |
      (isSaid ? IS_SAID : 0) |
      (isNewUnit ? NEW_UNIT : 0) |
      (isNewCrew ? NEW_CREW : 0) |
      (isNewDeadline ? NEW_DEADLINE : 0);
    numbers.push(at - first, word);
    if (isNewUnit) numbers.push(placeOf(unitId));
    if (isNewCrew) numbers.push(placeOf(crewId));
    if (isNewDeadline) numbers.push(deadline - first);
    before = entry;
  }
  const place = [SOURCES.indexOf(source), street, grid, isUrgent ? 1 : 0] as const;
  return JSON.stringify([first, ...place, ids, ...numbers] satisfies Packed);
}

export function unpackTimeline(caseNo: string, text: string): CaseTimeline {
  const packed = JSON.parse(text);
  const [first, source, street, grid, isUrgent, ids] = packed as Packed;
  const entries: TimelineEntry[] = [];
  let { unitId, crewId, deadline } = NOTHING_YET;
  const numbers = packed as readonly number[];
  let index = NUMBERS_FROM;
  while (index < numbers.length) {
    const at = first + (numbers[index++] ?? 0);
    const word = numbers[index++] ?? 0;
    if ((word & NEW_UNIT) !== 0) unitId = ids[numbers[index++] ?? 0] ?? "";
    if ((word & NEW_CREW) !== 0) crewId = ids[numbers[index++] ?? 0] ?? "";
    if ((word & NEW_DEADLINE) !== 0) deadline = first + (numbers[index++] ?? 0);
    entries.push({
      at,
      event: EVALUATED[(word >> EVENT_SHIFT) & EVENT_MASK] ?? "other",
      to: STATES[word >> STATE_SHIFT] ?? "REPORTED",
      isSystem: (word & IS_SYSTEM) !== 0,
      isSaid: (word & IS_SAID) !== 0,
      unitId,
      crewId,
      deadline,
    });
  }
  const place = { street, grid, isUrgent: isUrgent === 1 };
  return { caseNo, source: SOURCES[source] ?? "sensor", ...place, entries };
}
