/** A report's public number and its question as they are taken and answered. */
import { z } from "zod";
import { ExternalSystem, Reporter } from "../../model/case-report.ts";
import { CaseNo } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import {
  AnsweredBy,
  PUBLIC_STAGES,
  PublicStanding,
  QuestionAnswer,
  QuestionState,
  QuestionWay,
} from "../../model/question.ts";
import { IsoTime, PageQuery, pageOf } from "../schemas/common.ts";

export const PublicParams = z.strictObject({ publicNo: z.string().max(40) });
export const PublicQuery = z.strictObject({
  t: z.string().max(64).optional().describe("the secret of the question's link"),
});

const Words = z.object({ zh: z.string(), en: z.string() });
const Hour = IsoTime.describe("to the hour");

export const PublicReportAnswer = z
  .object({
    publicNo: z.string(),
    standing: PublicStanding,
    stage: z.enum(PUBLIC_STAGES).describe("the furthest that it has come to"),
    stages: z.array(z.object({ stage: z.enum(PUBLIC_STAGES), at: Hour })),
    category: Words.optional(),
    unitName: z.string().optional().describe("who handles it"),
    street: z.string().optional(),
    joined: z.boolean().describe("it goes on with another report of the same"),
    dueBy: Hour.optional(),
    inTime: z.boolean().optional().describe("reported back by then, or not yet due"),
    question: z
      .object({ state: QuestionState, until: IsoTime })
      .optional()
      .describe("what its reporter is asked, for whoever has the link"),
  })
  .meta({ id: "PublicReport" });
export type PublicReportAnswer = z.infer<typeof PublicReportAnswer>;

export const PublicAnswerBody = z
  .strictObject({ token: z.string().min(1).max(64), ...QuestionAnswer.shape })
  .meta({ id: "PublicAnswer" });
export const PublicAnswered = z.object({ state: QuestionState }).meta({ id: "PublicAnswered" });

/** As the page's form sends it. */
export const PublicForm = z.strictObject({
  t: z.string().max(64),
  solved: QuestionAnswer.shape.solved,
  satisfied: z.coerce.number().pipe(QuestionAnswer.shape.satisfied),
  note: QuestionAnswer.shape.note,
});

export const QuestionsQuery = PageQuery.extend({
  state: QuestionState.optional(),
  caseNo: CaseNo.optional(),
});
export const OutboxQuery = z.strictObject({
  since: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .describe("the `next` of the call before, or the position of the last question that was sent"),
  limit: PageQuery.shape.limit,
});
export const OutboxPage = z.object({
  items: z.array(
    z
      .object({
        position: z.int(),
        questionId: z.string(),
        publicNo: z.string(),
        way: QuestionWay,
        path: z.string().describe("of the page that asks, with the secret of the link"),
        expiresAt: IsoTime,
        phone: z.string().optional(),
        email: z.string().optional(),
      })
      .meta({ id: "QuestionToSend" }),
  ),
  next: z.int().describe("`since` of the next call, also where there is no more"),
});

export const QuestionParams = z.strictObject({ questionId: z.string().min(1).max(64) });
export const AnswerBody = QuestionAnswer.meta({ id: "QuestionAnswer" });
export const OrderAnswerBody = z
  .strictObject({
    system: ExternalSystem.optional().describe("where several have the number"),
    ...QuestionAnswer.shape,
  })
  .meta({ id: "OrderCallback" });

export const QuestionShown = z
  .object({
    questionId: z.string(),
    caseNo: z.string(),
    publicNo: z.string(),
    way: QuestionWay,
    state: QuestionState,
    askedAt: IsoTime,
    expiresAt: IsoTime,
    externalSystem: z.string().optional(),
    externalNo: z.string().optional(),
    reporter: Reporter.optional(),
    answer: z
      .object({
        ...QuestionAnswer.shape,
        at: IsoTime,
        by: AnsweredBy,
        hasReopened: z.boolean().describe("the case was taken up again by it"),
      })
      .optional(),
  })
  .meta({ id: "Question" });
export const QuestionsPage = pageOf(QuestionShown);

export const ANSWER_BODY = { bodyLimit: LIMITS.publicAnswerBytesMax } as const;
