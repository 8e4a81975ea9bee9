/**
 * Dead letters: what could not be read, kept with its reason, bounded, oldest out first. One is
 * known by the journal position of its uplink, its place in it and the receipt, so that a replay
 * saves it once. An uplink that yields no value is one letter, however many faults it has.
 */
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql, SqlValue } from "../model/database.ts";
import type { DeadLetterReason } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { Uplink, UplinkSource } from "../model/uplink.ts";
import type { Expired, Fault } from "./gateways/gateway.ts";

export interface DeadLetter {
  /** Journal position of the uplink. */
  readonly position: number;
  /** Place among the letters of the uplink. */
  readonly part: number;
  readonly receivedAt: Instant;
  readonly source: UplinkSource;
  readonly sender: string;
  readonly topic: string;
  readonly reason: DeadLetterReason;
  readonly text: string;
  /** Values that it stands for in the ledger. */
  readonly count: number;
  /** The bytes at fault, up to a bound. */
  readonly payload: Uint8Array;
  /** How many bytes there were. */
  readonly payloadBytes: number;
}

/** A letter as it is kept, newest first. */
export interface KeptDeadLetter extends DeadLetter {
  readonly id: number;
}

export interface DeadLetterPage {
  readonly items: KeptDeadLetter[];
  /** Where the next page begins; absent on the last. */
  readonly next?: string;
}

/** Further faults of one uplink are told in its last letter. */
export const LETTERS_PER_UPLINK_MAX = 16;
/** Letters of given-up frames are numbered from here, apart from those of the uplink itself. */
const EXPIRED_PART_FROM = 1_000;
const TEXT_LENGTH_MAX = 500;

export const deadLetterMigrations: readonly Migration[] = [
  {
    id: "ingest-0001-dead-letters",
    statements: [
      `create table dead_letters (
        id integer primary key,
        position bigint not null,
        part integer not null,
        received_at bigint not null,
        source text not null,
        sender text not null,
        topic text not null,
        reason text not null,
        text text not null,
        count integer not null,
        payload blob not null,
        payload_bytes integer not null,
        unique (position, part, received_at)
      )`,
    ],
  },
];

/** One letter for an uplink that yielded nothing. */
export function wholeLetter(
  uplink: Uplink,
  position: number,
  faults: readonly Fault[],
): DeadLetter {
  const [first] = faults;
  const text = first?.text ?? "the uplink held nothing that is kept";
  const more = faults.length > 1 ? `; and ${faults.length - 1} more` : "";
  const fault: Fault = {
    reason: first?.reason ?? "EMPTY",
    text: text + more,
    count: 1,
    // A frame may have begun in an uplink before this one.
    part: longer(faults.length === 1 ? first?.part : undefined, uplink.payload),
  };
  return letterOf(uplink, position, 0, fault);
}

/** A letter for each fault of an uplink whose other values are kept. */
export function partLetters(
  uplink: Uplink,
  position: number,
  faults: readonly Fault[],
): DeadLetter[] {
  const own = faults.slice(0, LETTERS_PER_UPLINK_MAX);
  const rest = faults.slice(LETTERS_PER_UPLINK_MAX);
  const letters = own.map((fault, part) => letterOf(uplink, position, part, fault));
  const last = letters.pop();
  if (last === undefined || rest.length === 0) return last === undefined ? [] : [...letters, last];
  const count = rest.reduce((sum, fault) => sum + (fault.count ?? 1), last.count);
  return [...letters, { ...last, count, text: `${last.text}; and ${rest.length} more` }];
}

export function expiredLetter(expired: Expired, index: number): DeadLetter {
  return letterOf(expired.uplink, expired.position, EXPIRED_PART_FROM + index, expired.fault);
}

function letterOf(uplink: Uplink, position: number, part: number, fault: Fault): DeadLetter {
  const payload = fault.part ?? uplink.payload;
  return {
    position,
    part,
    receivedAt: uplink.receivedAt,
    source: uplink.source,
    sender: uplink.sender,
    topic: uplink.topic,
    reason: fault.reason,
    text: fault.text.slice(0, TEXT_LENGTH_MAX),
    count: fault.count ?? 1,
    payload: payload.subarray(0, LIMITS.deadLetterPayloadBytesMax),
    payloadBytes: payload.length,
  };
}

function longer(part: Uint8Array | undefined, payload: Uint8Array): Uint8Array {
  return part !== undefined && part.length > payload.length ? part : payload;
}

/** Saves the letters and lets the oldest beyond the bound go. Ids are dense but for replays. */
export async function saveDeadLetters(
  tx: Sql,
  letters: readonly DeadLetter[],
  keptMax: number,
): Promise<void> {
  if (letters.length === 0) return;
  const newest = await tx.get<{ id: number | null }>("select max(id) as id from dead_letters");
  let id = Number(newest?.id ?? 0);
  for (const letter of letters.slice(-keptMax)) {
    const { changes } = await tx.run(
      `insert into dead_letters (id, position, part, received_at, source, sender, topic, reason,
        text, count, payload, payload_bytes) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (position, part, received_at) do nothing`,
      [id + 1, ...columnsOf(letter)],
    );
    if (changes > 0) id += 1;
  }
  await tx.run("delete from dead_letters where id <= ?", [id - keptMax]);
}

function columnsOf(letter: DeadLetter): SqlValue[] {
  return [
    letter.position,
    letter.part,
    letter.receivedAt,
    letter.source,
    letter.sender,
    letter.topic,
    letter.reason,
    letter.text,
    letter.count,
    letter.payload,
    letter.payloadBytes,
  ];
}

export interface LetterRow {
  id: number;
  position: number;
  part: number;
  received_at: number;
  source: string;
  sender: string;
  topic: string;
  reason: string;
  text: string;
  count: number;
  payload: Uint8Array;
  payload_bytes: number;
}

/** Newest first; `cursor` is the `next` of the page before. */
export async function listDeadLetters(
  sql: Sql,
  page: { limit: number; cursor?: string | undefined },
): Promise<DeadLetterPage> {
  const before = page.cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(page.cursor);
  const rows = await sql.all<LetterRow>(
    "select * from dead_letters where id < ? order by id desc limit ?",
    [Number.isSafeInteger(before) ? before : 0, page.limit + 1],
  );
  const items = rows.slice(0, page.limit).map(letterOfRow);
  const last = items.at(-1);
  return rows.length > page.limit && last !== undefined
    ? { items, next: String(last.id) }
    : { items };
}

export function letterOfRow(row: LetterRow): KeptDeadLetter {
  return {
    id: row.id,
    position: row.position,
    part: row.part,
    receivedAt: row.received_at,
    source: row.source as UplinkSource,
    sender: row.sender,
    topic: row.topic,
    reason: row.reason as DeadLetterReason,
    text: row.text,
    count: row.count,
    payload: new Uint8Array(row.payload),
    payloadBytes: row.payload_bytes,
  };
}
