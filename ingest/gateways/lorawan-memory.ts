/**
 * What is kept over a restart of LoRaWAN's events and frame counters, as JSON of our own making: of the
 * devices that were heard last their newest frame, and the newest events' ids. So a frame that comes
 * again while the platform starts is none, and what was lost meanwhile is counted; what is left out for
 * want of room is as it is at a first start.
 */
import type { FrameCounts, LastFrame } from "./frame-counts.ts";
import type { GatewayMemory } from "./gateway.ts";
import type { Seen } from "./lorawan.ts";

const VERSION = 1;

interface Saved {
  readonly version: number;
  readonly seen: readonly (readonly [key: string, position: number])[];
  readonly frames: readonly LastFrame[];
}

export function lorawanMemory({
  seen,
  counts,
}: {
  seen: Pick<Seen, "last" | "restore">;
  counts: Pick<FrameCounts, "last" | "restore">;
}): GatewayMemory {
  return {
    save() {
      const saved: Saved = { version: VERSION, seen: seen.last(), frames: counts.last() };
      if (saved.seen.length + saved.frames.length === 0) return undefined;
      return Buffer.from(JSON.stringify(saved));
    },
    /** Of another version nothing is known. */
    restore(bytes) {
      const saved = JSON.parse(Buffer.from(bytes).toString("utf8")) as Saved;
      if (saved.version !== VERSION) return;
      seen.restore(saved.seen);
      counts.restore(saved.frames);
    },
  };
}
