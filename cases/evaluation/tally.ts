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
  const weight = weights?.[timeline.source] ?? 1;
  const own = tallyOf(tallies, keyOf(timeline, handling ?? NOBODY), weights);
  if (own !== undefined) {
    const account = { tally: own, weight, span };
    addIntake(account, timeline, facts);
    // Also of what nobody was given yet.
    if (facts.voidedAt === undefined && isWithin(facts.forcedAt, span)) add(account, "forceClosed");
    if (handling !== undefined && facts.voidedAt === undefined) {
      addHandling(account, facts, handling);
      addClosing(account, facts, handling, timeline.isUrgent);
    }
  }
  if (facts.voidedAt !== undefined) return;
  for (const mark of facts.marks) {
    if (!isWithin(mark.at, span)) continue;
    const tally = tallyOf(tallies, keyOf(timeline, mark), weights);
    if (tally === undefined) continue;
    for (const name of COUNTED[mark.kind] ?? []) add({ tally, weight, span }, name);
    if (isStrike(mark.kind)) {
      const struck = tally.strikes.get(mark.kind);
      if (struck === undefined) tally.strikes.set(mark.kind, [timeline.caseNo]);
      else struck.push(timeline.caseNo);
    }
  }
}

/** Where a case is counted, how often in the points, and when. */
interface Account {
  tally: Tally;
  weight: number;
  span: Span;
}

/** One case counts once, and so often as its source has weight. */
function add({ tally: { counts, weighted }, weight }: Account, name: CountName): void {
  counts[name] += 1;
  if (weighted !== counts) weighted[name] += weight;
}

const isWithin = (at: Instant | undefined, { from, asOf }: Span): boolean =>
  at !== undefined && at >= from && at < asOf;

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

function addIntake(account: Account, { source }: CaseTimeline, facts: CaseFacts): void {
  const { span } = account;
  const isReported = isWithin(facts.reportedAt, span);
  if (isReported) add(account, "reported");
  if (isReported && PUBLIC_SOURCES.includes(source)) add(account, "publicReports");
  if (facts.voidedAt !== undefined) {
    if (isWithin(facts.voidedAt, span)) add(account, "voided");
    return;
  }
  if (isReported && !facts.isInvalid) add(account, "valid");
  if (isWithin(facts.acceptedAt, span)) add(account, "accepted");
  if (isWithin(facts.filedAt, span)) add(account, "filed");
  if (isWithin(facts.selfHandledAt, span)) add(account, "selfHandled");
}

function addHandling(account: Account, { forcedAt }: CaseFacts, handling: Handling): void {
  const { span } = account;
  const { handledAt, deadline } = handling;
  if (handledAt !== undefined) {
    if (!isWithin(handledAt, span)) return;
    add(account, "handled");
    if (handledAt <= deadline) add(account, "handledOnTime");
    return;
  }
  // Ended by force it is overdue once, when it was ended.
  if (forcedAt !== undefined && !isWithin(forcedAt, span)) return;
  if (isOverdue(handling, forcedAt ?? span.asOf)) add(account, "overdueUnhandled");
}

function addClosing(
  account: Account,
  { closedAt, forcedAt }: CaseFacts,
  handling: Handling,
  isUrgent: boolean,
): void {
  const { span } = account;
  if (forcedAt !== undefined) return;
  const { handledAt, deadline } = handling;
  if (closedAt === undefined) {
    if (!isOverdue(handling, span.asOf)) return;
    add(account, "overdueUnclosed");
    if (isUrgent) add(account, "urgentOverdueUnclosed");
    return;
  }
  if (!isWithin(closedAt, span)) return;
  const isOnTime = handledAt !== undefined && handledAt <= deadline;
  add(account, "closed");
  if (isOnTime) add(account, "closedOnTime");
  if (!isUrgent) return;
  add(account, "urgentClosed");
  if (isOnTime) add(account, "urgentClosedOnTime");
}

/** A clock that stands since before the deadline does not pass it. */
function isOverdue({ deadline, suspendedAt }: Handling, at: Instant): boolean {
  return Math.min(at, suspendedAt ?? at) > deadline;
}
