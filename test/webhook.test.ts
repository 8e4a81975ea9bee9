/** The webhook against a server that answers well, slowly, wrongly, half and never. */
import { createHmac } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import type { ChannelMessage, ReceiptCall, Sending } from "../model/channel.ts";
import { createWebhook } from "../notify/channels/webhook.ts";
import { type ChannelServer, type Manner, startChannelServer } from "./support/channel-server.ts";

const NOW = Date.UTC(2026, 10, 27, 4);
const SECRET = "a secret of 16 or more";
const TIMEOUT_MS = 300;
const MESSAGE: ChannelMessage = {
  ...{ messageId: "order-1", repeats: 0, isDrill: false, title: "井盖打开", text: "人民路 5 号" },
  fields: { caseNo: "41152420261127" },
};

let server: ChannelServer;
afterEach(() => server.stop());

async function sent(manner: Manner, message = MESSAGE): Promise<Sending> {
  server = await startChannelServer(() => manner);
  const url = `${server.url}/in?key=hidden`;
  const settings = { kind: "webhook", channelId: "hook", url, secret: SECRET } as const;
  return await createWebhook(settings, { now: () => NOW }, TIMEOUT_MS).send("crew-1", message);
}

test("a message goes out once, as JSON, under a signature that its receiver can check", async () => {
  expect(await sent({ status: 202, body: "" })).toEqual({ kind: "taken" });
  expect(server.asked).toHaveLength(1);
  const [{ method, path, headers, body } = { method: "", path: "", headers: {}, body: "" }] =
    server.asked;
  expect([method, path, headers["content-type"]]).toEqual([
    "POST",
    "/in?key=hidden",
    "application/json",
  ]);
  expect(JSON.parse(body)).toEqual({ ...MESSAGE, to: "crew-1", text: "井盖打开\n人民路 5 号" });
  const said = `order-1.${NOW / 1_000}.${body}`;
  const signature = createHmac("sha256", SECRET).update(said).digest("base64");
  expect(headers).toMatchObject({
    "webhook-id": "order-1",
    "webhook-timestamp": String(NOW / 1_000),
    "webhook-signature": `v1,${signature}`,
  });
});

test("a repeat has its id and words of its own, a drill says that it is one", async () => {
  await sent({}, { ...MESSAGE, repeats: 1, isDrill: true });
  const { messageId, repeats, isDrill, text } = JSON.parse(server.asked[0]?.body ?? "{}");
  expect([messageId, repeats, isDrill]).toEqual(["order-1", 1, true]);
  expect(text).toBe("【演练 DRILL】井盖打开（第2次通知 / notice 2）\n人民路 5 号");
});

test.each<[string, Manner, string, boolean]>([
  ["a wrong key", { status: 401, body: "who?" }, "answered 401: 'who?'", true],
  ["its own fault", { status: 500, body: "oh" }, "answered 500: 'oh'", false],
  ["a redirect", { status: 302, headers: { location: "/" } }, "failed: ", false],
  [
    "an answer that is too slow",
    { delayMs: 2 * TIMEOUT_MS },
    "did not answer within 300 ms",
    false,
  ],
  ["no answer", "never", "did not answer within 300 ms", false],
  ["half an answer", "half", "failed: ", false],
  ["an answer of 1 MB", { body: "x".repeat(1_000_000) }, "failed: the answer is too long", false],
])("%s is a failure, told without the address's key", async (_what, manner, reason, isFinal) => {
  const sending = await sent(manner);
  expect(sending).toMatchObject({ kind: "failed", isFinal });
  const told = sending.kind === "failed" ? sending.reason : "";
  expect(told).toContain(reason);
  expect(told).toContain(new URL(server.url).host);
  expect(told).not.toContain("hidden");
  expect(server.asked).toHaveLength(1);
});

test.each([
  ["9".repeat(300), 3_600_000],
  ["", undefined],
  ["Fri, 27 Nov 2026 05:00:00 GMT", undefined],
])("a rest of '%s' is bounded, or not told", async (rest, wanted) => {
  const sending = await sent({ status: 503, headers: { "retry-after": rest } });
  expect(sending).toMatchObject({ kind: "failed", isFinal: false });
  expect("retryAfterMs" in sending ? sending.retryAfterMs : undefined).toBe(wanted);
});

test("too many are told when to come again; no server is a failure that may pass", async () => {
  const headers = { "retry-after": "7" };
  const many = await sent({ status: 429, headers });
  expect(many).toMatchObject({ kind: "failed", isFinal: false, retryAfterMs: 7_000 });
  await server.stop();
  const url = server.url;
  const hook = createWebhook(
    { kind: "webhook", channelId: "hook", url, secret: SECRET },
    { now: () => NOW },
  );
  expect(await hook.send("crew-1", MESSAGE)).toMatchObject({ kind: "failed", isFinal: false });
});

const RECEIPT = { messageId: "order-1", state: "accepted" };
const CALL = { headers: { authorization: `Bearer ${SECRET}` }, query: {}, body: RECEIPT };
const receiptsOf = (call: Partial<ReceiptCall>) => {
  const settings = { kind: "webhook", channelId: "hook", url: "http://127.0.0.1:9/" } as const;
  const hook = createWebhook({ ...settings, secret: SECRET }, { now: () => NOW });
  return hook.readReceipts?.({ ...CALL, ...call });
};
const readOf = (call: Partial<ReceiptCall>) => receiptsOf(call)?.receipts;

test("receipts come under the secret, one or a list of them", () => {
  expect(readOf({})).toEqual([{ id: "order-1", state: "accepted" }]);
  const list = [RECEIPT, { ...RECEIPT, state: "failed", reason: "switched off", more: 1 }];
  expect(readOf({ headers: {}, query: { key: SECRET }, body: list })).toEqual([
    { id: "order-1", state: "accepted" },
    { id: "order-1", state: "failed", reason: "switched off" },
  ]);
});

test("a receipt that cannot be read loses none beside it", () => {
  const list = [{ ...RECEIPT, state: "read" }, RECEIPT];
  const read = receiptsOf({ body: list });
  expect(read?.receipts).toEqual([{ id: "order-1", state: "accepted" }]);
  expect(read?.faults).toEqual([expect.stringMatching(/^0\.state: /)]);
});

test.each<[Partial<ReceiptCall>, string, RegExp]>([
  [{ headers: {} }, "RECEIPT_REFUSED", /key/],
  [{ headers: { authorization: "Bearer x" } }, "RECEIPT_REFUSED", /key/],
  [{ headers: {}, query: { key: "x" } }, "RECEIPT_REFUSED", /key/],
  [{ body: undefined }, "RECEIPT_INVALID", /^0: /],
  [{ body: [{ ...RECEIPT, state: "read" }] }, "RECEIPT_INVALID", /^0\.state: /],
  [{ body: Array(501).fill(RECEIPT) }, "RECEIPT_INVALID", /got 501 receipts, wanted 500/],
])("receipts of %j are refused as %s", (call, code, message) => {
  expect(() => receiptsOf(call)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});
