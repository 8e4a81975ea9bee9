/**
 * Keys that devices, gateways, crews and services sign in with: 256 random bits, shown once, kept
 * as a SHA-256 digest. A fast hash is enough, since nobody can guess 256 bits; it lets ten thousand
 * devices reconnect at once. One user name belongs to one identity of one kind.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";

export type CredentialKind = "device" | "gateway" | "crew" | "service";

export interface Credential {
  kind: CredentialKind;
  digest: Buffer;
}

const KEY_BYTES = 32;
/** A longer password is no key of ours; it is not even hashed. */
const KEY_CHARACTERS_MAX = 200;
const NO_DIGEST = Buffer.alloc(KEY_BYTES);

export function makeKey(): { key: string; digest: Buffer } {
  const key = randomBytes(KEY_BYTES).toString("base64url");
  return { key, digest: digestOf(key) };
}

export function digestOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

/** The kind of identity that this user name and key are, compared in constant time. */
export function matchKey(
  credentials: ReadonlyMap<string, Credential>,
  username: string,
  key: string,
): CredentialKind | undefined {
  if (key.length > KEY_CHARACTERS_MAX) return undefined;
  const credential = credentials.get(username);
  const isSame = timingSafeEqual(digestOf(key), credential?.digest ?? NO_DIGEST);
  return isSame ? credential?.kind : undefined;
}

/** @throws ID_IN_USE when the name belongs to an identity of another kind, `exists` of the same. */
export function checkNameFree(
  holder: Credential | undefined,
  username: string,
  kind: CredentialKind,
): void {
  if (holder === undefined) return;
  if (holder.kind === kind) {
    const code = `${kind.toUpperCase() as Uppercase<CredentialKind>}_EXISTS` as const;
    throw new GridwardenError(
      code,
      `${kind} '${username}' is already registered; choose another id`,
    );
  }
  throw new GridwardenError(
    "ID_IN_USE",
    `'${username}' is the id of a ${holder.kind}, and all that sign in over MQTT share one space of names; choose another id for the ${kind}`,
  );
}

/** As which the platform itself stands in the history. */
const PLATFORM_NAME = "system";

/**
 * The history and the trail name people, services and the platform alike, so no two share a name.
 * @throws ID_IN_USE
 */
export function checkNameOfOne(
  name: string,
  wanted: "user" | "service",
  others: { readonly users: Has; readonly services: Has },
): void {
  const other = wanted === "user" ? "service" : "user";
  const isTaken = (other === "user" ? others.users : others.services).has(name);
  if (!isTaken && name !== PLATFORM_NAME) return;
  const holder = isTaken ? `a ${other}` : "the platform itself";
  throw new GridwardenError(
    "ID_IN_USE",
    `'${name}' is ${holder}, and the history names all alike; choose another name for the ${wanted}`,
  );
}

interface Has {
  has(name: string): boolean;
}

export async function insertCredential(
  sql: Sql,
  username: string,
  { kind, digest }: Credential,
): Promise<void> {
  await sql.run(
    `insert into credentials (username, kind, digest) values (?, ?, ?)
      on conflict (username) do update set kind = excluded.kind, digest = excluded.digest`,
    [username, kind, digest.toString("hex")],
  );
}

export async function removeCredential(sql: Sql, username: string): Promise<void> {
  await sql.run("delete from credentials where username = ?", [username]);
}

export async function loadCredentials(
  sql: Sql,
  credentials: Map<string, Credential>,
): Promise<void> {
  const rows = await sql.all<{ username: string; kind: CredentialKind; digest: string }>(
    "select username, kind, digest from credentials",
  );
  for (const { username, kind, digest } of rows) {
    credentials.set(username, { kind, digest: Buffer.from(digest, "hex") });
  }
}
