import { afterEach, expect, test } from "vitest";
import type { ChannelMessage } from "../model/channel.ts";
import { manualClock } from "../model/clock.ts";
import { createWecom, WecomSettings } from "../notify/channels/wecom.ts";
import { type ChannelServer, type Manner, startChannelServer } from "./support/channel-server.ts";

const SETTINGS = {
  kind: "wecom",
  channelId: "wecom",
  corpId: "ww-corp&1",
  corpSecret: "a secret of 16 or more",
  agentId: 1_000_002,
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
const GOOD = { body: '{"errcode":0,"errmsg":"ok","invaliduser":"","msgid":"msg-1"}' };

let server: ChannelServer;
afterEach(() => server?.stop());

/** The token is given well; `sends` answer in turn, and the last one stays. */
async function world(...sends: Manner[]) {
  server = await startChannelServer(({ path }) => {
    if (path.startsWith("/cgi-bin/gettoken")) return TOKEN;
    return (sends.length > 1 ? sends.shift() : sends[0]) as Manner;
  });
  const settings = WecomSettings.parse({ ...SETTINGS, baseUrl: `${server.url}/` });
  return createWecom(settings, manualClock(Date.UTC(2026, 10, 27)), 300);
}
const sentContents = (): string[] =>
  server.asked
    .filter(({ method }) => method === "POST")
    .map(({ body }) => JSON.parse(body).text.content);
const coded = (errcode: number, more: object = {}): Manner => ({
  body: JSON.stringify({ errcode, errmsg: "no", ...more }),
});

test("a text goes out as the manual has it, and the msgid is its receipt", async () => {
  const channel = await world(GOOD);
  expect(channel.channelId).toBe("wecom");
  expect(await channel.send("ZhangSan", MESSAGE)).toEqual({ kind: "taken", receiptId: "msg-1" });
  const [tokenCall, sendCall] = server.asked;
  expect(tokenCall).toMatchObject({
    method: "GET",
    path: "/cgi-bin/gettoken?corpid=ww-corp%261&corpsecret=a+secret+of+16+or+more",
    body: "",
  });
  expect(sendCall).toMatchObject({
    method: "POST",
    path: "/cgi-bin/message/send?access_token=tok%2Fen%2B1",
    headers: { "content-type": "application/json" },
  });
  expect(JSON.parse(sendCall?.body ?? "")).toEqual({
    touser: "ZhangSan",
    msgtype: "text",
    agentid: 1_000_002,
    text: { content: "路灯故障\nLamp 7 in grid 3" },
  });
});

test("a drill and a repeat say so", async () => {
  const channel = await world(GOOD);
  await channel.send("zhangsan", { ...MESSAGE, repeats: 1, isDrill: true });
  expect(sentContents()[0]).toMatch(/演练 DRILL.*第2次通知/s);
});

test("a content has at most 2048 bytes of UTF-8 and stays whole characters", async () => {
  const channel = await world(GOOD);
  for (const text of ["灯".repeat(2_000), "\n".repeat(3_000), "😀".repeat(1_000)]) {
    await channel.send("zhangsan", { ...MESSAGE, text });
  }
  for (const content of sentContents()) {
    expect(Buffer.byteLength(content)).toBeLessThanOrEqual(2_048);
    expect(Buffer.byteLength(content)).toBeGreaterThan(2_040);
    expect(content).toMatch(/^路灯故障\n.*…$/su);
    expect(Buffer.from(content).toString()).toBe(content);
  }
});

test.each([[40014], [42001]])("errcode %i renews the token once", async (errcode) => {
  const channel = await world(coded(errcode), GOOD);
  expect(await channel.send("zhangsan", MESSAGE)).toMatchObject({ kind: "taken" });
  expect(server.asked.map(({ method }) => method)).toEqual(["GET", "POST", "GET", "POST"]);
});

test.each([["invaliduser"], ["unlicenseduser"]])(
  "a receiver named in %s does not get it, whatever the errcode, and is not told",
  async (field) => {
    const channel = await world(coded(0, { [field]: "13800138000", msgid: "msg-1" }));
    const { host } = new URL(server.url);
    expect(await channel.send("13800138000", MESSAGE)).toEqual({
      kind: "failed",
      reason: `${host} took the message, but not for its receiver (${field})`,
      isFinal: true,
    });
  },
);

test.each<[string, Manner, object]>([
  ["no such user", coded(81013), { isFinal: true }],
  ["too many calls", coded(45009), { isFinal: false, retryAfterMs: 60_000 }],
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

test.each([["a|b"], ["@all"], ["@ALL"], [""], ["a b"], ["a".repeat(65)]])(
  "'%s' is not one userid, and nothing is sent",
  async (to) => {
    const channel = await world(GOOD);
    expect(await channel.send(to, MESSAGE)).toMatchObject({ kind: "failed", isFinal: true });
    expect(server.asked).toEqual([]);
  },
);

test("the settings have the public address, and refuse what is too long, short or unknown", () => {
  expect(WecomSettings.parse(SETTINGS).baseUrl).toBe("https://qyapi.weixin.qq.com");
  const faulty = [{ baseUrl: "ftp://a" }, { corpSecret: "short" }, { more: 1 }, { agentId: 0 }];
  for (const fault of faulty) {
    expect(WecomSettings.safeParse({ ...SETTINGS, ...fault }).success).toBe(false);
  }
});
