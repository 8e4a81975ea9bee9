/** Reports and answers of orders as the API shows them. */
import type { KeptReport, OrderAnswer, ReportedCase } from "../model/case-report.ts";
import { caseView, withTimes } from "../model/case-view.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Question, QuestionToSend } from "../model/question.ts";

/** A case with what whoever reports it is told beside it. */
export function showReported(
  { joined, repeated, similar, publicNo, ...theCase }: ReportedCase,
  zone: TimeZone,
) {
  return {
    ...caseView(theCase, zone),
    ...(joined !== undefined && { joined }),
    ...(repeated !== undefined && { repeated }),
    ...(similar !== undefined && { similar }),
    ...(publicNo !== undefined && { publicNo }),
  };
}

export function showReport({ at, ...rest }: KeptReport, zone: TimeZone) {
  return { at: zone.iso(at), ...rest };
}

export function showOrderAnswer({ question, ...answer }: OrderAnswer, zone: TimeZone) {
  return {
    ...withTimes(answer, ["deadline", "closedAt", "answerBy", "changedAt", "deliveredAt"], zone),
    ...(question !== undefined && {
      question: withTimes(question, ["askedAt", "expiresAt"], zone),
    }),
  };
}

/** `token` is shown in the link alone. */
export function showQuestionToSend(
  { token, caseNo: _, ...question }: QuestionToSend,
  zone: TimeZone,
) {
  const path = `/public/reports/${question.publicNo}?t=${token}`;
  return { ...withTimes(question, ["expiresAt"], zone), path };
}

export function showQuestion({ answer, ...question }: Question, zone: TimeZone) {
  return {
    ...withTimes(question, ["askedAt", "expiresAt"], zone),
    ...(answer !== undefined && { answer: withTimes(answer, ["at"], zone) }),
  };
}
