/** Counts up when the stream tells something of one asset, but not more often than each three seconds. */
import { useEffect, useState } from "preact/hooks";
import { type LiveData, listen } from "../../shared/live.ts";

const WAIT_MS = 3_000;

export function useFresh(assetId: string | undefined, events: readonly string[]): number {
  const [count, setCount] = useState(0);
  const names = events.join();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setCount((before) => before + 1);
      }, WAIT_MS);
    };
    const heard = (data: LiveData): void => {
      if (data.assetId === assetId) tell();
    };
    const end = listen(Object.fromEntries(names.split(",").map((name) => [name, heard])), tell);
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [assetId, names]);
  return count;
}
