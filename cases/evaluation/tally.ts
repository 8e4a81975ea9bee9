/**
 * Cases counted for those who worked on them: the counts of CJ/T 292 as DOMAIN §4 names them, over
 * `[from, asOf)`. What was handled or closed counts when it was; what is overdue counts as it stands
 * at `asOf`, however old. Open and not yet due: in no denominator. Voided: in nothing but
 * `reported` and `voided`. Pure.
 */
import type { CaseSource } from "../../model/case.ts";
import type { Instant } from "../../model/clock.ts";
import type { CountName } from "../../model/indicator.ts";
import { STRIKES, type Strike } from "../../model/score-model.ts";
import type { CaseFacts, Handling, MarkKind } from "./case-facts.ts";
import { type Counts, newCounts } from "./counts.ts";
import type { CaseTimeline } from "./timeline.ts";

export interface Tally {
  counts: Counts;
  /** The same, each case as often as its source counts in the points; without weights it is `counts`. */
  weighted: Counts;
  /** Number of the case of each strike. */
  strikes: Map<Strike, string[]>;
}

/** How often a case of a source counts in the points; 1 where it is not named. */
export type SourceWeights = Readonly<Partial<Record<CaseSourceName, number>>>;

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
  found: { timeline: CaseTimeline; facts: CaseFacts; keyOf: KeyOf; weights?: SourceWeights },
  span: Span,
): void {
  const { timeline, facts, keyOf, weights } = found;
  const { handling } = facts;
  const isWithin = (at: Instant | undefined): boolean =>
    at !== undefined && at >= span.from && at < span.asOf;
  const own = tallyOf(tallies, keyOf(timeline, handling ?? NOBODY), weights);
  for (const add of own === undefined ? [] : addersOf(own, timeline, weights)) {
    addIntake(add, timeline, facts, isWithin);
    if (handling !== undefined && facts.voidedAt === undefined) {
      addHandling(add, facts, handling, { span, isWithin });
      addClosing(add, facts, handling, { span, isWithin, isUrgent: timeline.isUrgent });
    }
  }
  if (facts.voidedAt !== undefined) return;
  for (const mark of facts.marks) {
    if (!isWithin(mark.at)) continue;
    const whose = tallyOf(tallies, keyOf(timeline, mark), weights);
    if (whose === undefined) continue;
    for (const add of addersOf(whose, timeline, weights)) {
      for (const name of COUNTED[mark.kind] ?? []) add(name);
    }
    if (isStrike(mark.kind)) {
      const struck = whose.strikes.get(mark.kind);
      if (struck === undefined) whose.strikes.set(mark.kind, [timeline.caseNo]);
      else struck.push(timeline.caseNo);
    }
  }
}

type Add = (name: CountName) => void;

/** One case counts once, and so often as its source has weight. */
function addersOf(
  { counts, weighted }: Tally,
  { source }: CaseTimeline,
  weights: SourceWeights | undefined,
): Add[] {
  const once: Add = (name) => {
    counts[name] += 1;
  };
  if (weighted === counts) return [once];
  const weight = weights?.[source] ?? 1;
  const often: Add = (name) => {
    weighted[name] += weight;
  };
  return [once, often];
}

const isStrike = (kind: MarkKind): kind is Strike => (STRIKES as readonly string[]).includes(kind);

function tallyOf(
  tallies: Map<string, Tally>,
  key: string,
  weights: SourceWeights | undefined,
): Tally | undefined {
  if (key === "") return undefined;
  const known = tallies.get(key);
  if (known !== undefined) return known;
  const counts = newCounts();
  const weighted = weights === undefined ? counts : newCounts();
  const made: Tally = { counts, weighted, strikes: new Map() };
  tallies.set(key, made);
  return made;
}

type IsWithin = (at: Instant | undefined) => boolean;

function addIntake(add: Add, { source }: CaseTimeline, facts: CaseFacts, isWithin: IsWithin): void {
  const isReported = isWithin(facts.reportedAt);
  if (isReported) add("reported");
  if (isReported && PUBLIC_SOURCES.includes(source)) add("publicReports");
  if (facts.voidedAt !== undefined) {
    if (isWithin(facts.voidedAt)) add("voided");
    return;
  }
  if (isReported && !facts.isInvalid) add("valid");
  if (isWithin(facts.acceptedAt)) add("accepted");
  if (isWithin(facts.filedAt)) add("filed");
  if (isWithin(facts.selfHandledAt)) add("selfHandled");
}

function addHandling(
  add: Add,
  { forcedAt }: CaseFacts,
  handling: Handling,
  { span, isWithin }: { span: Span; isWithin: IsWithin },
): void {
  const { handledAt, deadline } = handling;
  if (handledAt !== undefined) {
    if (!isWithin(handledAt)) return;
    add("handled");
    if (handledAt <= deadline) add("handledOnTime");
    return;
  }
  // Ended by force it is overdue once, when it was ended.
  if (forcedAt !== undefined && !isWithin(forcedAt)) return;
  if (isOverdue(handling, forcedAt ?? span.asOf)) add("overdueUnhandled");
}

function addClosing(
  add: Add,
  { closedAt, forcedAt }: CaseFacts,
  handling: Handling,
  { span, isWithin, isUrgent }: { span: Span; isWithin: IsWithin; isUrgent: boolean },
): void {
  if (forcedAt !== undefined) {
    if (isWithin(forcedAt)) add("forceClosed");
    return;
  }
  const { handledAt, deadline } = handling;
  if (closedAt === undefined) {
    if (!isOverdue(handling, span.asOf)) return;
    add("overdueUnclosed");
    if (isUrgent) add("urgentOverdueUnclosed");
    return;
  }
  if (!isWithin(closedAt)) return;
  const isOnTime = handledAt !== undefined && handledAt <= deadline;
  add("closed");
  if (isOnTime) add("closedOnTime");
  if (!isUrgent) return;
  add("urgentClosed");
  if (isOnTime) add("urgentClosedOnTime");
}

/** A clock that stands since before the deadline does not pass it. */
function isOverdue({ deadline, suspendedAt }: Handling, at: Instant): boolean {
  return Math.min(at, suspendedAt ?? at) > deadline;
}
