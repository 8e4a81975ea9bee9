/**
 * Channels: the ways a message reaches a person's own device. What a channel is given and what it
 * answers is the same for all; each lies in one file of `notify/channels/`.
 */
import { z } from "zod";

/** As the configuration names a channel. */
export const ChannelId = z.string().regex(/^[a-z0-9-]{1,40}$/);

/** What is said of a case, or of a drill, to one person. */
export interface ChannelMessage {
  /** The same at each sending of one message, so that a receiver can tell a repeat. */
  messageId: string;
  /** Sendings before this one; a repeat is told in the text. */
  repeats: number;
  title: string;
  text: string;
  /** Said in every text and field of it. */
  isDrill: boolean;
  /** For the receiver's programs, by name. */
  fields: Readonly<Record<string, string>>;
}

/**
 * `taken`: the gateway has it, which says nothing of the person; `receiptId` is its own name for it,
 * by which its receipts may call it. `failed` with `isFinal`: the same again would fail again (an
 * unknown number, a wrong key), so another channel is needed.
 */
export type Sending =
  | { kind: "taken"; receiptId?: string }
  | { kind: "failed"; reason: string; isFinal: boolean; retryAfterMs?: number };

/** It came to the device, it did not, the person took the order (pressed the key), or said no to it. */
export type ReceiptState = "delivered" | "failed" | "accepted" | "declined";

/** What a gateway tells later of one message. */
export interface Receipt {
  /** Our `messageId`, or the `receiptId` that the gateway gave. */
  id: string;
  state: ReceiptState;
  reason?: string;
}

/** A gateway's call with its receipts, as it came in over HTTP. */
export interface ReceiptCall {
  /** Names in small letters. */
  headers: Readonly<Record<string, string | undefined>>;
  query: Readonly<Record<string, string>>;
  /** JSON or a form, as an object; what came is not checked yet. */
  body: unknown;
}

/** Of one call; what of it could not be read takes nothing from the rest. */
export interface ReceiptsRead {
  receipts: Receipt[];
  /** One an entry, with its place. */
  faults: string[];
}

export interface Channel {
  readonly channelId: string;
  /** Many hear it there: it tells of an order, and nobody takes the order by it. */
  readonly isForGroups?: boolean;
  /** `to`: a telephone number, a user of the service, an address; as the channel's own file says. */
  send(to: string, message: ChannelMessage): Promise<Sending>;
  /**
   * Where its gateway gives receipts.
   * @throws GridwardenError RECEIPT_REFUSED for a wrong key, RECEIPT_INVALID where it can read none
   */
  readReceipts?(call: ReceiptCall): ReceiptsRead;
}
