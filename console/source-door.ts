/**
 * What the console asks about where cases come from: duplicates, hotlines' orders, video analyses.
 */
import type { RequestKey } from "../model/audit.ts";
import type { Case } from "../model/case.ts";
import type {
  KeptReport,
  OrderAnswer,
  RejectedOrder,
  SimilarCase,
  TakenOrder,
  VideoEvent,
  VideoFate,
} from "../model/case-report.ts";
import type { Place } from "../model/geography.ts";
import type { Actor } from "./deps.ts";

/** A user, or a service that has signed in with its key and has the right by its topics. */
export type SourceActor = Actor & { isService: boolean };

export interface OrderKeySaid {
  externalNo: string;
  /** May be absent where one system alone has the number. */
  system?: string | undefined;
}

export interface AnswersSaid {
  since: number;
  system?: string | undefined;
  isOpen?: boolean | undefined;
  limit: number;
}

export interface SourcesDoor {
  similar(
    about: Place & { categoryCode?: string | undefined; conditionId?: string | undefined },
  ): Promise<SimilarCase[]>;
  /** Of a report that nobody has filed yet; none for another case. */
  similarTo(theCase: Case): Promise<SimilarCase[]>;
  /** With who reported. @throws CASE_NOT_FOUND */
  reportsOf(caseNo: string): Promise<KeptReport[]>;
  /** Answers the case that has the other's reports then. @throws CASE_NOT_FOUND,
   * CASE_TRANSITION_REFUSED, CASE_VERSION_CONFLICT, ROLE_REFUSED, IDEMPOTENCY_KEY_REUSED */
  join(
    said: { caseNo: string; into: string; version?: number | undefined },
    actor: Actor,
    key?: RequestKey,
  ): Promise<Case>;
  takeOrders(
    orders: readonly unknown[],
    actor: SourceActor,
  ): Promise<{ taken: TakenOrder[]; rejected: RejectedOrder[] }>;
  /** @throws REQUEST_INVALID, PAYLOAD_TOO_LARGE */
  importOrders(
    file: { bytes: Uint8Array; system?: string | undefined },
    actor: SourceActor,
  ): Promise<{ taken: TakenOrder[]; rejected: RejectedOrder[]; ignored: string[] }>;
  answers(said: AnswersSaid): Promise<OrderAnswer[]>;
  answersCsv(said: AnswersSaid): Promise<string>;
  /** @throws ORDER_NOT_FOUND, REQUEST_INVALID */
  delivered(said: OrderKeySaid & { position?: number | undefined }): Promise<OrderAnswer>;
  /** @throws ORDER_NOT_FOUND, REQUEST_INVALID, CASE_TRANSITION_REFUSED, IDEMPOTENCY_KEY_REUSED */
  unsolved(
    said: OrderKeySaid & { reason: string },
    actor: SourceActor,
    key?: RequestKey,
  ): Promise<Case>;
  /** @throws REQUEST_INVALID, RATE_LIMITED */
  takeVideo(event: VideoEvent, actor: SourceActor): Promise<VideoFate>;
}
