/** What somebody has typed, ticked and photographed for a case and not handed in yet: kept on the phone. */
import { useEffect, useState } from "preact/hooks";
import { keep, kept } from "./store.ts";

/** `set` keeps it at once; nothing of it is lost when the page is closed. */
export function useDraft<T extends object>(
  key: string,
  empty: T,
): [draft: T, set: (change: Partial<T>) => void, clear: () => void] {
  const [draft, setDraft] = useState(empty);
  useEffect(() => {
    let isOver = false;
    void kept<T>(`draft:${key}`).then((found) => {
      if (!isOver && found !== undefined) setDraft(found);
    });
    return () => {
      isOver = true;
    };
  }, [key]);
  const put = (next: T): void => {
    setDraft(next);
    void keep(`draft:${key}`, next);
  };
  return [draft, (change) => put({ ...draft, ...change }), () => put(empty)];
}
