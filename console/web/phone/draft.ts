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
  const show = (next: T): void => {
    latest.current = next;
    setDraft(next);
  };
  useEffect(() => {
    let isOver = false;
    void kept<T>(`draft:${key}`).then((found) => {
      if (!isOver && found !== undefined) show(found);
    });
    return () => {
      isOver = true;
    };
  }, [key]);
  const put = (next: T): void => {
    show(next);
    void keep(`draft:${key}`, next);
  };
  return [draft, (change) => put({ ...latest.current, ...change }), () => put(empty)];
}
