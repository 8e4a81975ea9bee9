/** What the console asks about reporters: what their numbers tell, what they are asked and say. */
import type {
  PublicReport,
  Question,
  QuestionAnswer,
  QuestionState,
  QuestionToSend,
} from "../../model/question.ts";
import type { Actor, Page, PageRequest } from "../deps.ts";
import type { OrderKeySaid, SourceActor } from "../source-door.ts";

export interface CitizensDoor {
  /** Nothing where the number is none, or the token not its question's. */
  report(asked: {
    publicNo: string;
    token?: string | undefined;
  }): Promise<PublicReport | undefined>;
  /** The reporter himself, by his link. @throws REPORT_NOT_FOUND, QUESTION_CLOSED */
  answer(
    link: { publicNo: string; token: string },
    answer: QuestionAnswer,
  ): Promise<Pick<Question, "state" | "answer">>;
  /** Newest first. @throws REQUEST_INVALID */
  questions(
    request: PageRequest & {
      state?: QuestionState | undefined;
      caseNo?: string | undefined;
    },
  ): Promise<Page<Question>>;
  /** For a service that sends messages: what is open behind a position, oldest first. */
  toSend(page: { after: number; limit: number }): Promise<QuestionToSend[]>;
  /** Somebody who called back. @throws QUESTION_NOT_FOUND, QUESTION_CLOSED */
  answerByCall(questionId: string, answer: QuestionAnswer, actor: Actor): Promise<Question>;
  /** A hotline that called back. @throws ORDER_NOT_FOUND, REQUEST_INVALID, QUESTION_NOT_FOUND,
   * QUESTION_CLOSED */
  answerByOrder(order: OrderKeySaid, answer: QuestionAnswer, actor: SourceActor): Promise<Question>;
}
