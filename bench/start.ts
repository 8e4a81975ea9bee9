/** How long the platform takes to be ready with a county registered and a month on disk. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { HOUR_MS } from "../model/clock.ts";
import type { Row } from "./bench.ts";
import { fillStore } from "./disk.ts";
import { registerCovers } from "./fleet.ts";
import { median, runPlatform } from "./processes.ts";

const COMPONENTS = 57_906;
const DEVICES = 10_000;
const DAYS = 30;

export async function measureStart(runs: number): Promise<Row[]> {
  const first = await runPlatform();
  await registerCovers(first, COMPONENTS);
  await first.stop(true);
  const readings = join(first.directory, "data", "readings");
  rmSync(readings, { recursive: true, force: true });
  const { rows } = await fillStore(readings, DEVICES, DAYS, HOUR_MS);
  const seconds: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const again = await runPlatform({ directory: first.directory });
    seconds.push(again.startSeconds);
    await again.stop(run < runs - 1);
  }
  return [
    {
      what: `start with ${COMPONENTS.toLocaleString("en")} components and ${DAYS} days of readings (${(rows / 1e6).toFixed(1)} M values)`,
      measured: `ready in ${median(seconds).toFixed(1)} s`,
      wanted: "10 s",
    },
  ];
}
