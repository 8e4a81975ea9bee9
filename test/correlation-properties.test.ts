/**
 * Laws of alarms that explain each other, held against random days of two cabinets behind two
 * gateways: each occurrence told once and in order, life safety at once, nobody held for a reason that
 * is gone, nothing remembered of what is over, and the same rows whether it was restarted or not.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AlarmHappening } from "../model/alarm.ts";
import { assetNodeId } from "../model/alarm-bearer.ts";
import { HOUR_MS } from "../model/clock.ts";
import { anyDay, CABINETS, Day, LAMPS, type Step, world } from "./support/lamp-day.ts";
import { START } from "./support/lamp-world.ts";

/** Lives through the steps; before those named it is stopped and started anew. */
async function live(steps: readonly Step[], isRestarted: (index: number) => boolean) {
  const day = new Day();
  await day.begin();
  const rows: string[] = [];
  for (const [index, { afterMs, act }] of steps.entries()) {
    if (isRestarted(index)) await day.restart();
    day.now += afterMs;
    await day.act(act);
    await day.tick();
    rows.push(JSON.stringify(await world.rows()));
  }
  return { day, rows };
}

const line = ({ kind, alarm, at, members }: AlarmHappening): string =>
  `${at - START} ${alarm.deviceId ?? alarm.gatewayId ?? alarm.assetId} ${alarm.ruleId} ${kind} ${(members ?? []).map(({ deviceId }) => deviceId).join()}`;

function checkTold(happened: readonly AlarmHappening[]): void {
  const told = new Map<string, string[]>();
  for (const { kind, alarm } of happened) {
    const before = told.get(alarm.alarmId) ?? [];
    told.set(alarm.alarmId, [...before, kind]);
    const story = [...before, kind].join();
    expect(kind === "raised", `${alarm.ruleId} ${story}`).toBe(before.length === 0);
    expect(before, `${alarm.ruleId} ${story}`).not.toContain("cleared");
  }
}

interface Rows {
  states: {
    device_id: string;
    rule_id: string;
    asset_id: string;
    state: string;
    untold: number | null;
  }[];
  holds: {
    device_id: string;
    rule_id: string;
    shelved_until: number | null;
    suppressed_by: string;
  }[];
}

/** Whoever is held is so by something that stands; whoever is not has been told of. */
async function checkHolds(): Promise<void> {
  const { states, holds } = (await world.rows()) as Rows;
  const isActive = ({ state }: Rows["states"][number]): boolean =>
    /"(un)?acknowledged"/.test(state);
  const standing = new Set(
    states
      .filter(isActive)
      .map(({ device_id: bearer, rule_id: rule, asset_id: asset }) =>
        bearer.startsWith("@") ? `${bearer} ${rule}` : `${assetNodeId(asset)} ${rule}`,
      ),
  );
  for (const { device_id: bearer, rule_id: rule, suppressed_by } of holds) {
    for (const cause of JSON.parse(suppressed_by) as string[]) {
      expect(standing.has(cause), `'${bearer}' '${rule}' held by '${cause}'`).toBe(true);
    }
  }
  const held = new Set(holds.map((hold) => `${hold.device_id} ${hold.rule_id}`));
  for (const state of states) {
    if (!isActive(state) || state.untold !== 1) continue;
    const isOut = world.assets.get(state.asset_id)?.attributes?.outOfService === true;
    const isHeld = isOut || held.has(`${state.device_id} ${state.rule_id}`);
    expect(isHeld, `'${state.device_id}' '${state.rule_id}' untold`).toBe(true);
  }
}

/** A failure is told before the test's own time is over, shrunk as far as that. */
const IN_TIME = { interruptAfterTimeLimit: 45_000, markInterruptAsFailure: true };

test("each is told once and in order, life safety at once, and nobody is held for nothing", async () => {
  await fc.assert(
    fc.asyncProperty(anyDay, async (steps) => {
      const { day } = await live(steps, () => false);
      await day.quiet(24 * HOUR_MS);
      await checkHolds();
      // All is well again, and nothing is remembered of it.
      for (const cabinet of CABINETS) {
        await day.act({ kind: "service", cabinet, isOut: false });
        await day.act({ kind: "mains", cabinet, isOn: true });
      }
      day.muted.clear();
      await day.act({ kind: "lit", lamps: LAMPS, isLit: true });
      for (const lamp of LAMPS) await day.act({ kind: "leak", lamp, isLeaking: false });
      await day.quiet(3 * HOUR_MS);
      expect(world.metrics.value("gridwarden_alerts_related")).toBe(0);
      expect(((await world.rows()) as Rows).holds).toEqual([]);
      checkTold(day.happened);
    }),
    { numRuns: 30, ...IN_TIME },
  );
});

test("restarted before any step, it tells the same and saves the same rows, byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyDay,
      fc.array(fc.nat({ max: 44 }), { minLength: 1, maxLength: 10 }),
      async (steps, restarts) => {
        const through = await live(steps, () => false);
        const stopped = await live(steps, (index) => restarts.includes(index));
        expect(stopped.day.happened.map(line)).toEqual(through.day.happened.map(line));
        expect(stopped.rows).toEqual(through.rows);
      },
    ),
    { numRuns: 40, ...IN_TIME },
  );
});
