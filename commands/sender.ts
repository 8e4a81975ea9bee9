/**
 * Sends what is open. It keeps no command in memory, only which devices have open ones and when to
 * look at each again: a look reads them inside a transaction, writes what becomes of them, and hands
 * them on after the commit. Many devices are one transaction. A device that cannot be reached costs
 * a look at the broker now and then, nothing of the database.
 */
import { DAY_MS, HOUR_MS, type Instant, SECOND_MS, type Timer } from "../model/clock.ts";
import type { Command } from "../model/command.ts";
import type { Sql } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import type { Metrics } from "../model/metrics.ts";
import { createBirths } from "./births.ts";
import { devicesWaiting, forgetEnded, openOfMany, saveCourses } from "./command-rows.ts";
import { planDevice } from "./device-plan.ts";
import { createHanding, type HandingDeps } from "./handing.ts";
import { createWays } from "./ways.ts";

export interface SenderDeps extends HandingDeps {
  metrics: Metrics;
}

const DEVICES_PER_LOOK = 200;
const TICK_MS = SECOND_MS;
const TICK_WALL_MS_MIN = 100;
/** Nobody may tell that a device has come back with a session that the broker kept. */
const UNREACHED_LOOK_MS = 2 * SECOND_MS;

interface Waiting {
  lookAt: Instant;
  /** The first expiry of its open commands. */
  expiresAt: Instant;
}

interface Looked {
  readonly toSend: Command[];
  readonly waiting: Map<string, Waiting>;
}

/** Nobody has read its commands yet: it is looked at whether it can be reached or not. */
const UNSEEN: Waiting = { lookAt: 0, expiresAt: 0 };

export function createSender(given: SenderDeps) {
  const { clock, database, metrics } = given;
  const log = given.log.of("commands");
  const waiting = new Map<string, Waiting>();
  const ways = createWays(database);
  const births = createBirths();
  const handing = createHanding(
    { ...given, log },
    { wayOf: ways.of, declaredOf: births.of, onNoted: wake },
  );
  const timers: Timer[] = [];
  let isRunning = false;
  let looking: Promise<void> | undefined;
  let shallLook = false;
  metrics.gauge("gridwarden_commands_sent", "Commands handed on since the start.", handing.count);
  metrics.gauge(
    "gridwarden_commands_waiting_devices",
    "Devices with commands that have not ended.",
    () => waiting.size,
  );
  // What was made at a time to come has lost its own.
  clock.onSetBack(() => wake([...waiting.keys()]));

  /** Those for whom there is something to do; the others are looked at again later. */
  function dueDevices(now: Instant): string[] {
    const due: string[] = [];
    for (const [deviceId, each] of waiting) {
      if (each.lookAt > now || handing.isBusy(deviceId)) continue;
      if (each.expiresAt > now && !handing.isReachable(deviceId)) {
        each.lookAt = Math.min(each.expiresAt, now + UNREACHED_LOOK_MS);
        continue;
      }
      due.push(deviceId);
      if (due.length >= DEVICES_PER_LOOK) break;
    }
    return due;
  }

  async function lookAt(deviceIds: readonly string[]): Promise<void> {
    // Who is woken meanwhile stands here anew and is looked at once more.
    const before = new Map(deviceIds.map((deviceId) => [deviceId, waiting.get(deviceId)]));
    const isAsBefore = (id: string): boolean => waiting.get(id) === before.get(id);
    let looked: Looked;
    try {
      // What others wrote while this one waited for its turn is not of a time to come.
      looked = await database.transaction((tx) => lookIn(tx, deviceIds, clock.now()));
    } catch (error) {
      const lookAt = clock.now() + TICK_MS;
      for (const deviceId of deviceIds) waiting.set(deviceId, { ...UNSEEN, lookAt });
      throw error;
    }
    for (const deviceId of deviceIds.filter(isAsBefore)) {
      const next = looked.waiting.get(deviceId);
      if (next === undefined) waiting.delete(deviceId);
      else waiting.set(deviceId, next);
    }
    await handing.handOn(looked.toSend);
  }

  async function lookIn(tx: Sql, deviceIds: readonly string[], now: Instant): Promise<Looked> {
    const looked: Looked = { toSend: [], waiting: new Map() };
    const open = await openOfMany(tx, deviceIds);
    const changed: Command[] = [];
    for (const deviceId of deviceIds) {
      const isThere = handing.isReachable(deviceId);
      const plan = planDevice(open.get(deviceId) ?? [], isThere, now);
      changed.push(...plan.changed);
      looked.toSend.push(...plan.toSend);
      const { nextAt, expiresAt } = plan;
      if (nextAt === undefined || expiresAt === undefined) continue;
      const soon = isThere ? nextAt : Math.min(nextAt, now + UNREACHED_LOOK_MS);
      looked.waiting.set(deviceId, { lookAt: soon, expiresAt });
    }
    await saveCourses(tx, changed);
    return looked;
  }

  async function look(): Promise<void> {
    while (shallLook && isRunning) {
      shallLook = false;
      await ways.save();
      for (let due = dueDevices(clock.now()); due.length > 0 && isRunning; ) {
        await lookAt(due);
        due = dueDevices(clock.now());
      }
    }
  }

  function kick(): void {
    shallLook = true;
    if (!isRunning || looking !== undefined) return;
    let isGood = true;
    looking = look()
      .catch((error: unknown) => {
        isGood = false;
        log.error("commands could not be looked at; the next second tries again", {
          error: String(error),
        });
      })
      .finally(() => {
        looking = undefined;
        if (shallLook && isGood) kick();
      });
  }

  function wake(deviceIds: readonly string[]): void {
    for (const deviceId of deviceIds) waiting.set(deviceId, { ...UNSEEN });
    if (deviceIds.length > 0) setImmediate(kick);
  }

  async function forget(): Promise<void> {
    const before = clock.now() - LIMITS.commandDaysMax * DAY_MS;
    await database.transaction((tx) => forgetEnded(tx, before));
  }

  return {
    /** Something of these devices was written: look at them. */
    wake,
    /** They can be reached now, or that is likely. */
    come(deviceIds: Iterable<string>): void {
      if (waiting.size === 0) return;
      let isWanted = false;
      for (const deviceId of deviceIds) {
        const each = waiting.get(deviceId);
        if (each === undefined) continue;
        each.lookAt = 0;
        isWanted = true;
      }
      if (isWanted) setImmediate(kick);
    },
    /** It has commands that have not ended. */
    isWaiting: (deviceId: string) => waiting.has(deviceId),
    wayOf: ways.of,
    putWay: ways.put,
    forgetWay: ways.forget,
    births,
    isKept: handing.isKept,
    faultOf: handing.faultOf,
    async start(): Promise<void> {
      isRunning = true;
      await ways.load();
      await births.load(database.reader);
      wake(await devicesWaiting(database.reader));
      timers.push(
        clock.every(Math.max(TICK_MS, TICK_WALL_MS_MIN * clock.speed), kick),
        clock.every(HOUR_MS, () => {
          forget().catch((error) => {
            log.warn("old commands were not forgotten; the next hour tries again", {
              error: String(error),
            });
          });
        }),
      );
    },
    async stop(): Promise<void> {
      isRunning = false;
      for (const timer of timers.splice(0)) timer.cancel();
      await looking;
      await handing.stop();
    },
  };
}
