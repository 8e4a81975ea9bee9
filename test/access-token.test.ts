import { afterEach, expect, test } from "vitest";
import { MINUTE_MS, manualClock } from "../model/clock.ts";
import { createTokenCaller, cutToBytes } from "../notify/channels/access-token.ts";
import { type ChannelServer, type Manner, startChannelServer } from "./support/channel-server.ts";

const SECRET = "a secret/of 20 chars";
const TO = "13800138000";
let server: ChannelServer;
afterEach(() => server?.stop());

/** `tokens` and `sends` answer in turn; the last one stays. */
async function world(tokens: Manner[], sends: Manner[] = [{ body: '{"errcode":0}' }]) {
  const next = (manners: Manner[]): Manner =>
    (manners.length > 1 ? manners.shift() : manners[0]) as Manner;
  server = await startChannelServer(({ path }) => next(path.startsWith("/token") ? tokens : sends));
  const clock = manualClock(Date.UTC(2026, 10, 27));
  const caller = createTokenCaller(
    {
      tokenUrl: `${server.url}/token?secret=${encodeURIComponent(SECRET)}`,
      sendUrl: (token) => `${server.url}/send?token=${token}`,
      secret: SECRET,
      codes: {
        token: new Set([40014]),
        rate: new Map([[90018, 1_000]]),
        finalOfToken: new Set([40001]),
        finalOfSend: new Set([60121]),
      },
      codeOf: ({ errcode }) => errcode,
    },
    clock,
    500,
  );
  const asked = (start: string): string[] =>
    server.asked.map(({ path }) => path).filter((path) => path.startsWith(start));
  return { clock, asked, post: () => caller.post({ text: "hello" }, TO) };
}

const token = (name: string, expires_in = 7_200, delayMs = 0): Manner => ({
  body: JSON.stringify({ errcode: 0, errmsg: "ok", access_token: name, expires_in }),
  delayMs,
});
const code = (errcode: number, errmsg = "no"): Manner => ({
  body: JSON.stringify({ errcode, errmsg }),
});

test("a token is kept until five minutes before its end", async () => {
  const { clock, asked, post } = await world([token("token-1"), token("token-2")]);
  await post();
  clock.advance(115 * MINUTE_MS - 1);
  await post();
  expect(asked("/token")).toHaveLength(1);
  clock.advance(1);
  await post();
  expect(asked("/send")).toEqual([
    "/send?token=token-1",
    "/send?token=token-1",
    "/send?token=token-2",
  ]);
});

test("a token of a short life is used for half of it", async () => {
  const { clock, asked, post } = await world([token("token-1", 60)]);
  await post();
  clock.advance(29_999);
  await post();
  expect(asked("/token")).toHaveLength(1);
  clock.advance(1);
  await post();
  expect(asked("/token")).toHaveLength(2);
});

test("many sends at once ask for one token", async () => {
  const { asked, post } = await world([token("token-1", 7_200, 30)]);
  const results = await Promise.all(Array.from({ length: 20 }, post));
  expect(results.every(({ kind }) => kind === "answer")).toBe(true);
  expect(asked("/token")).toHaveLength(1);
  expect(asked("/send")).toHaveLength(20);
});

test("a token that is refused is renewed once, and the message sent with the new one", async () => {
  const ok: Manner = { body: '{"errcode":0}' };
  const { asked, post } = await world([token("token-1"), token("token-2")], [code(40014), ok]);
  expect(await post()).toMatchObject({ kind: "answer" });
  expect(asked("/send")).toEqual(["/send?token=token-1", "/send?token=token-2"]);
  await post();
  expect(asked("/token")).toHaveLength(2);
});

test("a new token that is refused too fails the send, and may be tried again", async () => {
  const { asked, post } = await world([token("token-1")], [code(40014, "bad token")]);
  const { host } = new URL(server.url);
  expect(await post()).toEqual({
    kind: "failed",
    reason: `${host} answered errcode 40014: 'bad token'`,
    isFinal: false,
  });
  expect(asked("/send")).toHaveLength(2);
  expect(asked("/token")).toHaveLength(2);
});

test("a late refusal of an old token leaves the new one alone", async () => {
  const late: Manner = { ...(code(40014) as object), delayMs: 150 };
  const sends: Manner[] = [code(40014), late, { body: '{"errcode":0}' }];
  const { asked, post } = await world([token("token-1"), token("token-2")], sends);
  const results = await Promise.all([post(), post()]);
  expect(results.map(({ kind }) => kind)).toEqual(["answer", "answer"]);
  expect(asked("/token")).toHaveLength(2);
});

test.each<[string, Manner, boolean]>([
  ["a wrong secret", code(40001), true],
  ["an unknown code", code(-1), false],
  ["no token in it", { body: '{"errcode":0}' }, false],
  ["no JSON", { body: "<html>" }, false],
  ["500", { status: 500 }, false],
  ["403", { status: 403 }, true],
  ["half", "half", false],
  ["never", "never", false],
  ["1 MB", { body: "x".repeat(1_000_000) }, false],
])("a token call with %s fails that send alone", async (_what, manner, isFinal) => {
  const { asked, post } = await world([manner, token("token-1")]);
  expect(await post()).toMatchObject({ kind: "failed", isFinal });
  expect(asked("/send")).toEqual([]);
  expect(await post()).toMatchObject({ kind: "answer" });
});

test("a limit of the rate says when to try again, from either call", async () => {
  const { post } = await world([code(90018), token("token-1")], [code(90018)]);
  const limited = { kind: "failed", isFinal: false, retryAfterMs: 1_000 };
  expect(await post()).toMatchObject(limited);
  expect(await post()).toMatchObject(limited);
});

test("no secret, token or receiver stands in a reason, whatever the service echoes", async () => {
  const echo = `${SECRET} ${encodeURIComponent(SECRET)} token-1 ${TO}`;
  const echoes: Manner[] = [
    { status: 500, body: echo },
    { status: 400, body: echo },
    { body: echo },
    { body: `${"x".repeat(195 - SECRET.length)}${echo}` },
    code(5, echo),
  ];
  for (const manner of echoes) {
    const onSend = await world([token("token-1")], [manner]);
    const sent = await onSend.post();
    await server.stop();
    const onToken = await world([manner]);
    // The token and the receiver are not known to this call.
    const asked = await onToken.post();
    await server.stop();
    for (const result of [sent, asked]) {
      if (result.kind !== "failed") throw new Error("it was taken");
      expect(result.reason).toContain("127.0.0.1");
      expect(result.reason).not.toContain("a secret");
      expect(result.reason).not.toContain("a%20secret");
    }
    expect(JSON.stringify(sent)).not.toMatch(/token-1|13800138000/);
  }
});

test("a text is cut at a character within its bytes, and says so", () => {
  expect(cutToBytes("路灯故障", 12)).toBe("路灯故障");
  expect(cutToBytes("路灯故障", 11)).toBe("路灯…");
  expect(cutToBytes("ab😀cd", 8)).toBe("ab😀cd");
  expect(cutToBytes("ab😀cde", 8)).toBe("ab…");
  expect(cutToBytes("", 0)).toBe("");
});
