/** What the console asks of the centre's desk: calls about cases, what lies around a call, handovers. */
import type { RequestKey } from "../model/audit.ts";
import type { CallersReport, CallSaid, CaseCall, NearAlarm } from "../model/case-call.ts";
import type { Instant } from "../model/clock.ts";
import type { Place } from "../model/geography.ts";
import type { Handover, HandoverSnapshot, Pledge } from "../model/handover.ts";
import type { Actor, Page, PageRequest } from "./deps.ts";

export interface IntakeDeskDoor {
  /** Oldest first. @throws CASE_NOT_FOUND */
  calls(caseNo: string): Promise<CaseCall[]>;
  /** @throws CASE_NOT_FOUND, REQUEST_INVALID, IDEMPOTENCY_KEY_REUSED */
  addCall(caseNo: string, said: CallSaid, by: string, key?: RequestKey): Promise<CaseCall>;
  /** Those that stand, the nearest first. */
  alarmsNear(place: Place): Promise<NearAlarm[]>;
  /** Newest first. */
  reportsBy(phone: string): Promise<CallersReport[]>;
}

export type KeptHandover = Handover & { snapshot: HandoverSnapshot };

export interface HandoversDoor {
  /** What a handover made now would have. */
  next(actor: Actor): Promise<HandoverSnapshot>;
  /** Newest first. */
  list(request: PageRequest): Promise<Page<Handover>>;
  /** @throws HANDOVER_NOT_FOUND */
  get(handoverId: string): Promise<KeptHandover>;
  /** Signed by whoever makes it. @throws IDEMPOTENCY_KEY_REUSED */
  add(said: { note?: string | undefined }, actor: Actor, key?: RequestKey): Promise<KeptHandover>;
  /** @throws HANDOVER_NOT_FOUND, HANDOVER_SIGN_REFUSED, IDEMPOTENCY_KEY_REUSED */
  sign(handoverId: string, actor: Actor, key?: RequestKey): Promise<KeptHandover>;
  /** @throws CASE_NOT_FOUND, REQUEST_INVALID, IDEMPOTENCY_KEY_REUSED */
  addPledge(
    said: { text: string; dueAt: Instant; caseNo?: string | undefined },
    actor: Actor,
    key?: RequestKey,
  ): Promise<Pledge>;
  /** @throws PLEDGE_NOT_FOUND, PLEDGE_DONE, IDEMPOTENCY_KEY_REUSED */
  donePledge(pledgeId: string, actor: Actor, key?: RequestKey): Promise<Pledge>;
}
