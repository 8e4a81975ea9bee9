/**
 * What a reporter is asked once the case of his report has closed (回访): is it solved, is he
 * satisfied. And what his report's public number tells: the stage, and nothing private.
 */
import { z } from "zod";
import type { Case } from "./case.ts";
import type { Reporter } from "./case-report.ts";
import type { Instant } from "./clock.ts";
import type { CaseNo } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import type { PublicNo } from "./public-no.ts";

/**
 * How it is asked: a hotline's order by its answer out, a telephone number by a message, an e-mail
 * address by a link to the page of the report.
 */
export const QuestionWay = z.enum(["hotline", "sms", "page"]);
export type QuestionWay = z.infer<typeof QuestionWay>;

export const QuestionState = z.enum(["asked", "answered", "expired"]);
export type QuestionState = z.infer<typeof QuestionState>;

/** From this on somebody is satisfied. */
export const SATISFIED_FROM = 4;

export const QuestionAnswer = z.strictObject({
  solved: z.enum(["yes", "no"]),
  /** 1 not at all, 5 very. */
  satisfied: z.int().min(1).max(5),
  note: z.string().trim().min(1).max(LIMITS.answerNoteLengthMax).optional(),
});
export type QuestionAnswer = z.infer<typeof QuestionAnswer>;

/** Who said it: the reporter himself, his hotline, or an acceptor who called him back. */
export const AnsweredBy = z.enum(["reporter", "hotline", "call"]);
export type AnsweredBy = z.infer<typeof AnsweredBy>;

export interface Question {
  questionId: string;
  caseNo: CaseNo;
  publicNo: PublicNo;
  way: QuestionWay;
  state: QuestionState;
  askedAt: Instant;
  /** It can be answered until then. */
  expiresAt: Instant;
  externalSystem?: string;
  externalNo?: string;
  /** As long as it is known. */
  reporter?: Reporter;
  answer?: QuestionAnswer & {
    at: Instant;
    by: AnsweredBy;
    /** The case was taken up again by it. */
    hasReopened: boolean;
  };
}

/** A question on its way to a person: with the secret of its link. */
export interface QuestionToSend {
  /** Place in the order of all questions. */
  position: number;
  questionId: string;
  caseNo: CaseNo;
  publicNo: PublicNo;
  way: QuestionWay;
  /** `/public/reports/{publicNo}?t={token}` asks. */
  token: string;
  expiresAt: Instant;
  phone?: string;
  email?: string;
}

/** The seven stages of a case, as the public is told of them. */
export const PUBLIC_STAGES = [
  "found",
  "filed",
  "dispatched",
  "handled",
  "reportedBack",
  "verified",
  "closed",
] as const;
export type PublicStage = (typeof PUBLIC_STAGES)[number];

/** `ended`: by a leader's order, before it was done. */
export const PublicStanding = z.enum(["underWay", "closed", "notAccepted", "voided", "ended"]);
export type PublicStanding = z.infer<typeof PublicStanding>;

export interface PublicReport extends Pick<Case, "kind" | "categoryCode" | "unitId" | "gridCell"> {
  publicNo: PublicNo;
  standing: PublicStanding;
  /** The furthest that it has come to. */
  stage: PublicStage;
  /** Those that it has come to, with when. */
  stages: { stage: PublicStage; at: Instant }[];
  /** It goes on with another report of the same. */
  isJoined: boolean;
  /** Absent before it is dispatched. */
  dueBy?: Instant;
  /** Reported back by then, or not yet due. */
  isInTime?: boolean;
  /** Of whoever has the link of its question. */
  question?: { state: QuestionState; expiresAt: Instant };
}
