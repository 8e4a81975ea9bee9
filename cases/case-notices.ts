/**
 * Notices to people beside the crew, as a case's steps give a reason for one and take it away.
 */
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import { hasReason, NoticeKind, type StageNotice } from "../model/notice.ts";
import type { CaseEffects } from "./desk-words.ts";

/** Told by the step itself; a wanted check is told when its time has come. */
const TOLD_AT_ONCE = [
  "no-crew",
  "nothing-found",
  "not-done",
  "return-review",
  "consultation-wanted",
  "extension-asked",
  "second-extension-asked",
  "suspension-asked",
] as const satisfies NoticeKind[];

/** What a notice says of it where its case is one. */
export const drillOf = ({ isDrill }: Pick<Case, "isDrill">): { isDrill?: true } =>
  isDrill === true ? { isDrill } : {};

/** `mark` tells this time from the last one that the case wanted the same. */
export function putNotice(
  effects: CaseEffects,
  theCase: Case,
  kind: NoticeKind,
  mark: string,
  now: Instant,
): void {
  const { caseNo, unitId, lifeSafety } = theCase;
  const noticeId = `${caseNo}-${mark}-${kind}`;
  const drill = drillOf(theCase);
  effects.notices.push({ noticeId, kind, caseNo, unitId, lifeSafety, ...drill, at: now });
}

/** What the step wants known; `seq` is the number of its last record. */
export function putStepNotices(
  effects: CaseEffects,
  step: { before: Case; after: Case; seq: number; now: Instant },
): void {
  for (const kind of TOLD_AT_ONCE) {
    if (!hasReason(kind, step.after) || hasReason(kind, step.before)) continue;
    putNotice(effects, step.after, kind, `${step.seq}`, step.now);
  }
}

/** A further report of what nobody works on any more; once in each state that it comes to. */
export function putReportedAgain(effects: CaseEffects, theCase: Case, now: Instant): void {
  if (!hasReason("reported-again", theCase)) return;
  putNotice(effects, theCase, "reported-again", `${theCase.stageSince ?? theCase.openedAt}`, now);
}

/** A warning of a stage's limit takes the place of the ones before it. */
export function putStageNotice(
  effects: CaseEffects,
  theCase: Case,
  { kind, mark }: { kind: StageNotice; mark: string },
  now: Instant,
): void {
  if (!hasReason(kind, theCase)) return;
  const stage = kind.slice(0, kind.lastIndexOf("-") + 1);
  const warnings = NoticeKind.options.filter((other) => other.startsWith(stage));
  for (const former of warnings.slice(0, warnings.indexOf(kind))) {
    effects.settled.push({ caseNo: theCase.caseNo, kind: former, at: now });
  }
  putNotice(effects, theCase, kind, mark, now);
}

/** A deadline that has moved on takes the warnings of the former one with it. */
export function settleNotices(effects: CaseEffects, before: Case, after: Case, now: Instant): void {
  const isExtended = (after.deadline ?? 0) > (before.deadline ?? Number.POSITIVE_INFINITY);
  for (const kind of NoticeKind.options) {
    if (!hasReason(kind, before)) continue;
    const isStale =
      (isExtended && kind.startsWith("handling-")) ||
      (kind === "not-accepted" && after.crewId !== before.crewId);
    if (hasReason(kind, after) && !isStale) continue;
    effects.settled.push({ caseNo: after.caseNo, kind, at: now });
  }
}
