/** The sign-in: a page of its own at first, and over the page when the session has ended. */
import { useState } from "preact/hooks";
import { Refused } from "./api.ts";
import { faultText } from "./fault-text.ts";
import { Dialog, Field } from "./parts.tsx";
import { leaveBy } from "./router.ts";
import { signIn, signOut, user } from "./session.ts";
import { hasEnded } from "./session-ended.ts";
import { say } from "./shared-words.ts";

export function SignInPage() {
  return (
    <main class="sign-in">
      <h1>
        <img src="/icon.svg" alt="" /> gridwarden
      </h1>
      <SignInForm />
    </main>
  );
}

/** Nothing when the session stands. */
export function SignInAgain() {
  if (!hasEnded.value) return null;
  return (
    <Dialog title={say("signIn")}>
      <p>{say("sessionEnded")}</p>
      <SignInForm username={user.value?.username ?? ""} />
      <button type="button" class="bare" onClick={() => leaveBy(() => void signOut())}>
        {say("signOut")}
      </button>
    </Dialog>
  );
}

export function SignInForm({ username: known = "" }: { username?: string }) {
  const [username, setUsername] = useState(known);
  const [password, setPassword] = useState("");
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setFault(undefined);
    await signIn(username, password).catch(setFault);
    setBusy(false);
    setPassword("");
  }

  return (
    <form id="sign-in" onSubmit={(event) => void submit(event)}>
      <Field label={say("username")}>
        <input
          name="username"
          autoComplete="username"
          required
          value={username}
          onInput={(event) => setUsername(event.currentTarget.value)}
        />
      </Field>
      <Field label={say("password")}>
        <input
          name="password"
          type="password"
          autoComplete="current-password"
          // Of who is known already, the password alone is asked.
          autofocus={known !== ""}
          required
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
      </Field>
      <p class="fault" role="alert">
        {fault === undefined ? "" : signInFault(fault)}
      </p>
      <button type="submit" class="main" disabled={isBusy}>
        {say("signIn")}
      </button>
    </form>
  );
}

function signInFault(fault: unknown): string {
  if (!(fault instanceof Refused)) return faultText(fault);
  const { retryAfterS } = fault.details;
  if (typeof retryAfterS === "number") return say("signInLocked", { n: retryAfterS });
  return fault.status === 401 ? say("signInWrong") : faultText(fault);
}
