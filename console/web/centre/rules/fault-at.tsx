/** What every field of the form is given, and the fault that is told beside it. */
import type { Schema, Value } from "./rule-schema.ts";

export interface Form {
  root: Schema;
  /** The class whose measurements and conditions may be named. */
  slug: string;
  faults: ReadonlyMap<string, string>;
  hidden: ReadonlySet<string>;
}
export interface FieldProps {
  name: string;
  path: string;
  schema: Schema;
  value: Value;
  onChange(value: Value): void;
  form: Form;
}

export function FaultAt({ path, form, id }: { path: string; form: Form; id?: string }) {
  const text = form.faults.get(path);
  if (text === undefined) return null;
  return (
    <small class="fault" id={id}>
      {text}
    </small>
  );
}
