/**
 * Orders of other systems as rows: one a number, each with the case whose fate it follows and the
 * answer as it stands. A change of the answer puts the order behind all others (`change_seq`), so
 * whoever reads on from the last one that he has seen misses none and sees none twice. An answer is
 * open until its newest change has been delivered; an order is answered once its final answer is.
 */
import type { Case } from "../model/case.ts";
import type { OrderAnswer } from "../model/case-report.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql, SqlValue } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { historyOf } from "./case-history.ts";
import { answerOf, type CaseAnswerPart } from "./hotline-answer.ts";

export interface OrderKey {
  externalSystem: string;
  externalNo: string;
}

interface OrderRow {
  external_system: string;
  external_no: string;
  case_no: string;
  answer_by: Instant | null;
  change_seq: number;
  changed_at: Instant;
  answer: string;
  delivered_seq: number;
  delivered_at: Instant | null;
  question_id?: string | null;
  asked_at?: Instant | null;
  expires_at?: Instant | null;
}

/** Name of a unit, as the answer shows it. */
export type UnitName = (unitId: string) => string | undefined;

/** Orders that one tick tells of as overdue; more wait for the next. */
const TOLD_AT_ONCE = 200;

export async function caseOfOrder(sql: Sql, key: OrderKey): Promise<string | undefined> {
  const row = await sql.get<{ case_no: string }>(
    "select case_no from external_orders where external_system = ? and external_no = ?",
    [key.externalSystem, key.externalNo],
  );
  return row?.case_no;
}

export async function insertOrder(
  tx: Sql,
  order: OrderKey & { receivedAt?: Instant | undefined; answerBy?: Instant | undefined },
  theCase: Case,
  unitName: UnitName,
  now: Instant,
): Promise<void> {
  await tx.run(
    `insert into external_orders (external_system, external_no, case_no, received_at, answer_by,
      change_seq, changed_at, answer, delivered_seq) values (?, ?, ?, ?, ?, ?, ?, ?, 0)`,
    [
      order.externalSystem,
      order.externalNo,
      theCase.caseNo,
      order.receivedAt ?? null,
      order.answerBy ?? null,
      await nextChange(tx),
      now,
      JSON.stringify(await currentAnswer(tx, theCase, unitName)),
    ],
  );
}

/** Orders follow the case that theirs was merged into. */
export async function moveOrders(tx: Sql, from: string, to: string): Promise<void> {
  await tx.run("update external_orders set case_no = ? where case_no = ?", [to, from]);
}

/** Brings the answers of the case's orders up to date; what says the same stays where it is. */
export async function followCase(
  tx: Sql,
  theCase: Case,
  unitName: UnitName,
  now: Instant,
): Promise<void> {
  const rows = await tx.all<Pick<OrderRow, "external_system" | "external_no" | "answer">>(
    `select external_system, external_no, answer from external_orders where case_no = ?
     order by external_system, external_no`,
    [theCase.caseNo],
  );
  if (rows.length === 0) return;
  const answer = JSON.stringify(await currentAnswer(tx, theCase, unitName));
  for (const row of rows) {
    if (row.answer === answer) continue;
    await tx.run(
      `update external_orders set answer = ?, change_seq = ?, changed_at = ?, answered_at = null
       where external_system = ? and external_no = ?`,
      [answer, await nextChange(tx), now, row.external_system, row.external_no],
    );
  }
}

async function currentAnswer(tx: Sql, theCase: Case, unitName: UnitName): Promise<CaseAnswerPart> {
  const { caseNo, unitId } = theCase;
  const name = unitId === undefined ? undefined : unitName(unitId);
  return answerOf(theCase, await historyOf(tx, caseNo), name);
}

/** Transactions run one at a time, so numbers become visible in their order. */
async function nextChange(tx: Sql): Promise<number> {
  const row = await tx.get<{ last: number | null }>(
    "select max(change_seq) as last from external_orders",
  );
  return (row?.last ?? 0) + 1;
}

export interface AnswerFilter {
  /** Position of the last answer that was seen. */
  since: number;
  system?: string | undefined;
  /** Only those whose newest change was not delivered. */
  isOpen?: boolean | undefined;
  limit: number;
}

/** By their last change, the oldest first: each order once, as it stands. */
export async function listAnswers(sql: Sql, filter: AnswerFilter): Promise<OrderAnswer[]> {
  const wheres = ["o.change_seq > ?"];
  const parameters: SqlValue[] = [filter.since];
  if (filter.system !== undefined) {
    wheres.push("o.external_system = ?");
    parameters.push(filter.system);
  }
  if (filter.isOpen === true) wheres.push("o.delivered_seq < o.change_seq");
  const rows = await sql.all<OrderRow>(
    // A case that was taken up again has changed its order when it took its question back.
    `select o.*, q.question_id, q.asked_at, q.expires_at from external_orders o
     left join questions q on q.external_system = o.external_system
       and q.external_no = o.external_no and q.answered_at is null and q.expires_at > o.changed_at
     where ${wheres.join(" and ")} order by o.change_seq limit ?`,
    [...parameters, filter.limit],
  );
  return rows.map(toAnswer);
}

function toAnswer(row: OrderRow): OrderAnswer {
  return {
    externalSystem: row.external_system,
    externalNo: row.external_no,
    ...(JSON.parse(row.answer) as CaseAnswerPart),
    ...(row.answer_by !== null && { answerBy: row.answer_by }),
    position: row.change_seq,
    changedAt: row.changed_at,
    ...(row.delivered_at !== null &&
      row.delivered_seq === row.change_seq && { deliveredAt: row.delivered_at }),
    ...questionIn(row),
  };
}

function questionIn(row: OrderRow): Pick<OrderAnswer, "question"> {
  const { question_id: questionId, asked_at: askedAt, expires_at: expiresAt } = row;
  if (questionId == null || askedAt == null || expiresAt == null) return {};
  return { question: { questionId, askedAt, expiresAt } };
}

/**
 * The order of this number; without its system the only one that has it.
 * @throws GridwardenError ORDER_NOT_FOUND, REQUEST_INVALID where several systems have the number
 */
export async function needOrder(
  sql: Sql,
  { externalNo, system }: { externalNo: string; system?: string | undefined },
): Promise<OrderAnswer> {
  const rows = await sql.all<OrderRow>(
    `select * from external_orders where external_no = ?${system === undefined ? "" : " and external_system = ?"}
     order by external_system limit 10`,
    system === undefined ? [externalNo] : [externalNo, system],
  );
  const [found, another] = rows;
  if (found === undefined) {
    const where = system === undefined ? "" : ` of system '${system}'`;
    throw new GridwardenError("ORDER_NOT_FOUND", `no order${where} has the number '${externalNo}'`);
  }
  if (another === undefined) return toAnswer(found);
  const systems = rows.map((row) => row.external_system).join(", ");
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field 'system': got nothing, and ${systems} each have an order '${externalNo}'; name one`,
  );
}

/** The other system has the answer at this position; a later change stays open. */
export async function markDelivered(
  tx: Sql,
  order: OrderAnswer,
  position: number,
  now: Instant,
): Promise<{ isAnswered: boolean }> {
  const isAnswered = order.isFinal && position === order.position;
  await tx.run(
    `update external_orders set delivered_seq = ?, delivered_at = ?,
      answered_at = ? where external_system = ? and external_no = ? and delivered_seq < ?`,
    [position, now, isAnswered ? now : null, order.externalSystem, order.externalNo, position],
  );
  return { isAnswered };
}

/** Orders past their time without a final answer that nobody was told of yet; told now. */
export async function tellOverdue(
  tx: Sql,
  now: Instant,
): Promise<{ caseNo: string; answerBy: Instant }[]> {
  const rows = await tx.all<{
    external_system: string;
    external_no: string;
    case_no: string;
    answer_by: Instant;
  }>(
    `select external_system, external_no, case_no, answer_by from external_orders
     where answer_by is not null and told_at is null and answered_at is null and answer_by <= ?
     order by answer_by limit ?`,
    [now, TOLD_AT_ONCE],
  );
  for (const row of rows) {
    await tx.run(
      "update external_orders set told_at = ? where external_system = ? and external_no = ?",
      [now, row.external_system, row.external_no],
    );
  }
  return rows.map((row) => ({ caseNo: row.case_no, answerBy: row.answer_by }));
}

export async function firstOverdueAt(sql: Sql): Promise<Instant | undefined> {
  const row = await sql.get<{ at: Instant | null }>(
    `select min(answer_by) as at from external_orders
     where answer_by is not null and told_at is null and answered_at is null`,
  );
  return row?.at ?? undefined;
}

/** Does an order of the case wait for its answer past the time that was told of? */
export async function hasOverdue(tx: Sql, caseNo: string): Promise<boolean> {
  const row = await tx.get(
    `select external_no from external_orders
     where case_no = ? and told_at is not null and answered_at is null limit 1`,
    [caseNo],
  );
  return row !== undefined;
}
