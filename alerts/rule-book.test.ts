import { expect, test } from "vitest";
import { AssetClass } from "../model/asset-class.ts";
import { HOUR_MS } from "../model/clock.ts";
import { timeZone } from "../model/local-time.ts";
import { Asset } from "../model/registry.ts";
import { Rule } from "../model/rule.ts";
import { createRuleBook } from "./rule-book.ts";
import type { ValueRule } from "./rule-evaluation.ts";

const zone = timeZone("Asia/Shanghai");
const LEVEL = { kind: "limit", measurement: "levelCm", period: "instant", direction: "above" };

function rule(name: string, condition: object, more: object = {}) {
  return {
    ruleId: `well.${name}`,
    version: 1,
    class: "well",
    title: { zh: name, en: name },
    condition: { ...LEVEL, inclusive: true, ...condition },
    onDelayMs: 0,
    offDelayMs: 0,
    severity: "warning",
    lifeSafety: false,
    enabled: true,
    source: "test",
    ...more,
  };
}

const WELL = AssetClass.parse({
  slug: "well",
  title: { zh: "井", en: "Well" },
  componentCategories: ["0199"],
  measurements: [
    {
      name: "levelCm",
      unit: "cm",
      kind: "number",
      min: 0,
      max: 1_000,
      decimals: 0,
      title: { zh: "水位", en: "level" },
    },
  ],
  reportPeriodMs: 600_000,
  rules: [
    rule("high", {
      raise: { attribute: "depthCm", times: 0.8, otherwise: 160 },
      clear: { attribute: "depthCm", times: 0.75, otherwise: 150 },
      steps: [
        {
          severity: "critical",
          raise: { attribute: "depthCm", plus: -10, otherwise: 190 },
          clear: { attribute: "depthCm", plus: -20, otherwise: 180 },
        },
      ],
    }),
    rule("own", {
      raise: { attribute: "limitCm" },
      clear: { attribute: "limitCm", plus: -5 },
    }),
    rule(
      "fast",
      {
        signal: { kind: "rate", overMs: HOUR_MS, pointsMin: 3 },
        raise: 1,
        clear: 0.5,
      },
      {},
    ),
    rule("often", { raise: 100, clear: 90 }, { count: { n: 2, m: 3 } }),
    rule(
      "ruled",
      { raise: 100, clear: 90 },
      {
        overrides: [
          { attributes: { kind: "deep" }, set: { severity: "major" }, source: "the bureau" },
          { responsibleGrid: "grid-1", set: { onDelayMs: 5_000 }, source: "the street" },
          { assetId: "well-9", set: { enabled: false }, source: "being rebuilt" },
          {
            assetId: "well-1",
            set: { condition: { ...LEVEL, inclusive: true, raise: 50, clear: 40 } },
            source: "a shallow one",
          },
        ],
      },
    ),
  ],
  conditions: [],
  hazards: [],
  retentionDays: 1,
});

const well = (assetId: string, more: object = {}): Asset =>
  Asset.parse({
    assetId,
    class: "well",
    componentCode: "4115240101000001",
    name: assetId,
    lon: 115,
    lat: 32,
    ...more,
  });

const book = createRuleBook([WELL], zone);
const ruleOf = (asset: Asset, name: string): ValueRule | undefined =>
  book.rulesFor(asset).all.get(`well.${name}`) as ValueRule | undefined;

test("a quantity is taken from the asset, or is what it is otherwise, or binds nobody", () => {
  const deep = well("well-2", { attributes: { depthCm: 400, limitCm: 77 } });
  expect(ruleOf(deep, "high")?.levels).toMatchObject({ raise: [320, 390], clear: [300, 380] });
  expect(ruleOf(well("well-3"), "high")?.levels).toMatchObject({ raise: [160, 190] });
  expect(ruleOf(deep, "own")?.levels).toMatchObject({ raise: [77], clear: [72] });
  expect(ruleOf(well("well-3"), "own")).toBeUndefined();
  // A text is no number.
  expect(ruleOf(well("w", { attributes: { limitCm: "77" } }), "own")).toBeUndefined();
});

test("assets whose quantities come out alike share their rules", () => {
  const [a, b] = ["well-4", "well-5"].map((id) => well(id, { attributes: { depthCm: 300 } }));
  const c = well("well-6", { attributes: { depthCm: 301 } });
  expect(book.rulesFor(a as Asset)).toBe(book.rulesFor(b as Asset));
  expect(book.rulesFor(a as Asset)).not.toBe(book.rulesFor(c));
});

test("overrides count for those that meet all that is named, the later before the earlier", () => {
  const severity = (asset: Asset) => ruleOf(asset, "ruled")?.severities;
  expect(severity(well("well-3"))).toEqual(["warning"]);
  expect(severity(well("well-3", { attributes: { kind: "deep" } }))).toEqual(["major"]);
  expect(ruleOf(well("w", { responsibleGrid: "grid-1" }), "ruled")?.onDelayMs).toBe(5_000);
  expect(ruleOf(well("well-9"), "ruled")).toBeUndefined();
  const one = well("well-1", { attributes: { kind: "deep" }, responsibleGrid: "grid-1" });
  expect(ruleOf(one, "ruled")).toMatchObject({
    levels: { raise: [50], clear: [40] },
    onDelayMs: 5_000,
    severities: ["major"],
  });
});

test("a series is remembered as far back as the rule that looks farthest", () => {
  const { depths } = book.rulesFor(well("well-3"));
  expect(depths.get("levelCm")).toEqual({ instant: 3 * 4 * 600_000 });
});

test("a rule that is replaced counts for all assets from then on", () => {
  const own = createRuleBook([WELL], zone);
  const asset = well("well-3");
  const before = own.rulesFor(asset);
  const changed = Rule.parse(rule("often", { raise: 70, clear: 60 }, { version: 2 }));
  own.replace(changed);
  const after = own.rulesFor(asset).all.get("well.often");
  expect(after).toMatchObject({ rule: { version: 2 }, levels: { raise: [70] } });
  expect(before.all.get("well.often")).toMatchObject({ rule: { version: 1 } });
  expect(own.rule("well.often")).toBe(changed);
});
