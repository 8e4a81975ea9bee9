/** Group robots against a server that answers well, wrongly, half and never, and their budget of a minute. */
import { createHmac } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import type { ChannelMessage } from "../model/channel.ts";
import { manualClock } from "../model/clock.ts";
import { createRobot } from "../notify/channels/robot.ts";
import { type ChannelServer, type Manner, startChannelServer } from "./support/channel-server.ts";

const NOW = Date.UTC(2026, 10, 27, 4);
const TIMEOUT_MS = 300;
const MESSAGE: ChannelMessage = {
  ...{ messageId: "case-1.group.0", repeats: 0, isDrill: true, title: "井盖开启", text: "中山路" },
  fields: {},
};
const WELL: Manner = { body: '{"errcode":0,"errmsg":"ok"}' };

let server: ChannelServer;
afterEach(() => server.stop());

async function robot(manner: Manner, secret?: string) {
  server = await startChannelServer(() => manner);
  const clock = manualClock(NOW);
  const kind = secret === undefined ? "wecom-robot" : "dingtalk-robot";
  const url = `${server.url}/robot/send?access_token=a-token`;
  const settings = { kind, channelId: "group", url, ...(secret && { secret }) } as const;
  return { clock, channel: createRobot(settings, clock, TIMEOUT_MS) };
}

test("a text goes to the group, marked as a drill", async () => {
  const { channel } = await robot(WELL);
  expect(channel.isForGroups).toBe(true);
  expect(await channel.send("", MESSAGE)).toEqual({ kind: "taken" });
  const [{ path, body } = { path: "", body: "" }] = server.asked;
  expect(path).toBe("/robot/send?access_token=a-token");
  expect(JSON.parse(body)).toEqual({
    msgtype: "text",
    text: { content: "【演练 DRILL】井盖开启\n中山路" },
  });
});

test("DingTalk's signature is of the time and the secret", async () => {
  const secret = "SEC0123456789abcdef";
  const { channel } = await robot(WELL, secret);
  await channel.send("", MESSAGE);
  const { searchParams } = new URL(server.asked[0]?.path ?? "", server.url);
  const sign = createHmac("sha256", secret).update(`${NOW}\n${secret}`).digest("base64");
  expect(Object.fromEntries(searchParams)).toEqual({
    access_token: "a-token",
    timestamp: String(NOW),
    sign,
  });
});

test("the twenty-first message of a minute waits for its end without a call", async () => {
  const { channel, clock } = await robot(WELL);
  for (let n = 0; n < 20; n += 1) {
    expect((await channel.send("", MESSAGE)).kind).toBe("taken");
    clock.advance(1_000);
  }
  expect(await channel.send("", MESSAGE)).toMatchObject({
    kind: "failed",
    isFinal: false,
    retryAfterMs: 40_000,
  });
  expect(server.asked).toHaveLength(20);
  clock.advance(40_000);
  expect((await channel.send("", MESSAGE)).kind).toBe("taken");
  // A clock that was set back shuts no group out.
  clock.setBack(3_600_000);
  expect((await channel.send("", MESSAGE)).kind).toBe("taken");
});

test.each<[string, Manner, object]>([
  ["too many", { body: '{"errcode":45009}' }, { isFinal: false, retryAfterMs: 60_000 }],
  ["a wrong robot", { body: '{"errcode":93000}' }, { isFinal: true }],
  ["another code", { body: '{"errcode":-1}' }, { isFinal: false }],
  ["what is no JSON", { body: "ok" }, { isFinal: false }],
  ["null", { body: "null" }, { isFinal: false }],
  ["500", { status: 500, body: "" }, { isFinal: false }],
  ["half an answer", "half", { isFinal: false }],
  ["nothing", "never", { isFinal: false }],
])("an answer of %s has failed", async (_title, manner, found) => {
  const { channel } = await robot(manner);
  expect(await channel.send("", MESSAGE)).toMatchObject({ kind: "failed", ...found });
});

test("the token does not stand in a reason", async () => {
  const { channel } = await robot({ body: '{"errcode":1,"errmsg":"a-token is bad"}' });
  expect(JSON.stringify(await channel.send("", MESSAGE))).not.toContain("a-token");
});
