/**
 * The form of one event of a case. It is sent with the version that was seen: where somebody else was
 * quicker, that is shown and what was typed stays, to be sent all the same or to be left.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { post, Refused } from "../../shared/api.ts";
import { sayState } from "../../shared/case-words.ts";
import { offsetMinutes } from "../../shared/clock.ts";
import { sayEvent } from "../../shared/event-words.ts";
import { Fault } from "../../shared/parts.tsx";
import type { CaseDetail } from "../../shared/platform-types.ts";
import { createRequestKeys } from "../../shared/request-key.ts";
import { sayCode } from "../../shared/words.ts";
import { isStillTaken, newRecords, type Seen } from "./case-conflict.ts";
import { RecordLine } from "./case-history.tsx";
import { say } from "./case-page-words.ts";
import { EventFields } from "./event-fields.tsx";
import { callOf, type Draft, type EventForm, isReady } from "./event-forms.ts";

export interface FormProps {
  detail: CaseDetail;
  /** As far as it had come when the form was opened. */
  seen: Seen;
  form: EventForm;
  draft: Draft;
  onDraft: (change: (draft: Draft) => Draft) => void;
  reload: () => Promise<void>;
  onDone: () => void;
  /** What was typed is thrown away, or waits. */
  onLeave: (isThrownAway: boolean) => void;
  /** Whether it takes the focus when it is shown. */
  isFocused: boolean;
}

export function EventFormPanel(props: FormProps) {
  const { detail, seen, form, draft, onDraft, onLeave, isFocused } = props;
  const { fault, isBusy, submit } = useEvent(props);
  const room = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!isFocused) return;
    room.current?.querySelector<HTMLElement>("input,select,textarea,button")?.focus();
  }, []);
  const isStale = seen.version !== detail.version;
  const isTaken = isStillTaken(form.event, detail);
  const name = sayCode(sayEvent, form.event);
  const onKeyDown = ({ key }: KeyboardEvent): void => {
    if (key === "Escape") onLeave(false);
  };
  return (
    <form
      ref={room}
      class="cases-form case-form"
      aria-label={name}
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h3>{name}</h3>
      {isStale && <Meanwhile seen={seen} detail={detail} />}
      <EventFields {...{ detail, form, draft, onDraft }} />
      {!isTaken && (
        <p class="fault" role="alert">
          {say("notAnyMore", { state: sayState(detail.state), event: name })}
        </p>
      )}
      <EventFault fault={fault} />
      <div class="case-buttons">
        <button
          type="submit"
          class={form.isGrave === true ? "danger" : "main"}
          disabled={isBusy || !isTaken || !isReady(form, draft)}
        >
          {isStale && isTaken ? say("sendAllTheSame", { event: name }) : name}
        </button>
        <button type="button" disabled={draft.sending > 0} onClick={() => onLeave(true)}>
          {say("cancel")}
        </button>
      </div>
    </form>
  );
}

function useEvent({ detail, form, draft, reload, onDone }: FormProps) {
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const keyOf = useRef(createRequestKeys());

  async function submit(): Promise<void> {
    // What somebody else has done stands above the button by now, where anything has been.
    const { path, body } = callOf(detail, form, draft, untilIso);
    setBusy(true);
    setFault(undefined);
    try {
      const key = keyOf.current(path + JSON.stringify(body));
      await post(path, body, { headers: { "idempotency-key": key } });
      onDone();
      await reload();
    } catch (reason) {
      const isConflict = reason instanceof Refused && reason.code === "CASE_VERSION_CONFLICT";
      if (isConflict) await reload();
      else setFault(reason);
    } finally {
      setBusy(false);
    }
  }
  return { fault, isBusy, submit };
}

const MINUTE_MS = 60_000;
/** What was typed is the platform's local time, wherever the browser stands. */
const untilIso = (typed: string): string =>
  new Date(Date.parse(`${typed}:00Z`) - offsetMinutes() * MINUTE_MS).toISOString();

function Meanwhile({ seen, detail }: Pick<FormProps, "seen" | "detail">) {
  return (
    <div class="case-meanwhile" role="alert">
      <p>{say("meanwhile")}</p>
      <ul>
        {newRecords(seen, detail).map((record) => (
          <li key={record.seq}>
            <RecordLine record={record} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What the platform says, and in words what it takes instead. */
function EventFault({ fault }: { fault: unknown }) {
  if (fault === undefined) return null;
  const allowed = fault instanceof Refused ? fault.details.allowed : undefined;
  const isTold =
    fault instanceof Refused && fault.code === "CASE_TRANSITION_REFUSED" && Array.isArray(allowed);
  return (
    <>
      <Fault fault={fault} />
      {isTold && (
        <p class="case-quiet">
          {say("nowAllowed", {
            events: allowed.map((event) => sayCode(sayEvent, String(event))).join(" · "),
          })}
        </p>
      )}
    </>
  );
}
