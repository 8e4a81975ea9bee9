/** Counts up when the stream tells something of one asset, but not more often than each three seconds. */
import { useEffect, useState } from "preact/hooks";
import { afterHearing } from "../../shared/heard.ts";

const WAIT_MS = 3_000;

export function useFresh(assetId: string | undefined, events: readonly string[]): number {
  const [count, setCount] = useState(0);
  useEffect(
    () =>
      afterHearing({ events, isOf: (data) => data.assetId === assetId, waitMs: WAIT_MS }, () =>
        setCount((before) => before + 1),
      ),
    [assetId, events.join()],
  );
  return count;
}
