/** Commands as values of Sparkplug's metrics: what is written, what is refused, and what shows it done. */
import { expect, test } from "vitest";
import type { Command } from "../model/command.ts";
import { readCommandNote } from "../model/command-notes.ts";
import { DeviceId } from "../model/ids.ts";
import { type DeclaredMetric, SPARKPLUG_TYPES, type SparkplugType } from "../model/sparkplug.ts";
import { standingAfter } from "./metric-progress.ts";
import { isShown, writesOf } from "./metric-writes.ts";

const LAMP: DeclaredMetric[] = [
  { name: "isLit", alias: 7, datatype: SPARKPLUG_TYPES.Boolean },
  { name: "dimPercent", datatype: SPARKPLUG_TYPES.UInt8 },
  { name: "untyped" },
  { name: "table", datatype: 16 },
];
const raw = (fields: Record<string, unknown>) => ({ name: "raw", args: { fields } });

test("a lamp's commands are its metrics, by alias where there is one", () => {
  expect(writesOf({ name: "on", args: {} }, LAMP)).toEqual({
    kind: "writes",
    writes: [{ name: "isLit", key: 7, datatype: "Boolean", value: true }],
  });
  expect(writesOf({ name: "off", args: {} }, LAMP)).toMatchObject({ writes: [{ value: false }] });
  expect(writesOf({ name: "dim", args: { percent: 60 } }, LAMP)).toMatchObject({
    writes: [{ name: "dimPercent", key: "dimPercent", datatype: "UInt8", value: 60 }],
  });
});

test.each([
  [raw({ isLit: true, dimmer: 3 }), "its birth declares no metric 'dimmer', but 'isLit', 'dimP"],
  [raw({ untyped: 3 }), "metric 'untyped' has no datatype in its birth; have the node declare one"],
  [raw({ table: 3 }), "metric 'table' is of the datatype 16, which is no single value"],
  [raw({ isLit: 1 }), "metric 'isLit' is Boolean and takes true or false; got 1"],
  [{ name: "raw", args: { base64: "AQI=" } }, "metrics take no bytes; name each with its value"],
  [raw({}), "metrics take no bytes"],
])("%j is refused with the cure", (asked, why) => {
  const fault = writesOf(asked, LAMP);
  expect(fault).toMatchObject({ kind: "fault", why: expect.stringContaining(why) });
  const parts = readCommandNote(fault.kind === "fault" ? fault.why : "");
  expect(parts).toMatchObject([{ note: expect.stringMatching(/^metric-/) }]);
});

test("as long as no birth is known, only the form is judged", () => {
  expect(writesOf(raw({ anything: 3 }), undefined)).toEqual({ kind: "writes", writes: [] });
  expect(writesOf(raw({}), undefined).kind).toBe("fault");
});

/** By datatype: what just fits, and what just does not. */
const EDGES: Record<SparkplugType, [good: unknown[], bad: unknown[]]> = {
  Int8: [
    [-128, 127],
    [-129, 128, 1.5, "1"],
  ],
  Int16: [
    [-32_768, 32_767],
    [-32_769, 32_768],
  ],
  Int32: [
    [-(2 ** 31), 2 ** 31 - 1],
    [-(2 ** 31) - 1, 2 ** 31],
  ],
  Int64: [[Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER], [2 ** 53]],
  UInt8: [
    [0, 255],
    [-1, 256],
  ],
  UInt16: [
    [0, 65_535],
    [-1, 65_536],
  ],
  UInt32: [
    [0, 2 ** 32 - 1],
    [-1, 2 ** 32],
  ],
  UInt64: [
    [0, Number.MAX_SAFE_INTEGER],
    [-1, 2 ** 53],
  ],
  Float: [
    [0.1, -3e38],
    [1e39, Number.NaN, "1", true],
  ],
  Double: [
    [0.1, 1e300],
    [Number.POSITIVE_INFINITY, "1"],
  ],
  Boolean: [
    [true, false],
    [0, 1, "true", null],
  ],
  String: [
    ["", "灯"],
    [1, null, {}],
  ],
  DateTime: [
    [0, 1_795_307_400_000],
    [-1, 0.5, "2026"],
  ],
  Text: [["a"], [1]],
  UUID: [["a"], [1]],
};

test.each(Object.entries(EDGES))("%s takes what it can hold and nothing else", (type, rows) => {
  const declared = [{ name: "m", datatype: SPARKPLUG_TYPES[type as SparkplugType] }];
  const [good, bad] = rows;
  for (const value of good) expect(writesOf(raw({ m: value }), declared).kind).toBe("writes");
  for (const value of bad) expect(writesOf(raw({ m: value }), declared).kind).toBe("fault");
});

test.each([
  ["Boolean", true, 1, true],
  ["Boolean", false, 1, false],
  ["Float", 0.1, Math.fround(0.1), true],
  ["Float", 0.1, 0.2, false],
  ["Double", 0.1, Math.fround(0.1), false],
  ["Int16", -3, -3, true],
  ["String", "a", "b", false],
] as const)("%s %s is shown by %s: %s", (datatype, value, shown, isIt) => {
  expect(isShown({ key: 1, datatype, value }, shown)).toBe(isIt);
});

const sent = (more: Partial<Command> = {}): Command => ({
  ...{ commandId: "c-1", deviceId: DeviceId.parse("d-1"), seq: 1, name: "raw", args: {} },
  ...{ mode: "until-acknowledged", createdAt: 100, createdBy: "li", expiresAt: 900 },
  ...{ state: "sent", tries: 1, sentAt: 200 },
  ...more,
});

test("what was shown before it was sent, or has changed since, stands no more", () => {
  const asked = writesOf(raw({ isLit: true, dimPercent: 60 }), LAMP);
  const writes = asked.kind === "writes" ? asked.writes : [];
  const after = (
    values: Record<string, number | boolean>,
    at: number,
    before = new Set<string>(),
  ) => [...standingAfter(before, writes, sent(), { values, at })].sort();
  expect(after({ isLit: true, dimPercent: 60 }, 199)).toEqual([]);
  expect(after({ isLit: true, dimPercent: 59, other: 1 }, 200)).toEqual(["isLit"]);
  expect(after({ dimPercent: 60 }, 300, new Set(["isLit"]))).toEqual(["dimPercent", "isLit"]);
  expect(after({ isLit: false, dimPercent: 60 }, 300, new Set(["isLit"]))).toEqual(["dimPercent"]);
  const unsent = sent({ tries: 0, state: "queued" });
  expect([
    ...standingAfter(undefined, writes, unsent, { values: { isLit: true }, at: 300 }),
  ]).toEqual([]);
});
