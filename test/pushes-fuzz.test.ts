/**
 * Pushes of CTWing and OneNET, vendors' JSON and its mapping, under chance: broken bytes and broken
 * trees. Nothing throws, no value is stored that was not in the payload, nothing grows beyond its
 * bound, and what is put aside says why.
 */
import { expect, test } from "vitest";
import type { Random } from "../firmware-sim/random.ts";
import { formatContext, uplinkOn } from "../ingest/doubles/formats-world.ts";
import { createCtwingGateway } from "../ingest/gateways/ctwing.ts";
import type { Decoded, Gateway } from "../ingest/gateways/gateway.ts";
import { createOnenetGateway } from "../ingest/gateways/onenet.ts";
import { proofOf, signedIn } from "../ingest/gateways/push-proof.ts";
import { createVendorJsonGateway } from "../ingest/gateways/vendor-json.ts";
import { DEAD_LETTER_REASONS } from "../model/errors.ts";
import type { JsonSource } from "../model/json-source.ts";
import { LIMITS } from "../model/limits.ts";
import { Mapping } from "../model/mapping.ts";
import type { ForeignFormat } from "../model/registry.ts";
import { fuzz, fuzzRuns, surrounded } from "./support/fuzz.ts";

const AT = 1_795_307_400_000;
/** Of no class, so that no unit changes a number. */
const ofFormat = (format: ForeignFormat) => formatContext(format, { "1": "none", "2": "none" });

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const REPORT = { messageType: "dataReport", timestamp: AT, IMEI: "1", deviceId: "2" };
const CTWING: readonly unknown[] = [
  { ...REPORT, payload: { tilt: 31.5, open: true, level: "402" } },
  { ...REPORT, payload: { serviceId: "n", serviceData: { a: 30, b: { value: 7 } } } },
  { ...REPORT, payload: { APPdata: base64('{"a":1,"b":[2,"3 mm"]}') } },
  { ...REPORT, messageType: "eventReport", eventContent: { battery: 9 } },
  { messageType: "deviceOnlineOfflineReport", eventType: 1, deviceId: "2", timestamp: AT },
  { messageType: "commandResponse", deviceId: "2", taskId: 5, result: { resultCode: "SENT" } },
  [
    { ...REPORT, payload: { a: 1 } },
    { ...REPORT, IMEI: "9", payload: { a: 2 } },
  ],
];
const NOTIFY = { messageType: "notify", notifyType: "property", imei: "1", productId: "p" };
const params = { a: { value: 5.5, time: AT }, b: { value: true, time: AT - 1 }, c: { value: "6" } };
const ONENET: readonly unknown[] = [
  { msg: JSON.stringify({ ...NOTIFY, data: { params } }), nonce: "n", signature: "s" },
  { ...NOTIFY, deviceName: "2", data: { params } },
  { msg: { type: 1, ds_id: "a", value: 12.5, at: AT, imei: "1" }, nonce: "n", msg_signature: "s" },
  {
    msg: [
      { type: 2, status: 1, at: String(AT), imei: "1" },
      { type: 1, ds_id: "b", value: "7" },
    ],
  },
  { messageType: "lifeCycle", imei: "1", data: { status: "online", time: AT } },
  { messageType: "reply", imei: "1", request: { id: "c" }, response: { code: 200 }, rTime: AT },
  { messageType: "lbsAndWifi", imei: "1", timestamp: AT, data: { lon: 115.4, lat: 31.8 } },
];
const VENDOR: readonly unknown[] = [
  { id: "1", ts: AT, a: 1.5, b: { a: "2", c: [3, { a: 4 }] } },
  { list: [{ id: 2, a: 5 }, { id: "1", b: true }, 7], ts: "2026-11-22T08:30:05+08:00" },
  { id: "1", a: [{ ts: AT / 1_000, a: 6 }, { a: { value: 7, unit: "mm" } }] },
];
const NAMES = ["a", "b", "c", "id", "ts", "list", "value", "time", "msg", "__proto__", "0"];
const LEAVES = [
  0,
  -1,
  1e308,
  5e-324,
  AT,
  "",
  "1",
  "2",
  "17 mm",
  "x".repeat(300),
  null,
  true,
  "[1]",
];

/** One or a few of its places hold something else. */
function brokenTree(tree: unknown, random: Random): unknown {
  if (random.isLucky(0.15)) return random.pick<unknown>([...LEAVES, [], {}, [[[[1]]]]]);
  if (Array.isArray(tree)) {
    const items = tree.map((item) => brokenTree(item, random));
    return random.isLucky(0.1) ? [...items, ...items] : items;
  }
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree).map(([name, value]) => [
      random.isLucky(0.05) ? random.pick(NAMES) : name,
      brokenTree(value, random),
    ]),
  );
}

/** Every number that the payload holds in any way that is read. */
function numbersIn(root: unknown): Set<number> {
  const found = new Set<number>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === "number") found.add(value);
    else if (typeof value === "boolean") found.add(Number(value));
    else if (typeof value === "string") {
      const word = value.trim().toLowerCase();
      if (word === "true" || word === "false") found.add(Number(word === "true"));
      found.add(Number.parseFloat(value));
      for (const text of [value, Buffer.from(value, "base64").toString("utf8")]) {
        if (/^\s*["{[]/.test(text)) waiting.push(parsed(text));
      }
    } else if (typeof value === "object" && value !== null) waiting.push(...Object.values(value));
  }
  return found;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function check(decoded: Decoded, input: Uint8Array): void {
  const numbers = numbersIn(parsed(Buffer.from(input).toString("utf8")));
  for (const { value, deviceId, claimedAt } of decoded.values) {
    if (!numbers.has(value)) throw new Error(`${value} was not in the payload`);
    expect(deviceId).toMatch(/^device-[12]$/);
    expect(claimedAt === undefined || Number.isSafeInteger(claimedAt)).toBe(true);
  }
  for (const { reason, text } of decoded.faults) {
    expect(Object.hasOwn(DEAD_LETTER_REASONS, reason)).toBe(true);
    expect(text.length > 10 && text.length < 1_000).toBe(true);
  }
  for (const { id } of decoded.knocks) expect(id.length).toBeLessThanOrEqual(64);
  // Each message and each item keeps what its mapping may keep at most.
  const bound = LIMITS.uplinkElementsMax * (LIMITS.mappingRestMax + LIMITS.mappingFieldsMax);
  expect(decoded.values.length + decoded.faults.length).toBeLessThanOrEqual(bound);
}

function fuzzGateway(format: "ctwing" | "onenet", gateway: Gateway, samples: readonly unknown[]) {
  const context = ofFormat(format);
  const decode = (bytes: Uint8Array): Decoded =>
    gateway.decode(uplinkOn(`intake/${format}/i`, bytes, { source: "http" }), 0, context);
  const bytes = samples.map((sample) => Buffer.from(JSON.stringify(sample)));
  let taken = 0;
  fuzz(format, bytes, (input, random) => {
    const tree = brokenTree(random.pick(samples), random);
    const given = random.isLucky(0.5) ? input : Buffer.from(JSON.stringify(tree));
    const decoded = decode(surrounded(given, 0x20));
    check(decoded, given);
    expect(decode(surrounded(given, 0x31))).toEqual(decoded);
    taken += decoded.values.length;
  });
  // It would say nothing where all was put aside.
  expect(taken).toBeGreaterThan(fuzzRuns() / 10);
}

test("CTWing", () => fuzzGateway("ctwing", createCtwingGateway(), CTWING), 3_600_000);
test("OneNET", () => fuzzGateway("onenet", createOnenetGateway(), ONENET), 3_600_000);

function anyMapping(random: Random): Mapping {
  const path = (): string =>
    Array.from({ length: 1 + random.below(3) }, () => random.pick(NAMES)).join(".");
  const some = <T>(value: T): T | undefined => (random.isLucky(0.5) ? value : undefined);
  const fields = Array.from({ length: random.below(4) }, (_, n) => ({
    ...{ path: path(), measurement: `m${n}`, invalid: some([1, "x"]) },
    validWhen: random.isLucky(0.1) ? { path: path(), is: [1, null] } : undefined,
  }));
  const format = random.pick(["iso", "local", "s", "ms", "us", "ns"] as const);
  return Mapping.parse({
    ...{ fields, elements: random.isLucky(0.3) ? path() : undefined, seq: some(path()) },
    ...{ time: some({ path: "ts", format }), rest: some(random.isLucky(0.5) ? "" : path()) },
  });
}

test("vendors' JSON by any mapping", () => {
  const context = ofFormat("json");
  const bytes = VENDOR.map((sample) => Buffer.from(JSON.stringify(sample)));
  let taken = 0;
  fuzz("json", bytes, (input, random) => {
    const isList = random.isLucky(0.3);
    const source: JsonSource = {
      ...{ sourceId: "s", device: "id", items: isList ? "list" : undefined },
      mapping: anyMapping(random),
    };
    const externalId = random.isLucky(0.5) ? "1" : undefined;
    const sources = { get: () => source, byTopic: () => ({ source, externalId }) };
    const gateway = createVendorJsonGateway(sources);
    const tree = brokenTree(random.pick(VENDOR), random);
    const given = random.isLucky(0.4) ? input : Buffer.from(JSON.stringify(tree));
    const decoded = gateway.decode(uplinkOn("acme/1", surrounded(given, 0x20)), 0, context);
    check(decoded, given);
    taken += decoded.values.length;
  });
  expect(taken).toBeGreaterThan(fuzzRuns() / 10);
}, 3_600_000);

test("no push is proven by chance", () => {
  const bytes = ONENET.map((sample) => Buffer.from(JSON.stringify(sample)));
  fuzz("proof", bytes, (input) => {
    const call = { headers: {}, query: {}, body: input };
    expect(proofOf(call, signedIn(input))("tokenOfTheCity000")).toBe(false);
  });
}, 3_600_000);
