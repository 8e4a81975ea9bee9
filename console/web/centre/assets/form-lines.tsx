/** The fields of a form that are a line of text, or one of some choices. */
import type { TargetedInputEvent } from "preact";
import type { Typed } from "./asset-typed.ts";
import { FormField } from "./form-field.tsx";

/** What each part of a form is given of it. */
export interface FormPart {
  typed: Typed;
  faultAt(field: string): string | undefined;
  change(changes: Typed): void;
}

interface LineProps extends FormPart {
  name: string;
  label: string;
  hint?: string | undefined;
  isNeeded?: boolean;
}

const WORD_MAX = 64;

export function TextLine(props: LineProps & { maxLength?: number; isSecret?: boolean }) {
  const { name, label, hint, isNeeded = false, isSecret = false, typed, faultAt, change } = props;
  return (
    <FormField {...{ name, label, hint, isNeeded }} fault={faultAt(name)}>
      {(control) => {
        const input = {
          ...control,
          maxLength: props.maxLength ?? WORD_MAX,
          value: typed[name] ?? "",
          onInput: (event: TargetedInputEvent<HTMLInputElement>) =>
            change({ [name]: event.currentTarget.value }),
        };
        if (isSecret) return <input {...input} type="password" autoComplete="new-password" />;
        return <input {...input} autoComplete="off" />;
      }}
    </FormField>
  );
}

/** A value, and what it is called. */
type Option = readonly [value: string, text: string];
export const NO_CHOICE: Option = ["", "—"];

export function ChoiceLine(props: LineProps & { options: readonly Option[] }) {
  const { name, label, hint, options, typed, faultAt, change } = props;
  return (
    <FormField {...{ name, label, hint }} fault={faultAt(name)}>
      {(control) => (
        <select
          {...control}
          value={typed[name] ?? ""}
          onChange={(event) => change({ [name]: event.currentTarget.value })}
        >
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </FormField>
  );
}
