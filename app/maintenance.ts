/**
 * Now and then the store of readings is asked to seal days, the registry to forget where crews
 * were, the files to remove what nobody attached, the cases to forget who reported what ended long
 * ago, and whose calibration is overdue is looked for. Only a tick: what is due is theirs to know, and what fails waits for the next one.
 */
import cron from "node-cron";
import type { Clock, Instant } from "../model/clock.ts";
import type { Log } from "../model/log.ts";

export interface Maintenance {
  start(): void;
  stop(): Promise<void>;
}

const EVERY_CRON = "*/5 * * * *";

export function createMaintenance(deps: {
  clock: Clock;
  log: Log;
  store: { maintain(now: Instant): Promise<void> };
  presence: { tidy(now: Instant): Promise<void> };
  files: { sweep(now: Instant): Promise<void> };
  reporters: { forget(now: Instant): Promise<void> };
  calibrations: { look(now: Instant): Promise<void> };
}): Maintenance {
  const { clock, log, store, presence, files, reporters, calibrations } = deps;
  let task: ReturnType<typeof cron.schedule> | undefined;

  function tick(): void {
    store.maintain(clock.now()).catch((error) => {
      log.error("the store could not be tidied; it is tried again", { error: String(error) });
    });
    presence.tidy(clock.now()).catch((error) => {
      log.error("old places of crews were not forgotten; it is tried again", {
        error: String(error),
      });
    });
    files.sweep(clock.now()).catch((error) => {
      log.error("files that nobody attached were not removed; it is tried again", {
        error: String(error),
      });
    });
    reporters.forget(clock.now()).catch((error) => {
      log.error("who reported what ended long ago was not forgotten; it is tried again", {
        error: String(error),
      });
    });
    calibrations.look(clock.now()).catch((error) => {
      log.error("calibrations that are due were not looked for; it is tried again", {
        error: String(error),
      });
    });
  }

  async function stop(): Promise<void> {
    const stopped = task;
    task = undefined;
    await stopped?.stop();
  }

  // It waits for a time of the wall that it had chosen before the step, however far off that is now.
  clock.onSetBack(() => {
    if (task === undefined) return;
    void task.stop();
    task = cron.schedule(EVERY_CRON, tick);
  });

  return {
    start() {
      task = cron.schedule(EVERY_CRON, tick);
    },
    stop,
  };
}
