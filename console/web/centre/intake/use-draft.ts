/** The report that is being told: kept at each change, with the time since its first key. */
import { useState } from "preact/hooks";
import { now } from "../../shared/clock.ts";
import { user } from "../../shared/session.ts";
import { type Draft, EMPTY, keepDraft, keptDraft } from "./draft.ts";

export type Change = (changes: Partial<Draft>) => void;

export function useDraft(): { draft: Draft; change: Change; clear(): void } {
  const username = user.value?.username ?? "";
  const [draft, setDraft] = useState(() => keptDraft(username));
  const change: Change = (changes) =>
    setDraft((was) => {
      const after = { ...was, ...changes, beganAt: was.beganAt ?? now.value };
      keepDraft(username, after);
      return after;
    });
  const clear = (): void => {
    keepDraft(username, EMPTY);
    setDraft(EMPTY);
  };
  return { draft, change, clear };
}
