/** Drains and exits 0 on the first signal; a further one changes nothing. */
import type { Log } from "../model/log.ts";

const STOP_WALL_MS_MAX = 9_500;

export function stopOnSignal(running: { stop(): Promise<void> }, log: Log): void {
  let isStopping = false;
  const stop = (signal: string): void => {
    if (isStopping) return;
    isStopping = true;
    log.info(`${signal}: stopping, what is acknowledged is kept`);
    setTimeout(() => {
      log.warn("stopping took too long; what is left is done at the next start");
      process.exit(0);
    }, STOP_WALL_MS_MAX).unref();
    running.stop().then(
      () => process.exit(0),
      (error) => {
        log.error("stopping failed; the journal keeps what was acknowledged", {
          error: String(error),
        });
        process.exit(0);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
