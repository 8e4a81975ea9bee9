/**
 * Random days of two cabinets behind two gateways: what may happen, and a day that lives through it.
 */
import fc from "fast-check";
import { expect } from "vitest";
import type { AlarmHappening } from "../../model/alarm.ts";
import { HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from "../../model/clock.ts";
import { isErrorCode } from "../../model/errors.ts";
import { FLAG_BITS } from "../../model/reading.ts";
import type { Rule } from "../../model/rule.ts";
import { openLampWorld, START } from "./lamp-world.ts";

export const world = openLampWorld();
export const CABINETS = ["cab", "other"];
export const LAMPS = CABINETS.flatMap((cabinet) => [1, 2, 3, 4, 5].map((n) => `${cabinet}-${n}`));
const METERS = CABINETS.map((cabinet) => `${cabinet}-meter`);

type Act =
  | { kind: "lit"; lamps: string[]; isLit: boolean }
  | { kind: "suspect" | "remove"; lamp: string }
  | { kind: "leak"; lamp: string; isLeaking: boolean }
  | { kind: "mains"; cabinet: string; isOn: boolean }
  | { kind: "service"; cabinet: string; isOut: boolean }
  | { kind: "mute" | "unmute"; devices: string[] }
  | { kind: "gateway"; gatewayId: string; isLost: boolean }
  | { kind: "move"; lamp: string; cabinet: string }
  | { kind: "swap"; lamp: string; gatewayId: string }
  | { kind: "rule"; change: keyof typeof CHANGES }
  | { kind: "shelve"; turn: number; forMs: number }
  | { kind: "acknowledge"; turn: number }
  | { kind: "unshelve"; turn: number }
  | { kind: "setBack"; byMs: number }
  | { kind: "wait" };
export interface Step {
  afterMs: number;
  act: Act;
}

const original = new Map<string, Rule>();
const children =
  (change: object) =>
  (rule: Rule): Rule => ({
    ...rule,
    condition: { ...rule.condition, ...change } as Rule["condition"],
  });
const without =
  (...names: (keyof Rule)[]) =>
  (rule: Rule): Rule =>
    Object.fromEntries(
      Object.entries(rule).filter(([name]) => !names.includes(name as keyof Rule)),
    ) as Rule;
const again = (rule: Rule): Rule => original.get(rule.ruleId) ?? rule;
const DARK = "streetlight.dark";
const GROUP = "lighting-cabinet.lamps-dark";
const MAINS = "lighting-cabinet.mains-lost";
const CHANGES: Record<string, readonly [string, (rule: Rule) => Rule]> = {
  familyGone: [DARK, without("family")],
  familyBack: [DARK, again],
  darkOff: [DARK, (rule) => ({ ...rule, enabled: false })],
  silentOff: ["streetlight.no-data", (rule) => ({ ...rule, enabled: false })],
  silentBack: ["streetlight.no-data", again],
  explainsGone: [MAINS, without("explains")],
  explainsBack: [MAINS, again],
  groupOff: [GROUP, (rule) => ({ ...rule, enabled: false })],
  groupBack: [GROUP, again],
  groupOfTwo: [GROUP, children({ countMin: 2 })],
  groupOfMost: [GROUP, children({ shareMin: 0.8 })],
  groupSoon: [GROUP, children({ windowMs: 4 * MINUTE_MS })],
  groupLate: [GROUP, (rule) => ({ ...rule, onDelayMs: 10 * MINUTE_MS })],
  groupOfSilent: [GROUP, children({ family: "silent" })],
};

const oneLamp = fc.constantFrom(...LAMPS);
const someLamps = fc.subarray(LAMPS, { minLength: 1, maxLength: 8 });
const oneCabinet = fc.constantFrom(...CABINETS);
const anyTurn = fc.nat({ max: 12 });
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("lit" as const),
      lamps: someLamps,
      isLit: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("suspect" as const), lamp: oneLamp }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), lamp: oneLamp }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("leak" as const),
      lamp: oneLamp,
      isLeaking: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("mains" as const),
      cabinet: oneCabinet,
      isOn: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("service" as const),
      cabinet: oneCabinet,
      isOut: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("mute" as const, "unmute" as const),
      devices: fc.subarray([...LAMPS, ...METERS], { minLength: 1, maxLength: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("gateway" as const),
      gatewayId: fc.constantFrom("gw-1", "gw-2"),
      isLost: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("move" as const),
      lamp: oneLamp,
      cabinet: oneCabinet,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("swap" as const),
      lamp: oneLamp,
      gatewayId: fc.constantFrom("gw-1", "gw-2"),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("rule" as const),
      change: fc.constantFrom(...Object.keys(CHANGES)),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("shelve" as const),
      turn: anyTurn,
      forMs: fc.integer({ min: 1, max: 50 * MINUTE_MS }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("acknowledge" as const, "unshelve" as const),
      turn: anyTurn,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("setBack" as const),
      byMs: fc.integer({ min: 7 * SECOND_MS, max: 5 * HOUR_MS }),
    }),
  },
  { weight: 6, arbitrary: fc.constant<Act>({ kind: "wait" }) },
);
/** The registry is looked over every 5 s; what is further apart does not hang on when. */
export const anyDay = fc.array(
  fc.record({ afterMs: fc.integer({ min: 6 * SECOND_MS, max: 17 * MINUTE_MS }), act: anyAct }),
  { minLength: 10, maxLength: 45 },
);

const gatewayOf = (lamp: string): string => (/[123]$/.test(lamp) ? "gw-1" : "gw-2");

/** A world that is new for each run, on an emptied database. */
export class Day {
  now: Instant = START;
  readonly muted = new Set<string>();
  readonly heardAt = new Map<string, Instant>();
  readonly happened: AlarmHappening[] = [];
  readonly leaking = new Set<string>();

  async begin(): Promise<void> {
    await world.database.transaction(async (tx) => {
      const tables = ["alarms", "alarm_states", "alarm_holds", "alarm_deaf_spans", "alarm_rules"];
      for (const table of tables) await tx.run(`delete from ${table}`);
    });
    world.entries.clear();
    world.assets.clear();
    for (const cabinet of CABINETS) {
      world.addLamps(cabinet, 5);
      world.addMeter(cabinet);
    }
    for (const lamp of LAMPS) this.swap(lamp, gatewayOf(lamp));
    await world.start(this.now);
    for (const rule of world.alerts.rules()) original.set(rule.ruleId, rule);
    await this.tick();
  }

  async restart(): Promise<void> {
    await world.start(this.now);
    for (const [deviceId, at] of this.heardAt) world.alerts.setHeard(deviceId, at);
  }

  swap(lamp: string, gatewayId: string): void {
    const entry = world.entries.get(lamp);
    if (entry === undefined) return;
    const device = {
      ...entry.device,
      gatewayId: gatewayId as NonNullable<typeof entry.device.gatewayId>,
    };
    world.entries.set(lamp, { ...entry, device });
  }

  place(assetId: string, change: object): void {
    const asset = world.assets.get(assetId);
    if (asset === undefined) return;
    const after = { ...asset, ...change };
    world.assets.set(assetId, after);
    for (const [deviceId, entry] of world.entries) {
      if (entry.asset.assetId === assetId) world.entries.set(deviceId, { ...entry, asset: after });
    }
  }

  say(deviceId: string, measurement: string, value: boolean, flags = 0): void {
    if (!world.entries.has(deviceId)) return;
    this.heardAt.set(deviceId, this.now);
    world.say(deviceId, measurement, value, this.now, flags);
  }

  async act(what: Act): Promise<void> {
    switch (what.kind) {
      case "lit":
        for (const lamp of what.lamps) this.say(lamp, "isLit", what.isLit);
        return;
      case "suspect":
        return this.say(what.lamp, "isLit", false, FLAG_BITS["hj212-T"]);
      case "leak":
        return this.leak(what.lamp, what.isLeaking);
      case "mains":
        return this.say(`${what.cabinet}-meter`, "isPowered", what.isOn);
      case "service":
        return this.place(what.cabinet, { attributes: { outOfService: what.isOut } });
      case "mute":
        for (const deviceId of what.devices) this.muted.add(deviceId);
        return;
      case "unmute":
        for (const deviceId of what.devices) this.muted.delete(deviceId);
        return;
      case "gateway":
        for (const lamp of LAMPS) {
          if (world.entries.get(lamp)?.device.gatewayId !== what.gatewayId) continue;
          if (what.isLost) this.muted.add(lamp);
          else this.muted.delete(lamp);
        }
        return;
      case "move":
        return this.place(what.lamp, { parentAssetId: what.cabinet });
      case "swap":
        return this.swap(what.lamp, what.gatewayId);
      case "remove":
        world.entries.delete(what.lamp);
        world.assets.delete(what.lamp);
        this.heardAt.delete(what.lamp);
        return;
      case "rule":
        return this.put(what.change);
      case "setBack":
        this.now -= what.byMs;
        for (const [id, at] of this.heardAt) this.heardAt.set(id, Math.min(at, this.now));
        return;
      case "shelve":
      case "unshelve":
      case "acknowledge":
        return this.handle(what);
      case "wait":
        return;
    }
  }

  leak(lamp: string, isLeaking: boolean): void {
    const before = world.alerts.pending().length;
    this.say(lamp, "isLeaking", isLeaking);
    if (!world.entries.has(lamp)) return;
    const told = world.alerts.pending().slice(before);
    const isRaised = told.some(
      ({ kind, alarm, at }) =>
        kind === "raised" && alarm.lifeSafety && alarm.deviceId === lamp && at === this.now,
    );
    expect(isRaised, `leak of ${lamp}`).toBe(isLeaking && !this.leaking.has(lamp));
    if (isLeaking) this.leaking.add(lamp);
    else this.leaking.delete(lamp);
  }

  put(change: string): void {
    const [ruleId, changed] = CHANGES[change] ?? ["", again];
    const rule = world.alerts.rule(ruleId);
    if (rule === undefined) throw new Error(`no rule '${ruleId}'`);
    const { version: _version, ...input } = changed(rule);
    try {
      world.alerts.putRule(input, { by: "test", now: this.now });
    } catch (error) {
      // A family that no rule has any more.
      if (!isErrorCode(error, "RULE_INVALID")) throw error;
    }
  }

  async handle(what: Extract<Act, { turn: number }>): Promise<void> {
    const { items } = await world.alerts.list(world.database.reader, { limit: 100 });
    const alarm = items.filter(({ lifeSafety }) => !lifeSafety)[what.turn];
    if (alarm === undefined) return;
    try {
      if (what.kind === "acknowledge") {
        world.alerts.acknowledge(alarm.alarmId, { by: "ganger" }, this.now);
      } else if (what.kind === "unshelve") {
        await world.alerts.unshelve(world.database.reader, alarm.alarmId, this.now);
      } else {
        const words = { reason: "r", by: "e", mayShelveLifeSafety: false };
        const until = this.now + what.forMs;
        await world.alerts.shelve(
          world.database.reader,
          alarm.alarmId,
          { ...words, until },
          this.now,
        );
      }
    } catch (error) {
      const isRefused =
        isErrorCode(error, "ALARM_NOT_FOUND") || isErrorCode(error, "ALARM_STATE_REFUSED");
      if (!isRefused) throw error;
    }
  }

  async tick(): Promise<void> {
    for (const deviceId of world.entries.keys()) {
      if (this.muted.has(deviceId)) continue;
      this.heardAt.set(deviceId, this.now);
      world.alerts.heard(deviceId, this.now);
    }
    world.alerts.tick(this.now, { clockAt: this.now });
    this.happened.push(...(await world.happened()));
  }

  /** Nothing happens for so long. */
  async quiet(forMs: number): Promise<void> {
    for (let passedMs = 0; passedMs < forMs; passedMs += 10 * MINUTE_MS) {
      this.now += 10 * MINUTE_MS;
      await this.tick();
    }
  }
}
