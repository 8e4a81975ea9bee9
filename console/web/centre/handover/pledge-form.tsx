/** A promise that this shift adds: a line, until when, and the case that it is about. */
import { useState } from "preact/hooks";
import { post } from "../../shared/api.ts";
import { offsetMinutes } from "../../shared/clock.ts";
import { Fault, Field } from "../../shared/parts.tsx";
import { createRequestKeys } from "../../shared/request-key.ts";
import { say } from "./handover-words.ts";
import { instantOf } from "./lines.ts";

const EMPTY = { text: "", dueAt: "", caseNo: "" };

export function PledgeForm({ onAdded }: { onAdded: () => void }) {
  const [said, setSaid] = useState(EMPTY);
  const [fault, setFault] = useState<unknown>();
  const [keyOf] = useState(() => createRequestKeys());
  const put = (field: keyof typeof EMPTY) => (event: { currentTarget: { value: string } }) =>
    setSaid({ ...said, [field]: event.currentTarget.value });

  async function add(event: Event): Promise<void> {
    event.preventDefault();
    setFault(undefined);
    const { text, caseNo } = said;
    const dueAt = instantOf(said.dueAt, offsetMinutes());
    const body = { text, dueAt, ...(caseNo.trim() !== "" && { caseNo: caseNo.trim() }) };
    const headers = { "idempotency-key": keyOf(JSON.stringify(body)) };
    try {
      await post("/api/v1/pledges", body, { headers });
      setSaid(EMPTY);
      onAdded();
    } catch (refused) {
      setFault(refused);
    }
  }

  return (
    <form class="card handover-form" onSubmit={(event) => void add(event)}>
      <Field label={say("pledge")}>
        <input type="text" required maxLength={500} value={said.text} onInput={put("text")} />
      </Field>
      <Field label={say("dueAt")}>
        <input type="datetime-local" required value={said.dueAt} onInput={put("dueAt")} />
      </Field>
      <Field label={say("caseNo")}>
        <input type="text" maxLength={19} value={said.caseNo} onInput={put("caseNo")} />
      </Field>
      <button type="submit">{say("add")}</button>
      <Fault fault={fault} />
    </form>
  );
}
