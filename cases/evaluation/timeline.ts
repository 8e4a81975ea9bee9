/**
 * The timeline of a case: its history in the few words that evaluation asks for, one entry a record,
 * with the unit, crew and deadline that hold after it. Packed for keeping: times from the first on,
 * what did not change left out. Pure.
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
type PackedEntry = [
  sinceMs: number,
  event: number,
  to: number,
  flags: number,
  unitId?: string | 0,
  crewId?: string | 0,
  deadlineMs?: number,
];
type Packed = [Instant, number, string, string, 0 | 1, PackedEntry[]];

/** Of the words behind the packed numbers: what was packed under others is packed anew. */
export const PACKING = createHash("sha256")
  .update(JSON.stringify([EVALUATED, CaseState.options, CaseSource.options, 2]))
  .digest("hex");

const [IS_SYSTEM, IS_SAID] = [1, 2];
const NOTHING_YET = { unitId: "", crewId: "", deadline: 0 };

export function packTimeline({
  source,
  street,
  grid,
  isUrgent,
  entries,
}: Omit<CaseTimeline, "caseNo">): string {
  const first = entries[0]?.at ?? 0;
  let before: Pick<TimelineEntry, "unitId" | "crewId" | "deadline"> = NOTHING_YET;
  const packed = entries.map((entry): PackedEntry => {
    const { at, event, to, isSystem, isSaid, unitId, crewId, deadline } = entry;
    const moved: PackedEntry = [
      at - first,
      EVALUATED.indexOf(event),
      CaseState.options.indexOf(to),
      (isSystem ? IS_SYSTEM : 0) | (isSaid ? IS_SAID : 0),
      unitId === before.unitId ? 0 : unitId,
      crewId === before.crewId ? 0 : crewId,
      deadline === before.deadline ? 0 : deadline - first,
    ];
    before = entry;
    while (moved.length > 4 && moved.at(-1) === 0) moved.pop();
    return moved;
  });
  const place = [CaseSource.options.indexOf(source), street, grid, isUrgent ? 1 : 0] as const;
  return JSON.stringify([first, ...place, packed] satisfies Packed);
}

export function unpackTimeline(caseNo: string, text: string): CaseTimeline {
  const [first, source, street, grid, isUrgent, packed] = JSON.parse(text) as Packed;
  let { unitId, crewId, deadline } = NOTHING_YET;
  const entries = packed.map(([sinceMs, event, to, flags, unit = 0, crew = 0, due = 0]) => {
    if (unit !== 0) unitId = unit;
    if (crew !== 0) crewId = crew;
    if (due !== 0) deadline = first + due;
    return {
      at: first + sinceMs,
      event: EVALUATED[event] ?? "other",
      to: CaseState.options[to] ?? "REPORTED",
      isSystem: (flags & IS_SYSTEM) !== 0,
      isSaid: (flags & IS_SAID) !== 0,
      unitId,
      crewId,
      deadline,
    };
  });
  const place = { street, grid, isUrgent: isUrgent === 1 };
  return { caseNo, source: CaseSource.options[source] ?? "sensor", ...place, entries };
}
