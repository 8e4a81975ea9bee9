/** What a page asks of the platform when it is shown, and asks again where it must. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<T> {
  value?: T;
  /** The last asking did not work; an older `value` stays. */
  fault?: unknown;
  isLoading: boolean;
  reload(): Promise<void>;
}

/** Asked anew when one of `on` changes; an answer that was overtaken is left out. */
export function useLoaded<T>(ask: () => Promise<T>, on: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<{ value?: T; fault?: unknown; isLoading: boolean }>({
    isLoading: true,
  });
  const turn = useRef(0);
  const reload = useCallback(async () => {
    turn.current += 1;
    const mine = turn.current;
    setState((before) => ({ ...before, isLoading: true }));
    try {
      const value = await ask();
      if (turn.current === mine) setState({ value, isLoading: false });
    } catch (fault) {
      if (turn.current === mine) setState((before) => ({ ...before, fault, isLoading: false }));
    }
  }, on);
  useEffect(() => {
    void reload();
    return () => {
      turn.current += 1;
    };
  }, [reload]);
  return { ...state, reload };
}
