/**
 * Who hears of an assist: its crew by orders on its topic, its unit's lead and the dispatcher by
 * notices. An assist gives each of its notices once, so a notice's id is the assist's and its kind.
 */
import { type Assist, isOpenAssist } from "../model/assist.ts";
import type { Case, OrderKind } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { NoticeKind } from "../model/notice.ts";
import { drillOf } from "./case-notices.ts";
import type { PutOrder } from "./case-orders.ts";
import type { CaseEffects } from "./desk-words.ts";

/** What the crew hears of an end; nothing of a start that it said itself. */
const ENDED_ORDER: Partial<Record<Assist["state"], OrderKind>> = {
  DONE: "closed",
  DECLINED: "withdrawn",
  CANCELLED: "withdrawn",
};

export type AssistTelling = ReturnType<typeof createAssistTelling>;

export function createAssistTelling(putOrder: PutOrder) {
  function toCrew(
    effects: CaseEffects,
    theCase: Case,
    { assistId, task, deadline, version, crewId }: Assist,
    kind: OrderKind,
    now: Instant,
  ): void {
    if (crewId === undefined) return;
    const mark = `${assistId.slice(theCase.caseNo.length + 1)}-${version}`;
    const assist = { assistId, task, deadline };
    putOrder(effects, { theCase, kind, mark, crewId, assist }, now);
  }

  function notice(
    effects: CaseEffects,
    { caseNo, unitId: leadUnitId, lifeSafety, isDrill }: Case,
    { assistId, unitId }: Assist,
    kind: NoticeKind,
    now: Instant,
  ): void {
    const whose = kind === "assist-declined" ? leadUnitId : unitId;
    const noticeId = noticeIdOf(assistId, kind);
    const drill = drillOf({ isDrill });
    effects.notices.push({ noticeId, kind, caseNo, unitId: whose, lifeSafety, ...drill, at: now });
  }

  function settle(
    effects: CaseEffects,
    { caseNo, assistId }: Assist,
    kinds: readonly NoticeKind[],
    at: Instant,
  ): void {
    for (const kind of kinds) {
      effects.settled.push({ caseNo, kind, at, noticeId: noticeIdOf(assistId, kind) });
    }
  }

  /** What a step of the assist is told by. */
  function step(
    effects: CaseEffects,
    theCase: Case,
    { before, after }: { before: Assist; after: Assist },
    now: Instant,
  ): void {
    const ended = ENDED_ORDER[after.state];
    if (ended !== undefined) toCrew(effects, theCase, after, ended, now);
    if (before.crewId !== after.crewId) {
      toCrew(effects, theCase, before, "withdrawn", now);
      toCrew(effects, theCase, after, "dispatched", now);
    }
    settle(effects, after, ["assist-asked"], now);
    if (!isOpenAssist(after)) settle(effects, after, ["assist-80", "assist-100"], now);
    if (after.state === "DECLINED") notice(effects, theCase, after, "assist-declined", now);
  }

  return { toCrew, notice, settle, step };
}

const noticeIdOf = (assistId: string, kind: NoticeKind): string => `${assistId}-${kind}`;
