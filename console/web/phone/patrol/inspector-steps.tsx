/** What an inspector says of a case on the spot: verified, checked, or settled by himself. */
import { Field } from "../../shared/parts.tsx";
import { useDraft } from "../draft.ts";
import type { Predicted } from "../orders/predict.ts";
import { sayStep } from "../orders/say-step.ts";
import { sayEvent } from "../phone-words.ts";
import { PhotoField } from "../photo/photo-field.tsx";
import { ReasonForm } from "../reason-form.tsx";
import { say } from "./patrol-words.ts";

interface Draft {
  note: string;
  before: string[];
  after: string[];
  other: string[];
}
const EMPTY: Draft = { note: "", before: [], after: [], other: [] };
const NOTE_MAX = 2_000;

export function InspectorSteps({ item }: { item: Predicted }) {
  switch (item.state) {
    case "VERIFYING":
      return <Verify item={item} />;
    case "CHECKING":
      return <Check item={item} />;
    case "REPORTED":
      return item.lifeSafety || item.source !== "patrol" ? null : <Settle item={item} />;
    default:
      return null;
  }
}

function Verify({ item }: { item: Predicted }) {
  const [draft, set, clear] = useDraft<Draft>(`verify:${item.caseNo}`, EMPTY);

  async function tell(verdict: string): Promise<void> {
    const words = draft.note.trim();
    const note = words === "" ? verdict : `${verdict}: ${words}`;
    if (await sayStep(item, "verifyResult", { note }, draft.other)) clear();
  }

  return (
    <section class="phone-card phone-form" aria-label={sayEvent("verifyResult")}>
      <PhotoField moment="other" photos={draft.other} onChange={(other) => set({ other })} />
      <Note label={say("verifyHint")} note={draft.note} onNote={(note) => set({ note })} />
      <div class="phone-two">
        <button type="button" class="main phone-large" onClick={() => void tell(say("verifyTrue"))}>
          {say("verifyTrue")}
        </button>
        <button type="button" class="phone-large" onClick={() => void tell(say("verifyFalse"))}>
          {say("verifyFalse")}
        </button>
      </div>
    </section>
  );
}

function Check({ item }: { item: Predicted }) {
  const [draft, set, clear] = useDraft<Draft>(`checked:${item.caseNo}`, EMPTY);

  async function tell(event: "checkPass" | "rework", reason: string): Promise<void> {
    if (await sayStep(item, event, { reason }, draft.other)) clear();
  }

  return (
    <section class="phone-card phone-form" aria-label={say("toCheck")}>
      <PhotoField moment="other" photos={draft.other} onChange={(other) => set({ other })} />
      <ReasonForm
        title={sayEvent("checkPass")}
        common={[say("checkReason"), say("checkReason2")]}
        onSay={(reason) => void tell("checkPass", reason)}
      />
      <details>
        <summary>{say("checkFail")}</summary>
        <ReasonForm
          title={say("checkFail")}
          isDanger
          onSay={(reason) => void tell("rework", reason)}
        />
      </details>
    </section>
  );
}

function Settle({ item }: { item: Predicted }) {
  const [draft, set, clear] = useDraft<Draft>(`settle:${item.caseNo}`, EMPTY);
  const isWhole = draft.before.length > 0 && draft.after.length > 0 && draft.note.trim() !== "";

  async function settle(): Promise<void> {
    const photos = [...draft.before, ...draft.after];
    if (await sayStep(item, "settle", { note: draft.note.trim() }, photos)) clear();
  }

  return (
    <section class="phone-card phone-form" aria-label={sayEvent("settle")}>
      <p>{say("settleHint")}</p>
      <div class="phone-two">
        <PhotoField moment="before" photos={draft.before} onChange={(before) => set({ before })} />
        <PhotoField moment="after" photos={draft.after} onChange={(after) => set({ after })} />
      </div>
      <Note label={say("settleNote")} note={draft.note} onNote={(note) => set({ note })} />
      {!isWhole && <p class="phone-soft">{say("settleWant")}</p>}
      <button
        type="button"
        class="main phone-large"
        disabled={!isWhole}
        onClick={() => void settle()}
      >
        {sayEvent("settle")}
      </button>
    </section>
  );
}

interface NoteProps {
  label: string;
  note: string;
  onNote: (note: string) => void;
}

function Note({ label, note, onNote }: NoteProps) {
  return (
    <Field label={label}>
      <textarea
        name="note"
        rows={2}
        maxLength={NOTE_MAX}
        value={note}
        onInput={(event) => onNote(event.currentTarget.value)}
      />
    </Field>
  );
}
