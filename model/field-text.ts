/**
 * Parts of the sentence that says what is wrong with a field: what was got, what was wanted. Pure. A
 * value whose field's name speaks of a secret or of a person is never repeated.
 */
const SHOWN_CHARACTERS_MAX = 60;
const PRIVATE =
  /password|token|key|phone|email|reporter|(first|last)_name|description|address_string|media_url|(device|account)_id/i;

/** What stands in a record at the path. */
export function gotText(record: unknown, path: readonly PropertyKey[]): string {
  if (PRIVATE.test(path.join("."))) return "a value that is not shown";
  return showValue(valueAt(record, path));
}

export function showValue(value: unknown): string {
  if (value === undefined) return "nothing";
  const shown = typeof value === "string" ? `'${value}'` : (JSON.stringify(value) ?? String(value));
  return shown.length > SHOWN_CHARACTERS_MAX ? `${shown.slice(0, SHOWN_CHARACTERS_MAX)}…` : shown;
}

export function valueAt(record: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === "object" && at !== null ? Reflect.get(at, step) : undefined),
    record,
  );
}

/** What stands behind zod's own openings, `Invalid input: expected …, received …`. */
export function wantedOf(message: string): string {
  return message
    .replace(/^(Invalid input|Invalid option|Too small|Too big|Invalid string): (expected )?/, "")
    .replace(/, received .*$/, "");
}
