/**
 * Curves of cases: read from the store of readings while a case is open, and kept beside the case
 * some time after it has ended, a few at each tick. A curve that could not be read is tried again
 * at the next one; a stop waits for the one at hand.
 */
import type { Cases } from "../cases/cases.ts";
import type { CaseCurve, CurveSeries } from "../model/case.ts";
import type { Clock } from "../model/clock.ts";
import { MINUTE_MS, type Timer } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import type { Log } from "../model/log.ts";
import { Period } from "../model/reading.ts";
import type { Engine } from "./engine.ts";
import type { readingsDoor } from "./readings.ts";

export interface CaseCurves {
  start(): void;
  stop(): Promise<void>;
  /** @throws GridwardenError CASE_NOT_FOUND, STORE_FAILED */
  of(caseNo: string): Promise<CaseCurve>;
  /** Keeps those that are due; answers how many. */
  keepDue(): Promise<number>;
}

type Readings = Pick<ReturnType<typeof readingsDoor>, "query">;
type Points = CurveSeries["points"];

const EVERY_MS = 5 * MINUTE_MS;
/** Kept at one tick. */
const CURVES_PER_TICK_MAX = 50;

export function createCaseCurves(deps: {
  curves: Cases["curves"];
  readings: Readings;
  engine: Pick<Engine, "write">;
  reader: Sql;
  clock: Clock;
  log: Log;
}): CaseCurves {
  const { curves, readings, engine, reader, clock, log } = deps;
  let keeping: Promise<unknown> | undefined;
  let timer: Timer | undefined;
  let isStopped = false;

  async function read(caseNo: string): Promise<CaseCurve> {
    const now = clock.now();
    const plan = await curves.plan(reader, caseNo, now);
    if (plan === undefined) return { from: now, to: now, series: [] };
    const series: CurveSeries[] = [];
    for (const subject of plan.subjects) {
      const { unit, points } = await pointsOf(subject, plan);
      series.push({ ...subject, unit, points: curves.thin(points, LIMITS.caseCurvePointsMax) });
    }
    return { from: plan.from, to: plan.to, series };
  }

  /** Of the first period that has any: a logger may tell of hours or days alone. */
  async function pointsOf(
    subject: Pick<CurveSeries, "deviceId" | "measurement">,
    span: Pick<CaseCurve, "from" | "to">,
  ): Promise<Pick<CurveSeries, "unit" | "points">> {
    let unit = "";
    for (const period of Period.options) {
      const request = { ...subject, period, from: span.from, to: span.to, goodOnly: false };
      const [found] = await readings.query(request);
      unit ||= found?.unit ?? "";
      if (found === undefined || found.points.length === 0) continue;
      if (found.truncated !== true) return { unit, points: found.points };
      return { unit, points: await peaksOf(request) };
    }
    return { unit, points: [] };
  }

  /** Of more points than one query answers: the lowest and the highest of equal times. */
  async function peaksOf(request: Parameters<Readings["query"]>[0]): Promise<Points> {
    const { from, to } = request;
    const everyMs = Math.ceil((to - from) / LIMITS.caseCurvePointsMax);
    const [low, high] = await Promise.all(
      (["min", "max"] as const).map((fn) =>
        readings.query({ ...request, bucket: { fn, everyMs, originMs: from } }),
      ),
    );
    const points: Points = [...(low?.[0]?.points ?? []), ...(high?.[0]?.points ?? [])];
    return points.sort((a, b) => a[0] - b[0]);
  }

  async function keepDue(): Promise<number> {
    const wanted = await curves.wanted(reader, clock.now(), CURVES_PER_TICK_MAX);
    for (const caseNo of wanted) {
      if (isStopped) break;
      const curve = await read(caseNo);
      await engine.write(async (tx, now) => ({
        value: await curves.keep(tx, caseNo, curve, now),
      }));
    }
    return wanted.length;
  }

  function tick(): void {
    keeping ??= keepDue()
      .catch((error: unknown) => {
        log.warn("curves of ended cases could not be kept; they are tried again soon", {
          error: String(error),
        });
      })
      .finally(() => {
        keeping = undefined;
      });
  }

  return {
    start() {
      timer = clock.every(EVERY_MS, tick);
    },
    async stop() {
      isStopped = true;
      timer?.cancel();
      timer = undefined;
      await keeping;
    },
    of: async (caseNo) => (await curves.kept(reader, caseNo)) ?? (await read(caseNo)),
    keepDue,
  };
}
