/**
 * Where cases come from beside sensors: reports and their duplicates, orders of hotlines, video
 * analyses. One door for all of it; each call takes the transaction that it belongs to.
 */
import type { Case } from "../model/case.ts";
import type {
  KeptReport,
  OrderAnswer,
  OrdersTaken,
  SimilarCase,
  VideoEvent,
  VideoFate,
} from "../model/case-report.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { Place } from "../model/geography.ts";
import { LIMITS } from "../model/limits.ts";
import type { CaseActor } from "./assignment.ts";
import type { CaseDesk } from "./case-desk.ts";
import { reportRole } from "./case-machine.ts";
import { isOpen, needCase } from "./case-store.ts";
import { isGeneralRow } from "./conditions.ts";
import { type CaseEffects, type CasesDeps, noEffects } from "./desk-words.ts";
import { mergeCase } from "./duplicate-merge.ts";
import { findSimilar } from "./duplicates.ts";
import { createHotline } from "./hotline.ts";
import type { OrderRow } from "./hotline-file.ts";
import { type AnswerFilter, listAnswers, needOrder } from "./hotline-orders.ts";
import { createQuestions, type Questions } from "./questions.ts";
import type { Reporting } from "./reporting.ts";
import { forgetReporters, reportsOf } from "./source-reports.ts";
import { createVideoSource } from "./source-video.ts";

/** Who does it, and when. */
interface By {
  actor: CaseActor;
  now: Instant;
}

export interface Sources {
  /** What reporters are asked after a close, and what their numbers tell. */
  readonly questions: Questions;
  /** Open cases that may be about what is at the place. */
  similar(
    sql: Sql,
    about: Place & { categoryCode?: string | undefined; conditionId?: string | undefined },
    now: Instant,
  ): Promise<SimilarCase[]>;
  /** Of a report that nobody has filed yet; nothing for any other case. */
  similarTo(sql: Sql, theCase: Case, now: Instant): Promise<SimilarCase[]>;
  /** @throws GridwardenError CASE_NOT_FOUND, CASE_VERSION_CONFLICT, CASE_TRANSITION_REFUSED,
   * ROLE_REFUSED */
  join(
    tx: Sql,
    said: { caseNo: string; into: string; version?: number | undefined },
    by: By,
  ): Promise<{ case: Case; effects: CaseEffects }>;
  /** Forgets who reported what ended `reporterDaysMax` ago, some at a time. */
  forgetReporters(tx: Sql, now: Instant): Promise<void>;
  /** With who reported: for those alone who may know. */
  reportsOf(sql: Sql, caseNo: string): Promise<KeptReport[]>;
  takeOrders(
    tx: Sql,
    rows: readonly OrderRow[],
    by: By,
  ): Promise<{ done: OrdersTaken; effects: CaseEffects }>;
  answers(sql: Sql, filter: AnswerFilter): Promise<OrderAnswer[]>;
  /** @throws GridwardenError ORDER_NOT_FOUND, REQUEST_INVALID */
  order(sql: Sql, key: { externalNo: string; system?: string | undefined }): Promise<OrderAnswer>;
  /**
   * The reporter says that it is not solved, of a case that is not closed yet: one report more, and
   * whoever would close it is told. Nothing where it has ended.
   */
  notSolved(
    tx: Sql,
    said: { caseNo: string; reason: string },
    by: By,
  ): Promise<{ case: Case; effects: CaseEffects } | undefined>;
  /** @throws GridwardenError ORDER_NOT_FOUND, REQUEST_INVALID */
  delivered(
    tx: Sql,
    said: { externalNo: string; system?: string | undefined; position?: number | undefined },
    now: Instant,
  ): Promise<{ answer: OrderAnswer; effects: CaseEffects }>;
  /** @throws GridwardenError REQUEST_INVALID, ROLE_REFUSED, RATE_LIMITED */
  takeVideo(tx: Sql, event: VideoEvent, by: By): Promise<{ fate: VideoFate; effects: CaseEffects }>;
  /**
   * Brings the answers of other systems' orders up to date and asks the reporters of what has closed,
   * in the transaction of the change.
   */
  follow(tx: Sql, changed: readonly Case[], now: Instant): Promise<void>;
  tick(tx: Sql, now: Instant, effects: CaseEffects): Promise<void>;
  nextDue(sql: Sql): Promise<Instant | undefined>;
}

export function createSources(deps: CasesDeps, desk: CaseDesk, reporting: Reporting): Sources {
  const hotline = createHotline(deps, reporting);
  const takeVideo = createVideoSource(deps, reporting);
  const questions = createQuestions(deps, desk);
  const forgotten = deps.metrics.counter(
    "gridwarden_reporters_forgotten_total",
    "Reports whose reporter was forgotten, since their case ended long ago.",
    [],
  );
  /** Where the next sweep goes on. */
  let swept: Awaited<ReturnType<typeof forgetReporters>>["last"];

  return {
    questions,
    similar: (sql, { lon, lat, categoryCode, conditionId }, now) => {
      const condition =
        conditionId === undefined ? undefined : desk.conditions.find(undefined, conditionId);
      const isSaid = condition !== undefined && !isGeneralRow(condition);
      const own = isSaid && condition.categoryCode !== "" ? condition.categoryCode : undefined;
      const classes = isSaid ? reporting.classesOf(condition) : [];
      return findSimilar(sql, { lon, lat, categoryCode: categoryCode ?? own, classes }, now);
    },
    async similarTo(sql, theCase, now) {
      const { caseNo, state, lon, lat, class: slug, reportCount } = theCase;
      const isFresh = state === "REPORTED" || state === "PENDING_FILING";
      if (!isFresh || reportCount === undefined) return [];
      const categoryCode = isGeneralRow(theCase) ? undefined : theCase.categoryCode;
      const classes = slug === undefined ? reporting.classesOf(theCase) : [slug];
      return await findSimilar(sql, { lon, lat, categoryCode, classes, except: caseNo }, now);
    },
    async join(tx, said, by) {
      const effects = noEffects();
      return { case: await mergeCase(tx, desk, said, by, effects), effects };
    },
    async forgetReporters(tx, now) {
      const done = await forgetReporters(tx, now, swept);
      swept = done.last;
      forgotten.add(done.forgotten);
    },
    async reportsOf(sql, caseNo) {
      await needCase(sql, caseNo);
      return await reportsOf(sql, caseNo, LIMITS.listMax);
    },
    async takeOrders(tx, rows, by) {
      const effects = noEffects();
      return { done: await hotline.take(tx, rows, by, effects), effects };
    },
    answers: listAnswers,
    order: needOrder,
    async notSolved(tx, { caseNo, reason }, { actor, now }) {
      const current = await needCase(tx, caseNo);
      const role = reportRole(actor.roles);
      if (!isOpen(current) || role === undefined) return undefined;
      const effects = noEffects();
      const said = { source: "hotline" as const, description: reason };
      const by = { actor, role, now };
      return { case: await reporting.joinReport(tx, current, said, by, effects), effects };
    },
    async delivered(tx, said, now) {
      const effects = noEffects();
      return { answer: await hotline.delivered(tx, said, now, effects), effects };
    },
    async takeVideo(tx, event, by) {
      const effects = noEffects();
      return { fate: await takeVideo(tx, event, by, effects), effects };
    },
    async follow(tx, changed, now) {
      await questions.follow(tx, changed, now);
      await hotline.follow(tx, changed, now);
    },
    tick: hotline.tick,
    nextDue: hotline.nextDue,
  };
}
