/**
 * Asking back (回访): when a case closes, each of its public reports that says who can be asked gets
 * a question, in the transaction of the close; a case that is taken up again takes its open ones
 * back. `not solved` disputes the case once, by the machine's own event; after that it is counted
 * and told. Question and answer are records of the case's history, where evaluation counts them.
 */

import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { historyNote } from "../model/history-notes.ts";
import { PublicNo, readPublicNo } from "../model/public-no.ts";
import type {
  AnsweredBy,
  PublicReport,
  Question,
  QuestionAnswer,
  QuestionToSend,
} from "../model/question.ts";
import { detailOf } from "./after-step.ts";
import type { CaseActor } from "./assignment.ts";
import type { CaseDesk } from "./case-desk.ts";
import { addHistory, historyOf } from "./case-history.ts";
import { recordOf, refusalOf } from "./case-machine.ts";
import { putNotice } from "./case-notices.ts";
import { findCase, needCase } from "./case-store.ts";
import { type CaseEffects, type CasesDeps, noEffects, SYSTEM_ACTOR } from "./desk-words.ts";
import { needOrder, type OrderKey } from "./hotline-orders.ts";
import { publicStages } from "./public-stages.ts";
import { askedOf, outcomeOf } from "./question-rules.ts";
import {
  askableReports,
  expireQuestions,
  findQuestion,
  insertQuestion,
  isAsked,
  isLinkOfReport,
  isTokenOf,
  linkOfReport,
  listQuestions,
  makeSecret,
  markReopened,
  type QuestionFilter,
  questionOfOrder,
  questionsOfReport,
  questionsToSend,
  saveAnswer,
} from "./question-store.ts";
import { createReopening } from "./reopening.ts";
import { reportOfPublicNo } from "./source-reports.ts";

/**
 * Whose word it is: he stands where a call of his was written down before, with the acceptor. No user
 * has a name with a space.
 */
const REPORTER: CaseActor = { username: "the reporter", roles: ["acceptor"] };

/** By which a question is found: its id, the link that its reporter has, or his hotline's order. */
export type QuestionKey =
  | { kind: "id"; questionId: string }
  | { kind: "link"; publicNo: string; token: string }
  | { kind: "order"; externalNo: string; system?: string | undefined };

export interface Questions {
  /** Asks for what has closed, and takes back what is open again; harmless twice. */
  follow(tx: Sql, changed: readonly Case[], now: Instant): Promise<void>;
  list(
    sql: Sql,
    filter: QuestionFilter,
    now: Instant,
  ): Promise<{ question: Question; position: number }[]>;
  /** For whoever sends messages: what to ask of whom, behind a position. */
  toSend(sql: Sql, page: { after: number; limit: number }, now: Instant): Promise<QuestionToSend[]>;
  /** Nothing where the number is none, and where a token is given that is not its question's. */
  publicReport(
    sql: Sql,
    asked: { publicNo: string; token?: string | undefined },
    now: Instant,
  ): Promise<PublicReport | undefined>;
  /** The token of a report's own link: by it whoever reported follows it and is asked. */
  linkOf(tx: Sql, publicNo: string): Promise<string>;
  /** Without an actor the reporter himself says it.
   * @throws GridwardenError QUESTION_NOT_FOUND, REPORT_NOT_FOUND, ORDER_NOT_FOUND, QUESTION_CLOSED */
  answer(
    tx: Sql,
    said: { key: QuestionKey; answer: QuestionAnswer; actor?: CaseActor | undefined },
    now: Instant,
  ): Promise<{ question: Question; effects: CaseEffects }>;
}

export function createQuestions(deps: CasesDeps, desk: CaseDesk): Questions {
  const { joinOpen } = createReopening(desk);
  const counted = deps.metrics.counter(
    "gridwarden_questions_total",
    "Questions to reporters after a close, by what became of them.",
    ["what"],
  );

  async function ask(tx: Sql, theCase: Case, now: Instant): Promise<void> {
    const { caseNo, reportCount, closedAt = now } = theCase;
    if (reportCount === undefined || (await isAsked(tx, caseNo, closedAt))) return;
    for (const { report, way } of askedOf(await askableReports(tx, caseNo))) {
      const questionId = await insertQuestion(tx, { caseNo, report, way, closedAt }, now);
      const asked = historyNote("question-asked", { questionId, way });
      await note(tx, theCase, { event: "ask", note: asked }, now);
      counted.add(1, { what: "asked" });
    }
  }

  async function answer(
    tx: Sql,
    { key, answer: said, actor }: Parameters<Questions["answer"]>[1],
    now: Instant,
  ): Promise<{ question: Question; effects: CaseEffects }> {
    const question = await needQuestion(tx, key, now);
    const { questionId, caseNo } = question;
    const theCase = await needCase(tx, caseNo);
    checkOpen(question, theCase);
    const by = byOf(key);
    await saveAnswer(tx, questionId, { answer: said, by, now });
    const record = {
      event: "answer",
      note: historyNote("question-answered", { questionId, by }),
      outcome: outcomeOf(said),
      actor: actor ?? REPORTER,
    };
    await note(tx, theCase, record, now);
    counted.add(1, { what: said.solved === "yes" ? "solved" : "unsolved" });
    const effects = noEffects();
    if (said.solved === "no") {
      const isTaken = await dispute(tx, { theCase, question, said }, record.actor, now, effects);
      if (isTaken) await markReopened(tx, questionId);
    }
    return { question: (await findQuestion(tx, questionId, now)) ?? question, effects };
  }

  /** Once, by the machine's own event; else the shift lead is told. */
  async function dispute(
    tx: Sql,
    about: { theCase: Case; question: Question; said: QuestionAnswer },
    actor: CaseActor,
    now: Instant,
    effects: CaseEffects,
  ): Promise<boolean> {
    const { theCase, question, said } = about;
    const told = ["the reporter says that it is not solved", said.note].filter((text) => text);
    const step = { said: { reason: told.join(": ") }, actor, now };
    const { username, roles } = actor;
    const context = { actor: { username, roles }, reason: step.said.reason };
    if (refusalOf(theCase, "reopen", context, now) !== undefined) {
      putNotice(effects, theCase, "not-solved-again", question.questionId, now);
      return false;
    }
    const open = await joinOpen(tx, theCase, step, effects);
    if (open === undefined) await desk.advance(tx, theCase, { event: "reopen", ...step }, effects);
    return true;
  }

  return {
    async follow(tx, changed, now) {
      for (const theCase of changed) {
        if (theCase.state === "CLOSED") await ask(tx, theCase, now);
        else if (theCase.reopenCount !== undefined) await expireQuestions(tx, theCase.caseNo, now);
      }
    },
    list: listQuestions,
    toSend: questionsToSend,
    publicReport,
    async linkOf(tx, publicNo) {
      await makeSecret(tx);
      return await linkOfReport(tx, PublicNo.parse(publicNo));
    },
    answer,
  };
}

async function publicReport(
  sql: Sql,
  { publicNo, token }: { publicNo: string; token?: string | undefined },
  now: Instant,
): Promise<PublicReport | undefined> {
  const number = readPublicNo(publicNo);
  const report = number && (await reportOfPublicNo(sql, number));
  const theCase = report && (await findCase(sql, report.caseNo));
  if (number === undefined || report === undefined || theCase === undefined) return undefined;
  const question = token === undefined ? undefined : await byLink(sql, publicNo, token, now);
  const isHis = token === undefined || (await isLinkOfReport(sql, number, token));
  if (!isHis && question === undefined) return undefined;
  const { kind, categoryCode, unitId, gridCell } = theCase;
  return {
    publicNo: number,
    kind,
    categoryCode,
    ...(unitId !== undefined && { unitId }),
    ...(gridCell !== undefined && { gridCell }),
    ...publicStages(theCase, await historyOf(sql, theCase.caseNo), now),
    isJoined: report.firstCaseNo !== report.caseNo,
    ...(question && { question: { state: question.state, expiresAt: question.expiresAt } }),
  };
}

async function byLink(
  sql: Sql,
  publicNo: string,
  token: string,
  now: Instant,
): Promise<Question | undefined> {
  const number = readPublicNo(publicNo);
  const report = number && (await reportOfPublicNo(sql, number));
  if (number === undefined || report === undefined) return undefined;
  const questions = await questionsOfReport(sql, report, now);
  if (await isLinkOfReport(sql, number, token)) return questions[0];
  for (const question of questions) {
    if (await isTokenOf(sql, question.questionId, token)) return question;
  }
  return undefined;
}

async function needQuestion(sql: Sql, key: QuestionKey, now: Instant): Promise<Question> {
  if (key.kind === "link") {
    const found = await byLink(sql, key.publicNo, key.token, now);
    if (found !== undefined) return found;
    // Of a number that is right and a link that is wrong it says no more.
    throw new GridwardenError("REPORT_NOT_FOUND", "no report has this number and this link");
  }
  if (key.kind === "id") {
    const found = await findQuestion(sql, key.questionId, now);
    if (found !== undefined) return found;
    throw new GridwardenError("QUESTION_NOT_FOUND", `no question has the id '${key.questionId}'`);
  }
  const order: OrderKey = await needOrder(sql, key);
  const found = await questionOfOrder(sql, order, now);
  if (found !== undefined) return found;
  throw new GridwardenError(
    "QUESTION_NOT_FOUND",
    `the reporter of order '${key.externalNo}' was not asked; that comes with the close of its case`,
  );
}

/** @throws GridwardenError QUESTION_CLOSED */
function checkOpen({ questionId, state }: Question, { state: caseState }: Case): void {
  if (state === "asked" && caseState === "CLOSED") return;
  const why =
    state === "answered"
      ? "was answered already"
      : "can be answered no more: its time is over, or its case was taken up again";
  throw new GridwardenError("QUESTION_CLOSED", `question '${questionId}' ${why}`);
}

function byOf({ kind }: QuestionKey): AnsweredBy {
  if (kind === "link") return "reporter";
  return kind === "order" ? "hotline" : "call";
}

/** A line in the history that does not move the case. */
async function note(
  tx: Sql,
  theCase: Case,
  said: { event: string; note: string; outcome?: string; actor?: CaseActor },
  now: Instant,
): Promise<void> {
  const { event, actor = SYSTEM_ACTOR, ...words } = said;
  const { caseNo, state } = theCase;
  const { username, roles } = actor;
  const context = { actor: { username, roles }, ...words };
  const record = recordOf({ event }, state, state, roles[0] ?? "system", context, now);
  await addHistory(tx, caseNo, [{ ...record, ...detailOf({}, theCase) }]);
}
