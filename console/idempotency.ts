/**
 * The header `Idempotency-Key`: a client's own name for one write. Here it is read and joined with
 * who says it and a digest of what is asked, by which a repeat is told from a mistake.
 */
import { createHash } from "node:crypto";
import type { RequestKey } from "../model/audit.ts";

interface Keyed {
  method: string;
  url: string;
  headers: { "idempotency-key"?: string | undefined };
  /** As its schema gave it: fields in the schema's order, so two ways to write it are one. */
  body: unknown;
}

/** Nothing where the client gave none. */
export function requestKeyOf(request: Keyed, username: string): RequestKey | undefined {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return undefined;
  const asked = `${request.method} ${request.url}\n${JSON.stringify(request.body)}`;
  return { username, key, digest: createHash("sha256").update(asked).digest("hex") };
}
