/**
 * What was typed in the forms of a case's events and not sent, as it is kept over a page that was left.
 * Pure. Files that were on their way when the tab was loaded anew are not among it.
 */
import type { Seen } from "./case-conflict.ts";
import { type Draft, EMPTY_DRAFT } from "./event-forms.ts";

export interface KeptForms {
  drafts: Readonly<Record<string, Draft>>;
  /** The form that is open. */
  chosen?: { event: string; seen: Seen } | undefined;
}

const isEmpty = ({ texts, files }: Draft): boolean =>
  files.length === 0 && Object.values(texts).every((text) => text.trim() === "");

/** Nothing is on its way to any of them. */
export const isAtRest = ({ drafts }: KeptForms): boolean =>
  Object.values(drafts).every(({ sending }) => sending === 0);

/** Nothing where nothing was typed. */
export function formsToKeep({ drafts, chosen }: KeptForms): KeptForms | undefined {
  const typed = Object.entries(drafts).filter(([, draft]) => !isEmpty(draft));
  if (typed.length === 0) return undefined;
  return { drafts: Object.fromEntries(typed), chosen };
}

/** A form that was open is open again where something stands in it. */
export function formsBack({ drafts = {}, chosen }: Partial<KeptForms>): KeptForms {
  const back: Record<string, Draft> = {};
  for (const [event, draft] of Object.entries(drafts)) {
    back[event] = { ...EMPTY_DRAFT, ...draft, sending: 0 };
  }
  return {
    drafts: back,
    chosen: chosen !== undefined && chosen.event in back ? chosen : undefined,
  };
}
