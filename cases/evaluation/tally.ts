/**
 * Cases counted for those who worked on them: the counts of CJ/T 292 as DOMAIN §4 names them, over
 * `[from, asOf)`. What was handled or closed counts when it was; what is overdue counts as it stands
 * at `asOf`, however old. Open and not yet due: in no denominator. Voided: in nothing but
 * `reported` and `voided`. Pure.
 */
import type { CaseSource } from "../../model/case.ts";
import type { Instant } from "../../model/clock.ts";
import type { DeductionMade } from "../../model/evaluation.ts";
import type { CaseFacts, Handling, Mark, MarkKind } from "./case-facts.ts";
import { type CountName, type Counts, newCounts, roundTo } from "./counts.ts";
import { DEDUCTIONS } from "./score-models.ts";
import type { CaseTimeline } from "./timeline.ts";

export interface Tally {
  counts: Counts;
  deductions: Map<string, DeductionMade>;
}

export interface Span {
  from: Instant;
  asOf: Instant;
}

const PUBLIC_SOURCES: readonly CaseSourceName[] = ["hotline", "citizen"];
type CaseSourceName = (typeof CaseSource.options)[number];

/** What a mark is counted as. */
const COUNTED: Partial<Record<MarkKind, readonly CountName[]>> = {
  dispatched: ["dispatched"],
  rework: ["reworks"],
  relapse: ["reworks", "relapses"],
  extension: ["extensions"],
  suspension: ["suspensions"],
  return: ["returns"],
  refusedReturn: ["refusedReturns"],
  asked: ["asked"],
  answered: ["answered"],
  satisfied: ["satisfied"],
  solved: ["solved"],
};

/** Whose a case is, or was when a mark was made; empty: nobody's. */
export type KeyOf = (timeline: CaseTimeline, who: { unitId: string; crewId: string }) => string;

const NOBODY = { unitId: "", crewId: "" };

/** Adds one case to the tallies of those whose it is. */
export function addCase(
  tallies: Map<string, Tally>,
  found: { timeline: CaseTimeline; facts: CaseFacts; keyOf: KeyOf },
  span: Span,
): void {
  const { timeline, facts, keyOf } = found;
  const { handling } = facts;
  const isWithin = (at: Instant | undefined): boolean =>
    at !== undefined && at >= span.from && at < span.asOf;
  const own = tallyOf(tallies, keyOf(timeline, handling ?? NOBODY));
  if (own !== undefined) {
    addIntake(own.counts, timeline, facts, isWithin);
    if (handling !== undefined && facts.voidedAt === undefined) {
      addHandling(own.counts, facts, handling, { span, isWithin });
      addClosing(own.counts, facts, handling, { span, isWithin, isUrgent: timeline.isUrgent });
    }
  }
  if (facts.voidedAt !== undefined) return;
  for (const mark of facts.marks) {
    if (!isWithin(mark.at)) continue;
    const whose = tallyOf(tallies, keyOf(timeline, mark));
    if (whose !== undefined) addMark(whose, mark, timeline.caseNo);
  }
}

function tallyOf(tallies: Map<string, Tally>, key: string): Tally | undefined {
  if (key === "") return undefined;
  const known = tallies.get(key);
  if (known !== undefined) return known;
  const made: Tally = { counts: newCounts(), deductions: new Map() };
  tallies.set(key, made);
  return made;
}

type IsWithin = (at: Instant | undefined) => boolean;

function addIntake(
  counts: Counts,
  { source }: CaseTimeline,
  facts: CaseFacts,
  isWithin: IsWithin,
): void {
  const isReported = isWithin(facts.reportedAt);
  if (isReported) counts.reported += 1;
  if (isReported && PUBLIC_SOURCES.includes(source)) counts.publicReports += 1;
  if (facts.voidedAt !== undefined) {
    if (isWithin(facts.voidedAt)) counts.voided += 1;
    return;
  }
  if (isReported && !facts.isInvalid) counts.valid += 1;
  if (isWithin(facts.acceptedAt)) counts.accepted += 1;
  if (isWithin(facts.filedAt)) counts.filed += 1;
  if (isWithin(facts.selfHandledAt)) counts.selfHandled += 1;
}

function addHandling(
  counts: Counts,
  { forcedAt }: CaseFacts,
  handling: Handling,
  { span, isWithin }: { span: Span; isWithin: IsWithin },
): void {
  const { handledAt, deadline } = handling;
  if (handledAt !== undefined) {
    if (!isWithin(handledAt)) return;
    counts.handled += 1;
    if (handledAt <= deadline) counts.handledOnTime += 1;
    return;
  }
  // Ended by force it is overdue once, when it was ended.
  if (forcedAt !== undefined && !isWithin(forcedAt)) return;
  if (isOverdue(handling, forcedAt ?? span.asOf)) counts.overdueUnhandled += 1;
}

function addClosing(
  counts: Counts,
  { closedAt, forcedAt }: CaseFacts,
  handling: Handling,
  { span, isWithin, isUrgent }: { span: Span; isWithin: IsWithin; isUrgent: boolean },
): void {
  if (forcedAt !== undefined) {
    if (isWithin(forcedAt)) counts.forceClosed += 1;
    return;
  }
  const { handledAt, deadline } = handling;
  if (closedAt === undefined) {
    if (!isOverdue(handling, span.asOf)) return;
    counts.overdueUnclosed += 1;
    if (isUrgent) counts.urgentOverdueUnclosed += 1;
    return;
  }
  if (!isWithin(closedAt)) return;
  const isOnTime = handledAt !== undefined && handledAt <= deadline;
  counts.closed += 1;
  if (isOnTime) counts.closedOnTime += 1;
  if (!isUrgent) return;
  counts.urgentClosed += 1;
  if (isOnTime) counts.urgentClosedOnTime += 1;
}

/** A clock that stands since before the deadline does not pass it. */
function isOverdue({ deadline, suspendedAt }: Handling, at: Instant): boolean {
  return Math.min(at, suspendedAt ?? at) > deadline;
}

function addMark({ counts, deductions }: Tally, { kind }: Mark, caseNo: string): void {
  for (const name of COUNTED[kind] ?? []) counts[name] += 1;
  for (const { deductionId, points, mark } of DEDUCTIONS) {
    if (mark !== kind) continue;
    const made = deductions.get(deductionId) ?? { deductionId, points: 0, count: 0, caseNos: [] };
    made.count += 1;
    made.points = roundTo(made.count * points, 2);
    made.caseNos.push(caseNo);
    deductions.set(deductionId, made);
  }
}
