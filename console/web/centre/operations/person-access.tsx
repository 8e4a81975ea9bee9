/** What the administrator does to somebody's access: ends all that one has signed in, or sets another password. */
import { useState } from "preact/hooks";
import { part, put, remove } from "../../shared/api.ts";
import { Dialog, Fault } from "../../shared/parts.tsx";
import {
  isSameTwice,
  NewPasswordFields,
  NOTHING_TYPED,
} from "../../shared/password/new-password.tsx";
import { user } from "../../shared/session.ts";
import { say } from "./operations-words.ts";

interface Ended {
  ended: number;
}
type Asked = "sessions" | "password";

/** @param onDone told in words what was done */
export function PersonAccess({
  username,
  onDone,
}: {
  username: string;
  onDone(text: string): void;
}) {
  const [asked, setAsked] = useState<Asked>();
  const close = (): void => setAsked(undefined);
  const done = (text: string): void => {
    close();
    onDone(text);
  };
  const isOwn = user.value?.username === username;
  return (
    <div class="operations-access">
      <button type="button" onClick={() => setAsked("sessions")}>
        {say("endSessions")}
      </button>
      {!isOwn && (
        <button type="button" onClick={() => setAsked("password")}>
          {say("setPassword")}
        </button>
      )}
      {asked === "sessions" && <EndSessions {...{ username, onClose: close, onDone: done }} />}
      {asked === "password" && <SetPassword {...{ username, onClose: close, onDone: done }} />}
    </div>
  );
}

interface Of {
  username: string;
  onClose(): void;
  onDone(text: string): void;
}

function EndSessions({ username, onClose, onDone }: Of) {
  const { isBusy, fault, send } = useSent();
  const end = (): Promise<void> =>
    send(async () => {
      const { ended } = await remove<Ended>(`/api/v1/users/${part(username)}/sessions`);
      onDone(say("sessionsEnded", { name: username, n: ended }));
    });
  return (
    <Dialog title={say("endSessions")} onClose={onClose}>
      <div class="operations-form">
        <p>{say("endSessionsSure", { name: username })}</p>
        <Fault fault={fault} />
        <button type="button" class="danger" disabled={isBusy} onClick={() => void end()}>
          {say("endSessionsOf", { name: username })}
        </button>
      </div>
    </Dialog>
  );
}

function SetPassword({ username, onClose, onDone }: Of) {
  const [typed, setTyped] = useState(NOTHING_TYPED);
  const { isBusy, fault, send } = useSent();
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!isSameTwice(typed)) return;
    void send(async () => {
      const body = { password: typed.first };
      const { ended } = await put<Ended>(`/api/v1/users/${part(username)}/password`, body);
      onDone(say("passwordSet", { name: username, n: ended }));
    });
  };
  return (
    <Dialog title={say("setPassword")} onClose={onClose}>
      <form class="operations-form" onSubmit={submit}>
        <p>{say("setPasswordSure", { name: username })}</p>
        <NewPasswordFields typed={typed} onType={setTyped} />
        <Fault fault={fault} />
        <button type="submit" class="danger" disabled={isBusy}>
          {say("setPasswordOf", { name: username })}
        </button>
      </form>
    </Dialog>
  );
}

function useSent() {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();
  return {
    isBusy,
    fault,
    async send(work: () => Promise<void>): Promise<void> {
      setBusy(true);
      setFault(undefined);
      try {
        await work();
      } catch (reason) {
        setFault(reason);
        setBusy(false);
      }
    },
  };
}
