/** The classes' own rules that look at several measurements or assets. */
import { expect, test as it } from "vitest";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { type ConditionWorld, openWorld } from "./doubles/condition-world.ts";

const linesOf = async (world: ConditionWorld, name: string): Promise<string[]> =>
  (await world.happened()).filter((line) => line.includes(name));

async function line(): Promise<ConditionWorld> {
  const world = await openWorld(ASSET_CLASSES);
  world.addAsset("main", "gas-line");
  world.addAsset("branch", "gas-line", { parentAssetId: "main" });
  for (let at = 0; at < 120; at += 15) {
    world.say("d-main", at, { pressureKpa: 300, flowM3h: 100 });
    world.say("d-branch", at, { pressureKpa: 200 });
    world.alerts.tick(0, { canHear: false });
  }
  return world;
}

it.each<[string, number, number, string[]]>([
  [
    "falls while the flow before it rises: a break",
    150,
    300,
    ["d-branch suspected-break raised 122"],
  ],
  ["falls, and no more flows", 150, 100, []],
  ["holds while more flows: supper", 198, 300, []],
])("the pressure of a section %s", async (_what, pressureKpa, flowM3h, found) => {
  const world = await line();
  world.say("d-main", 120, { flowM3h });
  world.say("d-branch", 121, { pressureKpa });
  world.alerts.tick(Date.parse("2026-11-23T22:03:00+08:00"), { canHear: false });
  expect(await linesOf(world, "suspected-break")).toEqual(found);
});

it("a section that measures both needs no other, and its alarm waits for a person", async () => {
  const world = await openWorld(ASSET_CLASSES);
  world.addAsset("alone", "gas-line");
  for (let at = 0; at < 120; at += 15) world.say("d-alone", at, { pressureKpa: 300, flowM3h: 100 });
  world.say("d-alone", 120, { flowM3h: 400, pressureKpa: 100 });
  world.alerts.tick(Date.parse("2026-11-23T22:02:00+08:00"), { canHear: false });
  expect(await linesOf(world, "suspected-break")).toEqual(["d-alone suspected-break raised 121"]);
  // The means have followed.
  for (let at = 135; at < 360; at += 15) {
    world.say("d-alone", at, { pressureKpa: 100, flowM3h: 400 });
    world.alerts.tick(Date.parse("2026-11-23T20:00:00+08:00") + (at + 10) * 60_000, {
      canHear: false,
    });
  }
  const [back = ""] = await linesOf(world, "suspected-break");
  expect(back).toContain("d-alone suspected-break latched");
});

it("a lamp's voltage meter that is off its cabinet's others by night is work on the device; one without voltage is not", async () => {
  const world = await openWorld(ASSET_CLASSES);
  const volts: Record<string, number> = {
    a: 221,
    b: 223,
    c: 220,
    d: 219,
    e: 222,
    drifting: 246,
    cut: 0,
  };
  for (const lamp of Object.keys(volts)) {
    world.addAsset(lamp, "streetlight", { parentAssetId: "cabinet" });
  }
  for (let at = 0; at < 600; at += 15) {
    for (const [lamp, voltageV] of Object.entries(volts)) {
      world.say(`d-${lamp}`, at, { voltageV: at < 60 ? 0 : voltageV });
    }
  }
  expect(await linesOf(world, "voltage-drift")).toEqual(["d-drifting voltage-drift raised 420"]);
  const rule = world.alerts.rule("streetlight.voltage-drift");
  expect([rule?.isDeviceFault, rule?.conditionId]).toEqual([true, undefined]);
});
