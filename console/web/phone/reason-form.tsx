/** A step that wants a reason in words; reasons that come often are one tap away. */
import { useState } from "preact/hooks";
import { offsetMinutes } from "../shared/clock.ts";
import { Field } from "../shared/parts.tsx";
import { say } from "./phone-words.ts";

interface ReasonFormProps {
  title: string;
  common?: readonly string[];
  /** Asks for a day beside. */
  withUntil?: boolean;
  isDanger?: boolean;
  onSay: (reason: string, until: string | undefined) => void;
}

const REASON_MAX = 2_000;

export function ReasonForm({ title, common = [], withUntil, isDanger, onSay }: ReasonFormProps) {
  const [reason, setReason] = useState("");
  const [day, setDay] = useState("");
  return (
    <form
      class="phone-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSay(reason.trim(), day === "" ? undefined : endOf(day));
      }}
    >
      <h3>{title}</h3>
      <div class="phone-chips">
        {common.map((each) => (
          <button key={each} type="button" onClick={() => setReason(each)}>
            {each}
          </button>
        ))}
      </div>
      <Field label={say("reason")}>
        <textarea
          required
          rows={2}
          maxLength={REASON_MAX}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </Field>
      {withUntil === true && (
        <Field label={say("until")}>
          <input
            type="date"
            required
            value={day}
            onInput={(event) => setDay(event.currentTarget.value)}
          />
        </Field>
      )}
      <button type="submit" class={isDanger === true ? "danger" : "main"}>
        {title}
      </button>
    </form>
  );
}

/** 18:00 of the day by the platform's zone. */
const endOf = (day: string): string =>
  new Date(Date.parse(`${day}T18:00:00Z`) - offsetMinutes() * 60_000).toISOString();
