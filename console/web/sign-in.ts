/** The sign-in form: what failed is said in the language that is shown, and said again in another. */
import * as api from "./api.ts";
import { $ } from "./dom.ts";
import { say, sayDuration } from "./words.ts";

export interface SignIn {
  show(why?: "ended"): void;
  hide(): void;
  isShown(): boolean;
  sayAgain(): void;
}

export function createSignIn(onSignedIn: () => void): SignIn {
  const form = $<HTMLFormElement>("sign-in");
  const input = (id: string): HTMLInputElement => $<HTMLInputElement>(id);
  let saying: (() => string) | undefined;

  function sayAgain(): void {
    $("sign-in-fault").textContent = saying?.() ?? "";
  }

  async function submit(): Promise<void> {
    const button = $<HTMLButtonElement>("sign-in-button");
    button.disabled = true;
    const fault = await api.signIn(input("username").value, input("password").value);
    button.disabled = false;
    saying = fault === undefined ? undefined : () => sayFault(fault);
    sayAgain();
    if (fault === undefined) {
      input("password").value = "";
      onSignedIn();
    } else input("password").select();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });
  return {
    show(why) {
      saying = why === "ended" ? () => say("sessionEnded") : undefined;
      sayAgain();
      form.hidden = false;
      input(input("username").value === "" ? "username" : "password").focus();
    },
    hide() {
      form.hidden = true;
    },
    isShown: () => !form.hidden,
    sayAgain,
  };
}

function sayFault({ code, retryAfterS }: api.SignInFault): string {
  if (code === "LOGIN_REFUSED") return say("signInRefused");
  if (code === "UNREACHABLE") return say("signInUnreachable");
  if (code === "RATE_LIMITED") {
    return say("signInRateLimited", { t: sayDuration((retryAfterS ?? 60) * 1000) });
  }
  return say("signInFailed", { code });
}
