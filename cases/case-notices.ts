/**
 * Notices to people beside the crew, as a case's steps give a reason for one and take it away.
 */
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import { hasReason, NoticeKind } from "../model/notice.ts";
import type { CaseEffects } from "./case-desk.ts";

/** Told by the step itself; a wanted check is told when its time has come. */
const TOLD_AT_ONCE = ["no-crew", "nothing-found"] as const satisfies NoticeKind[];

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
  effects.notices.push({ noticeId, kind, caseNo, unitId, lifeSafety, at: now });
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

export function settleNotices(effects: CaseEffects, before: Case, after: Case, now: Instant): void {
  for (const kind of NoticeKind.options) {
    if (!hasReason(kind, before) || hasReason(kind, after)) continue;
    effects.settled.push({ caseNo: after.caseNo, kind, at: now });
  }
}
