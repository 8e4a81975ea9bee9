import { expect, test } from "vitest";
import type { AlarmItem, BacktestAnswer, RuleItem } from "../../shared/platform-types.ts";
import { assetsFound, marksOf, measurementOfRule, plainLimits } from "./backtest-marks.ts";
import { eventsOf } from "./backtest-run.ts";

const FROM = "2026-11-01T00:00:00.000+08:00";
const TO = "2026-11-02T00:00:00.000+08:00";
const alarm = (assetId: string, hour: string, returnedAt?: string) => ({
  ...{ deviceId: `d-${assetId}`, assetId, severity: "major" as const },
  raisedAt: `2026-11-01T${hour}:00:00.000+08:00`,
  ...(returnedAt === undefined ? {} : { returnedAt: `2026-11-01T${returnedAt}:00:00.000+08:00` }),
});
const ANSWER = {
  ...{ ruleId: "r.x", from: FROM, to: TO },
  candidate: { alarms: [alarm("a", "03", "04"), alarm("b", "05")] },
  present: { alarms: [alarm("a", "03", "04"), alarm("c", "06")] },
  ...{ onlyCandidate: [alarm("b", "05")], onlyPresent: [alarm("c", "06")] },
} as unknown as BacktestAnswer;
const NAMES = { candidate: "C", present: "P", fired: "F" };
const at = (hour: string): number => Date.parse(`2026-11-01T${hour}:00:00.000+08:00`);

test("assets in which the two rules differ are offered first, each once", () => {
  expect(assetsFound(ANSWER)).toEqual(["b", "c", "a"]);
});

test("the curve of an asset has what would have fired beside what fired; what stood at the end runs to it", () => {
  const fired = [
    { ...alarm("a", "03", "05"), ruleId: "r.x" },
    { ...alarm("a", "03"), ruleId: "another" },
    { ...alarm("a", "03"), ruleId: "r.x", raisedAt: "2026-10-01T00:00:00.000+08:00" },
  ] as unknown as AlarmItem[];
  const marks = marksOf(ANSWER, "a", fired, NAMES).map(({ kindName, at: begin, until }) => [
    ...[kindName, begin, until],
  ]);
  expect(marks).toEqual([
    ["C", at("03"), at("04")],
    ["P", at("03"), at("04")],
    ["F", at("03"), at("05")],
  ]);
  expect(marksOf(ANSWER, "b", [], NAMES).map(({ until }) => until)).toEqual([Date.parse(TO)]);
});

const limit = (more: object): RuleItem["condition"] =>
  ({ kind: "limit", measurement: "tiltDeg", raise: 10, steps: [{ raise: 20 }], ...more }) as never;

test("limits that are numbers are drawn; those of a signal or of an asset's own are not", () => {
  expect(plainLimits(limit({}), "new")).toEqual([
    { value: 10, label: "new" },
    { value: 20, label: "new" },
  ]);
  expect(plainLimits(limit({ signal: { kind: "jump" } }), "new")).toEqual([]);
  expect(plainLimits(limit({ raise: { attribute: "depthCm" }, steps: [] }), "new")).toEqual([]);
});

test.each([
  [limit({}), "tiltDeg"],
  [{ kind: "no-data", afterMs: 0 }, undefined],
  [
    { kind: "compound", when: { all: [{ not: limit({}) }, limit({ measurement: "x" })] } },
    "tiltDeg",
  ],
])("the curve of %j is that of %s", (condition, name) => {
  expect(measurementOfRule(condition as never)).toBe(name);
});

test("events of a stream are read as they come, also when a piece ends within one", () => {
  const text = 'event: progress\ndata: {"devices":2}\n\n: still there\n\nevent: result\ndata: {"a"';
  const { events, rest } = eventsOf(text);
  expect(events).toEqual([{ event: "progress", data: { devices: 2 } }]);
  expect(eventsOf(`${rest}:1}\n\n`)).toEqual({
    ...{ events: [{ event: "result", data: { a: 1 } }], rest: "" },
  });
});
