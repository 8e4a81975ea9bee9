/** The sign-in on a phone: by a lead's code, which a link may bring along, or by name and password. */
import { useEffect, useState } from "preact/hooks";
import { Refused } from "../shared/api.ts";
import { faultText } from "../shared/fault-text.ts";
import { switchLanguage } from "../shared/language.ts";
import { Dialog, Field } from "../shared/parts.tsx";
import { signInByCode, user } from "../shared/session.ts";
import { hasEnded } from "../shared/session-ended.ts";
import { say as sayShared } from "../shared/shared-words.ts";
import { SignInForm } from "../shared/sign-in.tsx";
import { say } from "./phone-words.ts";

/** `code`: of the link by which the page was opened; used at once. */
export function PhoneSignIn({ code, onDone }: { code?: string | undefined; onDone: () => void }) {
  return (
    <main class="phone-sign-in">
      <h1>
        <img src="/icon.svg" alt="" /> gridwarden
      </h1>
      {user.value && (
        // A link that was kept and opened again: its code is used up, and the session goes on.
        <button type="button" class="main phone-large" id="go-on" onClick={onDone}>
          {say("goOn", { name: user.value.crewName ?? user.value.username })}
        </button>
      )}
      <Ways code={code} onDone={onDone} />
      <button
        type="button"
        class="bare"
        aria-label={sayShared("switchLanguage")}
        onClick={switchLanguage}
      >
        {sayShared("otherLanguage")}
      </button>
    </main>
  );
}

/** Over the page, when the session has ended. Work goes on without it: what is said waits in the outbox. */
export function PhoneSignInAgain() {
  const [isLater, setLater] = useState(false);
  if (!hasEnded.value) return null;
  if (isLater) {
    return (
      <button type="button" class="danger phone-large" onClick={() => setLater(false)}>
        {say("signInNow")}
      </button>
    );
  }
  return (
    <Dialog title={sayShared("signIn")} onClose={() => setLater(true)}>
      <p>{say("sessionEnded")}</p>
      <Ways />
    </Dialog>
  );
}

function Ways({ code, onDone }: { code?: string | undefined; onDone?: () => void }) {
  return (
    <>
      <CodeForm given={code} onDone={onDone} />
      <details class="phone-card">
        <summary>{say("passwordSignIn")}</summary>
        <SignInForm />
      </details>
    </>
  );
}

function CodeForm({
  given,
  onDone,
}: {
  given?: string | undefined;
  onDone?: (() => void) | undefined;
}) {
  const [code, setCode] = useState(given ?? "");
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);

  async function enter(): Promise<void> {
    setBusy(true);
    setFault(undefined);
    try {
      await signInByCode(code);
      onDone?.();
    } catch (reason) {
      setFault(reason);
    }
    setBusy(false);
  }
  // The link's code is used once.
  useEffect(() => {
    if (given !== undefined) void enter();
  }, []);

  return (
    <form
      class="phone-card phone-form"
      onSubmit={(event) => {
        event.preventDefault();
        void enter();
      }}
    >
      <Field label={say("codeField")} hint={say("codeExplained")}>
        <input
          name="code"
          required
          autoComplete="one-time-code"
          autoCapitalize="characters"
          value={code}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
      </Field>
      <p class="fault" role="alert">
        {fault === undefined ? "" : codeFault(fault)}
      </p>
      <button type="submit" class="main" disabled={isBusy}>
        {say("codeSignIn")}
      </button>
    </form>
  );
}

const codeFault = (fault: unknown): string =>
  fault instanceof Refused && fault.code === "SIGN_IN_CODE_REFUSED"
    ? say("codeWrong")
    : faultText(fault);
