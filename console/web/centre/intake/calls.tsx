/** The calls about a case, oldest first, and a line to write the next one down; for those who may know. */
import "./intake.css";
import { useState } from "preact/hooks";
import { get, part, post } from "../../shared/api.ts";
import { sayTime } from "../../shared/clock.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Fault, Field, Loading } from "../../shared/parts.tsx";
import type { CallItem } from "../../shared/platform-types.ts";
import { createRequestKeys } from "../../shared/request-key.ts";
import { may } from "../../shared/session.ts";
import { say } from "./intake-words.ts";

export function Calls({ caseNo }: { caseNo: string }) {
  return may("cases.calls") === undefined ? null : <CallLog caseNo={caseNo} />;
}

function CallLog({ caseNo }: { caseNo: string }) {
  const address = `/api/v1/cases/${part(caseNo)}/calls`;
  const loaded = useLoaded(() => get<{ items: CallItem[] }>(address), [address]);
  return (
    <section class="card">
      <h2>{say("calls")}</h2>
      <Loading loaded={loaded}>
        {({ items }) => (
          <ol class="intake-list">
            {items.length === 0 && <li class="intake-none">{say("callNone")}</li>}
            {items.map(({ seq, at, by, name, phone, text }) => (
              <li key={seq}>
                <time>{sayTime(at)}</time> {[name, phone].filter(Boolean).join(" ")} ({by})
                <p>{text}</p>
              </li>
            ))}
          </ol>
        )}
      </Loading>
      <NewCall address={address} onDone={loaded.reload} />
    </section>
  );
}

const NONE = { name: "", phone: "", text: "" };

function NewCall({ address, onDone }: { address: string; onDone: () => Promise<void> }) {
  const [said, setSaid] = useState(NONE);
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [keyOf] = useState(() => createRequestKeys());
  const put = (field: keyof typeof NONE) => (event: { currentTarget: { value: string } }) =>
    setSaid({ ...said, [field]: event.currentTarget.value });

  async function add(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setFault(undefined);
    const typed = Object.entries(said).filter(([, text]) => text.trim() !== "");
    const body = Object.fromEntries(typed);
    const headers = { "idempotency-key": keyOf(JSON.stringify(body)) };
    try {
      await post(address, body, { headers });
      setSaid(NONE);
      await onDone();
    } catch (refused) {
      setFault(refused);
    }
    setBusy(false);
  }

  return (
    <details>
      <summary>{say("callAdd")}</summary>
      <form class="intake-call" onSubmit={(event) => void add(event)}>
        <Field label={say("name")}>
          <input type="text" value={said.name} onInput={put("name")} />
        </Field>
        <Field label={say("phone")}>
          <input type="tel" value={said.phone} onInput={put("phone")} />
        </Field>
        <Field label={say("callNote")}>
          <textarea required rows={2} value={said.text} onInput={put("text")} />
        </Field>
        <Fault fault={fault} />
        <button type="submit" disabled={isBusy}>
          {say("callAdd")}
        </button>
      </form>
    </details>
  );
}
