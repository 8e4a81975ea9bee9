/** What somebody has typed, ticked and photographed for a case and not handed in yet: kept on the phone. */
import { useEffect, useRef, useState } from "preact/hooks";
import { keep, kept } from "./store.ts";

/** `set` keeps it at once; nothing of it is lost when the page is closed. */
export function useDraft<T extends object>(
  key: string,
  empty: T,
): [draft: T, set: (change: Partial<T>) => void, clear: () => void] {
  const [draft, setDraft] = useState(empty);
  // Of this moment: a photo that was still being scaled joins what was typed meanwhile.
  const latest = useRef(empty);
  const typed = useRef<Partial<T>>({});
  const show = (next: T): void => {
    latest.current = next;
    setDraft(next);
  };
  useEffect(() => {
    let isOver = false;
    typed.current = {};
    const restore = async (): Promise<void> => {
      const found = await kept<T>(`draft:${key}`);
      // What was typed while it was being read stands.
      if (!isOver && found !== undefined) show({ ...found, ...typed.current });
    };
    void restore().catch(() => undefined);
    return () => {
      isOver = true;
    };
  }, [key]);
  const put = (next: T): void => {
    show(next);
    // Where the phone is full it lasts as long as the page.
    void keep(`draft:${key}`, next).catch(() => undefined);
  };
  const set = (change: Partial<T>): void => {
    typed.current = { ...typed.current, ...change };
    put({ ...latest.current, ...change });
  };
  const clear = (): void => {
    typed.current = {};
    put(empty);
  };
  return [draft, set, clear];
}
