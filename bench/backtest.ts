/** A changed rule tried on a month of a thousand covers, over HTTP, and who else waits meanwhile. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { DAY_MS, MINUTE_MS } from "../model/clock.ts";
import type { Row } from "./bench.ts";
import { DAY_START, fillStore } from "./disk.ts";
import { registerCovers } from "./fleet.ts";
import {
  get,
  median,
  pause,
  post,
  quantile,
  type RunningPlatform,
  runPlatform,
} from "./processes.ts";

const DEVICES = 1_000;
const DAYS = 30;
const PERIOD_MS = 10 * MINUTE_MS;
const LOOK_MS = 20;

interface Found {
  readings: number;
  candidate: { alarmCount: number };
}

export async function measureBacktest({ runs }: { runs: number }): Promise<Row[]> {
  const first = await runPlatform();
  await registerCovers(first, DEVICES);
  await first.stop(true);
  const readings = join(first.directory, "data", "readings");
  rmSync(readings, { recursive: true, force: true });
  await fillStore(readings, DEVICES, DAYS, PERIOD_MS);
  const platform = await runPlatform({ directory: first.directory });
  try {
    const seconds: number[] = [];
    const waits: number[] = [];
    let found: Found | undefined;
    for (let run = 0; run < runs; run += 1) {
      const begunAt = performance.now();
      let isOver = false;
      const asked = tryRule(platform).finally(() => {
        isOver = true;
      });
      waits.push(...(await waitsUntil(platform, () => isOver)));
      found = await asked;
      seconds.push((performance.now() - begunAt) / 1000);
    }
    return [
      {
        what: `a rule and a changed one tried on ${DAYS} days of ${DEVICES.toLocaleString("en")} assets (${((found?.readings ?? 0) / 1e6).toFixed(1)} M readings)`,
        measured: `${median(seconds).toFixed(1)} s, ${found?.candidate.alarmCount} alarms; /healthz meanwhile p50 ${median(waits).toFixed(1)} ms, p99 ${quantile(waits, 0.99).toFixed(1)} ms`,
        wanted: "60 s",
      },
    ];
  } finally {
    await platform.stop();
  }
}

async function tryRule(platform: RunningPlatform): Promise<Found> {
  const { http } = platform.ports;
  const answer = await get(platform, "/api/v1/rules/manhole-cover.tilt");
  const { ruleId, version: _theirs, ...rule } = (await answer.json()) as Record<string, unknown>;
  const condition = { ...(rule.condition as object), raise: 8.5, clear: 8 };
  return post(http, platform.token, `/api/v1/rules/${ruleId}/backtest`, {
    from: DAY_START,
    to: DAY_START + DAYS * DAY_MS,
    rule: { ...rule, condition },
  });
}

async function waitsUntil(platform: RunningPlatform, isOver: () => boolean): Promise<number[]> {
  const waits: number[] = [];
  while (!isOver()) {
    const begunAt = performance.now();
    await (await get(platform, "/healthz")).arrayBuffer();
    waits.push(performance.now() - begunAt);
    await pause(LOOK_MS);
  }
  return waits;
}
