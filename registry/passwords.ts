/**
 * People's passwords as scrypt hashes, with the cost in the text so that it can rise later.
 * One hash at a time: hashing shares the runtime's threads with the journal's disk syncs, and a
 * flood of sign-ins must not hold those up.
 */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { GridwardenError } from "../model/errors.ts";

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Takes the same time for a user that is not there (`stored` undefined). */
  isRight(password: string, stored: string | undefined): Promise<boolean>;
  /** The same for the same secret, to find by it what is too short for a fast digest. */
  digest(secret: string): Promise<string>;
}

const COST = { n: 2 ** 15, r: 8, p: 1 };
const COST_NAME = `scrypt$${COST.n}$${COST.r}$${COST.p}`;
const MEMORY_BYTES_MAX = 256 * 1024 * 1024;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const WAITING_MAX = 50;
/** Of what is random and never kept for long: nobody has a table of it ready. */
const DIGEST_SALT = Buffer.from("gridwarden sign-in code");

export function createPasswordHasher(): PasswordHasher {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (waiting >= WAITING_MAX) {
      throw new GridwardenError(
        "RATE_LIMITED",
        `${waiting} sign-ins are waiting already; try again in a few seconds`,
      );
    }
    waiting++;
    const done = last.then(work).finally(() => {
      waiting--;
    });
    last = done.catch(() => undefined);
    return done;
  }

  return {
    hash: async (password) =>
      inTurn(async () => {
        const salt = randomBytes(SALT_BYTES);
        const hash = await derive(password, salt, COST);
        return `${COST_NAME}$${salt.toString("base64url")}$${hash.toString("base64url")}`;
      }),
    isRight: async (password, stored) =>
      inTurn(async () => {
        const wanted = readStored(stored);
        const hash = await derive(password, wanted.salt, wanted.cost);
        return stored !== undefined && timingSafeEqual(hash, wanted.hash);
      }),
    digest: async (secret) =>
      inTurn(async () => (await derive(secret, DIGEST_SALT, COST)).toString("hex")),
  };
}

function readStored(stored: string | undefined): {
  cost: typeof COST;
  salt: Buffer;
  hash: Buffer;
} {
  if (stored === undefined) {
    return { cost: COST, salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) };
  }
  const [, n, r, p, salt = "", hash = ""] = stored.split("$");
  return {
    cost: { n: Number(n), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, "base64url"),
    hash: Buffer.from(hash, "base64url"),
  };
}

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  const options: ScryptOptions = { N: cost.n, r: cost.r, p: cost.p, maxmem: MEMORY_BYTES_MAX };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, HASH_BYTES, options, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}
