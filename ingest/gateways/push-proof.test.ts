import { expect, test } from "vitest";
import { type PushCall, proofOf, signatureOf, signedBy, signedIn } from "./push-proof.ts";

const TOKEN = "abcdefghijkmlnop";
const call = (more: Partial<PushCall> = {}): PushCall => ({
  ...{ headers: {}, query: {}, body: new Uint8Array() },
  ...more,
});
const holds = (given: Partial<PushCall>, secret = TOKEN): boolean => {
  const whole = call(given);
  return proofOf(whole, signedIn(whole.body))(secret);
};
const body = (text: string): { body: Uint8Array } => ({ body: Buffer.from(text) });

test("a signature is base64 of the MD5 of token, nonce and message", () => {
  expect(signatureOf("abc", { nonce: "12345678", msg: "hello" })).toBe("lsYg5Sggt/oPsjxHhwCzdA==");
});

test.each([
  [{ headers: { authorization: `Bearer ${TOKEN}` } }, true],
  [{ headers: { authorization: `bearer  ${TOKEN}` } }, true],
  [{ headers: { authorization: `Basic ${TOKEN}` } }, false],
  [{ headers: { authorization: `Bearer ${TOKEN}x` } }, false],
  [{ query: { key: TOKEN } }, true],
  [{ query: { key: "" } }, false],
  [{ query: { key: TOKEN.toUpperCase() } }, false],
  [{ headers: { authorization: "Bearer wrong" }, query: { key: TOKEN } }, false],
  [{}, false],
])("%j: %s", (given, wanted) => {
  expect(holds(given)).toBe(wanted);
});

test("a message that is a text is signed as the text that it is", () => {
  const msg = '{"a":"井盖 \\"1\\"","b":1.0}';
  const signature = signatureOf(TOKEN, { nonce: "nonce-01", msg });
  const push = { msg, nonce: "nonce-01", signature, id: "7", time: 1 };
  expect(holds(body(JSON.stringify(push)))).toBe(true);
  expect(holds(body(JSON.stringify({ ...push, msg: msg.replace("1.0", "2.0") })))).toBe(false);
  expect(holds(body(JSON.stringify({ ...push, nonce: "nonce-02" })))).toBe(false);
  expect(holds(body(JSON.stringify(push)), "another-token-01")).toBe(false);
});

test.each(['{"value":42.0,"x":"}\\"]"}', '[{"a":[{"msg":1}]},{"b":"{"}]', "{}"])(
  "a message that is no text is signed as it is written: %s",
  (msg) => {
    const signature = signatureOf(TOKEN, { nonce: "abcdefgh", msg });
    for (const text of [
      `{"msg":${msg},"msg_signature":"${signature}","nonce":"abcdefgh"}`,
      `{ "nonce" : "abcdefgh", "o": {"msg": 3}, "m": "msg", "msg" : ${msg} , "signature":"${signature}"}`,
    ]) {
      expect(holds(body(text))).toBe(true);
      expect(holds(body(text.replace("abcdefgh", "abcdefgi")))).toBe(false);
    }
  },
);

test.each(["msg", "\\u006dsg"])(
  "a message that is written twice, as %s, is not signed by its first",
  (again) => {
    const signature = signatureOf(TOKEN, { nonce: "abcdefgh", msg: '{"a":1}' });
    const signed = `"msg":{"a":1},"signature":"${signature}","nonce":"abcdefgh"`;
    expect(holds(body(`{${signed}}`))).toBe(true);
    expect(holds(body(`{${signed},"${again}":{"a":2}}`))).toBe(false);
  },
);

test.each(["", "{", "null", "[]", '{"msg":1}', '{"msg":1,"nonce":"a","signature":"b"}'])(
  "a body without a signature has none: %j",
  (text) => {
    expect(holds(body(text))).toBe(false);
  },
);

test("a question's signature may have lost its plus signs", () => {
  const said = { msg: "m1", nonce: "n1", signature: "a+b==" };
  expect(signedBy({ ...said, signature: "a b==" })).toEqual(said);
  expect(signedBy({ msg: "m1", nonce: "n1" })).toBeUndefined();
});

test("a question that was overheard proves no push", () => {
  const nonce = "abcdefgh";
  const query = { msg: "m", nonce, signature: signatureOf(TOKEN, { nonce, msg: "m" }) };
  expect(proofOf(call({ query }), signedBy(query))(TOKEN)).toBe(true);
  expect(holds({ query, ...body('[{"messageType":"notify"}]') })).toBe(false);
});
