/** Asking anew after what the live stream has told. */
import { type LiveData, listen } from "./live.ts";

interface Heard {
  events: readonly string[];
  /** Of these alone; absent: of all. */
  isOf?: (data: LiveData) => boolean;
  waitMs: number;
}

/**
 * Acts a moment after such an event, once for a storm of them; also when the stream was away, since
 * what happened meanwhile was not told. Answers what ends it.
 */
export function afterHearing({ events, isOf, waitMs }: Heard, act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      act();
    }, waitMs);
  };
  const heard = (data: LiveData): void => {
    if (isOf === undefined || isOf(data)) soon();
  };
  const end = listen(Object.fromEntries(events.map((event) => [event, heard])), soon);
  return () => {
    end();
    clearTimeout(timer);
  };
}
