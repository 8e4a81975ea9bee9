/**
 * Questions to reporters as rows. A row has no link: the token of a link is derived from the
 * question's id and a secret, so the same question always has the same, and whoever reads the
 * table alone has none.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Instant } from "../model/clock.ts";
import type { Sql, SqlValue } from "../model/database.ts";
import { CaseNo } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { PublicNo } from "../model/public-no.ts";
import type {
  AnsweredBy,
  Question,
  QuestionAnswer,
  QuestionState,
  QuestionToSend,
  QuestionWay,
} from "../model/question.ts";
import type { AskableReport } from "./question-rules.ts";
import { reporterIn } from "./source-reports.ts";

const SECRET_BYTES = 32;
const TOKEN_LENGTH = 22;
/** Links of older closes than these are none any more. */
const CLOSES_REMEMBERED = 10;

const SELECT = `select q.*, r.public_no, r.reporter_name, r.reporter_phone, r.reporter_email
  from questions q join case_reports r on r.first_case_no = q.first_case_no and r.seq = q.report_seq`;

interface Row {
  position: number;
  question_id: string;
  case_no: string;
  way: QuestionWay;
  asked_at: Instant;
  expires_at: Instant;
  external_system: string | null;
  external_no: string | null;
  solved: QuestionAnswer["solved"] | null;
  satisfied: number | null;
  note: string | null;
  answered_at: Instant | null;
  answered_by: AnsweredBy | null;
  has_reopened: number | null;
  public_no: string;
  reporter_name: string | null;
  reporter_phone: string | null;
  reporter_email: string | null;
}

/** Reports of a case, oldest first, as far as they say who can be asked. */
export async function askableReports(sql: Sql, caseNo: string): Promise<AskableReport[]> {
  const rows = await sql.all<Record<string, SqlValue> & Pick<AskableReport, "source" | "seq">>(
    `select first_case_no, seq, source, external_system, external_no, reporter_phone, reporter_email,
       has_link
     from case_reports where case_no = ? order by at, first_case_no, seq limit ?`,
    [caseNo, LIMITS.questionsPerCloseMax],
  );
  const text = (value: SqlValue | undefined): string | undefined =>
    typeof value === "string" ? value : undefined;
  return rows.map((row) => ({
    firstCaseNo: text(row.first_case_no) ?? caseNo,
    seq: row.seq,
    source: row.source,
    externalSystem: text(row.external_system),
    externalNo: text(row.external_no),
    phone: text(row.reporter_phone),
    email: text(row.reporter_email),
    hasLink: row.has_link === 1,
  }));
}

/** Of this close of the case. */
export async function isAsked(sql: Sql, caseNo: string, closedAt: Instant): Promise<boolean> {
  const row = await sql.get(
    "select position from questions where case_no = ? and closed_at = ? limit 1",
    [caseNo, closedAt],
  );
  return row !== undefined;
}

/** Answers the question's id. */
export async function insertQuestion(
  tx: Sql,
  asked: { caseNo: string; report: AskableReport; way: QuestionWay; closedAt: Instant },
  now: Instant,
): Promise<string> {
  const { caseNo, report, way, closedAt } = asked;
  const last = await tx.get<{ last: number | null }>("select max(position) as last from questions");
  const own = await tx.get<{ n: number }>("select count(*) as n from questions where case_no = ?", [
    caseNo,
  ]);
  const questionId = `${caseNo}-q${(own?.n ?? 0) + 1}`;
  await tx.run(
    `insert into questions (position, question_id, case_no, first_case_no, report_seq, way,
      closed_at, asked_at, expires_at, external_system, external_no)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      (last?.last ?? 0) + 1,
      questionId,
      caseNo,
      report.firstCaseNo,
      report.seq,
      way,
      closedAt,
      now,
      now + LIMITS.questionMsMax,
      report.externalSystem ?? null,
      report.externalNo ?? null,
    ],
  );
  await makeSecret(tx);
  return questionId;
}

/** A case that is taken up again is asked about anew after its next close. */
export async function expireQuestions(tx: Sql, caseNo: string, now: Instant): Promise<void> {
  await tx.run(
    "update questions set expires_at = ? where case_no = ? and answered_at is null and expires_at > ?",
    [now, caseNo, now],
  );
}

/** Only one answer is taken. */
export async function saveAnswer(
  tx: Sql,
  questionId: string,
  { answer, by, now }: { answer: QuestionAnswer; by: AnsweredBy; now: Instant },
): Promise<void> {
  await tx.run(
    `update questions set solved = ?, satisfied = ?, note = ?, answered_at = ?, answered_by = ?,
      has_reopened = 0 where question_id = ? and answered_at is null`,
    [answer.solved, answer.satisfied, answer.note ?? null, now, by, questionId],
  );
}

export async function markReopened(tx: Sql, questionId: string): Promise<void> {
  await tx.run("update questions set has_reopened = 1 where question_id = ?", [questionId]);
}

export async function findQuestion(
  sql: Sql,
  questionId: string,
  now: Instant,
): Promise<Question | undefined> {
  const row = await sql.get<Row>(`${SELECT} where q.question_id = ?`, [questionId]);
  return row && toQuestion(row, now);
}

/** Asked after several closes; the newest first. */
export async function questionsOfReport(
  sql: Sql,
  report: { firstCaseNo: string; seq: number },
  now: Instant,
): Promise<Question[]> {
  const rows = await sql.all<Row>(
    `${SELECT} where q.first_case_no = ? and q.report_seq = ? order by q.closed_at desc limit ?`,
    [report.firstCaseNo, report.seq, CLOSES_REMEMBERED],
  );
  return rows.map((row) => toQuestion(row, now));
}

/** The newest of the order. */
export async function questionOfOrder(
  sql: Sql,
  order: { externalSystem: string; externalNo: string },
  now: Instant,
): Promise<Question | undefined> {
  const row = await sql.get<Row>(
    `${SELECT} where q.external_system = ? and q.external_no = ? order by q.position desc limit 1`,
    [order.externalSystem, order.externalNo],
  );
  return row && toQuestion(row, now);
}

export interface QuestionFilter {
  state?: QuestionState | undefined;
  caseNo?: string | undefined;
  /** Position behind which the page goes on. */
  before?: number | undefined;
  limit: number;
}

/** Newest first, with its position. */
export async function listQuestions(
  sql: Sql,
  { state, caseNo, before, limit }: QuestionFilter,
  now: Instant,
): Promise<{ question: Question; position: number }[]> {
  const wheres = ["q.position < ?"];
  const parameters: SqlValue[] = [before ?? Number.MAX_SAFE_INTEGER];
  if (caseNo !== undefined) {
    wheres.push("q.case_no = ?");
    parameters.push(caseNo);
  }
  if (state === "answered") wheres.push("q.answered_at is not null");
  else if (state !== undefined) {
    wheres.push("q.answered_at is null", `q.expires_at ${state === "asked" ? ">" : "<="} ?`);
    parameters.push(now);
  }
  const rows = await sql.all<Row>(
    `${SELECT} where ${wheres.join(" and ")} order by q.position desc limit ?`,
    [...parameters, limit],
  );
  return rows.map((row) => ({ question: toQuestion(row, now), position: row.position }));
}

/** By message or by link to an address, open still, behind a position; oldest first. */
export async function questionsToSend(
  sql: Sql,
  { after, limit }: { after: number; limit: number },
  now: Instant,
): Promise<QuestionToSend[]> {
  const rows = await sql.all<Row>(
    `${SELECT} where q.position > ? and q.answered_at is null and q.expires_at > ?
       and q.way <> 'hotline' and (q.way <> 'page' or r.reporter_email is not null)
     order by q.position limit ?`,
    [after, now, limit],
  );
  const secret = await secretIn(sql);
  return rows.map((row) => ({
    position: row.position,
    questionId: row.question_id,
    caseNo: CaseNo.parse(row.case_no),
    publicNo: PublicNo.parse(row.public_no),
    way: row.way,
    token: tokenOf(secret, row.question_id),
    expiresAt: row.expires_at,
    ...(row.reporter_phone !== null && { phone: row.reporter_phone }),
    ...(row.reporter_email !== null && { email: row.reporter_email }),
  }));
}

export const isTokenOf = async (sql: Sql, questionId: string, token: string): Promise<boolean> =>
  isSame(tokenOf(await secretIn(sql), questionId), token);

/** The token of a report's own link, which asks whenever there is a question. */
export const linkOfReport = async (sql: Sql, publicNo: PublicNo): Promise<string> =>
  tokenOf(await secretIn(sql), reportKey(publicNo));

export const isLinkOfReport = async (
  sql: Sql,
  publicNo: PublicNo,
  token: string,
): Promise<boolean> => isSame(await linkOfReport(sql, publicNo), token);

/** No question has such an id. */
const reportKey = (publicNo: PublicNo): string => `report ${publicNo}`;

/** Takes as long for every wrong one. */
function isSame(right: string, given: string): boolean {
  const [one, other] = [right, given].map((text) =>
    createHmac("sha256", "compared").update(text).digest(),
  ) as [Buffer, Buffer];
  return timingSafeEqual(one, other);
}

function tokenOf(secret: string, questionId: string): string {
  return createHmac("sha256", secret).update(questionId).digest("base64url").slice(0, TOKEN_LENGTH);
}

/** Once; links are derived from it. */
export async function makeSecret(tx: Sql): Promise<void> {
  await tx.run(
    "insert into question_secret (id, secret) values (1, ?) on conflict (id) do nothing",
    [randomBytes(SECRET_BYTES).toString("base64url")],
  );
}

/** Before the first question there is none. */
async function secretIn(sql: Sql): Promise<string> {
  const row = await sql.get<{ secret: string }>("select secret from question_secret where id = 1");
  return row?.secret ?? randomBytes(SECRET_BYTES).toString("base64url");
}

function toQuestion(row: Row, now: Instant): Question {
  const { reporter } = reporterIn(row);
  return {
    questionId: row.question_id,
    caseNo: CaseNo.parse(row.case_no),
    publicNo: PublicNo.parse(row.public_no),
    way: row.way,
    state: stateOf(row, now),
    askedAt: row.asked_at,
    expiresAt: row.expires_at,
    ...(row.external_system !== null && { externalSystem: row.external_system }),
    ...(row.external_no !== null && { externalNo: row.external_no }),
    ...(reporter !== undefined && { reporter }),
    ...answerIn(row),
  };
}

function stateOf({ answered_at, expires_at }: Row, now: Instant): QuestionState {
  if (answered_at !== null) return "answered";
  return expires_at > now ? "asked" : "expired";
}

function answerIn(row: Row): Pick<Question, "answer"> | undefined {
  const { solved, satisfied, answered_at: at, answered_by: by } = row;
  if (solved === null || satisfied === null || at === null || by === null) return undefined;
  const note = row.note === null ? {} : { note: row.note };
  return { answer: { solved, satisfied, ...note, at, by, hasReopened: row.has_reopened === 1 } };
}
