/**
 * What may be done with a case now: a button for each event that is mine, and for the others whose it
 * is. The form of the chosen one keeps what was typed whatever happens to the case behind it.
 */
import { useRef, useState } from "preact/hooks";
import { sayEvent, sayRole } from "../../shared/event-words.ts";
import type { CaseDetail } from "../../shared/platform-types.ts";
import { sayCode } from "../../shared/words.ts";
import { say } from "./case-page-words.ts";
import { EventFormPanel } from "./event-form.tsx";
import { type Draft, EMPTY_DRAFT, EVENT_FORMS, formOf } from "./event-forms.ts";

interface Given {
  detail: CaseDetail;
  reload: () => Promise<void>;
}

/** So many buttons are shown at once; the rest behind "more", so that the first are found at 3 a.m. */
const FIRST_SHOWN = 5;

export function CaseActions({ detail, reload }: Given) {
  const [chosen, setChosen] = useState<string>();
  const [done, setDone] = useState<string>();
  const room = useRef<HTMLElement>(null);
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({});
  const mine = inOrder(detail.takes.filter(({ isYours }) => isYours).map(({ event }) => event));
  const onDone = (event: string): void => {
    setDrafts(({ [event]: _, ...rest }) => rest);
    setChosen(undefined);
    setDone(event);
    room.current?.focus();
  };
  const onCancel = (event: string): void => {
    setChosen(undefined);
    room.current?.querySelector<HTMLElement>(`[data-event="${event}"]`)?.focus();
  };
  return (
    <section ref={room} tabIndex={-1} class="card case-actions" aria-label={say("nowMay")}>
      <h2>{say("nowMay")}</h2>
      <p role="status" class="case-done">
        {done !== undefined && say("did", { event: sayCode(sayEvent, done) })}
      </p>
      <Buttons events={mine} chosen={chosen} onChoose={setChosen} />
      {detail.takes.length === 0 && <p class="case-quiet">{say("nobody")}</p>}
      {detail.takes.length > 0 && mine.length === 0 && <p class="case-quiet">{say("nowYours")}</p>}
      {chosen !== undefined && (
        <EventFormPanel
          key={chosen}
          form={formOf(chosen)}
          draft={drafts[chosen] ?? EMPTY_DRAFT}
          onDraft={(change) =>
            setDrafts((all) => ({ ...all, [chosen]: change(all[chosen] ?? EMPTY_DRAFT) }))
          }
          onDone={() => onDone(chosen)}
          onCancel={() => onCancel(chosen)}
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
