import { describe, expect, test as it } from "vitest";
import { HOUR_MS, type Instant, MINUTE_MS } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import { Asset } from "../model/registry.ts";
import {
  type ConditionWorld,
  classOf,
  minute,
  openWorld,
  ruleOf,
} from "./doubles/condition-world.ts";
import { createNeighbours, type OffNeighbours, sampledUntil } from "./neighbours.ts";
import { createSeriesHistory } from "./series-history.ts";

const SERIES = { measurement: "voltageV", period: "instant" } as const;
const SIGNAL: OffNeighbours = {
  kind: "off-neighbours",
  ...{ among: "parent", overMs: HOUR_MS, pointsMin: 2, neighboursMin: 2 },
};
const UNTIL = minute(0);

interface Lamp {
  values?: number[];
  slug?: string;
  parent?: string;
  grid?: string;
}

/** Values 10 minutes apart, the last 10 minutes before UNTIL; each history counts who reads it. */
function street(lamps: Record<string, Lamp>) {
  let reads = 0;
  const made = new Map(
    Object.entries(lamps).map(([assetId, lamp]) => {
      const { values = [], slug = "lamp", parent = "cab", grid = "g" } = lamp;
      const place = { componentCode: "4115240101000001", name: assetId, lon: 115, lat: 32 };
      const more = { parentAssetId: parent, responsibleGrid: grid };
      const asset = Asset.parse({ assetId, class: slug, ...place, ...more });
      const history = createSeriesHistory(2 * HOUR_MS, 100);
      for (const [n, value] of values.entries()) {
        history.add(UNTIL - (values.length - n) * 10 * MINUTE_MS, value);
      }
      const past = {
        history: () => {
          reads += 1;
          return history;
        },
      };
      return [assetId, { asset, past, history }];
    }),
  );
  const neighbours = createNeighbours({
    registry: {
      asset: (id) => made.get(id)?.asset,
      partsOf: (id) =>
        [...made.values()]
          .map(({ asset }) => asset)
          .filter((each) => each.parentAssetId === id)
          .map((each) => each.assetId),
    },
    devicesOf: (id) => [made.get(id)].filter((each) => each !== undefined),
    all: () => made.values(),
  });
  const of = (assetId: string, signal: Partial<OffNeighbours> = {}, until: Instant = UNTIL) => {
    const own = made.get(assetId);
    if (own === undefined) throw new Error(assetId);
    return neighbours.distance(own, SERIES, { ...SIGNAL, ...signal }, until);
  };
  return { of, reads: () => reads, made };
}

describe("the distance of a mean", () => {
  const lamps = {
    a: { values: [230, 250] },
    b: { values: [220, 222] },
    c: { values: [216, 218] },
    d: { values: [10, 12], grid: "h" },
    far: { values: [999, 999], parent: "other" },
    bin: { values: [999, 999], slug: "bin" },
    mute: { values: [999] },
  };

  it.each([
    ["a", 240 - 217],
    ["b", 221 - 217],
    ["c", 221 - 217],
    ["d", 221 - 11],
    ["mute", undefined],
    ["far", undefined],
  ])("of %s is from the median of the others of its class and parent: %s", (assetId, wanted) => {
    expect(street(lamps).of(assetId)).toBe(wanted);
  });

  it("of an even number of others is from between the middle two", () => {
    expect(street({ ...lamps, e: { values: [220, 220] } }).of("a")).toBe(240 - 218.5);
  });

  it("in a grid goes by the grid", () => {
    const { of } = street(lamps);
    expect(of("a", { among: "grid" })).toBe(240 - 221);
    expect(of("d", { among: "grid" })).toBeUndefined();
  });

  it("is not known with too few neighbours, too few values, or values of before and after alone", () => {
    const { of } = street(lamps);
    expect(of("a", { neighboursMin: 4 })).toBeUndefined();
    expect(of("a", { pointsMin: 3 })).toBeUndefined();
    expect(of("a", {}, UNTIL + 2 * HOUR_MS)).toBeUndefined();
    expect(of("a", {}, UNTIL - 15 * MINUTE_MS)).toBeUndefined();
  });
});

it("a group is worked out once for all who ask, and of each only so many are looked at", () => {
  const lamps = Object.fromEntries(
    Array.from({ length: LIMITS.neighboursMax + 50 }, (_, n) => [`l${n}`, { values: [n, n] }]),
  );
  const { of, reads, made } = street(lamps);
  for (const assetId of made.keys()) of(assetId);
  expect(reads()).toBe(made.size + LIMITS.neighboursMax);
});

it("windows end every ten minutes", () => {
  expect(sampledUntil(minute(0) + 9 * MINUTE_MS)).toBe(minute(0));
  expect(sampledUntil(minute(10))).toBe(minute(10));
});

describe("as a rule", () => {
  const LAMP = classOf(
    "lamp",
    ["voltageV"],
    [
      ruleOf(
        "lamp",
        "drift",
        {
          ...{ kind: "limit", measurement: "voltageV", period: "instant", signal: SIGNAL },
          ...{ direction: "above", inclusive: true, raise: 20, clear: 10 },
        },
        { isDeviceFault: true },
      ),
    ],
  );
  const volts: Record<string, number> = { a: 220, b: 221, c: 222, d: 245 };
  const hour = (world: ConditionWorld, from: number, to: number): void => {
    for (let at = from; at < to; at += 10) {
      for (const [lamp, voltageV] of Object.entries(volts))
        world.say(`d-${lamp}`, at, { voltageV });
    }
  };

  it("the lamp that is off the others raises, and the same after a restart", async () => {
    const found: string[][] = [];
    for (const isRestarted of [false, true]) {
      const world = await openWorld([LAMP]);
      for (const lamp of "abcd") world.addAsset(lamp, "lamp", { parentAssetId: "cab" });
      hour(world, 0, 20);
      if (isRestarted) await world.restart(20);
      expect(await world.happened()).toEqual([]);
      hour(world, 20, 60);
      found.push(await world.happened());
    }
    expect(found).toEqual([["d-d drift raised 20"], ["d-d drift raised 20"]]);
  });
});
