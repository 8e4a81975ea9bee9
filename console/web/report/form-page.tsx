/** Three steps on one screen: what, where, send; then the number. */
import { useEffect, useState } from "preact/hooks";
import { DescribeField } from "./describe-field.tsx";
import { draft, lacks, write } from "./draft.ts";
import { say } from "./report-words.ts";
import { go, sending, sendNow } from "./sending/sender.ts";
import type { Refusal } from "./sending/sending-machine.ts";
import { SentCard } from "./sent-card.tsx";
import { WhatField } from "./what-field.tsx";
import { WhereField } from "./where-field.tsx";

export function FormPage({ code }: { code: string | undefined }) {
  useEffect(() => {
    if (code === undefined) return;
    // A code that was scanned is the place of another report, whatever was meant before.
    if (sending.value.state === "taken") void go({ kind: "another" });
    if (draft.value.code !== code) write({ code });
  }, [code]);
  const { value } = sending;
  if (value.state === "taken") return <SentCard taken={value.taken} />;
  if (value.state === "waiting") return <WaitingCard isTriedInVain={value.tries > 0} />;
  return <Form fault={value.fault} />;
}

function Form({ fault }: { fault: Refusal | undefined }) {
  const [isTried, setTried] = useState(false);
  const missing = isTried ? lacks(draft.value) : [];
  const { phone } = draft.value;

  function submit(event: Event): void {
    event.preventDefault();
    setTried(true);
    const [first] = lacks(draft.value);
    if (first === undefined) void sendNow(draft.value);
    else document.getElementById(`report-${first}`)?.focus();
  }

  return (
    <form class="report-form" noValidate onSubmit={submit}>
      <section id="report-what" tabIndex={-1} aria-labelledby="what-title">
        <h2 id="what-title">{say("what")}</h2>
        <WhatField />
        <DescribeField />
        {missing.includes("what") && <Lacking word="lacksWhat" />}
      </section>
      <section id="report-where" tabIndex={-1} aria-labelledby="where-title">
        <h2 id="where-title">{say("where")}</h2>
        <WhereField />
        {missing.includes("where") && <Lacking word="lacksWhere" />}
      </section>
      <section aria-labelledby="send-title">
        <h2 id="send-title">{say("send")}</h2>
        <label class="field">
          <span>{say("phone")}</span>
          <input
            name="phone"
            type="tel"
            autoComplete="tel"
            value={phone}
            aria-describedby="phone-hint"
            onInput={(event) => write({ phone: event.currentTarget.value })}
          />
          <small id="phone-hint">{say("phoneHint")}</small>
        </label>
        {fault !== undefined && (
          <p class="fault" role="alert">
            {refusalText(fault)}
          </p>
        )}
        <button type="submit" class="main report-send">
          {say("submit")}
        </button>
      </section>
    </form>
  );
}

function Lacking({ word }: { word: "lacksWhat" | "lacksWhere" }) {
  return (
    <p class="fault" role="alert">
      {say(word)}
    </p>
  );
}

/** What a person can mend is said in his words; the rest as the platform said it. */
function refusalText({ code, message }: Refusal): string {
  if (code === "UNSURE") return say("unsure");
  if (code === "PLACE_OUTSIDE") return say("outside");
  if (code === "ASSET_NOT_FOUND") return say("plateUnknown");
  if (code === "FILE_DAMAGED" || code === "FILE_TYPE_REFUSED") return say("badPhoto");
  if (code === "REQUEST_INVALID" && message.startsWith("where it is")) return say("noPlace");
  if (code === "REQUEST_INVALID" && message.includes("'phone'")) return say("badPhone");
  return say("refused", { message });
}

function WaitingCard({ isTriedInVain }: { isTriedInVain: boolean }) {
  return (
    <section class="card report-waiting" role="status">
      <p>{isTriedInVain ? say("waitingOffline") : say("waiting")}</p>
      {isTriedInVain && (
        <p class="report-buttons">
          <button type="button" class="main" onClick={() => void go({ kind: "online" })}>
            {say("tryNow")}
          </button>
          <button type="button" onClick={() => void go({ kind: "withdraw" })}>
            {say("withdraw")}
          </button>
        </p>
      )}
    </section>
  );
}
