/**
 * Requests to CTWing and OneNET to the byte. The signatures were worked out by hand after the Python
 * of AEP's SDK and of OneNET's page on its tokens, with the sample keys that those show.
 */
import { expect, test } from "vitest";
import {
  ctwingFate,
  ctwingRequest,
  onenetFate,
  onenetRequest,
  onenetToken,
} from "./command-cloud-requests.ts";

const MASTER = "f9ceed06f3374bb28cfc0083e2899bac";
const KEY = "KuF3NT/jUBJ62LNBB/A8XZA9CqS3Cu79B/ABmfA1UCw=";

test("CTWing's request bears the signature of AEP's SDKs", () => {
  const access = {
    ...{ url: "https://ag-api.ctwing.cn", appKey: "dAaFG7DiPt8", appSecret: "FJDq8agNp5" },
    masterKeys: { 10000577: MASTER },
  };
  const body =
    '{"content":{},"deviceId":"d1","operator":"li","productId":10000577,"ttl":60,"level":1}';
  const now = 1_515_752_817_580.5;
  expect(ctwingRequest(access, { body, masterKey: MASTER, now })).toEqual({
    url: "https://ag-api.ctwing.cn/aep_device_command/command",
    headers: {
      ...{ application: "dAaFG7DiPt8", timestamp: "1515752817580", version: "20190712225145" },
      ...{ MasterKey: MASTER, signature: "adh3ZyS8CKYjQxVaFJbBxfERtU8=" },
      "content-type": "application/json; charset=UTF-8",
    },
    body,
  });
});

test("OneNET's token is that of its page, its values encoded", () => {
  expect(onenetToken({ productId: "123123", key: KEY, until: 1_537_255_523_999 })).toBe(
    "version=2018-10-31&res=products%2F123123&et=1537255523&method=sha256" +
      "&sign=tuFMd8Cc5krZO%2BRiNaW4mad5tauSFq2J89Gd70MXQPI%3D",
  );
});

test("OneNET's request is good for ten minutes, under an address with a path of its own", () => {
  const asked = { body: "{}", productId: "123123", key: KEY, now: 1_537_254_923_000 };
  const { url, headers } = onenetRequest({ url: "https://iot.example/api" }, asked);
  expect(url).toBe("https://iot.example/api/thingmodel/set-device-property");
  expect(headers.authorization).toContain("&et=1537255523&");
});

const text = (value: unknown) => JSON.stringify(value);

test.each([
  [200, text({ code: 0, result: { commandId: "674" } }), { kind: "taken", carrierId: "674" }],
  [200, text({ code: 0, result: { commandId: 674 } }), { kind: "taken", carrierId: "674" }],
  [200, text({ code: 0, msg: "ok" }), { kind: "taken" }],
  [200, text({ code: 1203, msg: "no device" }), { kind: "refused", why: /CTWing .*no device/ }],
  [404, "Not found", { kind: "refused", why: /404: 'Not found'/ }],
])("CTWing's %i %s is %j", (status, answer, fate) => {
  const got = ctwingFate(status, answer);
  expect(got.kind).toBe(fate.kind);
  if (got.kind === "refused") expect(got.why).toMatch((fate as { why: RegExp }).why);
  else expect(got).toEqual(fate);
});

test.each([
  [200, text({ code: 0, msg: "succ" }), "done"],
  [200, text({ code: 0, data: { id: "1", code: 200 } }), "done"],
  [200, text({ code: 0, data: { id: "1", code: 400 } }), "refused"],
  [200, text({ code: 10421, msg: "device offline" }), "refused"],
  [400, "{}", "refused"],
])("OneNET's %i %s is %s", (status, answer, kind) => {
  expect(onenetFate(status, answer).kind).toBe(kind);
});

test("what passes, or is ours to mend, is no refusal of the command", () => {
  for (const status of [401, 403, 408, 429, 500, 503, 302]) {
    expect(() => ctwingFate(status, "{}")).toThrow(`CTWing answered ${status}`);
    expect(() => onenetFate(status, "{}")).toThrow(`OneNET answered ${status}`);
  }
  for (const answer of ["", "<html>", "7", "null", '{"code":"0"}']) {
    expect(() => ctwingFate(200, answer)).toThrow("CTWing answered 200");
    expect(() => onenetFate(200, answer)).toThrow("OneNET answered 200");
  }
});
