/**
 * Dead letters that are tried again: which they are, the uplinks that they are of, and what becomes
 * of them. A letter leaves when its uplink is read without a fault; else it stays with the newest
 * reason.
 */
import type { Sql, SqlValue } from "../model/database.ts";
import type { DeadLetterReason } from "../model/errors.ts";
import { type KeptDeadLetter, type LetterRow, letterOfRow } from "./dead-letters.ts";
import { encodeUplink } from "./uplink-record.ts";

export interface RetryFilter {
  reason?: DeadLetterReason | undefined;
  /** Those before this id. */
  before?: number | undefined;
  limit: number;
}

/** Newest first. */
export async function lettersToRetry(sql: Sql, filter: RetryFilter): Promise<KeptDeadLetter[]> {
  const { reason, before = Number.MAX_SAFE_INTEGER, limit } = filter;
  const parameters: SqlValue[] = reason === undefined ? [before, limit] : [before, reason, limit];
  const ofReason = reason === undefined ? "" : "and reason = ?";
  const rows = await sql.all<LetterRow>(
    `select * from dead_letters where id < ? ${ofReason} order by id desc limit ?`,
    parameters,
  );
  return rows.map(letterOfRow);
}

/** The letter and all others of its uplink; none: there is no such letter. */
export async function lettersBeside(sql: Sql, id: number): Promise<KeptDeadLetter[]> {
  const rows = await sql.all<LetterRow>(
    `select l.* from dead_letters l join dead_letters mine
       on l.position = mine.position and l.received_at = mine.received_at
     where mine.id = ? order by l.part`,
    [id],
  );
  return rows.map(letterOfRow);
}

/** What is decoded again, and the letters that hang on it. */
export interface RetriedUplink {
  readonly letters: readonly KeptDeadLetter[];
  /** As the journal had it; undefined: its bytes are not all kept. */
  readonly record: Uint8Array | undefined;
}

/** Oldest first. `rawOf` finds the whole uplink, where it is kept; else a letter's own bytes do. */
export async function uplinksOf(
  letters: readonly KeptDeadLetter[],
  rawOf: (letter: KeptDeadLetter) => Promise<Uint8Array | undefined>,
): Promise<RetriedUplink[]> {
  const sorted = [...letters].sort((a, b) => a.position - b.position || a.part - b.part);
  const groups = new Map<string, KeptDeadLetter[]>();
  for (const letter of sorted) {
    const name = `${letter.position} ${letter.receivedAt}`;
    groups.set(name, [...(groups.get(name) ?? []), letter]);
  }
  const found: RetriedUplink[] = [];
  for (const group of groups.values()) {
    const [first] = group;
    const record = first && (await rawOf(first));
    if (record !== undefined) found.push({ letters: group, record });
    else found.push(...group.map((letter) => ({ letters: [letter], record: recordOf(letter) })));
  }
  return found;
}

function recordOf(letter: KeptDeadLetter): Uint8Array | undefined {
  if (letter.payload.length < letter.payloadBytes) return undefined;
  return Buffer.concat(encodeUplink(letter));
}

interface Fault {
  readonly reason: DeadLetterReason;
  readonly text: string;
}

/** Without faults the letters leave; else as many stay as there are faults, the last for all that are more. */
export async function settleLetters(
  tx: Sql,
  letters: readonly KeptDeadLetter[],
  faults: readonly Fault[],
): Promise<void> {
  for (const [index, { id }] of letters.entries()) {
    const fault = faults[index];
    if (fault === undefined) {
      await tx.run("delete from dead_letters where id = ?", [id]);
      continue;
    }
    const rest = index === letters.length - 1 ? faults.length - letters.length : 0;
    const text = rest > 0 ? `${fault.text}; and ${rest} more` : fault.text;
    await tx.run("update dead_letters set reason = ?, text = ? where id = ?", [
      fault.reason,
      text,
      id,
    ]);
  }
}
