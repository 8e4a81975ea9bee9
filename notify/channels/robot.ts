/**
 * Group robots (群机器人) of DingTalk and WeCom, after their manuals (自定义机器人; 群机器人配置说明): a text into one group,
 * for everybody there to read. `to` is passed over: the address of the robot is the group. A group takes
 * 20 messages a minute, and what is beyond them is refused or shut out for ten minutes, so the channel keeps within
 * them by itself. Nobody takes an order in a group.
 */
import { createHmac } from "node:crypto";
import { z } from "zod";
import { type Channel, ChannelId, type Sending } from "../../model/channel.ts";
import { type Clock, type Instant, MINUTE_MS } from "../../model/clock.ts";
import { cutToBytes } from "./access-token.ts";
import { callHttp, shown } from "./http-call.ts";
import { textOf } from "./message-text.ts";

export const RobotSettings = z.strictObject({
  kind: z.enum(["dingtalk-robot", "wecom-robot"]),
  channelId: ChannelId,
  url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .describe("the webhook of the robot, with its token"),
  secret: z.string().min(16).max(200).optional().describe("of DingTalk's signature (加签)"),
});
type Settings = z.infer<typeof RobotSettings>;

const MESSAGES_A_MINUTE = 20;
const TEXT_BYTES_MAX = 2_048;
/** Too many messages: DingTalk 130101 (and 410100 of its gateway), WeCom 45009. */
const BUSY = new Set([130_101, 410_100, 45_009]);
/** A token that is not there, a signature or word that is wrong: DingTalk 300005, 310000; WeCom 93000. */
const FINAL = new Set([300_005, 310_000, 93_000, 40_058]);

export function createRobot(
  settings: Settings,
  clock: Pick<Clock, "now">,
  timeoutMs?: number,
): Channel {
  const { channelId, url, secret } = settings;
  /** When the newest messages went out. */
  let sentAt: Instant[] = [];
  const hidden = [...new URL(url).searchParams.values(), ...(secret === undefined ? [] : [secret])];

  return {
    channelId,
    isForGroups: true,
    async send(_to, message) {
      const now = clock.now();
      sentAt = sentAt.filter((at) => at > now - MINUTE_MS && at <= now);
      const [oldest] = sentAt;
      if (oldest !== undefined && sentAt.length >= MESSAGES_A_MINUTE) {
        const reason = `the group has had its ${MESSAGES_A_MINUTE} messages of this minute`;
        const retryAfterMs = oldest + MINUTE_MS - now;
        return { kind: "failed", reason, isFinal: false, retryAfterMs };
      }
      sentAt.push(now);
      const content = cutToBytes(textOf(message), TEXT_BYTES_MAX);
      const body = JSON.stringify({ msgtype: "text", text: { content } });
      const address = secret === undefined ? url : signed(url, secret, now);
      const answer = await callHttp({ method: "POST", url: address, body }, timeoutMs, hidden);
      return answer.kind === "answer" ? judged(new URL(url).host, answer.text, hidden) : answer;
    },
  };
}

function judged(host: string, text: string, hidden: readonly string[]): Sending {
  const code = errcodeOf(text);
  if (code === 0) return { kind: "taken" };
  const isBusy = code !== undefined && BUSY.has(code);
  return {
    kind: "failed",
    reason: `${host} answered ${shown(text, hidden)}`,
    isFinal: code !== undefined && FINAL.has(code),
    ...(isBusy && { retryAfterMs: MINUTE_MS }),
  };
}

function errcodeOf(text: string): number | undefined {
  try {
    const said: unknown = JSON.parse(text);
    const code = (said as { errcode?: unknown } | null)?.errcode;
    return typeof code === "number" ? code : undefined;
  } catch {
    return undefined;
  }
}

/** The signature is of the minute: base64 of HMAC-SHA256 with the secret over `timestamp\nsecret`. */
function signed(url: string, secret: string, now: Instant): string {
  const sign = createHmac("sha256", secret).update(`${now}\n${secret}`).digest("base64");
  const address = new URL(url);
  address.searchParams.set("timestamp", String(now));
  address.searchParams.set("sign", sign);
  return String(address);
}
