/**
 * Is a push the platform's? By the intake's secret in `Authorization: Bearer` or, of platforms that
 * can be told an address and nothing else, as the parameter `key`; of OneNET also by its signature,
 * base64(MD5(token + nonce + msg)), over the message as it was sent. Pure; nothing is compared in a
 * time that would tell how much of it was right.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { isObject } from "./payload.ts";

export interface PushCall {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Signed {
  readonly msg: string;
  readonly nonce: string;
  readonly signature: string;
}

/** Does the secret bear out what the call says, or the signature that was read of it? */
export function proofOf(
  { headers, query }: PushCall,
  signed: Signed | undefined,
): (secret: string) => boolean {
  const key = bearerOf(headers) ?? query.key;
  return (secret) =>
    (key !== undefined && isSame(key, secret)) ||
    (signed !== undefined && isSame(signatureOf(secret, signed), signed.signature));
}

/** What OneNET asks an address for before it pushes there; undefined where it is no such question. */
export function signedBy({ msg, nonce, signature }: PushCall["query"]): Signed | undefined {
  if (msg === undefined || nonce === undefined || signature === undefined) return undefined;
  // A plus sign that was not encoded comes as a space.
  return { msg, nonce, signature: signature.replaceAll(" ", "+") };
}

export function signatureOf(token: string, { msg, nonce }: Omit<Signed, "signature">): string {
  return createHash("md5")
    .update(token + nonce + msg)
    .digest("base64");
}

function bearerOf({ authorization = "" }: PushCall["headers"]): string | undefined {
  return /^Bearer +(\S{1,200})$/i.exec(authorization)?.[1];
}

function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** The signature of a push of OneNET, and what it is of; undefined where there is none. */
export function signedIn(body: Uint8Array): Signed | undefined {
  const text = Buffer.from(body).toString("utf8");
  try {
    const root: unknown = JSON.parse(text);
    if (!isObject(root)) return undefined;
    const { msg, enc_msg: closed = msg, nonce, signature = root.msg_signature } = root;
    if (typeof nonce !== "string" || typeof signature !== "string") return undefined;
    if (typeof closed === "string") return { msg: closed, nonce, signature };
    const message = rawMember(text, "msg");
    // Of a member that is written twice the last is read, and the first would be what was signed.
    const isRead = message !== undefined && isDeepStrictEqual(JSON.parse(message), closed);
    return isRead ? { msg: message, nonce, signature } : undefined;
  } catch {
    return undefined;
  }
}

const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;

/** A member of the outermost object as it is written; `text` is known to be JSON. */
function rawMember(text: string, name: string): string | undefined {
  let depth = 0;
  let from: number | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '"') {
      STRING.lastIndex = at;
      const [found = '"'] = STRING.exec(text) ?? [];
      at += found.length - 1;
      const isName = depth === 1 && from === undefined && found === `"${name}"`;
      const colon = isName ? /^\s*:\s*/.exec(text.slice(at + 1, at + 100)) : null;
      if (colon !== null) from = at + 1 + colon[0].length;
    } else if (letter === "{" || letter === "[") depth += 1;
    else if (letter === "}" || letter === "]") {
      depth -= 1;
      const isEnd = depth === 1 && from !== undefined;
      if (isEnd && at >= (from ?? 0)) return text.slice(from, at + 1);
    }
  }
  return undefined;
}
