/**
 * The figures of the alarms as a service: asked for a span they are read anew; those of the last day
 * are read once a minute for the metrics, whoever scrapes and how often.
 */
import { alarmPerformance, markTold, type Span, type UnitOf } from "../alerts/alarm-performance.ts";
import type { AlarmHappening } from "../model/alarm.ts";
import type { AlarmPerformance } from "../model/alarm-performance.ts";
import { type Clock, DAY_MS, MINUTE_MS, type Timer } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";

export interface AlarmFigures {
  start(): void;
  stop(): Promise<void>;
  read(span: Span): Promise<AlarmPerformance>;
  /** In the transaction that tells of them, after the alarms are saved. */
  saveTold(tx: Sql, happenings: readonly AlarmHappening[]): Promise<void>;
}

export interface AlarmFiguresDeps {
  reader: Sql;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  unitOf: UnitOf;
}

const REFRESH_WALL_MS = MINUTE_MS;

export function createAlarmFigures(deps: AlarmFiguresDeps): AlarmFigures {
  const { reader, clock, log, unitOf } = deps;
  let lastDay: AlarmPerformance | undefined;
  let reading: Promise<void> | undefined;
  let timer: Timer | undefined;
  declareGauges(deps.metrics, () => lastDay);

  const read = (span: Span): Promise<AlarmPerformance> =>
    alarmPerformance(reader, span, clock.now(), unitOf);

  function refresh(): void {
    const to = clock.now();
    reading ??= read({ from: to - DAY_MS, to })
      .then((figures) => {
        lastDay = figures;
      })
      .catch((error: unknown) => {
        log.warn("the figures of the alarms could not be read; the next minute tries again", {
          error: String(error),
        });
      })
      .finally(() => {
        reading = undefined;
      });
  }

  return {
    start() {
      refresh();
      timer = clock.every(REFRESH_WALL_MS * clock.speed, refresh);
    },
    async stop() {
      timer?.cancel();
      timer = undefined;
      await reading;
    },
    read,
    saveTold: markTold,
  };
}

function declareGauges(metrics: Metrics, lastDay: () => AlarmPerformance | undefined): void {
  const gauge = (name: string, help: string, pick: (of: AlarmPerformance) => number): void =>
    metrics.gauge(`gridwarden_alarms_${name}`, `${help} Of the last day, read each minute.`, () => {
      const figures = lastDay();
      return figures === undefined ? 0 : pick(figures);
    });
  gauge("told", "Alarms that people were told of.", (of) => of.raised);
  gauge("average_per_10min", "Alarms in 10 minutes on average.", (of) => of.averagePer10Min.value);
  gauge("peak_per_10min", "Most alarms in 10 minutes.", (of) => of.peakPer10Min.value);
  gauge("flood_share", "Share of the time in flood.", (of) => of.floodShare.value);
  gauge("worst_share", "Share of the ten worst actors.", (of) => of.worstShare.value);
  gauge("chattering", "Devices and rules that chattered.", (of) => of.chattering.value);
  gauge("before_people", "Alarms that stand and nothing holds.", (of) => of.standing);
  gauge("stale", "Alarms that are active for more than a day.", (of) => of.stale.value);
  metrics.gaugeBy(
    "gridwarden_alarms_severity_share",
    "Share of each severity. Of the last day, read each minute.",
    "severity",
    () =>
      Object.fromEntries(
        Object.entries(lastDay()?.bySeverity ?? {}).map(([name, { value }]) => [name, value]),
      ),
  );
}
