/** SMS and voice gateways by template, against a server that answers well, slowly, wrongly, half and never. */
import { afterEach, expect, test } from "vitest";
import type { ChannelMessage, ReceiptCall, Sending } from "../model/channel.ts";
import { createGateway, GatewaySettings } from "../notify/channels/gateway.ts";
import { type ChannelServer, type Manner, startChannelServer } from "./support/channel-server.ts";

const TIMEOUT_MS = 300;
const NUMBER = "+8613900000001";
const KEY = "a-key-of-the-gateway";
const MESSAGE: ChannelMessage = {
  ...{ messageId: "case-1.crew.0", repeats: 1, isDrill: false, title: "井盖开启" },
  text: '中山路"12"号 & more',
  fields: { caseNo: "4115242026112300001" },
};
const SMS = {
  kind: "sms",
  channelId: "sms",
  headers: { authorization: `Bearer ${KEY}` },
  body: {
    phones: ["{{to}}"],
    content: "{{text}}",
    ext: "{{messageId}}",
    caseNo: "{{fields.caseNo}}",
    n: 1,
  },
  success: { field: "data.code", equals: "0" },
  receiptIdField: "data.id",
  final: ["4001"],
  busy: ["4290"],
};
const WELL: Manner = { body: '{"data":{"code":0,"id":77}}' };

let server: ChannelServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function sent(manner: Manner, more: object = {}, to = NUMBER): Promise<Sending> {
  server = await startChannelServer(() => manner);
  const settings = GatewaySettings.parse({ ...SMS, url: `${server.url}/send`, ...more });
  return await createGateway(settings, TIMEOUT_MS).send(to, MESSAGE);
}

test("JSON is built by the template, whatever stands in the text", async () => {
  expect(await sent(WELL)).toEqual({ kind: "taken", receiptId: "77" });
  const [{ method, path, headers, body } = { method: "", path: "", headers: {}, body: "" }] =
    server?.asked ?? [];
  expect([method, path, headers.authorization]).toEqual(["POST", "/send", `Bearer ${KEY}`]);
  expect(JSON.parse(body)).toEqual({
    phones: [NUMBER],
    content: '井盖开启（第2次通知 / notice 2）\n中山路"12"号 & more',
    ext: "case-1.crew.0",
    caseNo: "4115242026112300001",
    n: 1,
  });
});

test("a form and the query of an address are encoded", async () => {
  const form = { encoding: "form", body: { mobile: "{{to}}", msg: "{{text}}" } };
  expect((await sent(WELL, form)).kind).toBe("taken");
  const [asked] = server?.asked ?? [];
  expect(asked?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
  const fields = new URLSearchParams(asked?.body);
  expect([fields.get("mobile"), fields.get("msg")?.includes('"12"号 & more')]).toEqual([
    NUMBER,
    true,
  ]);
  await server?.stop();
  server = await startChannelServer(() => WELL);
  const url = `${server.url}/send?to={{to}}&msg={{text}}`;
  const { body: _body, ...rest } = SMS;
  const settings = GatewaySettings.parse({ ...rest, method: "GET", url });
  expect((await createGateway(settings).send(NUMBER, MESSAGE)).kind).toBe("taken");
  const query = new URL(server.asked[0]?.path ?? "", server.url).searchParams;
  expect(query.get("to")).toBe(NUMBER);
  expect(query.get("msg")).toContain("& more");
});

test.each<[string, Manner, object]>([
  ["200 and a refusal", { body: '{"data":{"code":1,"msg":"full"}}' }, { isFinal: false }],
  ["an unknown number", { body: '{"data":{"code":4001}}' }, { isFinal: true }],
  ["too many", { body: '{"data":{"code":"4290"}}' }, { isFinal: false, retryAfterMs: 60_000 }],
  ["what is no JSON", { body: "OK" }, { isFinal: false }],
  ["an empty answer", { body: "" }, { isFinal: false }],
  ["500", { status: 500, body: "down" }, { isFinal: false }],
  ["401", { status: 401, body: "who?" }, { isFinal: true }],
  ["half an answer", "half", { isFinal: false }],
  ["nothing", "never", { isFinal: false }],
  ["slowness", { ...WELL, delayMs: 2 * TIMEOUT_MS }, { isFinal: false }],
  ["a megabyte", { body: "x".repeat(1_000_000) }, { isFinal: false }],
])("an answer of %s has failed", async (_title, manner, found) => {
  expect(await sent(manner)).toMatchObject({ kind: "failed", ...found });
});

test("neither key nor number stands in a reason, though the gateway echoes them", async () => {
  const echo = `{"data":{"code":1,"key":"${KEY}","to":"${NUMBER}"}}`;
  for (const status of [200, 400]) {
    const sending = await sent({ status, body: echo });
    await server?.stop();
    expect(sending.kind).toBe("failed");
    expect(JSON.stringify(sending)).not.toContain("13900000001");
    expect(JSON.stringify(sending)).not.toContain(KEY);
  }
});

test.each(["", "12", "1390000000a", "user@example.org", "+", "1".repeat(21)])(
  "%j is no telephone number, and nothing is asked",
  async (to) => {
    expect(await sent(WELL, {}, to)).toMatchObject({ kind: "failed", isFinal: true });
    expect(server?.asked).toEqual([]);
  },
);

test("a text is cut by characters, and a call asks for its key at the end all the same", async () => {
  const long = { ...MESSAGE, text: "井".repeat(600) };
  server = await startChannelServer(() => WELL);
  const base = { ...SMS, url: `${server.url}/send` };
  await createGateway(GatewaySettings.parse(base)).send(NUMBER, long);
  const voice = { ...base, kind: "voice", receipts: RECEIPTS };
  await createGateway(GatewaySettings.parse(voice)).send(NUMBER, long);
  const [sms = "", call = ""] = server.asked.map(
    ({ body }) => (JSON.parse(body) as { content: string }).content,
  );
  expect([...sms]).toHaveLength(500);
  expect([...call]).toHaveLength(500);
  expect(call).toMatch(/接单请按1，不能前往请按9。Press 1 to accept, 9 to decline\.$/);
});

const faults = (more: object): string[] => {
  const { error } = GatewaySettings.safeParse({ ...SMS, url: "http://127.0.0.1:9/", ...more });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
};

test.each<[object, string]>([
  [{ body: { to: "{{to}}" } }, "body: nothing of it says {{text}}"],
  [
    { body: { to: "{{too}}", text: "{{text}}" } },
    "there is no placeholder 'too'; did you mean 'to'?",
  ],
  [{ body: { to: "{{to", text: "{{text}}" } }, "a placeholder has no end '}}'"],
  [{ body: { to: "{{to}}", text: "{{text}}", x: "{{fields.}}" } }, "no placeholder 'fields.'"],
  [{ encoding: "form", body: { to: "{{to}}", text: ["{{text}}"] } }, "body: fields of texts"],
  [{ method: "GET" }, "body: a GET has none"],
  [{ success: { field: "a..b", equals: "0" } }, "success.field: names with dots"],
  [{ url: "ftp://x/{{to}}{{text}}" }, "url: an address of http or https"],
  [{ kind: "voice" }, "receipts: a call wants a key that is 'accepted'"],
])("a template with a fault is refused when it is read: %j", (more, fault) => {
  expect(faults(more).join("\n")).toContain(fault);
});

const RECEIPTS = {
  key: KEY,
  list: "reports",
  idField: "ext",
  stateField: "dtmf",
  reasonField: "why",
  states: {
    "1": "accepted",
    "9": "declined",
    DELIVRD: "delivered",
    UNDELIV: "failed",
    "": "ignored",
  },
};
const receiptsOf = (call: Partial<ReceiptCall>, receipts: object = RECEIPTS) => {
  const settings = { ...SMS, kind: "voice", url: "http://127.0.0.1:9/", receipts };
  const gateway = createGateway(GatewaySettings.parse(settings));
  return gateway.readReceipts?.({
    headers: { authorization: `Bearer ${KEY}` },
    query: {},
    body: undefined,
    ...call,
  });
};
const readOf = (call: Partial<ReceiptCall>, receipts?: object) =>
  receiptsOf(call, receipts)?.receipts;

test("a pressed key is a receipt, and so is what became of the message", () => {
  const body = {
    reports: [
      { ext: "m-1", dtmf: 1 },
      { ext: 77, dtmf: "UNDELIV", why: "switched off" },
      { ext: "m-3", dtmf: "" },
    ],
  };
  expect(readOf({ body })).toEqual([
    { id: "m-1", state: "accepted" },
    { id: "77", state: "failed", reason: "switched off" },
  ]);
  const { list: _list, ...single } = RECEIPTS;
  const query = { key: KEY, ext: "m-4", dtmf: "9" };
  expect(readOf({ headers: {}, query }, single)).toEqual([{ id: "m-4", state: "declined" }]);
});

test("an unknown word of a gateway's list loses no acceptance beside it", () => {
  const reports = [
    { ext: "m-1", dtmf: "1" },
    { ext: "m-2", dtmf: "5" },
  ];
  expect(receiptsOf({ body: { reports } })).toEqual({
    receipts: [{ id: "m-1", state: "accepted" }],
    faults: ["1.dtmf: got '5', wanted one of 1, 9, DELIVRD, UNDELIV, "],
  });
});

test.each<[Partial<ReceiptCall>, string, string]>([
  [{ headers: {} }, "RECEIPT_REFUSED", "key"],
  [
    { body: { reports: [{ ext: "m", dtmf: "5" }] } },
    "RECEIPT_INVALID",
    "0.dtmf: got '5', wanted one of 1",
  ],
  [{ body: { reports: [{ dtmf: "1" }] } }, "RECEIPT_INVALID", "0.ext: wanted a text"],
  [{ body: "nothing" }, "RECEIPT_INVALID", "0.ext"],
  [{ body: { reports: Array(501).fill({}) } }, "RECEIPT_INVALID", "got 501"],
])("receipts that cannot be read are refused by name: %j", (call, code, text) => {
  expect(() => receiptsOf(call)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(text) }),
  );
});
