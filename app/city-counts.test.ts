import { expect, test } from "vitest";
import { classBySlug } from "../model/asset-classes/all.ts";
import type { LatestReading } from "../model/case.ts";
import { HOUR_MS, type Instant } from "../model/clock.ts";
import { timeZone } from "../model/local-time.ts";
import { FLAG_BITS } from "../model/reading.ts";
import type { Asset } from "../model/registry.ts";
import { createCityCounts } from "./city-counts.ts";

const NIGHT = Date.parse("2026-11-27T21:00:00+08:00");
const NOON = Date.parse("2026-11-27T12:00:00+08:00");

const assetOf = (assetId: string, slug: string, more: object = {}): Asset =>
  ({
    ...{ assetId, class: slug, gridCell: "41152400100101", lon: 115.4, lat: 31.8 },
    ...more,
  }) as Asset;

type Said = Record<string, { [measurement: string]: number | Partial<LatestReading> }>;

function counted(assets: readonly Asset[], said: Said, at: Instant, standing: Said = {}) {
  const latest = (assetId: string): LatestReading[] =>
    Object.entries(said[assetId] ?? {}).map(([measurement, value]) => ({
      ...{ deviceId: assetId, measurement, unit: "", value: 0, flags: 0 },
      ...{ observedAt: at, receivedAt: at },
      ...(typeof value === "number" ? { value } : value),
    }));
  const counts = createCityCounts({ classBySlug, latest, zone: timeZone("Asia/Shanghai") }, at);
  for (const asset of assets) {
    counts.add({ asset, devices: 1, standing: Object.keys(standing[asset.assetId] ?? {}) });
  }
  return Object.assign(
    (name: string) => counts.points().filter((point) => point.name === name),
    counts.figures(),
  );
}

const LAMPS = [
  assetOf("lit", "streetlight"),
  assetOf("dark", "streetlight"),
  assetOf("old", "streetlight"),
  assetOf("broken", "streetlight"),
  assetOf("trunk", "streetlight", { attributes: { roadClass: "trunk" } }),
];
const LIGHTS: Said = {
  lit: { isLit: 1 },
  dark: { isLit: 0 },
  old: { isLit: { value: 1, observedAt: NIGHT - 2 * HOUR_MS } },
  broken: { isLit: { value: 1, flags: FLAG_BITS["hj212-F"] } },
  trunk: { isLit: 1 },
};

test("at night lamps are due, heard where their value is fresh and good, and lit where it says so", () => {
  expect(counted(LAMPS, LIGHTS, NIGHT)("lighting")).toEqual([
    {
      name: "lighting",
      tags: { class: "streetlight", street: "411524001", road: "other" },
      fields: { lamps: 4, due: 4, heard: 2, lit: 1, lit_by_day: 0 },
      at: NIGHT,
    },
    {
      name: "lighting",
      tags: { class: "streetlight", street: "411524001", road: "trunk" },
      fields: { lamps: 1, due: 1, heard: 1, lit: 1, lit_by_day: 0 },
      at: NIGHT,
    },
  ]);
});

test("by day none is due, and one that burns is told", () => {
  const [other] = counted(LAMPS, LIGHTS, NOON)("lighting");
  expect(other?.fields).toEqual({ lamps: 4, due: 0, heard: 0, lit: 0, lit_by_day: 2 });
});

const POINTS = [
  assetOf("in", "sewage-plant", {
    parentAssetId: "plant-1",
    attributes: { point: "inlet", designM3h: 1000 },
  }),
  assetOf("out", "sewage-plant", {
    parentAssetId: "plant-1",
    attributes: { point: "outlet", designM3h: 1000 },
  }),
  assetOf("alone", "sewage-plant", { attributes: { point: "outlet" } }),
  assetOf("basin", "sewage-plant", { attributes: { point: "process" } }),
];
const WATER: Said = {
  in: { codMgL: 200, flowM3h: 810 },
  out: { codMgL: 20, flowM3h: 800, nh3nMgL: 1 },
  alone: { codMgL: 60 },
};

test("a plant removes what its outlet lacks of its inlet, and is loaded by its design", () => {
  const plants = counted(POINTS, WATER, NOON)("plant");
  expect(plants.map(({ tags }) => tags.asset)).toEqual(["plant-1", "alone"]);
  expect(plants[0]?.fields).toMatchObject({
    ...{ outlets: 1, within: 1, flow: 800, load: 0.8 },
    ...{ codMgL_in: 200, codMgL_out: 20, codMgL_removed: 0.9, nh3nMgL_out: 1 },
  });
  expect(plants[0]?.fields).not.toHaveProperty("nh3nMgL_removed");
  expect(plants[1]?.fields.load).toBeUndefined();
});

test("an outlet is over its limits while a rule stands that opens a case, not while it warns", () => {
  const within = (standing: Said) =>
    counted(POINTS, WATER, NOON, standing)("plant").map(({ fields }) => fields.within);
  expect(within({ out: { "sewage-plant.cod-day": 1 } })).toEqual([0, 1]);
  expect(within({ out: { "sewage-plant.cod-hour": 1 } })).toEqual([1, 1]);
});

test("the lighting rate is of lamps that are due and heard; by day none is due", () => {
  expect(counted(LAMPS, LIGHTS, NIGHT).lighting).toEqual({ due: 5, heard: 3, lit: 2 });
  expect(counted(LAMPS, LIGHTS, NOON).lighting).toEqual({ due: 0, heard: 0, lit: 0 });
  expect(counted(LAMPS, {}, NIGHT).lighting).toEqual({ due: 5, heard: 0, lit: 0 });
});

test.each<[string, Said, Said, object]>([
  ["both are measured", WATER, {}, { all: 2, measured: 2, within: 2 }],
  [
    "one is over",
    WATER,
    { out: { "sewage-plant.cod-day": 1 } },
    { all: 2, measured: 2, within: 1 },
  ],
  ["one warns", WATER, { out: { "sewage-plant.cod-hour": 1 } }, { all: 2, measured: 2, within: 2 }],
  ["one is silent", { out: { codMgL: 20 } }, {}, { all: 2, measured: 1, within: 1 }],
  [
    ...(["one that is over is silent", { alone: { codMgL: 20 } }] as const),
    ...([{ out: { "sewage-plant.cod-day": 1 } }, { all: 2, measured: 1, within: 1 }] as const),
  ],
  ["a flow has no limit", { out: { flowM3h: 800 } }, {}, { all: 2, measured: 0, within: 0 }],
  ["nothing is heard", {}, {}, { all: 2, measured: 0, within: 0 }],
])("of the outlets %s", (_what, said, standing, outlets) => {
  expect(counted(POINTS, said, NOON, standing).outlets).toEqual(outlets);
});
