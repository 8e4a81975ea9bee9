import fc from "fast-check";
import { expect, test } from "vitest";
import { formatContext, uplinkOn, valuesOf } from "../doubles/formats-world.ts";
import type { Decoded } from "./gateway.ts";
import { createLampPlatformGateway } from "./lamp-platform.ts";

const context = formatContext("lamp-platform", { "lc-1": "streetlight" });
const DEVICE = "device-lc-1";
const AT = Date.parse("2026-11-27T20:00:00Z");
const decode = (said: unknown, more = {}): Decoded =>
  createLampPlatformGateway().decode(
    uplinkOn("intake/lamp-platform/poll", said, { source: "http", ...more }),
    1,
    context,
  );
const report = (resources: object, more = {}) => ({
  reports: [{ controllerId: "lc-1", at: "2026-11-27T20:00:00Z", resources, ...more }],
});

test("resources of the lamp and of its meter have their measurements, at the report's own time", () => {
  const decoded = decode(
    report(
      {
        ...{ "3416/0/3": 60, "3416/0/5": false, "/3416/0/15": 812, "3416/0/2": 62 },
        ...{ "3418/0/1": 221.4, "3418/0/2": 0.42, "3418/0/4": 90.1, "3418/0/6": 512.25 },
      },
      { online: true },
    ),
  );
  expect([decoded.faults, decoded.heard]).toEqual([[], [DEVICE]]);
  expect(valuesOf(decoded)).toEqual({
    ...{ dimPercent: 60, isLampFailed: 0, lampHours: 812, commandPercent: 62, isLit: 1 },
    ...{ voltageV: 221.4, currentA: 0.42, powerW: 90.1, energyKwh: 512.25 },
  });
  for (const { claimedAt } of decoded.values) expect(claimedAt).toBe(AT);
  expect(decoded.statuses).toEqual([{ deviceId: DEVICE, status: "online", at: AT }]);
});

test.each([
  [{ "3416/0/3": 0 }, 0],
  [{ "3416/0/3": 1 }, 1],
  [{ "3416/0/3": 100, "3416/0/5": true }, 0],
  [{ "3416/0/5": true }, 0],
  [{ "3416/0/5": false }, undefined],
  [{ "3418/0/4": 90 }, undefined],
])("of %j the lamp is lit: %s", (resources, isLit) => {
  expect(valuesOf(decode(report(resources))).isLit).toBe(isLit);
});

test("what has no name is kept under its path if it is a number or a yes, and texts are not", () => {
  const resources = { "3416/1/3": 40, "3410/0/7": 12, "3416/0/6": true, "3/0/0": "Maker", x: 1 };
  expect(valuesOf(decode(report(resources)))).toEqual({
    ...{ r3416x1x3: 40, r3410x0x7: 12, r3416x0x6: 1 },
  });
});

test("results are the ends of commands, or that they left", () => {
  const of = (state: string, more = {}) => ({
    commandId: "c-1",
    controllerId: "lc-1",
    state,
    ...more,
  });
  const sent = decode({ reports: [], results: [of("sent")] });
  expect([sent.carried, sent.acks]).toEqual([[{ deviceId: DEVICE, id: "c-1" }], []]);
  const over = decode({
    results: [of("done", { at: "2026-11-27T20:00:00Z" }), of("failed", { message: "no answer" })],
  });
  expect(over.acks).toMatchObject([
    { deviceId: DEVICE, id: "c-1", isOk: true, at: AT },
    { isOk: false, message: "no answer" },
  ]);
});

test("a controller that nobody registered knocks; the others of the message are kept", () => {
  const both = { reports: [...report({ "3416/0/3": 5 }).reports, { controllerId: "lc-9" }] };
  const decoded = decode(both);
  expect(decoded.knocks).toEqual([{ format: "lamp-platform", id: "lc-9" }]);
  expect(decoded.faults.map(({ reason }) => reason)).toEqual(["DEVICE_UNKNOWN"]);
  expect(valuesOf(decoded).dimPercent).toBe(5);
});

test.each<[string, unknown, string]>([
  ["nothing", { reports: [], results: [] }, "EMPTY"],
  ["no message", [], "ELEMENT_INVALID"],
  ["no reports", { reports: {} }, "ELEMENT_INVALID"],
  ["no JSON", "half a mess", "NOT_JSON"],
  ["an empty report", report({}), "EMPTY"],
  ["resources as a list", report([]), "ELEMENT_INVALID"],
  ["a time that is none", report({ "3416/0/3": 1 }, { at: "noon" }), "TIME_INVALID"],
  ["a word for a number", report({ "3416/0/3": "bright" }), "VALUE_INVALID"],
  [
    "a state that is none",
    { results: [{ commandId: "c", controllerId: "lc-1", state: "on" }] },
    "ELEMENT_INVALID",
  ],
  ["too many", { reports: Array.from({ length: 501 }, () => ({})) }, "TOO_MANY_ELEMENTS"],
])("%s is put aside", (_what, said, reason) => {
  const { values, faults } = decode(said);
  expect([values, faults.map((fault) => fault.reason)]).toEqual([[], [reason]]);
});

test("a topic of the same name over MQTT, where no secret was asked, is not read", () => {
  expect(decode(report({ "3416/0/3": 5 }), { source: "mqtt" }).faults[0]?.reason).toBe(
    "TOPIC_UNKNOWN",
  );
});

test("random messages never throw, and no value is there that was not in the payload", () => {
  const path = fc.constantFrom(
    "3416/0/3",
    "3416/0/5",
    "3418/0/4",
    "3416/7/3",
    "3/0/9",
    "__proto__",
  );
  const leaf = fc.oneof(
    fc.double(),
    fc.boolean(),
    fc.string(),
    fc.constant(null),
    fc.constant([1]),
  );
  const one = fc.record(
    {
      controllerId: fc.constantFrom<unknown>("lc-1", "lc-9", 7, null),
      at: fc.oneof(fc.constant("2026-11-27T20:00:00Z"), leaf),
      online: leaf,
      resources: fc.oneof(fc.dictionary(path, leaf), leaf),
      commandId: leaf,
      state: fc.constantFrom("sent", "done", "failed", "x"),
    },
    { requiredKeys: ["controllerId"] },
  );
  const many = fc.array(fc.oneof(one, leaf), { maxLength: 4 });
  const payload = fc.oneof(
    fc
      .record({ reports: fc.oneof(many, leaf), results: fc.oneof(many, leaf) })
      .map((said) => Buffer.from(JSON.stringify(said))),
    fc.uint8Array({ maxLength: 64 }),
  );
  fc.assert(
    fc.property(payload, (bytes) => {
      const { values, faults, acks } = decode(bytes);
      const text = Buffer.from(bytes).toString();
      // A number may be written in several ways, ".1" among them.
      const written = new Set((text.match(/[-+\d.eE]+/g) ?? []).map(Number));
      for (const { value, measurement } of values) {
        expect(Number.isFinite(value)).toBe(true);
        const isThere =
          written.has(value) || ((value === 0 || value === 1) && /true|false/.test(text));
        expect(isThere || measurement === "isLit").toBe(true);
      }
      for (const fault of faults) expect(fault.text.length).toBeLessThan(500);
      for (const { id } of acks) expect(id.length).toBeLessThanOrEqual(128);
    }),
    { numRuns: Number(process.env.GRIDWARDEN_FUZZ ?? 2_000) },
  );
});
