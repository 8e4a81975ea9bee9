/**
 * What the receipts of gateways share: the channel's own key, compared in constant time, and that a call brings
 * one receipt or a bounded list of them, of which those count that can be read.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Receipt, ReceiptCall, ReceiptsRead } from "../../model/channel.ts";
import { GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";

/** In the header `authorization: Bearer …`, or as `key` in the address. @throws RECEIPT_REFUSED */
export function checkReceiptKey({ headers, query }: ReceiptCall, key: string): void {
  const [, bearer] = /^Bearer +(.+)$/i.exec(headers.authorization ?? "") ?? [];
  const given = bearer ?? query.key ?? "";
  if (timingSafeEqual(digestOf(given), digestOf(key))) return;
  throw new GridwardenError("RECEIPT_REFUSED", "the key is not the channel's");
}

/** `read` answers nothing for one that is of no interest. @throws RECEIPT_INVALID where none can be read */
export function readEach(
  said: unknown,
  read: (each: unknown, index: number) => Receipt | undefined,
): ReceiptsRead {
  const receipts: Receipt[] = [];
  const faults: string[] = [];
  const all = listed(said);
  for (const [index, each] of all.entries()) {
    try {
      const receipt = read(each, index);
      if (receipt !== undefined) receipts.push(receipt);
    } catch (error) {
      if (!(error instanceof GridwardenError)) throw error;
      faults.push(error.message);
    }
  }
  if (all.length > 0 && faults.length === all.length) throw receiptInvalid(faults[0] ?? "");
  return { receipts, faults };
}

/** @throws RECEIPT_INVALID */
function listed(said: unknown): readonly unknown[] {
  const all = Array.isArray(said) ? said : [said];
  if (all.length > LIMITS.receiptsPerCallMax) {
    throw receiptInvalid(`got ${all.length} receipts, wanted ${LIMITS.receiptsPerCallMax} at most`);
  }
  return all;
}

export const receiptInvalid = (why: string): GridwardenError =>
  new GridwardenError("RECEIPT_INVALID", why);

const digestOf = (text: string): Buffer => createHash("sha256").update(text).digest();
