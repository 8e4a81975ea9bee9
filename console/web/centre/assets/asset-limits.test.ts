import { expect, test } from "vitest";
import { limitsFor, peakOf } from "./asset-limits.ts";

type Rules = Parameters<typeof limitsFor>[0];
type Asset = Parameters<typeof limitsFor>[1];
const ASSET = {
  ...{ assetId: "c-1", class: "manhole-cover", componentCode: "4115240101000001", name: "c" },
  ...{ lon: 115, lat: 31, attributes: { depthCm: 300 }, responsibleGrid: "g-1" },
} as Asset;
const limit = (more: object) => ({
  ...{ kind: "limit", measurement: "waterLevelCm", period: "instant", direction: "above" },
  ...{ inclusive: true, raise: 100, clear: 90, ...more },
});
const rule = (more: object) =>
  ({
    ...{ ruleId: "manhole-cover.x", version: 1, class: "manhole-cover", enabled: true },
    ...{ title: { zh: "x", en: "x" }, onDelayMs: 0, offDelayMs: 0, severity: "warning" },
    ...{ lifeSafety: false, source: "own", condition: limit({}), ...more },
  }) as Rules[number];
const values = (more: object, asset = ASSET): number[] =>
  limitsFor([rule(more)], asset, "waterLevelCm").map(({ value }) => value);
const ofDepth = { attribute: "depthCm", times: 0.8, plus: 5, otherwise: 160 };

test.each([
  ["a number", {}, [100]],
  ["what the asset brings", { condition: limit({ raise: ofDepth }) }, [245]],
  ["a rule that is off", { enabled: false }, []],
  ["another class", { class: "streetlight" }, []],
  ["another measurement", { condition: limit({ measurement: "tiltDeg" }) }, []],
  ["what a signal makes of it", { condition: limit({ signal: { kind: "jump", overMs: 1 } }) }, []],
  ["attributes that the asset lacks", { attributes: { area: "market" } }, []],
  ["its steps", { condition: limit({ steps: [{ severity: "major", raise: 200 }] }) }, [100, 200]],
  [
    "what is otherwise here",
    { overrides: [{ responsibleGrid: "g-1", set: { condition: limit({ raise: 70 }) } }] },
    [70],
  ],
  [
    "what is otherwise by attributes that it lacks",
    { overrides: [{ attributes: { depthCm: 100 }, set: { enabled: false } }] },
    [100],
  ],
  [
    "what is otherwise elsewhere",
    { overrides: [{ assetId: "c-2", set: { enabled: false } }] },
    [100],
  ],
])("the limits of a curve: %s", (_what, more, wanted) => {
  expect(values(more)).toEqual(wanted);
});

test("an asset without the attribute has what the rule says otherwise, or no limit", () => {
  const { attributes: _, ...bare } = ASSET;
  expect(values({ condition: limit({ raise: ofDepth }) }, bare)).toEqual([160]);
  const { otherwise: __, ...bound } = ofDepth;
  expect(values({ condition: limit({ raise: bound }) }, bare)).toEqual([]);
});

test("long spans keep the peaks of the side on which the limits lie", () => {
  const of = (...directions: string[]) =>
    peakOf(
      directions.flatMap((direction) =>
        limitsFor([rule({ condition: limit({ direction }) })], ASSET, "waterLevelCm"),
      ),
    );
  expect([of(), of("above"), of("below"), of("above", "below")]).toEqual([
    ...["mean", "max", "min", "mean"],
  ]);
});
