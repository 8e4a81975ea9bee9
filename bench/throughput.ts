/**
 * Messages of three values from 500 connections at QoS 1: acknowledged after disk, decoded, judged
 * by the default rules, stored. CPU a hundred thousand messages, messages a second, latency.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LoadCredentials, LoadPlan, LoadReport } from "./load.ts";
import {
  cpuSeconds,
  machineBusySeconds,
  metric,
  pause,
  type RunningPlatform,
  residentBytes,
  run,
} from "./processes.ts";

const LOAD = fileURLToPath(new URL("./load.js", import.meta.url));
const DRAINED_MS_MAX = 120_000;

export interface Measured extends LoadReport {
  /** CPU seconds of the platform a 100,000 messages, from the first message until all is stored. */
  cpuPer100k: number;
  loadCpuPer100k: number;
  /** Seconds from the last acknowledgement until everything was judged and stored. */
  drainSeconds: number;
  /** Uplinks waiting for the store when the last one was acknowledged. */
  pendingAtEnd: number;
  /** Busy seconds of the machine that were neither the platform's nor the generator's. */
  otherBusySeconds: number;
  residentMb: number;
}

/** Runs the generator in a process of its own and answers its report. */
export async function generateLoad(directory: string, plan: LoadPlan): Promise<LoadReport> {
  const file = join(directory, "load-plan.json");
  writeFileSync(file, JSON.stringify(plan));
  const generator = run(process.execPath, [LOAD, file], { directory });
  let text = "";
  generator.child.stdout?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  let fault = "";
  generator.child.stderr?.on("data", (chunk: Buffer) => {
    fault += chunk.toString();
  });
  await new Promise((resolve) => generator.child.once("close", resolve));
  if (text === "") throw new Error(`the load generator ended without a report:\n${fault}`);
  return JSON.parse(text) as LoadReport;
}

export async function measureLoad(
  platform: RunningPlatform,
  devices: LoadCredentials[],
  load: Omit<LoadPlan, "port" | "devices">,
): Promise<Measured> {
  const cpuBefore = cpuSeconds(platform.pid);
  const busyBefore = machineBusySeconds();
  const report = await generateLoad(platform.directory, {
    ...load,
    port: platform.ports.mqtt,
    devices,
  });
  const pendingAtEnd = await metric(platform, "gridwarden_ledger_pending_uplinks");
  const drainFrom = performance.now();
  while ((await metric(platform, "gridwarden_ledger_pending_uplinks")) > 0) {
    if (performance.now() - drainFrom > DRAINED_MS_MAX)
      throw new Error("the store does not catch up");
    await pause(100);
  }
  const cpu = cpuSeconds(platform.pid) - cpuBefore;
  const per100k = 100_000 / report.acknowledged;
  return {
    ...report,
    cpuPer100k: cpu * per100k,
    loadCpuPer100k: report.cpuSeconds * per100k,
    drainSeconds: (performance.now() - drainFrom) / 1000,
    pendingAtEnd,
    otherBusySeconds: machineBusySeconds() - busyBefore - cpu - report.cpuSeconds,
    residentMb: residentBytes(platform.pid) / 1e6,
  };
}
