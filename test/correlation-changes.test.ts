/**
 * What is held by something above it, while rules, registry and clock change under it: nothing stays
 * held for a reason that is gone, and nobody loses what explains it.
 */
import { expect, test } from "vitest";
import type { Rule } from "../model/rule.ts";
import { minute, openLampWorld } from "./support/lamp-world.ts";

const world = openLampWorld();

/** Ticks every minute, with every device heard but those that are silent. */
async function until(from: number, to: number, silent: readonly string[] = []): Promise<string[]> {
  const told: string[] = [];
  for (let at = from; at <= to; at++) {
    for (const deviceId of world.entries.keys()) {
      if (!silent.includes(deviceId)) world.alerts.heard(deviceId, minute(at));
    }
    world.alerts.tick(minute(at));
    told.push(...(await world.told()));
  }
  return told;
}

function put(ruleId: string, change: (rule: Rule) => Rule, at: number): void {
  const rule = world.alerts.rule(ruleId);
  if (rule === undefined) throw new Error(`no rule ${ruleId}`);
  world.alerts.putRule(change(rule), { by: "test", now: minute(at) });
}

async function begin(lamps = 10): Promise<string[]> {
  const ids = world.addLamps("cab", lamps);
  world.addMeter("cab");
  await world.start(minute(0));
  return ids;
}

function reparent(assetId: string, parentAssetId: string): void {
  const asset = world.assets.get(assetId);
  const entry = world.entries.get(assetId);
  if (asset === undefined || entry === undefined) throw new Error(`no lamp ${assetId}`);
  const moved = { ...asset, parentAssetId: parentAssetId as typeof asset.assetId };
  world.assets.set(assetId, moved);
  world.entries.set(assetId, { ...entry, asset: moved });
}

const holds = async (): Promise<unknown[]> => ((await world.rows()) as { holds: unknown[] }).holds;

const withoutFamily = ({ family: _family, ...rule }: Rule): Rule => rule;
const withoutExplains = ({ explains: _explains, ...rule }: Rule): Rule => rule;

test("a rule that has no family any more is held by nothing above", async () => {
  const ids = await begin();
  for (const id of ids.slice(0, 3)) world.lit(id, false, minute(0));
  expect(await until(1, 10)).toEqual(["cab lamps-dark raised 5 of 3"]);
  put("streetlight.dark", withoutFamily, 10);
  expect((await until(11, 11)).filter((line) => line.startsWith("cab-"))).toHaveLength(3);
  for (const id of ids.slice(0, 3)) world.lit(id, true, minute(12));
  await until(12, 40);
  expect(await holds()).toEqual([]);
});

test("a rule that becomes life safety is told at once", async () => {
  const [one = ""] = await begin();
  world.lit(one, false, minute(0));
  expect(await until(1, 10)).toEqual([]);
  const lifeSafety = { lifeSafety: true, onDelayMs: 0 };
  put("streetlight.dark", (rule) => ({ ...withoutFamily(rule), ...lifeSafety }), 10);
  expect(await world.told()).toEqual(["cab-1 dark raised 10"]);
});

test("an alarm whose rule explains nothing any more lets go of those below", async () => {
  const [one = ""] = await begin();
  world.say("cab-meter", "isPowered", false, minute(0));
  world.lit(one, false, minute(0));
  await until(1, 10);
  put("lighting-cabinet.mains-lost", withoutExplains, 10);
  expect(await until(11, 60)).toEqual(["cab-1 dark raised 35"]);
});

test("an alarm whose rule begins to explain takes those that wait, and says who they are", async () => {
  const [one = ""] = await begin();
  put("lighting-cabinet.mains-lost", withoutExplains, 0);
  world.say("cab-meter", "isPowered", false, minute(0));
  world.lit(one, false, minute(0));
  expect(await until(1, 10)).toEqual(["cab-meter mains-lost raised 0"]);
  const explains = [{ family: "unlit", waitMs: 0 }];
  put("lighting-cabinet.mains-lost", (rule) => ({ ...rule, explains }), 10);
  expect(await until(10, 60)).toEqual(["cab-meter mains-lost joined 10 of 1"]);
});

test("a rule on what lies below counts as it is now, not as it was when they began", async () => {
  const ids = await begin();
  const counting = (countMin: number) => (rule: Rule) =>
    rule.condition.kind === "children"
      ? { ...rule, condition: { ...rule.condition, countMin } }
      : rule;
  for (const id of ids.slice(0, 2)) world.lit(id, false, minute(0));
  expect(await until(1, 10)).toEqual([]);
  put("lighting-cabinet.lamps-dark", counting(2), 10);
  expect(await world.told()).toEqual(["cab lamps-dark raised 10 of 2"]);
  put("lighting-cabinet.lamps-dark", counting(5), 11);
  expect(await until(11, 40)).toEqual([
    "cab lamps-dark returned 13",
    "cab-1 dark raised 38",
    "cab-2 dark raised 38",
  ]);
});

test("fewer below raise the share of those that are bad", async () => {
  const ids = await begin(40);
  for (const id of ids.slice(0, 7)) world.lit(id, false, minute(0));
  expect(await until(1, 10)).toEqual([]);
  for (const id of ids.slice(30)) {
    world.entries.delete(id);
    world.assets.delete(id);
  }
  expect(await until(11, 12)).toEqual(["cab lamps-dark raised 11 of 7"]);
});

test("a lamp that is put under another cabinet is counted there and no more here", async () => {
  const ids = await begin();
  world.addLamps("other", 3);
  for (const id of ids.slice(0, 3)) world.lit(id, false, minute(0));
  expect(await until(1, 10)).toEqual(["cab lamps-dark raised 5 of 3"]);
  for (const id of ids.slice(0, 2)) reparent(id, "other");
  expect(await until(11, 60)).toEqual([
    "cab lamps-dark returned 13",
    "cab-1 dark raised 36",
    "cab-2 dark raised 36",
    "cab-3 dark raised 38",
  ]);
});

test("a clock that is set back makes nobody wait for longer", async () => {
  const [one = ""] = await begin();
  world.lit(one, false, minute(0));
  await until(1, 10);
  world.alerts.tick(minute(-600), { clockAt: minute(-600) });
  expect(await until(-599, -570)).toEqual(["cab-1 dark raised -580"]);
});

test("a cabinet's delay that runs ends when nobody waits any more", async () => {
  const ids = await begin();
  put("lighting-cabinet.lamps-dark", (rule) => ({ ...rule, onDelayMs: 30 * 60_000 }), 0);
  for (const id of ids.slice(0, 3)) world.lit(id, false, minute(0));
  const told = await until(1, 60);
  expect(told.filter((line) => line.startsWith("cab lamps-dark"))).toEqual([]);
  expect(told).toHaveLength(3);
});

test("a cabinet's delay that runs goes on after a start", async () => {
  const ids = await begin();
  put("lighting-cabinet.lamps-dark", (rule) => ({ ...rule, onDelayMs: 10 * 60_000 }), 0);
  for (const id of ids.slice(0, 3)) world.lit(id, false, minute(0));
  await until(1, 10);
  await world.start(minute(10));
  expect(await until(11, 20)).toEqual(["cab lamps-dark raised 15 of 3"]);
});

test("what is let go of by one and taken by another joins that", async () => {
  const ids = await begin();
  for (const id of ids.slice(0, 3)) world.lit(id, false, minute(0));
  await until(1, 10);
  world.say("cab-meter", "isPowered", false, minute(10));
  world.lit(ids[3] ?? "", false, minute(10));
  await until(11, 20);
  // The cabinet's own is over, with lamp 4 still dark: its mains explain it alone.
  put("lighting-cabinet.lamps-dark", (rule) => ({ ...rule, enabled: false }), 20);
  const told = await until(20, 60);
  expect(told).toEqual(["cab lamps-dark cleared 20", "cab-meter mains-lost joined 20 of 3"]);
});

test("a cabinet back in service names those below, though it was started anew meanwhile", async () => {
  const ids = await begin();
  const cabinet = world.assets.get("cab");
  if (cabinet === undefined) throw new Error("no cabinet");
  world.assets.set("cab", { ...cabinet, attributes: { outOfService: true } });
  for (const id of ids.slice(0, 4)) world.lit(id, false, minute(0));
  expect(await until(1, 10)).toEqual([]);
  world.assets.set("cab", cabinet);
  await world.start(minute(10));
  expect(await until(11, 12)).toEqual(["cab lamps-dark raised 10 of 4"]);
});

test("what was saved of a rule that is gone holds nobody later", async () => {
  const ids = await begin();
  for (const id of ids.slice(0, 3)) world.lit(id, false, minute(0));
  await until(1, 10);
  const asset = world.assets.get("cab-1");
  const entry = world.entries.get("cab-1");
  if (asset === undefined || entry === undefined) throw new Error("no lamp");
  // For the start its asset is of no class, and so the lamp has no rule.
  const { class: _class, ...plain } = asset;
  world.entries.set("cab-1", { ...entry, asset: plain });
  await world.start(minute(10));
  await until(11, 12);
  expect(JSON.stringify(await holds())).not.toContain("cab-1");
});

test("a gateway that is heard ends no wait for the cabinet", async () => {
  const children = { kind: "children", family: "silent", countMin: 3, shareMin: 0.2 } as const;
  world.addLamps("cab", 5, "gw-1");
  world.addLamps("other", 5, "gw-1");
  await world.start(minute(0));
  const like = world.alerts.rule("lighting-cabinet.lamps-dark");
  if (like === undefined) throw new Error("no rule");
  const ruleId = "lighting-cabinet.lamps-silent" as typeof like.ruleId;
  const condition = { ...children, windowMs: 20 * 60_000 };
  const { version: _version, ...rest } = like;
  world.alerts.putRule({ ...rest, ruleId, condition }, { by: "test", now: minute(0) });
  const silent = [1, 2, 3, 4, 5].map((index) => `cab-${index}`);
  const told: string[] = [];
  for (let at = 1; at <= 120; at++) {
    // The last report of each comes in another minute.
    const isHeard = (index: number): boolean => at <= 2 * index;
    const mute = silent.filter((_, index) => !isHeard(index));
    told.push(...(await until(at, at, mute)));
  }
  expect(told.filter((line) => line.includes("no-data raised"))).toEqual([]);
  expect(told[0]).toBe("cab lamps-silent raised 49 of 3");
});

test("a gateway is missed by no device that may be silent for ever", async () => {
  world.addLamps("cab", 3, "gw-1");
  await world.start(minute(0));
  put("streetlight.no-data", (rule) => ({ ...rule, enabled: false }), 0);
  expect(await until(1, 10, ["cab-1", "cab-2", "cab-3"])).toEqual([]);
});

test("whoever looks late sees the same: waits and delays end in the order of their times", async () => {
  const [one = "", two = "", three = ""] = await begin();
  world.lit(one, false, minute(0));
  world.lit(two, false, minute(0));
  world.lit(three, false, minute(21));
  for (const id of world.entries.keys()) world.alerts.heard(id, minute(30));
  world.alerts.tick(minute(30));
  // The two were told of before the third was raised.
  expect(await world.told()).toEqual(["cab-1 dark raised 25", "cab-2 dark raised 25"]);
});

test("a reading that comes late finds ended what ended before it", async () => {
  const [one = "", two = "", three = ""] = await begin();
  put("streetlight.dark", (rule) => ({ ...rule, onDelayMs: 0 }), 0);
  world.lit(one, false, minute(0));
  world.lit(two, false, minute(0));
  world.lit(three, false, minute(21));
  expect(await world.told()).toEqual(["cab-1 dark raised 20", "cab-2 dark raised 20"]);
});
