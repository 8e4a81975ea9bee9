/**
 * Which clock the platform lives by. A simulated one goes on where it was after a restart: the
 * wall's time at which it began is kept in the data folder beside the pair that set it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Clock, SET_BACK_BRIDGED_MS_MAX, simulatedClock, wallClock } from "../model/clock.ts";
import type { Log } from "../model/log.ts";
import type { Config } from "./config.ts";

const Anchor = z.strictObject({ pair: z.string(), wallStartAt: z.number() });

export function openClock(config: Pick<Config, "clock" | "dataDirectory">, log: Log): Clock {
  const { clock, dataDirectory } = config;
  if (clock === undefined) return wallClock();
  const file = join(dataDirectory, "clock.json");
  const anchor = readAnchor(file);
  const wallNow = Date.now();
  if (anchor?.pair === clock.text) {
    const passedMs = wallNow - anchor.wallStartAt;
    if (passedMs >= -SET_BACK_BRIDGED_MS_MAX) {
      return simulatedClock(clock.startAt + Math.max(0, passedMs) * clock.speed, clock.speed);
    }
    log.error(
      "the machine's clock was set back since the last start; GRIDWARDEN_CLOCK begins anew",
      {
        from: new Date(anchor.wallStartAt).toISOString(),
        to: new Date(wallNow).toISOString(),
      },
    );
  }
  writeFileSync(file, JSON.stringify({ pair: clock.text, wallStartAt: wallNow }));
  return simulatedClock(clock.startAt, clock.speed);
}

function readAnchor(file: string): z.infer<typeof Anchor> | undefined {
  try {
    return Anchor.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}
