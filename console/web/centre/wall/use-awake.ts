/** Keeps the screen from sleeping where the browser can, and hides the centre's bar, for as long as the wall is shown. */
import { useEffect } from "preact/hooks";

export function useAwake(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    let isOver = false;
    const stayAwake = async (): Promise<void> => {
      if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return;
      try {
        const got = await navigator.wakeLock.request("screen");
        if (isOver) await got.release();
        else lock = got;
      } catch {
        // A browser may refuse, as on low battery; the screen's own settings must do then.
      }
    };
    const again = (): void => void stayAwake();
    document.body.classList.add("wall-on");
    document.addEventListener("visibilitychange", again);
    again();
    return () => {
      isOver = true;
      document.body.classList.remove("wall-on");
      document.removeEventListener("visibilitychange", again);
      void lock?.release();
    };
  }, []);
}
