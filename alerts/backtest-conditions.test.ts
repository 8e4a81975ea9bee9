/** Conditions of several measurements, and silence of one, tried on the past. */
import { beforeEach, expect, test as it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { DeviceId } from "../model/ids.ts";
import type { Reading } from "../model/reading.ts";
import type { Rule } from "../model/rule.ts";
import { type BacktestResult, planBacktest } from "./backtest.ts";
import {
  type ConditionWorld,
  classOf,
  is,
  minute,
  openWorld,
  ruleOf,
  START,
  test,
  ZONE,
} from "./doubles/condition-world.ts";

const when = { all: [test("levelCm", ">", 100, 80), { not: is("isPumping", true) }] };
const off = {
  kind: "off-neighbours",
  among: "grid",
  overMs: HOUR_MS,
  pointsMin: 1,
  neighboursMin: 2,
};
const WELL = classOf(
  "well",
  ["levelCm", "isPumping"],
  [
    ruleOf("well", "flooding", { kind: "compound", when }),
    ruleOf("well", "no-level", {
      kind: "no-data",
      measurement: "levelCm",
      afterMs: 30 * MINUTE_MS,
    }),
    ruleOf("well", "above", {
      kind: "compound",
      when: { all: [test("levelCm", ">", 1), { ...test("levelCm", ">", 1), of: "parent" }] },
    }),
    ruleOf("well", "drift", { ...test("levelCm", ">", 10), signal: off }),
  ],
);

let world: ConditionWorld;
beforeEach(async () => {
  world = await openWorld([WELL]);
  world.addAsset("w", "well", {}, ["level", "pump"]);
});

const reading = (deviceId: string, at: number, measurement: string, value: number): Reading => ({
  ...{ deviceId: DeviceId.parse(deviceId), measurement, period: "instant", value, flags: 0 },
  ...{ observedAt: minute(at), receivedAt: minute(at) },
});

/** As the platform feeds it: a joint asset in one order of time, else device by device. */
function tried(ruleId: string, readings: readonly Reading[]): BacktestResult {
  const standing = (id: string): Rule | undefined => WELL.rules.find((rule) => rule.ruleId === id);
  const deps = { registry: world.registry, classes: [WELL], zone: ZONE, deaf: [] };
  const request = { ruleId, from: START, to: START + 4 * HOUR_MS };
  const backtest = planBacktest({ ...deps, heldUntil: (_hold, at) => at }, request, standing);
  for (const { deviceIds, isJoint, series, begin } of backtest.assets()) {
    const trial = begin();
    const isRead = (each: Reading): boolean =>
      series.some(
        ({ deviceId, measurement = each.measurement, depthMs }) =>
          deviceId === each.deviceId &&
          measurement === each.measurement &&
          each.observedAt >= START - depthMs,
      );
    const read = readings.filter(isRead).sort((a, b) => a.observedAt - b.observedAt);
    if (isJoint) trial.feed(read);
    else for (const id of deviceIds) trial.feed(read.filter(({ deviceId }) => deviceId === id));
    trial.end();
  }
  return backtest.result();
}

const shown = ({ candidate }: BacktestResult) =>
  candidate.alarms.map(({ deviceId, raisedAt, returnedAt }) => [
    deviceId,
    (raisedAt - START) / MINUTE_MS,
    returnedAt === undefined ? undefined : Math.floor((returnedAt - START) / MINUTE_MS),
  ]);

it("a condition over the devices of one asset is tried as it is judged", async () => {
  const readings = [
    // Known from before the span.
    reading("pump", -20, "isPumping", 0),
    reading("level", 5, "levelCm", 120),
    reading("pump", 15, "isPumping", 1),
    reading("pump", 40, "isPumping", 0),
    reading("level", 50, "levelCm", 120),
    reading("level", 60, "levelCm", 10),
  ];
  expect(shown(tried("well.flooding", readings))).toEqual([
    ["level", 50, 60],
    ["level", 5, 15],
  ]);
  for (const each of readings) {
    const { deviceId, measurement, value } = each;
    world.alerts.tick(each.receivedAt - 1);
    world.say(deviceId, (each.receivedAt - START) / MINUTE_MS, { [measurement]: value });
  }
  world.alerts.tick(minute(70));
  const live = (await world.happened()).filter((line) => line.includes("flooding raised"));
  expect(live).toEqual(["level flooding raised 5", "level flooding raised 50"]);
});

it("a measurement that stays away is tried as it is judged", () => {
  const readings = [
    reading("level", 0, "levelCm", 1),
    ...Array.from({ length: 10 }, (_, n) => reading("level", 10 * n + 5, "isPumping", 0)),
    reading("level", 80, "levelCm", 1),
    reading("pump", 0, "isPumping", 1),
    reading("pump", 200, "isPumping", 1),
  ];
  expect(shown(tried("well.no-level", readings))).toEqual([["level", 30, 80]]);
});

it.each(["above", "drift"])("a rule that looks at other assets is refused (%s)", (name) => {
  expect(() => tried(`well.${name}`, [])).toThrow(
    `rule: got version 1 of 'well.${name}', which looks at other assets; wanted one of the asset's own measurements alone`,
  );
});
