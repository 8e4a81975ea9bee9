/**
 * Devices that come into service are judged at once by what they told last: a cover that was left
 * open over the maintenance is an alarm within seconds, and not only with its next uplink. By the
 * newest values alone, and only those told at the place where the device stands. In the background,
 * tried again until it is done; what a stop or a crash cut off is done at the next start.
 */
import type { Alerts } from "../alerts/alerts.ts";
import { HOUR_MS, type Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { isInService } from "../model/device-life.ts";
import type { Log } from "../model/log.ts";
import type { Reading } from "../model/reading.ts";
import type { RegistryView } from "../model/registry.ts";
import type { Registry } from "../registry/registry.ts";
import type { Engine, EngineStats } from "./engine.ts";

export interface BackInService {
  /** Before the engine starts: whom the last run has left unjudged. */
  open(): Promise<void>;
  /** The engine runs. */
  start(): void;
  came(deviceId: string): void;
  /** Nothing is begun any more; a transaction that is under way ends with the engine. */
  stop(): void;
}

export interface BackInServiceDeps {
  alerts: Pick<Alerts, "judgeStanding">;
  registry: Pick<RegistryView, "device"> & {
    deviceLives: Pick<Registry["deviceLives"], "startedSince">;
  };
  engine: Pick<Engine, "write" | "latest"> & {
    stats(): Pick<EngineStats, "isLatestKnown" | "judgedTo" | "storedTo" | "pendingUplinks">;
  };
  reader: Sql;
  clock: { readonly speed: number };
  log: Log;
}

/**
 * From a step in a device's life to the commit of what was judged by it: a store that is away, or a
 * judge that is behind, keeps it waiting while the platform lives. Judged again it changes nothing.
 */
const MARGIN_WALL_MS = HOUR_MS;
const RETRY_WALL_MS = 1_000;

export function createBackInService(
  deps: BackInServiceDeps,
  { retryWallMs = RETRY_WALL_MS }: { retryWallMs?: number } = {},
): BackInService {
  const { alerts, registry, engine, reader, clock, log } = deps;
  /** Each with the end of the journal when it came: what was told before is to be judged first. */
  const waiting = new Map<string, number>();
  let left: readonly string[] = [];
  let isRunning = false;
  let isJudging = false;
  let retry: NodeJS.Timeout | undefined;

  function lastOf(deviceId: string): Reading[] {
    const entry = registry.device(deviceId);
    if (entry === undefined || !isInService(entry.device)) return [];
    const { device, asset } = entry;
    const { installedAt = 0 } = device;
    return engine
      .latest(asset.assetId)
      .filter((latest) => latest.deviceId === deviceId && latest.observedAt >= installedAt)
      .map(({ measurement, value, observedAt, receivedAt, flags }) => ({
        ...{ deviceId: device.deviceId, measurement, period: "instant" as const },
        ...{ value, observedAt, receivedAt, flags },
      }));
  }

  async function judge(): Promise<void> {
    const { isLatestKnown, judgedTo } = engine.stats();
    const due = [...waiting].filter(([, end]) => isLatestKnown && judgedTo >= end);
    if (due.length === 0) return;
    for (const [deviceId] of due) waiting.delete(deviceId);
    try {
      await engine.write(async (_tx, now) => {
        alerts.judgeStanding(
          due.flatMap(([deviceId]) => lastOf(deviceId)),
          now,
        );
        return { value: undefined };
      });
    } catch (error) {
      for (const [deviceId, end] of due) waiting.set(deviceId, end);
      throw error;
    }
  }

  function wait(deviceId: string): void {
    const { storedTo, pendingUplinks } = engine.stats();
    waiting.set(deviceId, storedTo + pendingUplinks);
  }

  function look(): void {
    if (!isRunning || isJudging || waiting.size === 0) return;
    clearTimeout(retry);
    isJudging = true;
    judge()
      .catch((error) => {
        log.error("devices that came into service were not judged; it is tried again", {
          error: String(error),
        });
      })
      .finally(() => {
        isJudging = false;
        if (isRunning && waiting.size > 0) retry = setTimeout(look, retryWallMs);
      });
  }

  return {
    async open() {
      const row = await reader.get<{ alive_at: Instant }>(
        "select alive_at from engine_cursor where id = 1",
      );
      if (row === undefined) return;
      const since = row.alive_at - MARGIN_WALL_MS * clock.speed;
      left = await registry.deviceLives.startedSince(since);
    },
    start() {
      isRunning = true;
      for (const deviceId of left) wait(deviceId);
      look();
    },
    came(deviceId) {
      wait(deviceId);
      look();
    },
    stop() {
      isRunning = false;
      clearTimeout(retry);
    },
  };
}
