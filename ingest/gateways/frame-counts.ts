/**
 * Frame counters of LoRaWAN devices: what a jump of the counter says was lost, and frames that come again
 * under another id of the server's. A counter begins anew with each join, and at a device without joins (ABP)
 * whenever it likes: one that falls, or leaps farther than a network server accepts, is a new beginning.
 */
import { type Instant, MINUTE_MS } from "../../model/clock.ts";
import { LIMITS } from "../../model/limits.ts";

/** MAX_FCNT_GAP of LoRaWAN 1.0.x, RP002 "EU863-870 default settings". */
const GAP_MAX = 16_384;
const DEVICES_MAX = 100_000;
/** Of a device: as many uplinks as may be read a second time before it is heard again. */
const RECENT_MAX = 8;
/** A server hands on a frame that it heard twice soon after, if at all. */
const REPEATED_MS_MAX = MINUTE_MS;

export interface CountedFrame {
  readonly fCnt: number;
  /** Where the server names it; each has a counter of its own. */
  readonly session?: string | undefined;
  /** Its bytes in base64, where there are any. */
  readonly data?: string | undefined;
  /** When it was heard. */
  readonly at: Instant;
  /** Of its uplink in the journal. */
  readonly position: number;
}

export type FrameFate =
  | { readonly kind: "new"; readonly lost: number }
  /** The frame before is the same one. */
  | { readonly kind: "repeated" };

const FIRST: FrameFate = Object.freeze({ kind: "new", lost: 0 });
const REPEATED: FrameFate = Object.freeze({ kind: "repeated" });

/** A device and its newest frame. */
export type LastFrame = readonly [deviceId: string, frame: CountedFrame];

export type FrameCounts = ReturnType<typeof createFrameCounts>;

export function createFrameCounts() {
  /** By device: frames that were taken, the newest last, with what was said of each. */
  const taken = new Map<string, { frame: CountedFrame; fate: FrameFate }[]>();

  return {
    /** A new session: its counter has nothing to do with the one before. */
    begin(deviceId: string): void {
      taken.delete(deviceId);
    },
    /** The same answer to an uplink that is read again. */
    take(deviceId: string, frame: CountedFrame): FrameFate {
      const before = taken.get(deviceId) ?? [];
      const known = before.find(({ frame: { position } }) => position === frame.position);
      if (known !== undefined) return known.fate;
      const newest = before.at(-1)?.frame;
      const fate = newest === undefined ? FIRST : fateAfter(newest, frame);
      const isOld = newest !== undefined && frame.at < newest.at;
      if (isOld) return fate;
      if (taken.size > DEVICES_MAX) taken.clear();
      if (before.push({ frame, fate }) > RECENT_MAX) before.shift();
      taken.set(deviceId, before);
      return fate;
    },
    /** Of the devices that were heard last, as many as are kept over a restart. */
    last(): LastFrame[] {
      const all = [...taken].flatMap(([deviceId, frames]): LastFrame[] => {
        const newest = frames.at(-1);
        return newest === undefined ? [] : [[deviceId, newest.frame]];
      });
      if (all.length <= LIMITS.lorawanDevicesRememberedMax) return all;
      all.sort(([, one], [, other]) => other.position - one.position);
      return all.slice(0, LIMITS.lorawanDevicesRememberedMax);
    },
    restore(last: readonly LastFrame[]): void {
      taken.clear();
      for (const [deviceId, frame] of last) taken.set(deviceId, [{ frame, fate: FIRST }]);
    },
  };
}

function fateAfter(newest: CountedFrame, frame: CountedFrame): FrameFate {
  if (frame.session !== newest.session) return FIRST;
  const ahead = frame.fCnt - newest.fCnt;
  const apart = Math.abs(frame.at - newest.at);
  // A device that begins at 0 with each start has something else to say.
  const isSame = ahead === 0 && frame.data === newest.data;
  if (isSame && apart <= REPEATED_MS_MAX) return REPEATED;
  const isLoss = ahead > 1 && ahead <= GAP_MAX && frame.at >= newest.at;
  return isLoss ? { kind: "new", lost: ahead - 1 } : FIRST;
}
