/**
 * WeCom 企业微信: a text as application message 应用消息, after WeCom's manual (获取access_token, path
 * 91039; 发送应用消息, path 90236; global error codes). `to` is one userid of the organisation that is
 * within the application's visible range. The service says `errcode` 0 also when the user does not get
 * it, and names the user in `invaliduser` or `unlicenseduser`: a final failure here.
 */
import { z } from "zod";
import { type Channel, ChannelId } from "../../model/channel.ts";
import { type Clock, MINUTE_MS } from "../../model/clock.ts";
import {
  createTokenCaller,
  cutToBytes,
  type ServiceAnswer,
  type ServiceCodes,
} from "./access-token.ts";
import { textOf } from "./message-text.ts";

export const WecomSettings = z.strictObject({
  kind: z.literal("wecom"),
  channelId: ChannelId,
  corpId: z.string().min(1).max(100).describe("企业ID of the organisation"),
  corpSecret: z.string().min(16).max(200).describe("Secret of the application"),
  agentId: z.int().positive().describe("AgentId of the application"),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(200)
    .default("https://qyapi.weixin.qq.com"),
});

/** The service takes `|` for a list and `@all` for everybody. */
const UserId = /^(?!@all$)[^|\s]{1,64}$/i;
const CONTENT_BYTES_MAX = 2_048;

const CODES: ServiceCodes = {
  // Not valid, run out.
  token: new Set([40014, 42001]),
  rate: new Map([[45009, MINUTE_MS]]),
  // A wrong secret or organisation.
  finalOfToken: new Set([40001, 40013, 40091]),
  // No such user, nobody to send to, a wrong application.
  finalOfSend: new Set([81013, 82001, 40003, 60111, 40056, 301002]),
};

export function createWecom(
  settings: z.infer<typeof WecomSettings>,
  clock: Pick<Clock, "now">,
  timeoutMs?: number,
): Channel {
  const { channelId, corpId, corpSecret, agentId } = settings;
  const baseUrl = settings.baseUrl.replace(/\/+$/, "");
  const { host } = new URL(baseUrl);
  const key = new URLSearchParams({ corpid: corpId, corpsecret: corpSecret });
  const caller = createTokenCaller(
    {
      tokenUrl: `${baseUrl}/cgi-bin/gettoken?${key}`,
      sendUrl: (token) =>
        `${baseUrl}/cgi-bin/message/send?${new URLSearchParams({ access_token: token })}`,
      secret: corpSecret,
      codes: CODES,
      codeOf: ({ errcode }) => errcode,
    },
    clock,
    timeoutMs,
  );
  return {
    channelId,
    async send(to, message) {
      if (!UserId.test(to)) {
        const reason = "the receiver is not one userid of WeCom, of 1 to 64 characters";
        return { kind: "failed", reason, isFinal: true };
      }
      const content = cutToBytes(textOf(message), CONTENT_BYTES_MAX);
      const body = { touser: to, msgtype: "text", agentid: agentId, text: { content } };
      const result = await caller.post(body, to);
      if (result.kind === "failed") return result;
      const left = leftOutBy(result.answer);
      if (left !== undefined) {
        const reason = `${host} took the message, but not for its receiver (${left})`;
        return { kind: "failed", reason, isFinal: true };
      }
      const { msgid } = result.answer;
      return { kind: "taken", ...(typeof msgid === "string" && { receiptId: msgid }) };
    },
  };
}

/** There is one receiver, so whoever is named is that one; the field alone is told. */
const leftOutBy = (answer: ServiceAnswer): string | undefined =>
  ["invaliduser", "unlicenseduser"].find(
    (field) => typeof answer[field] === "string" && answer[field] !== "",
  );
