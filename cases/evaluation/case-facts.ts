/**
 * One case as it stands at an instant, folded out of its timeline: when it was reported, filed,
 * closed; the handling that holds, and what was done to it on the way. What comes later is not seen.
 * A handling is one dispatch to one unit with one deadline; a relapse, a dispute that is upheld and a
 * ruling for another unit begin a new one. Pure.
 */
import type { CaseState } from "../../model/case.ts";
import type { Instant } from "../../model/clock.ts";
import type { CaseTimeline, TimelineEntry } from "./timeline.ts";

export interface Handling {
  unitId: string;
  crewId: string;
  dispatchedAt: Instant;
  deadline: Instant;
  /** Of feedback that stands. */
  handledAt?: Instant | undefined;
  /** The clock stands since then. */
  suspendedAt?: Instant | undefined;
}

export type MarkKind =
  | "dispatched"
  | "rework"
  | "relapse"
  | "failedCheck"
  | "repeatedFailedCheck"
  | "extension"
  | "suspension"
  | "return"
  | "refusedReturn"
  | "asked"
  | "answered"
  | "satisfied"
  | "solved";

/** Something that counts when it happens, for who had the case then. */
export interface Mark {
  kind: MarkKind;
  at: Instant;
  unitId: string;
  crewId: string;
}

export interface CaseFacts {
  state: CaseState;
  reportedAt: Instant;
  acceptedAt?: Instant | undefined;
  filedAt?: Instant | undefined;
  /** Not accepted, or not filed. */
  isInvalid: boolean;
  voidedAt?: Instant | undefined;
  selfHandledAt?: Instant | undefined;
  closedAt?: Instant | undefined;
  forcedAt?: Instant | undefined;
  /** The last one; nothing before a dispatch and after an accepted return. */
  handling?: Handling | undefined;
  marks: Mark[];
}

/** From this failed check of one case on each is a repeated one. */
const REPEATED_FROM = 3;

/** What a question to a reporter counts as, and his answer. */
const TOLD: Partial<Record<TimelineEntry["event"], readonly MarkKind[]>> = {
  ask: ["asked"],
  answerGood: ["answered", "solved", "satisfied"],
  answerSolved: ["answered", "solved"],
  answerSatisfied: ["answered", "satisfied"],
  answerBad: ["answered"],
};

interface Fold extends CaseFacts {
  failedChecks: number;
  isDisputed: boolean;
}

/** Nothing where the case was not reported before `asOf`. */
export function caseFacts({ entries }: CaseTimeline, asOf: Instant): CaseFacts | undefined {
  const [first] = entries;
  if (first === undefined || first.at >= asOf) return undefined;
  const fold: Fold = {
    state: first.to,
    reportedAt: first.at,
    isInvalid: false,
    marks: [],
    failedChecks: 0,
    isDisputed: false,
  };
  for (const entry of entries) {
    if (entry.at >= asOf) break;
    take(fold, entry);
    fold.state = entry.to;
  }
  return fold;
}

function take(fold: Fold, entry: TimelineEntry): void {
  const { event, at, to } = entry;
  const { handling } = fold;
  switch (event) {
    case "accept":
      fold.acceptedAt = at;
      break;
    case "file":
      fold.filedAt = at;
      break;
    case "reject":
    case "refuse":
      fold.isInvalid = true;
      break;
    case "void":
    case "join":
      fold.voidedAt = at;
      break;
    case "settle":
      fold.selfHandledAt = at;
      break;
    case "close":
      fold.closedAt = at;
      break;
    case "forceClose":
      fold.forcedAt = at;
      break;
    case "dispatch":
      begin(fold, entry);
      return;
    case "rule":
      takeRuling(fold, entry);
      break;
    case "acceptReturn":
      fold.handling = undefined;
      return;
    case "feedback":
      if (to !== "FEEDBACK") mark(fold, "return", at);
      else if (handling !== undefined) handling.handledAt = at;
      break;
    case "return":
      mark(fold, "return", at);
      break;
    case "refuseReturn":
      mark(fold, "refusedReturn", at);
      break;
    case "approveExtension":
      mark(fold, "extension", at);
      break;
    case "approveSuspend":
      mark(fold, "suspension", at);
      if (handling !== undefined) handling.suspendedAt = at;
      break;
    case "resume":
      if (handling !== undefined) handling.suspendedAt = undefined;
      break;
    case "sendCheck":
      fold.isDisputed = false;
      break;
    case "rework":
      takeRework(fold, entry);
      return;
    case "reopen":
      takeReopening(fold, entry);
      return;
    default:
      tell(fold, TOLD[event] ?? [], at);
  }
  follow(fold.handling, entry);
}

/** Crew and deadline may change with any record while a unit has the case. */
function follow(handling: Handling | undefined, { crewId, deadline }: TimelineEntry): void {
  if (handling === undefined) return;
  handling.crewId = crewId;
  if (deadline !== 0) handling.deadline = deadline;
}

function begin(fold: Fold, { at, unitId, crewId, deadline }: TimelineEntry): void {
  fold.handling = { unitId, crewId, dispatchedAt: at, deadline };
  fold.isDisputed = false;
  fold.selfHandledAt = undefined;
  mark(fold, "dispatched", at);
}

function mark({ handling, marks }: Fold, kind: MarkKind, at: Instant): void {
  if (handling === undefined) return;
  const { unitId, crewId } = handling;
  marks.push({ kind, at, unitId, crewId });
}

/** What was settled on the spot is nobody's; a place's it is all the same. */
function tell({ handling, marks }: Fold, kinds: readonly MarkKind[], at: Instant): void {
  const { unitId = "", crewId = "" } = handling ?? {};
  for (const kind of kinds) marks.push({ kind, at, unitId, crewId });
}

/** For who has it already it is a return refused. */
function takeRuling(fold: Fold, entry: TimelineEntry): void {
  if (fold.handling?.unitId !== entry.unitId) begin(fold, entry);
  else if (fold.state === "RETURN_REVIEW") mark(fold, "refusedReturn", entry.at);
}

function takeRework(fold: Fold, entry: TimelineEntry): void {
  mark(fold, "rework", entry.at);
  if (fold.state === "CHECKING") {
    fold.failedChecks += 1;
    const isRepeated = fold.failedChecks >= REPEATED_FROM;
    mark(fold, isRepeated ? "repeatedFailedCheck" : "failedCheck", entry.at);
  }
  if (fold.isDisputed || fold.handling === undefined) {
    begin(fold, entry);
    return;
  }
  fold.handling.handledAt = undefined;
  follow(fold.handling, entry);
}

/** A relapse counts against the handling that did not hold. */
function takeReopening(fold: Fold, entry: TimelineEntry): void {
  fold.closedAt = undefined;
  if (entry.to === "CHECKING") {
    fold.isDisputed = true;
    return;
  }
  mark(fold, "relapse", entry.at);
  begin(fold, entry);
}
