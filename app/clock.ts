/**
 * Which clock the platform lives by. A simulated one goes on where it was after a restart: the
 * wall's time at which it began is kept in the data folder beside the pair that set it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Clock, simulatedClock, wallClock } from "../model/clock.ts";
import type { Config } from "./config.ts";

const Anchor = z.strictObject({ pair: z.string(), wallStartAt: z.number() });

export function openClock(config: Pick<Config, "clock" | "dataDirectory">): Clock {
  const { clock, dataDirectory } = config;
  if (clock === undefined) return wallClock();
  const file = join(dataDirectory, "clock.json");
  const anchor = readAnchor(file);
  const wallNow = Date.now();
  if (anchor?.pair === clock.text) {
    return simulatedClock(
      clock.startAt + (wallNow - anchor.wallStartAt) * clock.speed,
      clock.speed,
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
