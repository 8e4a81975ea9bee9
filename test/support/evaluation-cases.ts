/**
 * Cases made for evaluation, without the machine: histories as rows of the chain, each with the unit,
 * crew and deadline that hold after it, and a seeded walk that makes many of them.
 */
import { addHistory } from "../../cases/case-history.ts";
import type { Sql } from "../../model/database.ts";

export interface MadeRecord {
  event: string;
  from: string | undefined;
  to: string;
  at: number;
  role?: string;
  actor?: string;
  outcome?: string;
  /** What holds afterwards; nothing of it is written where it is absent. */
  held?: { unitId?: string; crewId?: string; deadline?: number } | undefined;
}

export interface MadeCase {
  caseNo: string;
  source?: string;
  gridCell?: string;
  responsibleGrid?: string;
  limit?: { value: number; unit: string };
  records: MadeRecord[];
}

const URGENT = { value: 2, unit: "urgent-hour" };

/** Writes the case and its history in one go; records of several cases would interleave in life. */
export async function putCase(tx: Sql, made: MadeCase): Promise<void> {
  const { caseNo, records, source = "hotline", limit = URGENT, ...place } = made;
  const last = records.at(-1);
  const held = records.findLast((record) => record.held !== undefined)?.held;
  const openedAt = records[0]?.at ?? 0;
  const body = { caseNo, source, limit, ...place, openedAt, calendar: "emergency", ...held };
  await tx.run(
    `insert into cases (case_no, version, state, is_open, condition_id, opened_at, body)
     values (?, 1, ?, 0, 'made', ?, ?)`,
    [caseNo, last?.to ?? "REPORTED", openedAt, JSON.stringify(body)],
  );
  await addRecords(tx, caseNo, records);
}

export async function addRecords(
  tx: Sql,
  caseNo: string,
  records: readonly MadeRecord[],
): Promise<void> {
  const rows = records.map(({ held, role = "dispatcher", actor = "li", ...record }) => ({
    ...record,
    role,
    actor,
    ...(record.event === "dispatch" && held?.unitId !== undefined && { unitId: held.unitId }),
    ...(held !== undefined && { detail: JSON.stringify(held) }),
  }));
  await addHistory(tx, caseNo, rows as unknown as Parameters<typeof addHistory>[2]);
}

/** 0 to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What may follow where; the same event twice is twice as likely. */
const WALK: Record<string, readonly [event: string, to: string][]> = {
  REPORTED: [
    ["accept", "PENDING_FILING"],
    ["accept", "PENDING_FILING"],
    ["accept", "PENDING_FILING"],
    ["accept", "PENDING_FILING"],
    ["sendVerify", "VERIFYING"],
    ["reject", "NOT_ACCEPTED"],
    ["void", "VOIDED"],
    ["settle", "CLOSED"],
    ["join", "VOIDED"],
    ["join", "REPORTED"],
  ],
  VERIFYING: [["verifyResult", "REPORTED"]],
  PENDING_FILING: [
    ["file", "PENDING_DISPATCH"],
    ["file", "PENDING_DISPATCH"],
    ["file", "PENDING_DISPATCH"],
    ["refuse", "NOT_FILED"],
    ["void", "VOIDED"],
  ],
  PENDING_DISPATCH: [
    ["dispatch", "DISPATCHED"],
    ["dispatch", "DISPATCHED"],
    ["dispatch", "DISPATCHED"],
    ["rule", "DISPATCHED"],
    ["void", "VOIDED"],
  ],
  DISPATCHED: [
    ["start", "HANDLING"],
    ["start", "HANDLING"],
    ["start", "HANDLING"],
    ["return", "RETURN_REVIEW"],
    ["assign", "DISPATCHED"],
    ["rule", "DISPATCHED"],
    ["approveExtension", "DISPATCHED"],
    ["urge", "DISPATCHED"],
  ],
  RETURN_REVIEW: [
    ["acceptReturn", "PENDING_DISPATCH"],
    ["refuseReturn", "DISPATCHED"],
    ["rule", "DISPATCHED"],
  ],
  HANDLING: [
    ["feedback", "FEEDBACK"],
    ["feedback", "FEEDBACK"],
    ["feedback", "FEEDBACK"],
    ["feedback", "RETURN_REVIEW"],
    ["approveExtension", "HANDLING"],
    ["approveSuspend", "SUSPENDED"],
    ["forceClose", "FORCE_CLOSED"],
  ],
  SUSPENDED: [["resume", "HANDLING"]],
  FEEDBACK: [
    ["sendCheck", "CHECKING"],
    ["sendCheck", "CHECKING"],
    ["sendCheck", "CHECKING"],
    ["void", "VOIDED"],
    ["rework", "HANDLING"],
  ],
  CHECKING: [
    ["checkPass", "PENDING_CLOSE"],
    ["checkPass", "PENDING_CLOSE"],
    ["rework", "HANDLING"],
  ],
  PENDING_CLOSE: [
    ["close", "CLOSED"],
    ["close", "CLOSED"],
    ["close", "CLOSED"],
    ["rework", "HANDLING"],
    ["forceClose", "FORCE_CLOSED"],
  ],
  CLOSED: [
    ["reopen", "HANDLING"],
    ["reopen", "CHECKING"],
    ["ask", "CLOSED"],
    ["ask", "CLOSED"],
    ["answer", "CLOSED"],
    ["answer", "CLOSED"],
    ["end", ""],
    ["end", ""],
    ["end", ""],
    ["end", ""],
  ],
};
/** Steps after which nothing more happens to a case, so that some stay open. */
const STEPS_MAX = 24;

export function walkedCase(
  caseNo: string,
  random: () => number,
  from: number,
  until: number,
): MadeCase {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const hours = (max: number): number => Math.ceil(random() * max * 3_600_000);
  let at = from + Math.floor(random() * (until - from));
  const records: MadeRecord[] = [{ event: "report", from: undefined, to: "REPORTED", at }];
  let state = "REPORTED";
  let held: MadeRecord["held"];
  let isDisputed = false;
  let isSettled = false;
  const steps = Math.ceil(random() * STEPS_MAX);
  for (let step = 0; step < steps; step += 1) {
    let [event, to] = pick(WALK[state] ?? [["end", ""] as const]);
    // What was settled on the spot has no unit to fall back on.
    if (isSettled && event === "reopen") [event, to] = ["end", ""];
    if (event === "end") break;
    at += hours(random() < 0.2 ? 300 : 20);
    const isStart =
      event === "dispatch" ||
      (event === "reopen" && to === "HANDLING") ||
      (event === "rework" && isDisputed);
    const before: MadeRecord["held"] = held;
    if (isStart || event === "rule") {
      const unitId =
        event === "dispatch" || event === "rule" ? pick(["a", "b", "c"]) : held?.unitId;
      const isKept = event === "rule" && held !== undefined && unitId === held.unitId;
      if (!isKept)
        held = { unitId: unitId ?? "a", crewId: `${unitId}-1`, deadline: at + hours(60) };
    } else if (held !== undefined) {
      const { deadline = 0 } = held;
      if (event === "acceptReturn") held = {};
      if (event === "assign") held = { ...held, crewId: `${held.unitId}-2` };
      if (["approveExtension", "resume", "rework"].includes(event)) {
        held = { ...held, deadline: deadline + hours(30) };
      }
    }
    if (event === "reopen") isDisputed = to === "CHECKING";
    if (event === "sendCheck" || isStart) isDisputed = false;
    if (event === "settle") isSettled = true;
    const isMoved = held !== undefined && held !== before;
    const said = event === "answer" && {
      outcome: `${pick(["solved", "unsolved"])}-${pick([1, 2, 3, 4, 5])}`,
    };
    records.push({ event, from: state, to, at, ...said, ...(isMoved && { held }) });
    if (event === "acceptReturn") held = undefined;
    state = to;
  }
  return {
    caseNo,
    source: pick(["hotline", "citizen", "patrol", "sensor"]),
    gridCell: pick(["41152400100101", "41152400200101"]),
    responsibleGrid: pick(["grid-1", "grid-2"]),
    limit: pick([URGENT, { value: 2, unit: "working-hour" }]),
    records,
  };
}
