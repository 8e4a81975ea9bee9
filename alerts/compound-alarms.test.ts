/** Conditions of several measurements, over an asset's devices and over its parent and parts. */
import { beforeEach, describe, expect, test as it } from "vitest";
import { MINUTE_MS } from "../model/clock.ts";
import { FLAG_BITS } from "../model/reading.ts";
import {
  type ConditionWorld,
  classOf,
  is,
  minute,
  openWorld,
  ruleOf,
  test,
} from "./doubles/condition-world.ts";

const WELL = classOf(
  "well",
  ["levelCm", "rainMm", "isPumping"],
  [
    ruleOf(
      "well",
      "flooding",
      {
        kind: "compound",
        when: { all: [test("levelCm", ">", 100, 80), { not: is("isPumping", true) }] },
      },
      { conditionId: "flood" },
    ),
    ruleOf("well", "quick", {
      kind: "compound",
      when: { all: [test("levelCm", ">", 100, 80), test("rainMm", ">", 5, 3)] },
      heldMs: 2 * MINUTE_MS,
    }),
  ],
);

/** Half of what the lamps that are lit take, by the asset's own `ampsPerLamp`. */
const CURRENT_LOW = {
  kind: "compound",
  when: {
    ...test(
      "feederA",
      "<",
      { attribute: "ampsPerLamp", times: 0.5 },
      { attribute: "ampsPerLamp", times: 0.6 },
    ),
    against: {
      ...{ measurement: "isLit", period: "instant", as: "times" },
      of: { childrenOf: "lamp", fn: "sum", shareMin: 0.5 },
    },
  },
};
const CABINET = classOf(
  "cabinet",
  ["feederA"],
  [ruleOf("cabinet", "current-too-low", CURRENT_LOW)],
);
const LAMP = classOf(
  "lamp",
  ["isLit", "powerW"],
  [
    ruleOf("lamp", "dark-alone", {
      kind: "compound",
      when: { all: [is("isLit", false), { ...test("feederA", ">", 1), of: "parent" }] },
    }),
  ],
);

let world: ConditionWorld;
beforeEach(async () => {
  world = await openWorld([WELL, CABINET, LAMP]);
});

describe("one asset", () => {
  beforeEach(() => {
    world.addAsset("w", "well", {}, ["level", "rain", "pump"]);
    world.addAsset("other", "well");
  });

  it("is judged by whichever of its devices measures, and the reading that completes it is its evidence", async () => {
    world.say("level", 0, { levelCm: 120 });
    expect(await world.happened()).toEqual([]);
    world.say("pump", 1, { isPumping: 0 });
    const [told] = world.alerts.pending();
    expect(told?.alarm.evidence).toMatchObject({ measurement: "isPumping", value: 0 });
    expect(await world.happened()).toEqual(["pump flooding raised 1"]);
    // Any device of the asset moves the alarm that stands, and no second one is raised.
    world.say("level", 2, { levelCm: 130 });
    world.say("level", 3, { levelCm: 90 });
    expect(await world.happened()).toEqual([]);
    world.say("level", 4, { levelCm: 80 });
    world.say("level", 4.1, { levelCm: 80 });
    world.alerts.tick(minute(5));
    expect(await world.happened()).toEqual(["pump flooding returned 4"]);
  });

  it("is not judged by what another asset measures", async () => {
    world.say("level", 0, { levelCm: 120 });
    world.say("d-other", 1, { isPumping: 0 });
    expect(await world.happened()).toEqual([]);
  });

  it("does not know what it has not heard for three report periods", async () => {
    world.say("level", 0, { levelCm: 120 });
    world.say("pump", 31, { isPumping: 0 });
    expect(await world.happened()).toEqual([]);
    world.say("level", 32, { levelCm: 120 });
    expect(await world.happened()).toEqual(["level flooding raised 32"]);
    // The pump's word grows old: the alarm stands, and what is known alone may end it.
    world.say("level", 70, { levelCm: 90 });
    world.say("level", 71, { levelCm: 120 });
    expect(await world.happened()).toEqual([]);
    world.say("level", 72, { levelCm: 10 });
    world.alerts.tick(minute(73));
    expect((await world.happened()).length).toBe(1);
  });

  it.each([
    [2, ["level quick raised 2"]],
    [2.1, []],
  ])(
    "knows a value of before for as long as the rule says: after %d minutes it finds %j",
    async (at, found) => {
      world.say("rain", 0, { rainMm: 9 });
      world.say("level", at, { levelCm: 120 });
      expect((await world.happened()).filter((line) => line.includes("quick"))).toEqual(found);
    },
  );

  it.each(["range", "hj212-D"] as const)(
    "does not know what its device doubts now (%s)",
    async (flag) => {
      world.say("pump", 0, { isPumping: 0 });
      world.say("pump", 1, { isPumping: 1 }, { flags: FLAG_BITS[flag] });
      world.say("level", 2, { levelCm: 120 });
      expect(await world.happened()).toEqual([]);
      world.say("pump", 3, { isPumping: 0 });
      expect(await world.happened()).toEqual(["pump flooding raised 3"]);
    },
  );

  it("takes late readings for history, and never the older value for the newer", async () => {
    world.say("pump", 5, { isPumping: 1 });
    world.say("pump", 6, { isPumping: 0 }, { observedAt: minute(4), flags: FLAG_BITS.late });
    world.say("level", 7, { levelCm: 120 });
    expect(await world.happened()).toEqual([]);
  });

  it("after a restart knows the values that it knew", async () => {
    world.say("level", 0, { levelCm: 120 });
    world.say("rain", 1, { rainMm: 9 }, { flags: FLAG_BITS.range });
    await world.restart(3);
    world.say("pump", 4, { isPumping: 0 });
    expect(await world.happened()).toEqual(["pump flooding raised 4"]);
    const asked = world.alerts
      .lookBacks("well.quick")
      .filter(({ deviceId }) => deviceId === "rain");
    expect(asked.map(({ measurement, depthMs }) => [measurement, depthMs])).toEqual([
      ["levelCm", 30 * MINUTE_MS],
      ["isPumping", 30 * MINUTE_MS],
      ["rainMm", 2 * MINUTE_MS],
    ]);
  });

  it("after a restart still doubts what was doubted", async () => {
    world.say("pump", 0, { isPumping: 0 });
    world.say("pump", 1, { isPumping: 0 }, { flags: FLAG_BITS.range });
    await world.restart(2);
    world.say("level", 3, { levelCm: 120 });
    expect(await world.happened()).toEqual([]);
  });
});

describe("a cabinet and its lamps", () => {
  const parent = { parentAssetId: "cab" };
  beforeEach(() => {
    world.addAsset("cab", "cabinet", { attributes: { ampsPerLamp: 0.5 } });
    for (const lamp of ["l1", "l2", "l3", "l4"]) world.addAsset(lamp, "lamp", parent);
    world.addAsset("stray", "lamp");
    world.addAsset("pit", "well", parent);
  });
  const light = (at: number, lit: Record<string, number>): void => {
    for (const [lamp, isLit] of Object.entries(lit)) world.say(`d-${lamp}`, at, { isLit });
  };

  it("holds the feeder's current against what its lit lamps take", async () => {
    light(0, { l1: 1, l2: 1, l3: 1, l4: 1, stray: 1 });
    world.say("d-cab", 1, { feederA: 1.01 });
    expect(await world.happened()).toEqual([]);
    world.say("d-cab", 2, { feederA: 0.99 });
    expect(await world.happened()).toEqual(["d-cab current-too-low raised 2"]);
    // Lamps that go out move nothing by themselves: the cabinet is judged with its own readings.
    light(3, { l1: 0, l2: 0, l3: 0 });
    world.alerts.tick(minute(4));
    expect(await world.happened()).toEqual([]);
    world.say("d-cab", 5, { feederA: 0.99 });
    world.alerts.tick(minute(6));
    expect((await world.happened()).length).toBe(1);
  });

  it("says nothing while too few of the lamps are heard, nor without the attribute", async () => {
    light(0, { l1: 1 });
    world.say("d-cab", 1, { feederA: 0 });
    expect(await world.happened()).toEqual([]);
    light(2, { l2: 1 });
    world.say("d-cab", 3, { feederA: 0 });
    expect(await world.happened()).toEqual(["d-cab current-too-low raised 3"]);
    world.addAsset("bare", "cabinet");
    world.addAsset("l9", "lamp", { parentAssetId: "bare" });
    world.say("d-l9", 4, { isLit: 1 });
    world.say("d-bare", 5, { feederA: 0 });
    expect(await world.happened()).toEqual([]);
  });

  it("a lamp that is dark while its cabinet feeds is dark by itself", async () => {
    light(0, { l1: 0 });
    world.say("d-cab", 1, { feederA: 5 });
    light(2, { l1: 0, stray: 0 });
    expect(await world.happened()).toEqual(["d-l1 dark-alone raised 2"]);
  });

  it("after a restart, and when such a rule is put, the others are asked for what they said", async () => {
    light(0, { l1: 1, l2: 1, l3: 1, l4: 1 });
    await world.restart(1);
    world.say("d-cab", 2, { feederA: 0.5 });
    expect(await world.happened()).toEqual(["d-cab current-too-low raised 2"]);
    const asked = world.alerts.lookBacks("cabinet.current-too-low");
    expect(asked.map(({ deviceId, measurement }) => `${deviceId} ${measurement}`)).toEqual([
      "d-cab feederA",
      ...["l1", "l2", "l3", "l4", "stray"].map((lamp) => `d-${lamp} isLit`),
    ]);
  });

  it.each([
    ["count", 3],
    ["sum", 60],
    ["mean", 20],
    ["min", 10],
    ["max", 30],
  ])("takes the %s of its parts", async (fn, wanted) => {
    const of = { childrenOf: "lamp", fn };
    const powers = (sign: "<" | ">", level: number) => ({
      ...ruleOf("cabinet", sign === "<" ? "less" : "more", {
        kind: "compound",
        when: { all: [test("feederA", ">", 1), { ...test("powerW", sign, level), of }] },
      }),
      version: undefined,
    });
    world.alerts.putRule(powers("<", wanted + 0.1) as never, { by: "test", now: minute(0) });
    world.alerts.putRule(powers(">", wanted - 0.1) as never, { by: "test", now: minute(0) });
    for (const [lamp, powerW] of Object.entries({ l1: 10, l2: 20, l3: 30 })) {
      world.say(`d-${lamp}`, 1, { powerW });
    }
    world.say("d-cab", 2, { feederA: 9 });
    expect(await world.happened()).toEqual(["d-cab less raised 2", "d-cab more raised 2"]);
  });
});

it("a repair is proven when all devices that report for the condition read normal", async () => {
  const said = [
    { deviceId: "level", measurement: "levelCm" },
    { deviceId: "pump", measurement: "isPumping" },
  ] as never;
  world = await openWorld([WELL], { latest: () => said });
  world.addAsset("w", "well", {}, ["level", "rain", "pump"]);
  world.alerts.watch("w", "flood", minute(0));
  const normalSince = () =>
    world.alerts.health("w", "flood").devices.map((each) => [each.deviceId, each.normalSince]);
  world.say("level", 1, { levelCm: 120 });
  world.say("pump", 2, { isPumping: 0 });
  expect(world.alerts.isAlarming("w", "flood")).toBe(true);
  world.say("level", 3, { levelCm: 10 });
  expect(normalSince()).toEqual([
    ["level", minute(3)],
    ["pump", undefined],
  ]);
  world.say("pump", 4, { isPumping: 0 });
  expect(normalSince()).toEqual([
    ["level", minute(3)],
    ["pump", minute(4)],
  ]);
});
