/** Reports and answers of orders as the API shows them. */
import type { KeptReport, OrderAnswer, ReportedCase } from "../model/case-report.ts";
import { caseView, withTimes } from "../model/case-view.ts";
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
  return withTimes(answer, ["deadline", "closedAt", "answerBy", "changedAt", "deliveredAt"], zone);
}
