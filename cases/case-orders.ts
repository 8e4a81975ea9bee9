/**
 * Orders to crews as a case's steps and its due times ask for them, with the hazard lines of its
 * class. An order's id follows from the case and what asks for it: asked again it is the same order.
 */

import type { AssistOrder } from "../model/assist.ts";
import type { Case, OrderKind } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { CaseEffects, CasesDeps } from "./desk-words.ts";
import { createHazards } from "./hazards.ts";

interface OrderWish {
  theCase: Case;
  kind: OrderKind;
  /** Tells it from another of its kind; the kind itself where there is one only. */
  mark: string;
  /** The case's own, unless it is one that loses the case. */
  crewId?: Case["crewId"];
  /** Of an assisting crew. */
  assist?: AssistOrder;
}

export type PutOrder = (effects: CaseEffects, wish: OrderWish, now: Instant) => void;

export function createOrders(deps: Pick<CasesDeps, "classes" | "latest">): PutOrder {
  const hazards = createHazards(deps);

  return function putOrder(effects, wish, now) {
    const { theCase, kind, mark, crewId = theCase.crewId, assist } = wish;
    const { caseNo } = theCase;
    if (crewId === undefined) return;
    const orderId = mark === kind ? `${caseNo}-${kind}` : `${caseNo}-${mark}-${kind}`;
    const isOver = kind === "closed" || kind === "withdrawn";
    effects.orders.push({
      orderId,
      kind,
      crewId,
      caseNo,
      case: theCase,
      ...(assist !== undefined && { assist }),
      hazards: isOver ? [] : hazards(theCase, now),
      createdAt: now,
    });
  };
}
