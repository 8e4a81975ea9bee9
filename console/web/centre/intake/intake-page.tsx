/** Intake: a caller's report to a filed and dispatched case, by the keyboard alone. */
import "./intake.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { sayState } from "../../shared/case-words.ts";
import { now } from "../../shared/clock.ts";
import { Fault } from "../../shared/parts.tsx";
import { createRequestKeys } from "../../shared/request-key.ts";
import { href } from "../../shared/router.ts";
import { hasRole, may } from "../../shared/session.ts";
import { sayDuration } from "../../shared/time-words.ts";
import { inLanguage } from "../../shared/words.ts";
import { Beside, JOINED_MAX, useSimilar } from "./beside.tsx";
import { Calls } from "./calls.tsx";
import { type Draft, lackOf, reportOf } from "./draft.ts";
import { type Filed, fileReport } from "./filing.ts";
import { IntakeFields } from "./intake-fields.tsx";
import { say } from "./intake-words.ts";
import { useDraft } from "./use-draft.ts";

export default function IntakePage() {
  const form = useRef<HTMLFormElement>(null);
  const what = useRef<HTMLInputElement>(null);
  const where = useRef<HTMLInputElement>(null);
  const hands = useRef<HTMLElement | null>(null);
  const { draft, change, clear } = useDraft();
  const { filed, lack, fault, isBusy, file, forget } = useFiling(draft, clear);
  const similar = useSimilar(draft.where);
  const mayReport = may("cases.report") !== undefined;

  useEffect(() => what.current?.focus(), [filed === undefined]);

  // What is not taken is gone on with where the hands were.
  useEffect(() => {
    if (!isBusy) hands.current?.focus();
  }, [isBusy]);

  /** What is missing gets the focus. */
  function send(into?: string): void {
    const missing = lackOf(draft);
    if (missing !== undefined) (missing === "what" ? what : where).current?.focus();
    hands.current = document.activeElement as HTMLElement | null;
    void file(into);
  }

  /** Not while one is being sent: its end would take the next one's words along. */
  function begin(): void {
    if (isBusy) return;
    clear();
    forget();
    what.current?.focus();
  }

  const onJoin = may("cases.join") === undefined ? undefined : send;
  useKeys({
    send,
    begin,
    join: (n) => {
      const found = similar.value?.items[n - 1];
      if (found !== undefined) onJoin?.(found.caseNo);
    },
  });

  return (
    <div class="intake">
      <header class="intake-head">
        <h1>{say("title")}</h1>
        <Elapsed draft={draft} />
      </header>
      {!mayReport && <p class="intake-refused">{say("mayNotReport")}</p>}
      <div class="intake-columns">
        <div>
          {filed === undefined ? (
            <form
              ref={form}
              class="card intake-form"
              aria-label={say("title")}
              onSubmit={(event) => {
                event.preventDefault();
                send();
              }}
            >
              <fieldset class="intake-fields" disabled={isBusy}>
                <IntakeFields
                  {...{ draft, change, what, where }}
                  onNext={() => focusNext(form.current)}
                />
              </fieldset>
              <div role="alert">
                {lack !== undefined && (
                  <p class="fault">{say(lack === "what" ? "wantsWhat" : "wantsWhere")}</p>
                )}
                <Fault fault={fault} />
              </div>
              <div class="intake-buttons">
                <button type="submit" class="main" data-step disabled={isBusy || !mayReport}>
                  {say(goesOn() ? "fileAndSend" : "fileOnly")}
                </button>
                <button type="button" disabled={isBusy} onClick={begin}>
                  {say("clear")}
                </button>
                <span role="status">{isBusy && say("sending")}</span>
              </div>
            </form>
          ) : (
            <Done filed={filed} onNext={begin} />
          )}
          <Keys />
        </div>
        <Beside
          {...{ similar, onJoin: mayReport ? onJoin : undefined }}
          {...{ where: draft.where, what: draft.what, phone: draft.phone }}
        />
      </div>
    </div>
  );
}

/** Whose `confirm` files and dispatches in one go. */
const goesOn = (): boolean => hasRole("acceptor");

/** Sends it once at a time, and remembers what became of it. */
function useFiling(draft: Draft, clear: () => void) {
  const [filed, setFiled] = useState<Filed>();
  const [lack, setLack] = useState<"what" | "where">();
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [keyOf] = useState(() => createRequestKeys());

  async function file(into?: string): Promise<void> {
    if (isBusy || filed !== undefined || may("cases.report") === undefined) return;
    const source = hasRole("acceptor") ? "citizen" : "patrol";
    const body = reportOf(draft, { source, urgentMark: say("urgentMark") });
    setFault(undefined);
    setLack(lackOf(draft));
    if (body === undefined) return;
    setBusy(true);
    const key = keyOf(JSON.stringify([body, into, draft.beganAt]));
    const call = may("cases.calls") === undefined ? undefined : callOf(draft);
    try {
      setFiled(await fileReport(body, { into, call, keyOf: (step) => `${key}-${step}` }));
      clear();
    } catch (refused) {
      setFault(refused);
    }
    setBusy(false);
  }

  const forget = (): void => {
    setFiled(undefined);
    setFault(undefined);
    setLack(undefined);
  };
  return { filed, lack, fault, isBusy, file, forget };
}

function callOf({ what, description, name, phone }: Draft) {
  const title = what === undefined ? "" : inLanguage(what.title);
  return {
    ...(name.trim() !== "" && { name: name.trim() }),
    ...(phone.trim() !== "" && { phone: phone.trim() }),
    text: [title, description.trim()].filter(Boolean).join(" "),
  };
}

const CALL_MS = 60_000;

function Elapsed({ draft: { beganAt } }: { draft: Draft }) {
  if (beganAt === undefined) return null;
  const ms = Math.max(0, now.value - beganAt);
  return (
    <p class="intake-elapsed" data-late={ms > CALL_MS}>
      {say("began", { t: sayDuration(ms) })} <small>{say("aim")}</small>
    </p>
  );
}

function Done({ filed, onNext }: { filed: Filed; onNext: () => void }) {
  const { caseNo, isJoined, publicNo, fault } = filed;
  const next = useRef<HTMLButtonElement>(null);
  useEffect(() => next.current?.focus(), []);
  return (
    <>
      <section class="card intake-done">
        <p role="status" data-filed={caseNo}>
          {say(isJoined ? "filedJoined" : "filed", { caseNo, state: sayState(filed.state) })}
        </p>
        {publicNo !== undefined && <p>{say("publicNo", { no: publicNo })}</p>}
        {fault !== undefined && (
          <div>
            <p class="fault">{say("filedStays")}</p>
            <Fault fault={fault} />
          </div>
        )}
        <div class="intake-buttons">
          <button ref={next} type="button" class="main" onClick={onNext}>
            {say("next")}
          </button>
          <a class="button" href={href("cases", caseNo)}>
            {say("openCase")}
          </a>
        </div>
      </section>
      <Calls caseNo={caseNo} />
    </>
  );
}

function Keys() {
  const rows = [
    ["Enter", say("keyNext")],
    ["Ctrl+Enter", say("keySend")],
    ["Alt+1 … 9", say("keyJoin")],
    ["Alt+N", say("keyNew")],
  ] as const;
  return (
    <dl class="intake-keys" aria-label={say("keys")}>
      {rows.map(([key, does]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}

function focusNext(form: HTMLFormElement | null): void {
  const steps = [...(form?.querySelectorAll<HTMLElement>("[data-step]") ?? [])];
  const at = steps.indexOf(document.activeElement as HTMLElement);
  steps[at + 1]?.focus();
}

interface KeyActions {
  send(): void;
  begin(): void;
  join(n: number): void;
}

/** By the key's place: with Alt some keyboards write another letter. */
function useKeys(actions: KeyActions): void {
  const last = useRef(actions);
  last.current = actions;
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const { send, begin, join } = last.current;
      const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
      const isAlt = event.altKey && !event.ctrlKey;
      if (event.key === "Enter" && event.ctrlKey) send();
      else if (isAlt && event.code === "KeyN") begin();
      else if (isAlt && digit !== undefined && Number(digit) <= JOINED_MAX) join(Number(digit));
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}
