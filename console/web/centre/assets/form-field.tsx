/** A field of a form with what is wrong with it beside it, and what a form keeps of what is typed. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { keep, kept } from "../../shared/kept.ts";
import { user } from "../../shared/session.ts";
import type { Typed } from "./asset-typed.ts";

/** What the control of a field is given. */
export interface ControlProps {
  id: string;
  name: string;
  "aria-required": boolean;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
}

interface FormFieldProps {
  name: string;
  label: string;
  hint?: string | undefined;
  fault?: string | undefined;
  isNeeded?: boolean;
  children(control: ControlProps): ComponentChildren;
}

export function FormField({ name, label, hint, fault, isNeeded, children }: FormFieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>
        {label}
        {isNeeded === true && " *"}
      </label>
      {children({
        id,
        name,
        "aria-required": isNeeded === true,
        "aria-invalid": fault !== undefined,
        "aria-describedby": described === "" ? undefined : described,
      })}
      {hint !== undefined && <small id={`${id}-hint`}>{hint}</small>}
      {fault !== undefined && (
        <small class="fault" id={`${id}-fault`}>
          {fault}
        </small>
      )}
    </div>
  );
}

interface TypedForm {
  typed: Typed;
  change(changes: Typed): void;
  /** What was typed has been sent. */
  clear(): void;
}

/**
 * What stands in a form: what was before, and over it what has been typed, which outlives a reload.
 * `secret`: a field that is never kept.
 */
export function useTyped(place: string, before: Typed, secret = ""): TypedForm {
  const username = user.value?.username ?? "";
  const [changes, setChanges] = useState(() => kept(place, username) as Typed);
  return {
    typed: { ...before, ...changes },
    change: (more) =>
      setChanges((was) => {
        const after = { ...was, ...more };
        const { [secret]: _, ...rest } = after;
        keep(place, username, rest);
        return after;
      }),
    clear: () => {
      keep(place, username, undefined);
      setChanges({});
    },
  };
}
