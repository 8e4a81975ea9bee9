/**
 * Codes by which a crew's phone is signed in: ten characters that a lead reads out or sends as a
 * link. A code is for one crew, is used once, and ends by itself. Kept is a slow digest of it, since
 * ten characters, unlike a key, can be tried out one after another by who reads the table.
 */
import { randomInt } from "node:crypto";
import type { Instant } from "../model/clock.ts";
import type { Migration } from "../model/database.ts";
import type { Writing } from "./writer.ts";

/** Without 0 O, 1 I L, 2 Z, 5 S, 8 B, U V: nobody mistakes one for another, read or heard. */
const ALPHABET = "34679ACDEFGHJKMNPQRTWXY";
const LENGTH = 10;

export const signInCodeMigration: Migration = {
  id: "registry-0202-sign-in-codes",
  statements: [
    `create table sign_in_codes (
      digest text primary key, crew_id text not null, expires_at bigint not null)`,
    "create index sign_in_codes_crew on sign_in_codes (crew_id)",
  ],
};

/** 45 bits by chance. */
export function makeCode(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/** What somebody typed as the code that it may be: small letters, blanks and hyphens do no harm. */
export function readCode(typed: string): string {
  return typed.replace(/[\s-]/g, "").toUpperCase();
}

interface KeptCode {
  digest: string;
  crewId: string;
  expiresAt: Instant;
}

/** Of a crew's codes the oldest go where there are too many. */
export async function keepCode(
  { tx }: Writing,
  { digest, crewId, expiresAt }: KeptCode,
  { now, perCrewMax }: { now: Instant; perCrewMax: number },
): Promise<void> {
  await tx.run("delete from sign_in_codes where expires_at <= ?", [now]);
  const held = await tx.all<{ digest: string }>(
    "select digest from sign_in_codes where crew_id = ? order by expires_at desc, digest",
    [crewId],
  );
  for (const { digest: oldest } of held.slice(perCrewMax - 1)) {
    await tx.run("delete from sign_in_codes where digest = ?", [oldest]);
  }
  await tx.run("insert into sign_in_codes (digest, crew_id, expires_at) values (?, ?, ?)", [
    digest,
    crewId,
    expiresAt,
  ]);
}

/** The crew that the code was for; from then on it is nobody's. */
export async function takeCode(
  { tx }: Writing,
  digest: string,
  now: Instant,
): Promise<string | undefined> {
  const found = await tx.get<{ crew_id: string }>(
    "select crew_id from sign_in_codes where digest = ? and expires_at > ?",
    [digest, now],
  );
  await tx.run("delete from sign_in_codes where digest = ?", [digest]);
  return found?.crew_id;
}

export async function endCodesOf({ tx }: Writing, crewId: string): Promise<void> {
  await tx.run("delete from sign_in_codes where crew_id = ?", [crewId]);
}
