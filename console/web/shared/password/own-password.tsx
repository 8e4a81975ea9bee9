/** One's own password, for which the old one is asked; the page goes on, all else of one's own ends. */
import { useEffect, useRef, useState } from "preact/hooks";
import { put, Refused } from "../api.ts";
import { Dialog, Fault, Field } from "../parts.tsx";
import { user } from "../session.ts";
import { isSameTwice, NewPasswordFields, NOTHING_TYPED } from "./new-password.tsx";
import { say } from "./password-words.ts";

export default function OwnPassword({ onClose }: { onClose(): void }) {
  const [ended, setEnded] = useState<number>();
  const told = useRef<HTMLParagraphElement>(null);
  // The button that had the focus is gone with the form.
  useEffect(() => {
    if (ended !== undefined) told.current?.focus();
  }, [ended]);
  return (
    <Dialog title={say("title")} onClose={onClose}>
      {ended === undefined && <Form onChanged={setEnded} />}
      <p role="status" ref={told} tabIndex={-1}>
        {ended !== undefined && say("changed", { n: ended })}
      </p>
    </Dialog>
  );
}

function Form({ onChanged }: { onChanged(ended: number): void }) {
  const [old, setOld] = useState("");
  const [typed, setTyped] = useState(NOTHING_TYPED);
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy || !isSameTwice(typed)) return;
    setBusy(true);
    setFault(undefined);
    try {
      const body = { password: old, newPassword: typed.first };
      const answer = await put<{ ended: number }>("/api/v1/me/password", body);
      return onChanged(answer.ended);
    } catch (reason) {
      setFault(reason);
      setOld("");
    }
    setBusy(false);
  }

  return (
    <form class="password-form" onSubmit={(event) => void submit(event)}>
      <p>{say("othersEnd")}</p>
      {/* For whoever keeps passwords for people: whose it is. */}
      <input type="text" autoComplete="username" value={user.value?.username} hidden readOnly />
      <Field label={say("old")}>
        <input
          type="password"
          autoComplete="current-password"
          required
          value={old}
          onInput={(event) => setOld(event.currentTarget.value)}
        />
      </Field>
      <NewPasswordFields typed={typed} onType={setTyped} />
      <Failed fault={fault} />
      <button type="submit" class="main" disabled={isBusy}>
        {say("change")}
      </button>
    </form>
  );
}

function Failed({ fault }: { fault: unknown }) {
  const waitS = fault instanceof Refused ? fault.details.retryAfterS : undefined;
  if (typeof waitS !== "number") return <Fault fault={fault} />;
  return (
    <p class="fault" role="alert">
      {say("locked", { n: waitS })}
    </p>
  );
}
