/** One root cause, one alarm: what is held by what lies above it, and what is let go of it again. */
import { describe, expect, test } from "vitest";
import { minute, openLampWorld } from "./support/lamp-world.ts";

const world = openLampWorld();

async function begin(lamps = 10): Promise<string[]> {
  const ids = world.addLamps("cab", lamps);
  await world.start(minute(0));
  return ids;
}

/** Ticks every minute up to `to`, with every lamp heard, so that nobody is silent. */
async function until(from: number, to: number): Promise<string[]> {
  const told: string[] = [];
  for (let at = from; at <= to; at++) {
    for (const deviceId of world.entries.keys()) world.alerts.heard(deviceId, minute(at));
    world.alerts.tick(minute(at));
    told.push(...(await world.told()));
  }
  return told;
}

describe("many lamps of one cabinet", () => {
  test("are one alarm on the cabinet, whoever comes later joins, and nobody else is told", async () => {
    const ids = await begin();
    for (const [index, id] of ids.entries()) world.lit(id, false, minute(index));
    expect(await until(10, 60)).toEqual([
      "cab lamps-dark raised 7 of 3",
      ...[8, 9, 10, 11, 12, 13, 14].map((at) => `cab lamps-dark joined ${at} of 1`),
    ]);
    const { items } = await world.alerts.list(world.database.reader, { state: "suppressed" });
    expect(items).toHaveLength(10);
  });

  test("fewer than it takes stand alone, after they have waited for the others", async () => {
    const [one = "", two = ""] = await begin();
    world.lit(one, false, minute(0));
    world.lit(two, false, minute(3));
    expect(await until(4, 40)).toEqual(["cab-1 dark raised 25", "cab-2 dark raised 28"]);
  });

  test("a share of many is more than a number", async () => {
    const ids = await begin(40);
    for (const id of ids.slice(0, 7)) world.lit(id, false, minute(0));
    expect(await until(1, 20)).toEqual([]);
    world.lit(ids[7] ?? "", false, minute(19));
    expect(await until(21, 25)).toEqual(["cab lamps-dark raised 24 of 8"]);
  });

  test("of other cabinets each stands alone", async () => {
    world.addLamps("other", 10);
    const ids = await begin();
    for (const id of ids) world.lit(id, false, minute(0));
    for (const id of ["other-1", "other-2"]) world.lit(id, false, minute(0));
    const told = await until(1, 40);
    expect(told[0]).toBe("cab lamps-dark raised 5 of 3");
    expect(told.filter((line) => line.startsWith("other"))).toEqual([
      "other-1 dark raised 25",
      "other-2 dark raised 25",
    ]);
  });

  test("when it is repaired, what is still dark stands alone, and what came back is over", async () => {
    const ids = await begin();
    for (const id of ids) world.lit(id, false, minute(0));
    await until(1, 30);
    for (const id of ids.slice(0, 9)) world.lit(id, true, minute(30));
    // Nine are on their way back at once; the cabinet's own delay is two minutes.
    expect(await until(31, 90)).toEqual(["cab lamps-dark returned 32", "cab-10 dark raised 57"]);
    const { items } = await world.alerts.list(world.database.reader, { assetId: "cab-1" });
    expect(items.map(({ state }) => state)).toEqual(["normal"]);
  });

  test("what is on its way back when the wait is over is not told, unless it turns round", async () => {
    const ids = await begin();
    for (const id of ids) world.lit(id, false, minute(0));
    await until(1, 30);
    for (const id of ids.slice(1)) world.lit(id, true, minute(30));
    expect(await until(31, 56)).toEqual(["cab lamps-dark returned 32"]);
    const [late = ""] = ids;
    world.lit(late, true, minute(56));
    expect(await until(57, 58)).toEqual([]);
    world.lit(late, false, minute(58));
    expect(await until(59, 90)).toEqual(["cab-1 dark raised 61"]);
    world.lit(late, true, minute(91));
    await until(92, 100);
    for (const id of ids) world.lit(id, false, minute(101));
    await until(102, 130);
    for (const id of ids.slice(1)) world.lit(id, true, minute(130));
    await until(131, 155);
    world.lit(late, true, minute(156));
    expect(await until(156, 200)).toEqual([]);
  });

  test("what stood alone before is told once and counts for nothing", async () => {
    const [first = "", ...rest] = await begin();
    world.lit(first, false, minute(0));
    expect(await until(1, 26)).toEqual(["cab-1 dark raised 25"]);
    for (const id of rest.slice(0, 2)) world.lit(id, false, minute(26));
    expect(await until(27, 60)).toEqual(["cab-2 dark raised 51", "cab-3 dark raised 51"]);
  });

  test("a danger to life waits for nobody", async () => {
    const ids = await begin();
    for (const id of ids) world.say(id, "isLeaking", true, minute(1));
    expect(await world.told()).toHaveLength(10);
  });

  test("a cabinet that itself says that it has no mains explains its lamps at once", async () => {
    world.addMeter("cab");
    const [one = "", two = ""] = await begin();
    world.say("cab-meter", "isPowered", false, minute(0));
    world.lit(one, false, minute(0));
    expect(await until(1, 40)).toEqual([
      "cab-meter mains-lost raised 0",
      "cab-meter mains-lost joined 5 of 1",
    ]);
    world.say("cab-meter", "isPowered", true, minute(41));
    world.lit(two, true, minute(41));
    world.lit(one, false, minute(41));
    expect(await until(42, 80)).toEqual([
      "cab-meter mains-lost returned 41",
      "cab-1 dark raised 66",
    ]);
  });

  test("a cabinet out of service holds its lamps, and both are told when it is back", async () => {
    const ids = await begin();
    const cabinet = world.assets.get("cab");
    if (cabinet === undefined) throw new Error("no cabinet");
    world.assets.set("cab", { ...cabinet, attributes: { outOfService: true } });
    for (const id of ids.slice(0, 4)) world.lit(id, false, minute(0));
    expect(await until(1, 40)).toEqual([]);
    world.assets.set("cab", cabinet);
    expect(await until(41, 42)).toEqual(["cab lamps-dark raised 41 of 4"]);
  });

  test("a lamp that leaves the registry leaves the cabinet's alarm", async () => {
    const ids = await begin();
    for (const id of ids.slice(0, 3)) world.lit(id, false, minute(0));
    await until(1, 10);
    world.entries.delete("cab-1");
    world.entries.delete("cab-2");
    expect(await until(11, 60)).toEqual(["cab lamps-dark returned 13", "cab-3 dark raised 38"]);
    expect(JSON.stringify(await world.rows())).not.toContain('"device_id":"cab-1","rule_id":"x');
  });

  test("a cabinet that leaves the registry lets go of its lamps", async () => {
    const ids = await begin();
    for (const id of ids.slice(0, 3)) world.lit(id, false, minute(0));
    await until(1, 10);
    world.assets.delete("cab");
    const told = await until(11, 60);
    expect(told.filter((line) => line.includes("dark raised"))).toHaveLength(3);
  });
});

describe("a gateway", () => {
  const LAMPS = 50;

  /** All are heard every fifteen minutes, each in a minute of its own, up to `lastAt`. */
  async function reports(lastAt: number, from = 0): Promise<string[]> {
    const told: string[] = [];
    const ids = [...world.entries.keys()];
    for (let at = from; at <= lastAt; at++) {
      for (const [index, id] of ids.entries()) {
        if (index % 15 === at % 15) world.alerts.heard(id, minute(at));
      }
      world.alerts.tick(minute(at));
      told.push(...(await world.told()));
    }
    return told;
  }

  async function ticks(from: number, to: number): Promise<string[]> {
    const told: string[] = [];
    for (let at = from; at <= to; at++) {
      world.alerts.tick(minute(at));
      told.push(...(await world.told()));
    }
    return told;
  }

  test("that is lost is one alarm, and none of the devices behind it", async () => {
    world.addLamps("cab", LAMPS, "gw-1");
    await world.start(minute(0));
    expect(await reports(60)).toEqual([]);
    const told = await ticks(61, 600);
    expect(told[0]).toBe("gw-1 silent raised 90");
    expect(told.slice(1).every((line) => line.startsWith("gw-1 silent joined"))).toBe(true);
    expect(told).toHaveLength(1 + LAMPS);
    expect(await reports(700, 601)).toEqual(["gw-1 silent returned 601"]);
    const { items } = await world.alerts.list(world.database.reader, { limit: 1000 });
    expect(items.map(({ state }) => state).filter((state) => state !== "normal")).toEqual([
      "returned",
    ]);
  });

  test("is asked before a device that waits for it is told of", async () => {
    const [first = "", ...others] = world.addLamps("cab", LAMPS, "gw-1");
    await world.start(minute(0));
    world.alerts.heard(first, minute(0));
    const told: string[] = [];
    for (let at = 0; at <= 17; at++) {
      for (const id of others) world.alerts.heard(id, minute(at));
      told.push(...(await ticks(at, at)));
    }
    told.push(...(await ticks(18, 200)));
    expect(told[0]).toBe("gw-1 silent raised 47 of 1");
    expect(told.filter((line) => !line.startsWith("gw-1"))).toEqual([]);
  });

  test("that is back leaves the devices that are not", async () => {
    world.addLamps("cab", LAMPS, "gw-1");
    await world.start(minute(0));
    await reports(60);
    await ticks(61, 200);
    world.entries.delete("cab-50");
    const [, ...rest] = [...world.entries.keys()];
    const told: string[] = [];
    for (let at = 201; at < 300; at++) {
      for (const id of rest) world.alerts.heard(id, minute(at));
      told.push(...(await ticks(at, at)));
    }
    expect(told).toEqual(["gw-1 silent returned 201", "cab-1 no-data raised 216"]);
  });

  test("whose other devices speak explains no silence", async () => {
    const ids = world.addLamps("cab", 5, "gw-1");
    await world.start(minute(0));
    const told: string[] = [];
    for (let at = 0; at < 100; at++) {
      for (const id of ids.slice(1)) if (at % 15 === 0) world.alerts.heard(id, minute(at));
      told.push(...(await ticks(at, at)));
    }
    expect(told).toEqual(["cab-1 no-data raised 45"]);
  });

  test("of one device says nothing of its own", async () => {
    world.addLamps("cab", 1, "gw-1");
    await world.start(minute(0));
    expect(await ticks(0, 120)).toEqual(["cab-1 no-data raised 45"]);
  });
});

test("restarted at any minute, it tells the same and saves the same rows, byte for byte", async () => {
  const run = async (restartAt: number): Promise<{ told: string[]; rows: unknown }> => {
    await world.database.transaction(async (tx) => {
      for (const table of ["alarms", "alarm_states", "alarm_holds", "alarm_deaf_spans"]) {
        await tx.run(`delete from ${table}`);
      }
    });
    world.entries.clear();
    world.assets.clear();
    const ids = [...world.addLamps("cab", 6), ...world.addLamps("other", 4)];
    await world.start(minute(0));
    const told: string[] = [];
    for (let at = 0; at <= 80; at++) {
      for (const id of ids) world.alerts.heard(id, minute(at));
      for (const [index, id] of ids.entries()) {
        if (at === index * 2) world.lit(id, false, minute(at));
        if (at === 35 + index && index % 3 !== 0) world.lit(id, true, minute(at));
      }
      world.alerts.tick(minute(at));
      told.push(...(await world.told()));
      if (at === restartAt) await world.start(minute(at));
    }
    return { told, rows: await world.rows() };
  };
  const without = await run(-1);
  expect(without.told.length).toBeGreaterThan(5);
  for (let at = 0; at <= 80; at += 1) expect(await run(at), `at ${at}`).toEqual(without);
}, 120_000);
