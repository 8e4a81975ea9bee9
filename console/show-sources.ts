/** Reports and answers of orders as the API shows them. */
import type { KeptReport, OrderAnswer, ReportedCase } from "../model/case-report.ts";
import { caseView } from "../model/case-view.ts";
import type { Instant } from "../model/clock.ts";
import type { TimeZone } from "../model/local-time.ts";

/** A case with what whoever reports it is told beside it. */
export function showReported(
  { joined, repeated, similar, ...theCase }: ReportedCase,
  zone: TimeZone,
) {
  return {
    ...caseView(theCase, zone),
    ...(joined !== undefined && { joined }),
    ...(repeated !== undefined && { repeated }),
    ...(similar !== undefined && { similar }),
  };
}

export function showReport({ at, ...rest }: KeptReport, zone: TimeZone) {
  return { at: zone.iso(at), ...rest };
}

export function showOrderAnswer(answer: OrderAnswer, zone: TimeZone) {
  const { deadline, closedAt, answerBy, deliveredAt, changedAt, ...rest } = answer;
  const time = <Name extends string>(name: Name, at: Instant | undefined) =>
    at === undefined ? {} : ({ [name]: zone.iso(at) } as { [Key in Name]: string });
  return {
    ...rest,
    ...time("deadline", deadline),
    ...time("closedAt", closedAt),
    ...time("answerBy", answerBy),
    changedAt: zone.iso(changedAt),
    ...time("deliveredAt", deliveredAt),
  };
}
