/**
 * Writes that a client has given a name: the answer of the first is kept with the write itself, in
 * its transaction, and given again to whoever sends the same call under the same key. Another call
 * under that key is refused. A write that was refused is not kept: sent again it is tried again.
 */
import type { RequestKey } from "../model/audit.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { type CaseEffects, noEffects } from "./desk-words.ts";

/** Keys that one tick forgets; more wait for the next. */
const SWEPT_AT_ONCE = 1_000;

/**
 * Answers what `work` did, now or the first time; its answer must survive JSON.
 * @throws GridwardenError IDEMPOTENCY_KEY_REUSED, and what `work` throws
 */
export async function onceOf<T>(
  tx: Sql,
  key: RequestKey | undefined,
  now: Instant,
  work: () => Promise<{ value: T; effects: CaseEffects }>,
): Promise<{ value: T; effects: CaseEffects; isRepeat: boolean }> {
  if (key === undefined) return { ...(await work()), isRepeat: false };
  const kept = await keptAnswer(tx, key, now);
  if (kept !== undefined) {
    return { value: JSON.parse(kept) as T, effects: noEffects(), isRepeat: true };
  }
  const done = await work();
  const row = await tx.get<{ last: number | null }>(
    "select max(seq) as last from idempotency_keys",
  );
  await tx.run(
    `insert into idempotency_keys (username, key, seq, at, digest, answer) values (?, ?, ?, ?, ?, ?)
     on conflict (username, key) do update set seq = excluded.seq, at = excluded.at,
       digest = excluded.digest, answer = excluded.answer`,
    [key.username, key.key, (row?.last ?? 0) + 1, now, key.digest, JSON.stringify(done.value)],
  );
  return { ...done, isRepeat: false };
}

async function keptAnswer(tx: Sql, key: RequestKey, now: Instant): Promise<string | undefined> {
  const row = await tx.get<{ digest: string; answer: string }>(
    "select digest, answer from idempotency_keys where username = ? and key = ? and at > ?",
    [key.username, key.key, now - LIMITS.idempotencyKeyAgeMsMax],
  );
  if (row === undefined) return undefined;
  if (row.digest === key.digest) return row.answer;
  throw new GridwardenError(
    "IDEMPOTENCY_KEY_REUSED",
    `Idempotency-Key '${key.key}' was used for another call or body; take a new key for a new write`,
  );
}

/** Forgets what is too old or too much, some at a time. */
export async function sweepKeys(tx: Sql, now: Instant): Promise<void> {
  const row = await tx.get<{ last: number | null }>(
    "select max(seq) as last from idempotency_keys",
  );
  if (row?.last == null) return;
  const { idempotencyKeysMax, idempotencyKeyAgeMsMax } = LIMITS;
  await forget(tx, "seq", row.last - idempotencyKeysMax);
  await forget(tx, "at", now - idempotencyKeyAgeMsMax);
}

function forget(tx: Sql, column: "seq" | "at", upTo: number): Promise<unknown> {
  return tx.run(
    `delete from idempotency_keys where seq in
       (select seq from idempotency_keys where ${column} <= ? order by ${column} limit ?)`,
    [upTo, SWEPT_AT_ONCE],
  );
}
