/** Tokens of people who signed in: digests with their ends, in a table and in memory. */
import type { Instant } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import { digestOf } from "./credentials.ts";

interface Token {
  /** Hex of the SHA-256 of what the client holds. */
  digest: string;
  username: string;
  expiresAt: Instant;
}

export interface Tokens {
  load(now: Instant): Promise<void>;
  add(token: Token, now: Instant): Promise<void>;
  usernameOf(token: string, now: Instant): string | undefined;
}

/** Sign-ins of one user that hold at once; a further one ends the oldest. */
const PER_USER_MAX = 100;
const TOKEN_CHARACTERS_MAX = 200;

export function createTokens(database: Database): Tokens {
  /** By digest, oldest first. */
  const tokens = new Map<string, Token>();

  function endedBy(newcomer: Token, now: Instant): string[] {
    const ended: string[] = [];
    const own: string[] = [];
    for (const { digest, username, expiresAt } of tokens.values()) {
      if (expiresAt <= now) ended.push(digest);
      else if (username === newcomer.username) own.push(digest);
    }
    return [...ended, ...own.slice(0, Math.max(0, own.length - PER_USER_MAX + 1))];
  }

  return {
    async load(now) {
      const rows = await database.reader.all<{
        digest: string;
        username: string;
        expires_at: number;
      }>(
        "select digest, username, expires_at from tokens where expires_at > ? order by expires_at",
        [now],
      );
      for (const { digest, username, expires_at: expiresAt } of rows) {
        tokens.set(digest, { digest, username, expiresAt });
      }
    },
    async add(token, now) {
      const ended = endedBy(token, now);
      await database.transaction(async (tx) => {
        for (const digest of ended) await tx.run("delete from tokens where digest = ?", [digest]);
        await tx.run("delete from tokens where expires_at <= ?", [now]);
        await tx.run("insert into tokens (digest, username, expires_at) values (?, ?, ?)", [
          token.digest,
          token.username,
          token.expiresAt,
        ]);
      });
      for (const digest of ended) tokens.delete(digest);
      tokens.set(token.digest, token);
    },
    usernameOf(token, now) {
      if (token.length > TOKEN_CHARACTERS_MAX) return undefined;
      const known = tokens.get(digestOf(token).toString("hex"));
      return known !== undefined && known.expiresAt > now ? known.username : undefined;
    },
  };
}
