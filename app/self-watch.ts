/**
 * The platform watches itself: what would stop it from keeping its promises is an alarm of its
 * own, in the log, in the metrics and in the answer of `/readyz`, before it does.
 */

import type { Journal } from "../journal/journal.ts";
import { type Clock, HOUR_MS, type SetBack, type Timer } from "../model/clock.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { Engine } from "./engine.ts";

export type PlatformAlarm =
  | "journal-near-full"
  | "journal-full"
  | "engine-fault"
  | "store-away"
  | "store-behind"
  | "clock-set-back";

export interface SelfWatch {
  start(): void;
  stop(): void;
  health(isListening: boolean): { ready: boolean; details: Record<string, unknown> };
}

const LOOK_WALL_MS = 2_000;
/** Uplinks that wait for the store beyond which it does not keep up. */
const PENDING_UPLINKS_MAX = 200_000;
/** A set-back is over in a moment; so long people can see that it was. */
const SET_BACK_SHOWN_WALL_MS = HOUR_MS;

const CURES: Record<PlatformAlarm, string> = {
  "journal-near-full":
    "the journal nears its bound on disk: the store of readings is behind or away; see its log, or raise GRIDWARDEN_JOURNAL_BYTES_MAX",
  "journal-full": "the journal is at its bound: nothing is acknowledged until the store catches up",
  "engine-fault": "readings are acknowledged and kept, but the database takes no alarm and no case",
  "store-away": "readings are acknowledged, kept and judged; the store of readings takes none",
  "store-behind": "the store of readings does not keep up with what is acknowledged",
  "clock-set-back":
    "the machine's clock was set back and the platform followed it; see to its time service; what was recorded before may stand at times to come",
};

export function createSelfWatch(deps: {
  journal: Journal;
  engine: Engine;
  clock: Clock;
  zone: Pick<TimeZone, "iso">;
  log: Log;
  metrics: Metrics;
}): SelfWatch {
  const standing = new Set<PlatformAlarm>();
  let timer: Timer | undefined;
  let setBack: SetBack | undefined;
  let setBackShown: Timer | undefined;
  const setBacks = deps.metrics.counter(
    "gridwarden_clock_set_backs_total",
    "Times that the machine's clock was set back by more than is bridged.",
  );
  deps.clock.onSetBack(tellSetBack);
  deps.metrics.gaugeBy(
    "gridwarden_platform_alarm",
    "1 for each alarm that the platform raises about itself",
    "alarm",
    () => Object.fromEntries([...standing].map((alarm) => [alarm, 1])),
  );

  function tellSetBack(step: SetBack): void {
    setBacks.add(1);
    setBack = step;
    setBackShown?.cancel();
    setBackShown = deps.clock.after(SET_BACK_SHOWN_WALL_MS * deps.clock.speed, () => {
      setBack = undefined;
    });
    // Told here, each time and at once; the next look finds it standing.
    standing.add("clock-set-back");
    deps.log.error(`platform alarm 'clock-set-back': ${CURES["clock-set-back"]}`, {
      from: deps.zone.iso(step.from),
      to: deps.zone.iso(step.to),
    });
  }

  function textOf(alarm: PlatformAlarm): string {
    if (alarm !== "clock-set-back" || setBack === undefined) return CURES[alarm];
    const { from, to } = setBack;
    return `${CURES[alarm]}: from ${deps.zone.iso(from)} to ${deps.zone.iso(to)}`;
  }

  function look(): void {
    const journal = deps.journal.stats();
    const engine = deps.engine.stats();
    const now: Record<PlatformAlarm, boolean> = {
      "journal-near-full": journal.isNearFull,
      "journal-full": journal.bytes >= journal.bytesMax,
      "engine-fault": engine.fault !== undefined,
      "store-away": engine.storeFault !== undefined,
      "store-behind": engine.isReplayed && engine.pendingUplinks > PENDING_UPLINKS_MAX,
      "clock-set-back": setBack !== undefined,
    };
    for (const [name, isStanding] of Object.entries(now)) {
      const alarm = name as PlatformAlarm;
      if (isStanding === standing.has(alarm)) continue;
      if (isStanding) {
        standing.add(alarm);
        deps.log.error(`platform alarm '${alarm}': ${CURES[alarm]}`, {
          fault: engine.fault ?? engine.storeFault,
        });
      } else {
        standing.delete(alarm);
        deps.log.info(`platform alarm '${alarm}' is over`);
      }
    }
  }

  return {
    start() {
      timer = deps.clock.every(LOOK_WALL_MS * deps.clock.speed, look);
    },
    stop() {
      timer?.cancel();
      setBackShown?.cancel();
    },
    health(isListening) {
      look();
      const engine = deps.engine.stats();
      const journal = deps.journal.stats();
      return {
        ready:
          isListening &&
          engine.isReplayed &&
          engine.fault === undefined &&
          engine.storeFault === undefined,
        details: {
          isListening,
          isReplayed: engine.isReplayed,
          alarms: [...standing].map((alarm) => ({ alarm, text: textOf(alarm) })),
          ...(engine.fault === undefined ? {} : { fault: engine.fault }),
          ...(engine.storeFault === undefined ? {} : { storeFault: engine.storeFault }),
          journal: { bytes: journal.bytes, bytesMax: journal.bytesMax, pending: journal.pending },
          pendingUplinks: engine.pendingUplinks,
        },
      };
    },
  };
}
