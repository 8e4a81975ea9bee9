import { afterEach, expect, test } from "vitest";
import type { ChannelMessage } from "../model/channel.ts";
import { manualClock } from "../model/clock.ts";
import { createDingtalk, DingtalkSettings } from "../notify/channels/dingtalk.ts";
import { type ChannelServer, type Manner, startChannelServer } from "./support/channel-server.ts";

const SETTINGS = {
  kind: "dingtalk",
  channelId: "ding",
  appKey: "ding-key&1",
  appSecret: "a secret of 16 or more",
  agentId: 123_456,
};
const MESSAGE: ChannelMessage = {
  messageId: "order-1",
  repeats: 0,
  title: "路灯故障",
  text: "Lamp 7 in grid 3",
  isDrill: false,
  fields: {},
};
const TOKEN = { body: '{"errcode":0,"errmsg":"ok","access_token":"tok/en+1","expires_in":7200}' };
const GOOD = { body: '{"errcode":0,"errmsg":"ok","task_id":256271667526,"request_id":"r"}' };

let server: ChannelServer;
afterEach(() => server?.stop());

/** The token is given well; `sends` answer in turn, and the last one stays. */
async function world(...sends: Manner[]) {
  server = await startChannelServer(({ path }) => {
    if (path.startsWith("/gettoken")) return TOKEN;
    return (sends.length > 1 ? sends.shift() : sends[0]) as Manner;
  });
  const settings = DingtalkSettings.parse({ ...SETTINGS, baseUrl: `${server.url}/` });
  return createDingtalk(settings, manualClock(Date.UTC(2026, 10, 27)), 300);
}
const sentMsgs = () =>
  server.asked.filter(({ method }) => method === "POST").map(({ body }) => JSON.parse(body).msg);
const coded = (errcode: number, sub_code?: string): Manner => ({
  body: JSON.stringify({ errcode, errmsg: "no", ...(sub_code !== undefined && { sub_code }) }),
});

test("a text goes out as the manual has it, and the task is its receipt", async () => {
  const channel = await world(GOOD);
  expect(channel.channelId).toBe("ding");
  expect(await channel.send("zhangsan", MESSAGE)).toEqual({
    kind: "taken",
    receiptId: "256271667526",
  });
  const [tokenCall, sendCall] = server.asked;
  expect(tokenCall).toMatchObject({
    method: "GET",
    path: "/gettoken?appkey=ding-key%261&appsecret=a+secret+of+16+or+more",
    body: "",
  });
  expect(sendCall).toMatchObject({
    method: "POST",
    path: "/topapi/message/corpconversation/asyncsend_v2?access_token=tok%2Fen%2B1",
    headers: { "content-type": "application/json" },
  });
  expect(JSON.parse(sendCall?.body ?? "")).toEqual({
    agent_id: 123_456,
    userid_list: "zhangsan",
    msg: { msgtype: "text", text: { content: "路灯故障\nLamp 7 in grid 3" } },
  });
});

test("each repeat and a drill have a text of their own: the same one reaches once a day", async () => {
  const channel = await world(GOOD);
  for (const repeats of [0, 1, 2]) await channel.send("zhangsan", { ...MESSAGE, repeats });
  await channel.send("zhangsan", { ...MESSAGE, isDrill: true });
  const contents = sentMsgs().map((msg) => msg.text.content);
  expect(new Set(contents).size).toBe(4);
  expect(contents[3]).toContain("演练 DRILL");
});

test("a msg has at most 2048 bytes as JSON, escapes counted, and stays whole characters", async () => {
  const channel = await world(GOOD);
  for (const text of ["灯".repeat(2_000), '"\n'.repeat(2_000), "😀".repeat(1_000)]) {
    await channel.send("zhangsan", { ...MESSAGE, text });
  }
  for (const msg of sentMsgs()) {
    const bytes = Buffer.byteLength(JSON.stringify(msg));
    expect(bytes).toBeLessThanOrEqual(2_048);
    expect(bytes).toBeGreaterThan(2_040);
    expect(msg.text.content).toMatch(/^路灯故障\n.*…$/su);
    expect(Buffer.from(msg.text.content).toString()).toBe(msg.text.content);
  }
});

test.each([
  ["40014", coded(40014)],
  ["42001", coded(42001)],
  ["88 of 40014", coded(88, "40014")],
  ["88 of 42001", coded(88, "42001")],
  ["88 of nothing", coded(88)],
])("errcode %s renews the token once", async (_what, manner) => {
  const channel = await world(manner, GOOD);
  expect(await channel.send("zhangsan", MESSAGE)).toMatchObject({ kind: "taken" });
  expect(server.asked.map(({ method }) => method)).toEqual(["GET", "POST", "GET", "POST"]);
});

test.each<[string, Manner, object]>([
  ["an unknown user", coded(33012), { isFinal: true }],
  ["no right to the call", coded(88, "60011"), { isFinal: true }],
  ["calls a second", coded(90018), { isFinal: false, retryAfterMs: 1_000 }],
  ["calls a second, within 88", coded(88, "90018"), { isFinal: false, retryAfterMs: 1_000 }],
  ["calls a minute", coded(90006), { isFinal: false, retryAfterMs: 60_000 }],
  ["a busy service", coded(-1), { isFinal: false }],
  ["500", { status: 500, body: "{}" }, { isFinal: false }],
  ["404", { status: 404, body: "{}" }, { isFinal: true }],
  ["429", { status: 429, headers: { "retry-after": "7" } }, { retryAfterMs: 7_000 }],
  ["no JSON", { body: "<html>" }, { isFinal: false }],
  ["no errcode", { body: "{}" }, { isFinal: false }],
  ["slowness", { ...GOOD, delayMs: 600 }, { isFinal: false }],
  ["a half", "half", { isFinal: false }],
  ["nothing", "never", { isFinal: false }],
  ["1 MB", { body: "x".repeat(1_000_000) }, { isFinal: false }],
])("an answer of %s fails, and asks for no new token", async (_what, manner, failure) => {
  const channel = await world(manner);
  const sending = await channel.send("zhangsan", MESSAGE);
  const { host } = new URL(server.url);
  expect(sending).toMatchObject({ kind: "failed", ...failure });
  expect(sending).toHaveProperty("reason", expect.stringContaining(host));
  expect(server.asked).toHaveLength(2);
});

test.each([["a,b"], [""], ["a b"], ["a".repeat(65)]])(
  "'%s' is not one userid, and nothing is sent",
  async (to) => {
    const channel = await world(GOOD);
    expect(await channel.send(to, MESSAGE)).toMatchObject({ kind: "failed", isFinal: true });
    expect(server.asked).toEqual([]);
  },
);

test("the settings have the public address, and refuse what is too long, short or unknown", () => {
  expect(DingtalkSettings.parse(SETTINGS).baseUrl).toBe("https://oapi.dingtalk.com");
  const faulty = [{ baseUrl: "ftp://a" }, { appSecret: "short" }, { more: 1 }, { agentId: 0 }];
  for (const fault of faulty) {
    expect(DingtalkSettings.safeParse({ ...SETTINGS, ...fault }).success).toBe(false);
  }
});
