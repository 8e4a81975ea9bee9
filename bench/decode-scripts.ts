/**
 * Vendors' scripts in their sandbox: frames through the runner and its thread and back, each call from
 * a clean memory. A second is one of processor time, of both threads together. Warm: the script has been
 * read before.
 */
import { createScriptRunner, type ScriptAsk } from "../ingest/decoders/script-runner.ts";
import { CHANNELS_SCRIPT } from "../ingest/decoders/vendor-script-samples.ts";
import { silentLog } from "../model/log.ts";
import type { Row } from "./bench.ts";
import { median } from "./processes.ts";

const FRAMES = 20_000;
/** As a line asks for a batch. */
const AT_ONCE = 500;
const START = Date.UTC(2026, 10, 20);

export async function measureScripts({ runs }: { runs: number }): Promise<Row[]> {
  const runner = createScriptRunner({ log: silentLog });
  const asks = Array.from({ length: FRAMES }, (_, n) => askOf(n));
  const perSecond: number[] = [];
  // The first run warms up and is not counted.
  for (let run = 0; run <= runs; run += 1) {
    const begunAt = process.cpuUsage();
    for (let from = 0; from < FRAMES; from += AT_ONCE) {
      const answers = await runner.run(asks.slice(from, from + AT_ONCE));
      const fault = answers.find(({ kind }) => kind !== "answered");
      if (fault !== undefined)
        throw new Error(`a frame was not answered: ${JSON.stringify(fault)}`);
    }
    const { user, system } = process.cpuUsage(begunAt);
    if (run > 0) perSecond.push((FRAMES / (user + system)) * 1_000_000);
  }
  await runner.close();
  return [
    {
      what: "frames by a vendor's script (QuickJS, warm), frames/s of one core",
      measured: `${Math.round(median(perSecond)).toLocaleString("en")}/s`,
      wanted: (5_000).toLocaleString("en"),
    },
  ];
}

/** Battery, temperature, distance and position of a cover's sensor. */
function askOf(n: number): ScriptAsk {
  const bytes = [1, 0x75, n % 101, 3, 0x67, n % 250, 0, 4, 0x82, n % 256, 6, 5, 0, n % 2];
  const recvTime = new Date(START + n * 60_000).toISOString();
  return {
    ...{ decoderId: "channels", version: 1, source: CHANNELS_SCRIPT, call: "decodeUplink" },
    input: { bytes, fPort: 85, recvTime },
  };
}
