/**
 * What the receipts of gateways share: the channel's own key, compared in constant time, and that a call brings
 * one receipt or a bounded list of them.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { ReceiptCall } from "../../model/channel.ts";
import { GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";

/** In the header `authorization: Bearer …`, or as `key` in the address. @throws RECEIPT_REFUSED */
export function checkReceiptKey({ headers, query }: ReceiptCall, key: string): void {
  const [, bearer] = /^Bearer +(.+)$/i.exec(headers.authorization ?? "") ?? [];
  const given = bearer ?? query.key ?? "";
  if (timingSafeEqual(digestOf(given), digestOf(key))) return;
  throw new GridwardenError("RECEIPT_REFUSED", "the key is not the channel's");
}

/** @throws RECEIPT_INVALID */
export function listed(said: unknown): readonly unknown[] {
  const all = Array.isArray(said) ? said : [said];
  if (all.length > LIMITS.receiptsPerCallMax) {
    throw receiptInvalid(`got ${all.length} receipts, wanted ${LIMITS.receiptsPerCallMax} at most`);
  }
  return all;
}

export const receiptInvalid = (why: string): GridwardenError =>
  new GridwardenError("RECEIPT_INVALID", why);

const digestOf = (text: string): Buffer => createHash("sha256").update(text).digest();
