/**
 * What may be done with a case now: a button for each event that is mine, and for the others whose it
 * is. The form of the chosen one keeps what was typed whatever happens to the case behind it, and over
 * a page that was left.
 */
import { useRef, useState } from "preact/hooks";
import { sayEvent, sayRole } from "../../shared/event-words.ts";
import type { CaseDetail } from "../../shared/platform-types.ts";
import { sayCode } from "../../shared/words.ts";
import { seenOf } from "./case-conflict.ts";
import { say } from "./case-page-words.ts";
import { EventFormPanel } from "./event-form.tsx";
import { EMPTY_DRAFT, EVENT_FORMS, formOf } from "./event-forms.ts";
import { useForms } from "./use-forms.ts";

interface Given {
  detail: CaseDetail;
  reload: () => Promise<void>;
}

/** So many buttons are shown at once; the rest behind "more", so that the first are found at 3 a.m. */
const FIRST_SHOWN = 5;

export function CaseActions({ detail, reload }: Given) {
  const { drafts, chosen: opened, open, close, type, drop } = useForms(detail.caseNo);
  const [done, setDone] = useState<string>();
  const room = useRef<HTMLElement>(null);
  /** A form that was open when the page was left takes no focus by itself. */
  const isAskedFor = useRef(false);
  const mine = inOrder(detail.takes.filter(({ isYours }) => isYours).map(({ event }) => event));
  const onDone = (event: string): void => {
    drop(event);
    setDone(event);
    room.current?.focus();
  };
  const onChoose = (event: string): void => {
    isAskedFor.current = true;
    open(event, seenOf(detail));
  };
  const onLeave = (event: string, isThrownAway: boolean): void => {
    if (isThrownAway) drop(event);
    else close();
    room.current?.querySelector<HTMLElement>(`[data-event="${event}"]`)?.focus();
  };
  return (
    <section ref={room} tabIndex={-1} class="card case-actions" aria-label={say("nowMay")}>
      <h2>{say("nowMay")}</h2>
      <p role="status" class="case-done">
        {done !== undefined && say("did", { event: sayCode(sayEvent, done) })}
      </p>
      <Buttons events={mine} chosen={opened?.event} onChoose={onChoose} />
      {detail.takes.length === 0 && <p class="case-quiet">{say("nobody")}</p>}
      {detail.takes.length > 0 && mine.length === 0 && <p class="case-quiet">{say("nowYours")}</p>}
      {opened !== undefined && (
        <EventFormPanel
          key={opened.event}
          seen={opened.seen}
          form={formOf(opened.event)}
          draft={drafts[opened.event] ?? EMPTY_DRAFT}
          isFocused={isAskedFor.current}
          onDraft={(change) => type(opened.event, change)}
          onDone={() => onDone(opened.event)}
          onLeave={(isThrownAway) => onLeave(opened.event, isThrownAway)}
          {...{ detail, reload }}
        />
      )}
      <Others detail={detail} />
    </section>
  );
}

function inOrder(events: readonly string[]): string[] {
  const order = EVENT_FORMS.map(({ event }) => event);
  return [...events].sort((a, b) => order.indexOf(a) - order.indexOf(b));
}

interface ButtonsProps {
  events: readonly string[];
  chosen: string | undefined;
  onChoose: (event: string) => void;
}

function Buttons({ events, chosen, onChoose }: ButtonsProps) {
  const first = events.slice(0, FIRST_SHOWN);
  const rest = events.slice(FIRST_SHOWN);
  const button = (event: string, index: number) => (
    <button
      key={event}
      type="button"
      class={index === 0 && formOf(event).isNext === true ? "main" : ""}
      data-event={event}
      aria-pressed={event === chosen}
      onClick={() => onChoose(event)}
    >
      {sayCode(sayEvent, event)}
    </button>
  );
  return (
    <>
      <div class="case-buttons">{first.map(button)}</div>
      {rest.length > 0 && (
        <details>
          <summary>{say("more")}</summary>
          <div class="case-buttons">{rest.map((event) => button(event, FIRST_SHOWN))}</div>
        </details>
      )}
    </>
  );
}

/** One line for each group of roles. */
function Others({ detail }: { detail: CaseDetail }) {
  const byRoles = new Map<string, string[]>();
  for (const { event, roles, isYours } of detail.takes) {
    if (isYours) continue;
    const who = roles.map((role) => sayCode(sayRole, role)).join(" / ");
    byRoles.set(who, [...(byRoles.get(who) ?? []), event]);
  }
  return (
    <ul class="case-others">
      {[...byRoles].map(([roles, events]) => (
        <li key={roles}>
          {say("mayBy", {
            roles,
            events: inOrder(events)
              .map((event) => sayCode(sayEvent, event))
              .join(" · "),
          })}
        </li>
      ))}
    </ul>
  );
}
