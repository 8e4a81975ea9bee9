/**
 * Notices of supervision orders: what a step or a rung of the ladder tells whom, and which former
 * ones have lost their reason with it. A notice's id follows from the order and what asks for it:
 * asked again it is the same.
 */
import type { Instant } from "../model/clock.ts";
import type { UnitId } from "../model/ids.ts";
import {
  AWAITING_REPLY,
  SUPERVISION_NOTICES,
  type Supervision,
  type SupervisionNotice,
  type SupervisionState,
} from "../model/supervision.ts";
import type { CaseEffects } from "./desk-words.ts";

/** Told by the step that brings the order to this state. */
const TOLD_AT: Partial<Record<SupervisionState, SupervisionNotice>> = {
  ISSUED: "supervision-issued",
  REPLIED: "supervision-replied",
  SENT_BACK: "supervision-sent-back",
};

/** In which states a notice has its reason; the ladder's while a reply is wanted. */
function hasReason(kind: SupervisionNotice, { state }: Supervision): boolean {
  const told = Object.entries(TOLD_AT).find(([, notice]) => notice === kind);
  return told === undefined ? AWAITING_REPLY.has(state) : told[0] === state;
}

const isOfLadder = (kind: SupervisionNotice): boolean => !Object.values(TOLD_AT).includes(kind);

/** `unitId` is whose it is, where it is a unit's; the order's own when absent. */
export function putSupervisionNotice(
  effects: CaseEffects,
  order: Supervision,
  { kind, mark, unitId = order.unitId }: { kind: SupervisionNotice; mark: string; unitId?: UnitId },
  now: Instant,
): void {
  const { supervisionNo, firstCaseNo, lifeSafety } = order;
  effects.notices.push({
    noticeId: `${supervisionNo}-${mark}-${kind}`,
    kind,
    caseNo: firstCaseNo,
    supervisionNo,
    unitId,
    lifeSafety,
    at: now,
  });
}

/** What a step wants known, and what it settles; `seq` is the number of its record. */
export function tellSupervisionStep(
  effects: CaseEffects,
  step: { before: Supervision | undefined; after: Supervision; seq: number },
  now: Instant,
): void {
  const { before, after, seq } = step;
  if (before !== undefined) {
    const isExtended = after.deadline > before.deadline;
    for (const kind of SUPERVISION_NOTICES) {
      if (!hasReason(kind, before)) continue;
      if (hasReason(kind, after) && !(isExtended && isOfLadder(kind))) continue;
      settle(effects, after, kind, now);
    }
  }
  const kind = TOLD_AT[after.state];
  if (kind === undefined || before?.state === after.state) return;
  putSupervisionNotice(effects, after, { kind, mark: `${seq}` }, now);
}

export function settle(
  effects: CaseEffects,
  order: Supervision,
  kind: SupervisionNotice,
  now: Instant,
): void {
  const { supervisionNo, firstCaseNo } = order;
  effects.settled.push({ caseNo: firstCaseNo, supervisionNo, kind, at: now });
}
