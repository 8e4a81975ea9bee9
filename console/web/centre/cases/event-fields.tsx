/** The fields of an event's form: texts, choices, a time, another case, files. */

import { sayState } from "../../shared/case-words.ts";
import { conditionText } from "../../shared/catalogue.ts";
import { OUTCOMES, sayOutcome } from "../../shared/event-words.ts";
import { Field } from "../../shared/parts.tsx";
import type { CaseDetail } from "../../shared/platform-types.ts";
import { say, sayReason } from "./case-page-words.ts";
import { CrewSelect, UnitSelect } from "./case-parts.tsx";
import type { Draft, EventForm, FieldName, TextField } from "./event-forms.ts";
import { FilesField } from "./files-field.tsx";
import { reasonsOf } from "./reasons.ts";

const FIELD_WORDS = {
  note: "fieldNote",
  reason: "fieldReason",
  outcome: "fieldOutcome",
  until: "fieldUntil",
  unitId: "fieldUnitId",
  crewId: "fieldCrewId",
  into: "fieldInto",
  before: "fieldBefore",
  after: "fieldAfter",
  files: "fieldFiles",
} as const satisfies Record<FieldName, string>;

export interface FieldsProps {
  detail: CaseDetail;
  form: EventForm;
  draft: Draft;
  onDraft: (change: (draft: Draft) => Draft) => void;
}

export function EventFields({ detail, form, draft, onDraft }: FieldsProps) {
  return (
    <>
      {form.fields.map((field) => (
        <OneField key={field} {...{ field, detail, form, draft, onDraft }} />
      ))}
    </>
  );
}

type OneProps = FieldsProps & { field: FieldName };

function OneField({ field, detail, form, draft, onDraft }: OneProps) {
  const isNeeded = form.needs.includes(field);
  const name = say(FIELD_WORDS[field]);
  const label = isNeeded ? say("needed", { field: name }) : name;
  if (field === "before" || field === "after" || field === "files") {
    return <FilesField {...{ field, label, draft, onDraft }} />;
  }
  const value = draft.texts[field] ?? "";
  const put = (text: string): void =>
    onDraft((before) => ({ ...before, texts: { ...before.texts, [field]: text } }));
  if (field === "into") return <IntoField {...{ label, value, put, detail }} />;
  return (
    <Field label={label}>
      <Control {...{ field, value, put, isNeeded, detail, form, draft }} />
    </Field>
  );
}

interface ControlProps {
  field: TextField;
  value: string;
  put: (text: string) => void;
  isNeeded: boolean;
  detail: CaseDetail;
  form: EventForm;
  draft: Draft;
}

function Control({ field, value, put, isNeeded, detail, form, draft }: ControlProps) {
  switch (field) {
    case "unitId":
      return <UnitSelect value={value} onChoose={put} none={say("planned")} isNeeded={isNeeded} />;
    case "crewId": {
      const unitId = draft.texts.unitId || detail.unitId;
      const within = unitId === undefined ? {} : { unitId };
      return <CrewSelect value={value} onChoose={put} none={say("planned")} {...within} />;
    }
    case "outcome":
      return <OutcomeSelect value={value} put={put} event={form.event} />;
    case "until":
      return (
        <input
          type="datetime-local"
          value={value}
          required={isNeeded}
          onInput={(event) => put(event.currentTarget.value)}
        />
      );
    case "reason":
      return <ReasonInput {...{ value, put, isNeeded }} event={form.event} />;
    default:
      return (
        <textarea
          value={value}
          required={isNeeded}
          maxLength={2000}
          rows={3}
          onInput={(event) => put(event.currentTarget.value)}
        />
      );
  }
}

/** A return names the outcome only where it is for another ground than whose it is. */
const RETURN_OUTCOMES = ["cannotReach", "needsReplacement"] as const;

function OutcomeSelect({
  value,
  put,
  event,
}: {
  value: string;
  put: (text: string) => void;
  event: string;
}) {
  const outcomes = event === "return" ? RETURN_OUTCOMES : OUTCOMES;
  return (
    <select value={value} onChange={(changed) => put(changed.currentTarget.value)}>
      <option value="">{event === "return" ? "–" : say("outcomeNone")}</option>
      {outcomes.map((outcome) => (
        <option key={outcome} value={outcome}>
          {sayOutcome(outcome)}
        </option>
      ))}
    </select>
  );
}

function ReasonInput({
  value,
  put,
  isNeeded,
  event,
}: {
  value: string;
  put: (text: string) => void;
  isNeeded: boolean;
  event: string;
}) {
  const id = `case-reasons-${event}`;
  return (
    <>
      <input
        type="text"
        list={id}
        value={value}
        required={isNeeded}
        maxLength={2000}
        onInput={(typed) => put(typed.currentTarget.value)}
      />
      <datalist id={id}>
        {reasonsOf(event).map((word) => (
          <option key={word} value={sayReason(word)} />
        ))}
      </datalist>
    </>
  );
}

/** Open cases nearby are offered. */
function IntoField({
  label,
  value,
  put,
  detail,
}: {
  label: string;
  value: string;
  put: (text: string) => void;
  detail: CaseDetail;
}) {
  return (
    <>
      <Field label={label}>
        <input
          type="text"
          inputMode="numeric"
          pattern="\d{19}"
          required
          value={value}
          onInput={(event) => put(event.currentTarget.value.trim())}
        />
      </Field>
      <ul class="case-list">
        {(detail.similar ?? []).map((found) => (
          <li key={found.caseNo}>
            {found.caseNo} {conditionText({ ...found, class: detail.class })}{" "}
            {sayState(found.state)} {say("linkedSimilar", { m: Math.round(found.distanceM) })}{" "}
            <button type="button" onClick={() => put(found.caseNo)}>
              {say("similarChoose")}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
