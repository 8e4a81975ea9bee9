/** Lets readings be rolled up, every minute of the platform's time until nothing is due, and counts it. */
import {
  type Clock,
  type Instant,
  MINUTE_MS,
  SECOND_MS,
  type Timer,
} from "../../../model/clock.ts";
import type { Log } from "../../../model/log.ts";
import type { Metrics } from "../../../model/metrics.ts";
import type { RollupReport } from "./rollups.ts";

export interface RollupTicks {
  start(): void;
  stop(): void;
}

const EVERY_MS = MINUTE_MS;

export function createRollupTicks(deps: {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  rollUp(now: Instant): Promise<RollupReport>;
}): RollupTicks {
  const { clock, log, metrics, rollUp } = deps;
  let newest: Pick<RollupReport, "waiting" | "oldestEnd"> = { waiting: 0, oldestEnd: undefined };
  let timer: Timer | undefined;
  let isBusy = false;
  /** What is said once, until it is over. */
  let fault: string | undefined;
  metrics.gauge(
    "gridwarden_store_rollups_waiting",
    "Windows of classes whose readings are not rolled up yet, those that still run among them.",
    () => newest.waiting,
  );
  metrics.gauge(
    "gridwarden_store_rollups_behind_seconds",
    "Since the end of the oldest window that is not rolled up.",
    () =>
      newest.oldestEnd === undefined
        ? 0
        : Math.max(0, (clock.now() - newest.oldestEnd) / SECOND_MS),
  );
  const refused = metrics.counter(
    "gridwarden_store_rollups_refused_total",
    "Windows of whose roll-up InfluxDB refused a part.",
  );

  async function rollAll(): Promise<void> {
    const mine = timer;
    while (timer === mine && timer !== undefined) {
      const report = await rollUp(clock.now());
      newest = report;
      if (report.rolled === 0) return;
      refused.add(report.refused);
    }
  }

  async function tick(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    try {
      await rollAll();
      fault = undefined;
    } catch (error) {
      const text = `readings are not rolled up, it is tried again: ${(error as Error).message}`;
      if (text !== fault && timer !== undefined) log.error(text);
      fault = text;
    } finally {
      isBusy = false;
    }
  }

  return {
    start() {
      timer?.cancel();
      timer = clock.every(EVERY_MS, () => void tick());
    },
    stop() {
      timer?.cancel();
      timer = undefined;
    },
  };
}
