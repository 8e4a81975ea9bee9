/** The forms of a case's events: which is open, and what was typed in each, kept in this tab until it was sent. */
import { useRef, useState } from "preact/hooks";
import { keep, kept } from "../../shared/kept.ts";
import { user } from "../../shared/session.ts";
import type { Seen } from "./case-conflict.ts";
import { type Draft, EMPTY_DRAFT } from "./event-forms.ts";
import { formsBack, formsToKeep, type KeptForms } from "./kept-forms.ts";

interface Forms extends KeptForms {
  open(event: string, seen: Seen): void;
  /** What was typed waits. */
  close(): void;
  type(event: string, change: (draft: Draft) => Draft): void;
  /** It was sent, or thrown away. */
  drop(event: string): void;
}

export function useForms(caseNo: string): Forms {
  const place = `case.${caseNo}`;
  const [username] = useState(user.value?.username ?? "");
  const [forms, setForms] = useState(() => formsBack(kept(place, username)));
  const newest = useRef(forms);
  /** At once: what was sent while its page was left is kept no longer. */
  function set(next: KeptForms): void {
    newest.current = next;
    keep(place, username, formsToKeep(next));
    setForms(next);
  }
  return {
    ...forms,
    open(event, seen) {
      const { drafts, chosen } = newest.current;
      if (chosen?.event !== event) set({ drafts, chosen: { event, seen } });
    },
    close: () => set({ drafts: newest.current.drafts }),
    type(event, change) {
      const { drafts, chosen } = newest.current;
      set({ drafts: { ...drafts, [event]: change(drafts[event] ?? EMPTY_DRAFT) }, chosen });
    },
    drop(event) {
      const { [event]: _, ...drafts } = newest.current.drafts;
      set({ drafts });
    },
  };
}
