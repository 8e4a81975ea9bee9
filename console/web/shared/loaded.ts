/** What a page asks of the platform when it is shown, and asks again where it must. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { createTurns } from "./turns.ts";

export interface Loaded<T> {
  value?: T;
  /** The last asking did not work; an older `value` stays. */
  fault?: unknown;
  isLoading: boolean;
  reload(): Promise<void>;
}

/** Asked anew when one of `on` changes; an answer that a newer one has overtaken is left out. */
export function useLoaded<T>(ask: () => Promise<T>, on: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<{ value?: T; fault?: unknown; isLoading: boolean }>({
    isLoading: true,
  });
  const [turns] = useState(() => createTurns());
  const reload = useCallback(async () => {
    const mine = turns.begin();
    setState((before) => ({ ...before, isLoading: true }));
    try {
      const value = await ask();
      if (turns.isNews(mine)) setState({ value, isLoading: !turns.isLast(mine) });
    } catch (fault) {
      if (!turns.isNews(mine)) return;
      setState((before) => ({ ...before, fault, isLoading: !turns.isLast(mine) }));
    }
  }, on);
  useEffect(() => {
    void reload();
    return () => turns.forget();
  }, [reload]);
  return { ...state, reload };
}
