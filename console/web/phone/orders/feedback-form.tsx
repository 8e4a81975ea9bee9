/** Photos before and after, a word of what was done, and the outcome in one tap. */
import { useState } from "preact/hooks";
import { Field } from "../../shared/parts.tsx";
import type { CaseItem } from "../../shared/platform-types.ts";
import { useDraft } from "../draft.ts";
import { PhotoField } from "../photo/photo-field.tsx";
import { say, sayOutcome } from "./order-words.ts";
import { sayStep } from "./say-step.ts";

interface Draft {
  note: string;
  before: string[];
  after: string[];
}
const EMPTY: Draft = { note: "", before: [], after: [] };
const OUTCOMES = [
  "repaired",
  "madeSafe",
  "nothingFound",
  "notOurs",
  "cannotReach",
  "needsReplacement",
] as const;
const NOTE_MAX = 2_000;

export function FeedbackForm({ item }: { item: CaseItem }) {
  const [draft, set, clear] = useDraft<Draft>(`feedback:${item.caseNo}`, EMPTY);
  const [isBusy, setBusy] = useState(false);

  async function hand(outcome: (typeof OUTCOMES)[number]): Promise<void> {
    setBusy(true);
    const words = draft.note.trim();
    const note = words === "" ? say("noteDefault", { outcome: sayOutcome(outcome) }) : words;
    const photos = [...draft.before, ...draft.after];
    if (await sayStep(item, "feedback", { outcome, note }, photos)) clear();
    setBusy(false);
  }

  return (
    <section class="phone-card phone-form" aria-label={say("outcome")}>
      <div class="phone-two">
        <PhotoField moment="before" photos={draft.before} onChange={(before) => set({ before })} />
        <PhotoField moment="after" photos={draft.after} onChange={(after) => set({ after })} />
      </div>
      <Field label={say("note")}>
        <textarea
          name="note"
          rows={2}
          maxLength={NOTE_MAX}
          value={draft.note}
          onInput={(event) => set({ note: event.currentTarget.value })}
        />
      </Field>
      {draft.after.length === 0 && <p class="phone-soft">{say("photoWanted")}</p>}
      <h2>{say("outcome")}</h2>
      <div class="phone-outcomes">
        {OUTCOMES.map((outcome) => (
          <button
            key={outcome}
            type="button"
            class={outcome === "repaired" || outcome === "madeSafe" ? "main" : ""}
            disabled={isBusy}
            data-outcome={outcome}
            onClick={() => void hand(outcome)}
          >
            {sayOutcome(outcome)}
          </button>
        ))}
      </div>
    </section>
  );
}
