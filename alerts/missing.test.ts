/** A measurement that stays away while its device speaks, and silence by what feeds a device. */
import { beforeEach, describe, expect, test as it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { FLAG_BITS } from "../model/reading.ts";
import { Device } from "../model/registry.ts";
import {
  type ConditionWorld,
  classOf,
  minute,
  openWorld,
  ruleOf,
} from "./doubles/condition-world.ts";

const NO_LEVEL = { kind: "no-data", measurement: "levelCm", afterMs: 60 * MINUTE_MS };
const WELL = classOf(
  "well",
  ["levelCm", "tiltDeg"],
  [
    ruleOf("well", "no-level", NO_LEVEL),
    ruleOf("well", "no-level-soon", { ...NO_LEVEL, afterMs: 0 }),
  ],
);
const POLE = classOf(
  "pole",
  ["tiltDeg"],
  [ruleOf("pole", "silent", { kind: "no-data", afterMs: 0 })],
  {
    silenceMs: { mains: 5 * MINUTE_MS, battery: 6 * HOUR_MS },
  },
);

let world: ConditionWorld;
const lines = async (): Promise<string[]> =>
  (await world.happened()).map((line) => line.replace("d-w ", ""));
/** The platform looks its devices over. */
const look = (at: number): void => world.alerts.tick(minute(at), { canHear: true });

describe("a measurement", () => {
  beforeEach(async () => {
    world = await openWorld([WELL]);
    world.addAsset("w", "well");
    world.say("d-w", 0, { levelCm: 5, tiltDeg: 1 });
  });

  it("is missed when it became too long, once the device has said something else", async () => {
    world.say("d-w", 29, { tiltDeg: 1 });
    look(29.5);
    expect(await lines()).toEqual([]);
    world.say("d-w", 40, { tiltDeg: 1 });
    look(41);
    expect(await lines()).toEqual(["no-level-soon raised 30"]);
    world.say("d-w", 60, { tiltDeg: 1 });
    world.say("d-w", 61, { tiltDeg: 1 });
    // Told without a look over the devices, too, and only once.
    expect(await lines()).toEqual(["no-level raised 60"]);
    look(70);
    expect(await lines()).toEqual([]);
    world.say("d-w", 80, { tiltDeg: 1, levelCm: 5 });
    world.alerts.tick(minute(81));
    expect((await lines()).sort()).toEqual(["no-level returned 80", "no-level-soon returned 80"]);
  });

  it("is not missed while the device says nothing, nor when both come back in one uplink", async () => {
    look(200);
    expect(await lines()).toEqual([]);
    world.say("d-w", 201, { tiltDeg: 1, levelCm: 5 });
    look(202);
    expect(await lines()).toEqual([]);
    world.say("d-w", 230, { tiltDeg: 1 });
    look(230.9);
    expect(await lines()).toEqual([]);
  });

  it("is missed by a word that is no value, as well", async () => {
    world.alerts.heard("d-w", minute(45));
    look(46);
    expect(await lines()).toEqual(["no-level-soon raised 30"]);
  });

  it("is heard whatever its value is worth", async () => {
    world.say("d-w", 29, { levelCm: 5 }, { flags: FLAG_BITS["hj212-D"] });
    world.say("d-w", 50, { tiltDeg: 1 });
    look(51);
    expect(await lines()).toEqual([]);
  });

  it("of a device that never sent it is not expected", async () => {
    world.addAsset("plain", "well");
    for (let at = 0; at <= 200; at += 20) world.say("d-plain", at, { tiltDeg: 1 });
    look(201);
    expect((await world.happened()).filter((line) => line.includes("plain"))).toEqual([]);
  });

  it("is not missed for the time in which the platform could not hear", async () => {
    world.alerts.deaf(minute(10), minute(30));
    world.say("d-w", 45, { tiltDeg: 1 });
    look(46);
    expect(await lines()).toEqual([]);
    world.say("d-w", 50, { tiltDeg: 1 });
    look(51);
    expect(await lines()).toEqual(["no-level-soon raised 50"]);
  });

  it("comes out the same however often the devices are looked over", async () => {
    const tell = async (looks: number[]): Promise<string[]> => {
      const own = await openWorld([WELL]);
      own.addAsset("w", "well");
      for (let at = 0; at <= 120; at += 2) {
        own.say("d-w", at, at === 0 || at === 80 ? { tiltDeg: 1, levelCm: 1 } : { tiltDeg: 1 });
        if (looks.includes(at)) own.alerts.tick(minute(at) + 1);
      }
      own.alerts.tick(minute(121));
      return (await own.happened()).sort();
    };
    const always = Array.from({ length: 61 }, (_, n) => n * 2);
    expect(await tell(always)).toEqual(await tell([]));
    expect((await tell([])).length).toBeGreaterThan(2);
  });

  it("after a restart is missed since it was last stored", async () => {
    await world.restart(20);
    world.alerts.setHeard("d-w", minute(0), "levelCm");
    world.alerts.setHeard("d-w", minute(0), "tiltDeg");
    world.say("d-w", 31, { tiltDeg: 1 });
    look(32);
    expect(await lines()).toEqual(["no-level-soon raised 30"]);
    await world.restart(40);
    world.alerts.remember([
      {
        ...{ deviceId: "d-w" as never, measurement: "levelCm", period: "instant", value: 1 },
        ...{ observedAt: minute(1), receivedAt: minute(1), flags: 0 },
      },
    ]);
    world.say("d-w", 41, { tiltDeg: 1 });
    look(42);
    expect(await lines()).toEqual(["no-level-soon raised 31"]);
  });

  it("is expected by a new rule of what was reported before, and not raised as of before the rule", async () => {
    const latest = () => [
      { deviceId: "d-w", measurement: "tiltDeg", receivedAt: minute(0) },
      { deviceId: "d-w", measurement: "levelCm", receivedAt: minute(0) },
    ];
    world = await openWorld([WELL], { latest: latest as never });
    world.addAsset("w", "well");
    world.say("d-w", 0, { tiltDeg: 1 });
    const rule = { ...ruleOf("well", "no-tilt", { ...NO_LEVEL, measurement: "tiltDeg" }) };
    world.alerts.putRule({ ...rule, version: undefined } as never, { by: "test", now: minute(90) });
    world.alerts.heard("d-w", minute(91));
    look(92);
    expect(await lines()).toContain("no-tilt raised 90");
  });
});

describe("silence by transport", () => {
  it.each([
    [undefined, 30],
    ["mains", 5],
    ["battery", 360],
  ] as const)("a device on %s is silent after %d minutes", async (transport, after) => {
    world = await openWorld([POLE]);
    world.addAsset("p", "pole", {}, []);
    const device = Device.parse({ deviceId: "d", assetId: "p", transport });
    world.addDevice(device);
    world.say("d", 0, { tiltDeg: 1 });
    look(after - 0.2);
    expect(await world.happened()).toEqual([]);
    look(after + 0.1);
    expect(await world.happened()).toEqual([`d silent raised ${after}`]);
  });

  it("a rule with a time of its own counts for all", async () => {
    world = await openWorld([POLE]);
    world.addAsset("p", "pole", {}, []);
    world.addDevice(Device.parse({ deviceId: "d", assetId: "p", transport: "mains" }));
    const own = ruleOf("pole", "silent", { kind: "no-data", afterMs: 20 * MINUTE_MS });
    world.alerts.putRule({ ...own, version: 1 } as never, { by: "test", now: minute(-60) });
    world.say("d", 0, { tiltDeg: 1 });
    look(19);
    expect(await world.happened()).toEqual([]);
    look(21);
    expect(await world.happened()).toEqual(["d silent raised 20"]);
  });
});
