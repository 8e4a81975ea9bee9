/**
 * Webhook: the message as JSON to a server of the city's own, signed as Standard Webhooks has it
 * (`webhook-id`, `webhook-timestamp`, `webhook-signature: v1,<base64 of HMAC-SHA256 over
 * "id.timestamp.body">`), so that the receiver can tell ours from another's and a repeat by its id.
 * `to` is passed on. Receipts come with the same secret as key.
 */
import { createHmac } from "node:crypto";
import { z } from "zod";
import { type Channel, ChannelId, type Receipt } from "../../model/channel.ts";
import type { Clock } from "../../model/clock.ts";
import { callHttp } from "./http-call.ts";
import { textOf } from "./message-text.ts";
import { checkReceiptKey, readEach, receiptInvalid } from "./receipts.ts";

export const WebhookSettings = z.strictObject({
  kind: z.literal("webhook"),
  channelId: ChannelId,
  url: z.url({ protocol: /^https?$/ }).max(500),
  secret: z.string().min(16).max(200).describe("shared with the receiver"),
});

export function createWebhook(
  settings: z.infer<typeof WebhookSettings>,
  clock: Pick<Clock, "now">,
  timeoutMs?: number,
): Channel {
  const { channelId, url, secret } = settings;
  return {
    channelId,
    async send(to, message) {
      const { messageId, repeats, title, isDrill, fields } = message;
      const body = JSON.stringify({
        ...{ messageId, to, repeats, isDrill, title },
        ...{ text: textOf(message), fields },
      });
      const timestamp = String(Math.floor(clock.now() / 1_000));
      const headers = {
        "webhook-id": messageId,
        "webhook-timestamp": timestamp,
        "webhook-signature": `v1,${signed(`${messageId}.${timestamp}.${body}`, secret)}`,
      };
      const answer = await callHttp({ method: "POST", url, body, headers }, timeoutMs);
      return answer.kind === "answer" ? { kind: "taken" } : answer;
    },
    readReceipts(call) {
      checkReceiptKey(call, secret);
      return readEach(call.body, receiptOf);
    },
  };
}

const ReceiptSaid = z.object({
  messageId: z.string().min(1).max(300),
  state: z.enum(["delivered", "failed", "accepted", "declined"]),
  reason: z.string().max(200).optional(),
});

/** @throws RECEIPT_INVALID */
function receiptOf(said: unknown, index: number): Receipt {
  const { data, error } = ReceiptSaid.safeParse(said);
  if (data === undefined) {
    const faults = error.issues.map(
      ({ path, message }) => `${[index, ...path].join(".")}: ${message}`,
    );
    throw receiptInvalid(faults.join("; "));
  }
  const { messageId: id, state, reason } = data;
  return { id, state, ...(reason !== undefined && { reason }) };
}

const signed = (text: string, secret: string): string =>
  createHmac("sha256", secret).update(text).digest("base64");
