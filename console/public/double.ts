/** Reporters as the console's tests have them: one report, one question, whose link is `right`. */
import type { Case } from "../../model/case.ts";
import { GridwardenError } from "../../model/errors.ts";
import { PublicNo } from "../../model/public-no.ts";
import type { PublicReport, Question } from "../../model/question.ts";
import type { CitizensDoor } from "./door.ts";

const NUMBER = PublicNo.parse("7K2MX9QP4RP");
const DAY_MS = 86_400_000;

export function citizensDouble(
  asked: { what: string; with: unknown }[],
  { caseNo, kind, categoryCode }: Case,
  now: number,
): CitizensDoor {
  const report: PublicReport = {
    publicNo: NUMBER,
    kind,
    categoryCode,
    standing: "closed",
    stage: "closed",
    stages: [{ stage: "found", at: now }],
    isJoined: false,
    dueBy: now,
    isInTime: true,
  };
  const question: Question = {
    questionId: `${caseNo}-q1`,
    caseNo,
    publicNo: NUMBER,
    way: "sms",
    state: "asked",
    askedAt: now,
    expiresAt: now + 7 * DAY_MS,
    reporter: { name: "王小明", phone: "13800138000" },
  };
  const answered = (by: "call" | "hotline" | "reporter"): Question => ({
    ...question,
    state: "answered",
    answer: { solved: "yes", satisfied: 5, at: now, by, hasReopened: false },
  });
  return {
    async report({ publicNo, token }) {
      if (publicNo !== NUMBER || (token !== undefined && token !== "right")) return undefined;
      const { state, expiresAt } = question;
      return { ...report, ...(token !== undefined && { question: { state, expiresAt } }) };
    },
    async answer({ publicNo, token }, answer) {
      asked.push({ what: "citizens.answer", with: { publicNo, answer } });
      if (publicNo === NUMBER && token === "right") return answered("reporter");
      throw new GridwardenError("REPORT_NOT_FOUND", "no report has this number and this link");
    },
    async questions(request) {
      asked.push({ what: "citizens.questions", with: request });
      return { items: [question] };
    },
    async toSend(page) {
      asked.push({ what: "citizens.toSend", with: page });
      const { questionId, publicNo, way, expiresAt } = question;
      const phone = "13800138000";
      return [{ position: 1, questionId, caseNo, publicNo, way, token: "right", expiresAt, phone }];
    },
    async answerByCall(questionId, answer, actor) {
      asked.push({ what: "citizens.answerByCall", with: { questionId, answer, actor } });
      return answered("call");
    },
    async answerByOrder(order, answer, actor) {
      asked.push({ what: "citizens.answerByOrder", with: { order, answer, actor } });
      return answered("hotline");
    },
  };
}
