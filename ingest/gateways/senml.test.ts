import { readFileSync } from "node:fs";
import { encode } from "cborg";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIMITS } from "../../model/limits.ts";
import { formatContext, uplinkOn, valuesOf } from "../doubles/formats-world.ts";
import { NOON } from "../doubles/world.ts";
import type { Decoded } from "./gateway.ts";
import { createSenmlGateway } from "./senml.ts";

const context = formatContext("senml", { "gl-7": "gas-line" });
const samples = JSON.parse(
  readFileSync(new URL("senml-samples.json", import.meta.url), "utf8"),
) as { json: unknown; cborHex: string };
const gateway = createSenmlGateway();
const decode = (pack: unknown, more = {}): Decoded =>
  gateway.decode(uplinkOn("senml/gl-7", pack, more), 1, context);
const BASE_AT = 1_795_307_400_000;

describe.each([
  ["JSON", samples.json],
  ["CBOR", Buffer.from(samples.cborHex, "hex")],
])("the sample as %s", (_title, pack) => {
  test("base name, base time, relative times, booleans; a text is put aside", () => {
    const { values, faults, heard } = decode(pack);
    expect(
      values.map(({ measurement, value, claimedAt }) => [measurement, value, claimedAt]),
    ).toEqual([
      ["pressure", 2150.5, BASE_AT],
      ["flow", 0.0125, BASE_AT - 30_000],
      ["flow", 0.0131, BASE_AT],
      ["valve", 1, BASE_AT],
    ]);
    expect(values.every(({ newestAt }) => newestAt === BASE_AT)).toBe(true);
    expect(faults).toMatchObject([{ reason: "VALUE_INVALID" }]);
    expect(faults[0]?.text).toContain('"firmware" is "2.4.1"');
    expect(heard).toEqual(["device-gl-7"]);
  });
});

test("a name of the class is its measurement, in its unit", () => {
  const pack = [
    { bn: "urn:dev:mac:1:", n: "pressureKpa", u: "Pa", v: 2_150.5 },
    { n: "temperatureC", u: "K", v: 300 },
    { n: "isValveOpen", vb: false },
  ];
  const values = valuesOf(decode(pack));
  expect(values.pressureKpa).toBeCloseTo(2.1505, 9);
  expect(values.temperatureC).toBeCloseTo(26.85, 9);
  expect(values.isValveOpen).toBe(0);
});

describe("resolution (RFC 8428 section 4.6)", () => {
  const read = (pack: object[]) =>
    decode(pack).values.map(({ measurement, value, claimedAt }) => [measurement, value, claimedAt]);

  test.each<[string, object[], unknown[]]>([
    [
      "base value",
      [{ bv: 20, n: "a", v: 1 }, { n: "b" }],
      [
        ["a", 21, undefined],
        ["b", 20, undefined],
      ],
    ],
    [
      "base fields until others come",
      [
        { bn: "x/", bt: 1_795_307_400, n: "a", v: 1 },
        { bn: "y/", bt: 1_795_307_500, n: "a", v: 2 },
      ],
      [
        ["a", 1, BASE_AT],
        ["a", 2, BASE_AT + 100_000],
      ],
    ],
    [
      "base fields alone",
      [
        { bn: "x/", bver: 10 },
        { n: "a", v: 1 },
      ],
      [["a", 1, undefined]],
    ],
    [
      "a base name alone",
      [{ bn: "urn:dev:ow:10e2073a01080063", v: 23.1 }],
      [["10e2073a01080063", 23.1, undefined]],
    ],
    ["a time before now", [{ n: "a", v: 1, t: -5 }], [["a", 1, NOON - 5_000]]],
    ["a time after now", [{ n: "a", v: 1, bt: 3, t: 1 }], [["a", 1, NOON + 4_000]]],
    ["now", [{ n: "a", v: 1, t: 0 }], [["a", 1, undefined]]],
    ["a fraction of a second", [{ n: "a", v: 1, t: 1_795_307_400.25 }], [["a", 1, BASE_AT + 250]]],
    [
      "a sum",
      [
        { bs: 100, n: "a", v: 1, s: 5 },
        { n: "a", s: 7 },
      ],
      [
        ["a", 1, undefined],
        ["a.sum", 105, undefined],
        ["a.sum", 107, undefined],
      ],
    ],
    [
      "unknown fields that need not be understood",
      [{ n: "a", v: 1, x: { y: 1 } }],
      [["a", 1, undefined]],
    ],
  ])("%s", (_title, pack, wanted) => {
    expect(read(pack)).toEqual(wanted);
  });
});

test.each<[unknown, string, string]>([
  ["", "EMPTY", "no bytes"],
  ["[", "NOT_JSON", "not JSON"],
  [Buffer.from("9a7fffffff", "hex"), "NOT_CBOR", "no CBOR"],
  [Buffer.alloc(200_000, 0x81), "TOO_DEEP", "nested too deep"],
  [encode({ a: 1 }), "ELEMENT_INVALID", "wanted an array"],
  ["{}", "ELEMENT_INVALID", "wanted an array of records"],
  ["[]", "EMPTY", "no records"],
  [[3], "ELEMENT_INVALID", "record 0 is 3"],
  [
    [
      { n: "a", v: 1 },
      { n: "b", v: "2" },
    ],
    "ELEMENT_INVALID",
    "record 1: 'v' is \"2\"; wanted a number",
  ],
  [[{ n: "a", v: 1, vb: true }], "ELEMENT_INVALID", "it has v and vb"],
  [[{ bver: 11, n: "a", v: 1 }], "ELEMENT_INVALID", "versions up to 10"],
  [[{ n: "a", v: 1, key_: 1 }], "ELEMENT_INVALID", "'key_' must be understood"],
  [[{ n: "-a", v: 1 }], "ELEMENT_INVALID", '"-a" is no name'],
  [[{ v: 1 }], "ELEMENT_INVALID", '"" is no name'],
  [
    Array.from({ length: LIMITS.uplinkElementsMax + 1 }, () => ({ n: "a", v: 1 })),
    "TOO_MANY_ELEMENTS",
    "501 records",
  ],
  [[{ n: "a", v: 1, t: 1e300 }], "TIME_INVALID", "1e+300 s"],
  [[{ n: "a", vd: "aGk" }], "VALUE_INVALID", '"a" is "data"'],
  [[{ n: "temperatureC", u: "bar", v: 1 }], "VALUE_INVALID", 'its unit "bar"'],
])("%j is put aside", (pack, reason, text) => {
  const { values, faults, heard } = decode(pack);
  expect([values, heard, faults.map((fault) => fault.reason)]).toEqual([[], [], [reason]]);
  expect(faults[0]?.text).toContain(text);
});

test("numbers of CBOR in every size, and decimal fractions", () => {
  const record = (value: Buffer): Buffer =>
    Buffer.concat([Buffer.from("81a2006161", "hex"), Buffer.from("02", "hex"), value]);
  const value = (hex: string): unknown => valuesOf(decode(record(Buffer.from(hex, "hex")))).a;
  expect(value("18ff")).toBe(255);
  expect(value("3903e7")).toBe(-1_000);
  expect(value("f93e00")).toBe(1.5);
  expect(value("fb3ff8000000000000")).toBe(1.5);
  expect(value("c48221196ab3")).toBe(273.15);
});

test("who may not speak for a device, unknown ones and other topics", () => {
  expect(decode(samples.json, { sender: "gw-2" }).faults).toMatchObject([
    { reason: "DEVICE_UNKNOWN" },
  ]);
  const other = gateway.decode(uplinkOn("senml/nobody", samples.json), 1, context);
  expect(other).toMatchObject({
    faults: [{ reason: "DEVICE_UNKNOWN" }],
    knocks: [{ format: "senml", id: "nobody" }],
  });
  const topic = gateway.decode(uplinkOn("senml/a/b", samples.json), 1, context);
  expect(topic.faults).toMatchObject([{ reason: "TOPIC_UNKNOWN" }]);
});

test("whatever bytes come: nothing thrown, finite values, short texts", () => {
  const label = fc.constantFrom(
    "bn",
    "bt",
    "bu",
    "bv",
    "bs",
    "bver",
    "n",
    "u",
    "v",
    "vs",
    "vb",
    "s",
    "t",
    "x_",
    "__proto__",
  );
  const value = fc.oneof(
    fc.double(),
    fc.string({ maxLength: 8 }),
    fc.boolean(),
    fc.constant(null),
    fc.constant("a"),
  );
  const records = fc.array(fc.dictionary(label, value, { maxKeys: 5 }), { maxLength: 6 });
  const payload = fc.oneof(
    records.map((pack) => Buffer.from(JSON.stringify(pack))),
    records.map((pack) => encode(pack)),
    fc.uint8Array({ maxLength: 64 }),
    fc.tuple(fc.nat(), fc.nat({ max: 255 })).map(([at, byte]) => {
      const bytes = Buffer.from(samples.cborHex, "hex");
      bytes[at % bytes.length] = byte;
      return bytes;
    }),
  );
  fc.assert(
    fc.property(payload, (bytes) => {
      const { values, faults } = decode(bytes);
      for (const each of values) expect(Number.isFinite(each.value)).toBe(true);
      for (const fault of faults) expect(fault.text.length).toBeLessThan(500);
    }),
    { numRuns: Number(process.env.GRIDWARDEN_FUZZ ?? 2_000) },
  );
});
