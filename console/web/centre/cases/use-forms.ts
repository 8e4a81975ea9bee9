/**
 * The forms of a case's events: which is open, and what was typed in each, kept in this tab until it was
 * sent. What is on its way when the page is left comes to the same forms when it is opened again.
 */
import { type Signal, signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { keep, kept } from "../../shared/kept.ts";
import { user } from "../../shared/session.ts";
import type { Seen } from "./case-conflict.ts";
import { type Draft, EMPTY_DRAFT } from "./event-forms.ts";
import { formsBack, formsToKeep, isAtRest, type KeptForms } from "./kept-forms.ts";

interface Forms extends KeptForms {
  open(event: string, seen: Seen): void;
  /** What was typed waits. */
  close(): void;
  type(event: string, change: (draft: Draft) => Draft): void;
  /** It was sent, or thrown away. */
  drop(event: string): void;
}

/** By case and person. */
const opened = new Map<string, Signal<KeptForms>>();

function formsOf(place: string, username: string): Signal<KeptForms> {
  const key = `${username} ${place}`;
  const found = opened.get(key) ?? signal(formsBack(kept(place, username)));
  opened.set(key, found);
  return found;
}

export function useForms(caseNo: string): Forms {
  const place = `case.${caseNo}`;
  const [username] = useState(user.value?.username ?? "");
  const [forms] = useState(() => formsOf(place, username));
  useEffect(
    () => () => {
      if (isAtRest(forms.peek())) opened.delete(`${username} ${place}`);
    },
    [],
  );
  function set(next: KeptForms): void {
    keep(place, username, formsToKeep(next));
    forms.value = next;
  }
  return {
    ...forms.value,
    open(event, seen) {
      const { drafts, chosen } = forms.peek();
      if (chosen?.event !== event) set({ drafts, chosen: { event, seen } });
    },
    close: () => set({ drafts: forms.peek().drafts }),
    type(event, change) {
      const { drafts, chosen } = forms.peek();
      set({ drafts: { ...drafts, [event]: change(drafts[event] ?? EMPTY_DRAFT) }, chosen });
    },
    drop(event) {
      const { [event]: _, ...drafts } = forms.peek().drafts;
      set({ drafts });
    },
  };
}
