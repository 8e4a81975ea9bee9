/**
 * What a crew's phone gets: `{"id","kind","case":{…},"hazards":[…]}`, of a drill with `isDrill` and words that say so, on `v1/crews/{crewId}/cases`.
 * Times are ISO 8601 with the zone's offset. The `id` is the same over every sending of an order.
 */
import type { Case, Order } from "../model/case.ts";
import type { TimeZone } from "../model/local-time.ts";

const DRILL_TEXT = "【演练 DRILL】演练任务，请按演练要求处置。/ A drill: do what you practise.";
const TOPIC = /^v1\/crews\/([^/]+)\/cases$/;

export const orderTopic = (crewId: string): string => `v1/crews/${crewId}/cases`;

/** Whose orders a topic carries; nothing where it carries none. */
export function crewOfTopic(topic: string): string | undefined {
  return TOPIC.exec(topic)?.[1];
}

export function orderPayload(
  order: Order,
  view: (theCase: Case) => object,
  zone: TimeZone,
): string {
  const hazards = order.hazards.map(({ observedAt, ...hazard }) => ({
    ...hazard,
    ...(observedAt !== undefined && { observedAt: zone.iso(observedAt) }),
  }));
  return JSON.stringify({
    id: order.orderId,
    kind: order.kind,
    ...(order.case.isDrill === true && { isDrill: true, text: DRILL_TEXT }),
    case: view(order.case),
    ...(order.assist !== undefined && {
      assist: { ...order.assist, deadline: zone.iso(order.assist.deadline) },
    }),
    hazards,
  });
}

/** The order's id in a payload that came back as delivered; nothing where it is not one of ours. */
export function orderIdOf(payload: Uint8Array): string | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(payload).toString("utf8"));
    if (typeof parsed !== "object" || parsed === null || !("id" in parsed)) return undefined;
    return typeof parsed.id === "string" ? parsed.id : undefined;
  } catch {
    return undefined;
  }
}
