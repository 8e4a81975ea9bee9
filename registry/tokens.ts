/**
 * Tokens of people who signed in: digests with their ends, in a table and in memory. A token may
 * slide: used on another day, its end is put off again.
 */
import type { DurationMs, Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { digestOf } from "./credentials.ts";
import type { Writing } from "./writer.ts";

export interface Token {
  /** Hex of the SHA-256 of what the client holds. */
  digest: string;
  username: string;
  expiresAt: Instant;
  /** So long after its last renewal it ends; absent: it ends when it ends. */
  slideMs?: DurationMs;
}

export interface Tokens {
  load(reader: Sql, now: Instant): Promise<void>;
  add(writing: Writing, token: Token, now: Instant): Promise<void>;
  find(token: string, now: Instant): Token | undefined;
  /** The end that a renewal would give it; nothing where it has none to give. */
  laterEnd(token: Token, now: Instant): Instant | undefined;
  renew(writing: Writing, digest: string, expiresAt: Instant): Promise<void>;
  end(writing: Writing, digest: string): Promise<void>;
  /** Answers how many ended. `except`: the token that goes on. */
  endOf(
    writing: Writing,
    usernames: readonly string[],
    now: Instant,
    except?: string,
  ): Promise<number>;
}

/** Sign-ins of one user that hold at once; a further one ends the oldest. */
const PER_USER_MAX = 100;
const TOKEN_CHARACTERS_MAX = 200;

export const slidingTokenMigration: Migration = {
  id: "registry-0201-sliding-tokens",
  statements: ["alter table tokens add column slide_ms bigint"],
};

interface TokenRow {
  digest: string;
  username: string;
  expires_at: number;
  slide_ms: number | null;
}

/** @param renewAfterMs a sliding token is renewed once in so long: not every look is a write */
export function createTokens(renewAfterMs: DurationMs): Tokens {
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

  async function end({ tx, onCommit }: Writing, digest: string): Promise<void> {
    await tx.run("delete from tokens where digest = ?", [digest]);
    onCommit(() => void tokens.delete(digest));
  }

  return {
    async load(reader, now) {
      const rows = await reader.all<TokenRow>(
        `select digest, username, expires_at, slide_ms from tokens
          where expires_at > ? order by expires_at`,
        [now],
      );
      for (const { digest, username, expires_at: expiresAt, slide_ms: slideMs } of rows) {
        const token = { digest, username, expiresAt };
        tokens.set(digest, slideMs === null ? token : { ...token, slideMs });
      }
    },
    async add(writing, token, now) {
      const { tx, onCommit } = writing;
      for (const digest of endedBy(token, now)) await end(writing, digest);
      await tx.run("delete from tokens where expires_at <= ?", [now]);
      await tx.run(
        "insert into tokens (digest, username, expires_at, slide_ms) values (?, ?, ?, ?)",
        [token.digest, token.username, token.expiresAt, token.slideMs ?? null],
      );
      onCommit(() => void tokens.set(token.digest, token));
    },
    find(token, now) {
      if (token.length > TOKEN_CHARACTERS_MAX) return undefined;
      const known = tokens.get(digestOf(token).toString("hex"));
      return known !== undefined && known.expiresAt > now ? known : undefined;
    },
    laterEnd({ expiresAt, slideMs }, now) {
      const isDue = slideMs !== undefined && now + slideMs - expiresAt >= renewAfterMs;
      return isDue ? now + slideMs : undefined;
    },
    async renew({ tx, onCommit }, digest, expiresAt) {
      await tx.run("update tokens set expires_at = ? where digest = ?", [expiresAt, digest]);
      onCommit(() => {
        const known = tokens.get(digest);
        if (known !== undefined) tokens.set(digest, { ...known, expiresAt });
      });
    },
    end,
    async endOf(writing, usernames, now, except) {
      const all = new Set(usernames);
      const kept = except === undefined ? undefined : digestOf(except).toString("hex");
      const theirs = [...tokens.values()].filter(
        ({ username, digest }) => all.has(username) && digest !== kept,
      );
      for (const { digest } of theirs) await end(writing, digest);
      return theirs.filter(({ expiresAt }) => expiresAt > now).length;
    },
  };
}
