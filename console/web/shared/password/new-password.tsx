/** A new password, typed twice, as what is typed is not seen. */
import { Field } from "../parts.tsx";
import { say } from "./password-words.ts";

export interface TwiceTyped {
  first: string;
  second: string;
}
export const NOTHING_TYPED: TwiceTyped = { first: "", second: "" };
export const isSameTwice = ({ first, second }: TwiceTyped): boolean => first === second;

const LENGTH_MIN = 4;
const LENGTH_MAX = 200;

export function NewPasswordFields({
  typed,
  onType,
}: {
  typed: TwiceTyped;
  onType(typed: TwiceTyped): void;
}) {
  const common = {
    type: "password",
    autoComplete: "new-password",
    required: true,
    minLength: LENGTH_MIN,
    maxLength: LENGTH_MAX,
  } as const;
  return (
    <>
      <Field label={say("new")} hint={say("hint")}>
        <input
          {...common}
          value={typed.first}
          onInput={(event) => onType({ ...typed, first: event.currentTarget.value })}
        />
      </Field>
      <Field label={say("repeat")}>
        <input
          {...common}
          // The form is not sent before, and the browser says why.
          ref={(input) => input?.setCustomValidity(isSameTwice(typed) ? "" : say("mismatch"))}
          value={typed.second}
          onInput={(event) => onType({ ...typed, second: event.currentTarget.value })}
        />
      </Field>
      {typed.second !== "" && !typed.first.startsWith(typed.second) && (
        <p class="fault" role="alert">
          {say("mismatch")}
        </p>
      )}
    </>
  );
}
