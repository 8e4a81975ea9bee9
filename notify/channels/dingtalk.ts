/**
 * DingTalk 钉钉: a text as work notification 工作通知 of an application of the city's own, after
 * DingTalk's manual (`gettoken`, `topapi/message/corpconversation/asyncsend_v2`, global error codes).
 * `to` is one userid of the organisation. The same text of one application reaches a person once a day
 * and what goes beyond is dropped without a word, so each repeat needs words of its own. The service
 * only queues: its receipt, the task's number, says nothing of the person.
 */
import { z } from "zod";
import { type Channel, ChannelId } from "../../model/channel.ts";
import { type Clock, MINUTE_MS, SECOND_MS } from "../../model/clock.ts";
import { createTokenCaller, cutToBytes, type ServiceCodes } from "./access-token.ts";
import { textOf } from "./message-text.ts";

export const DingtalkSettings = z.strictObject({
  kind: z.literal("dingtalk"),
  channelId: ChannelId,
  appKey: z.string().min(1).max(100).describe("AppKey of the application"),
  appSecret: z.string().min(16).max(200).describe("AppSecret of the application"),
  agentId: z.int().positive().describe("AgentId of the application"),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(200)
    .default("https://oapi.dingtalk.com"),
});

/** The service takes a comma for a list. */
const UserId = /^[^,\s]{1,64}$/;
/** Of the whole `msg`, as JSON. */
const MSG_BYTES_MAX = 2_048;
/** Says that `sub_code` has the code. */
const AUTHENTICATION = 88;

const CODES: ServiceCodes = {
  // Not valid (two codes), run out; and 88 that has no code of its own.
  token: new Set([40001, 40014, 42001, AUTHENTICATION]),
  // Calls of everybody; calls a second; calls a minute of the organisation and of the application;
  // messages a minute.
  rate: new Map([
    [90002, SECOND_MS],
    [90018, SECOND_MS],
    [90005, MINUTE_MS],
    [90006, MINUTE_MS],
    [41047, MINUTE_MS],
    [41048, MINUTE_MS],
  ]),
  // A wrong key or secret.
  finalOfToken: new Set([40001, 40089, 40096]),
  // No such user (three codes), not within the application's range; no right to this call.
  finalOfSend: new Set([33012, 40003, 60121, 50002, 60011]),
};

export function createDingtalk(
  settings: z.infer<typeof DingtalkSettings>,
  clock: Pick<Clock, "now">,
  timeoutMs?: number,
): Channel {
  const { channelId, appKey, appSecret, agentId } = settings;
  const baseUrl = settings.baseUrl.replace(/\/+$/, "");
  const key = new URLSearchParams({ appkey: appKey, appsecret: appSecret });
  const caller = createTokenCaller(
    {
      tokenUrl: `${baseUrl}/gettoken?${key}`,
      sendUrl: (token) =>
        `${baseUrl}/topapi/message/corpconversation/asyncsend_v2?${new URLSearchParams({ access_token: token })}`,
      secret: appSecret,
      codes: CODES,
      codeOf: ({ errcode, sub_code }) =>
        (errcode === AUTHENTICATION && Number(sub_code)) || errcode,
    },
    clock,
    timeoutMs,
  );
  return {
    channelId,
    async send(to, message) {
      if (!UserId.test(to)) {
        const reason = "the receiver is not one userid of DingTalk, of 1 to 64 characters";
        return { kind: "failed", reason, isFinal: true };
      }
      const msg = textMsg(textOf(message));
      const result = await caller.post({ agent_id: agentId, userid_list: to, msg }, to);
      if (result.kind === "failed") return result;
      const { task_id } = result.answer;
      const hasReceipt = typeof task_id === "number" || typeof task_id === "string";
      return { kind: "taken", ...(hasReceipt && { receiptId: String(task_id) }) };
    },
  };
}

function textMsg(text: string) {
  const msgOf = (content: string) => ({ msgtype: "text", text: { content } });
  const frameBytes = Buffer.byteLength(JSON.stringify(msgOf("")));
  return msgOf(cutToBytes(text, MSG_BYTES_MAX - frameBytes, jsonBytesOf));
}

/** As it stands within quotes. */
const jsonBytesOf = (character: string): number => Buffer.byteLength(JSON.stringify(character)) - 2;
