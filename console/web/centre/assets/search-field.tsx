/** A field whose text stands in the address a moment after the last letter. */
import type { Ref } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Field } from "../../shared/parts.tsx";
import { route, setQuery } from "../../shared/router.ts";

const WAIT_MS = 250;

export function SearchField(props: {
  name: string;
  label: string;
  hint?: string;
  input?: Ref<HTMLInputElement>;
}) {
  const { name, label, hint } = props;
  const asked = route.value.query.get(name) ?? "";
  const [text, setText] = useState(asked);
  /** As it was last read from the address, or written into it. */
  const known = useRef(asked);
  useEffect(() => {
    // What is typed here goes on while the address follows it.
    if (asked === known.current) return;
    known.current = asked;
    setText(asked);
  }, [asked]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === known.current.trim()) return undefined;
    const timer = setTimeout(() => {
      known.current = wanted;
      setQuery({ [name]: wanted });
    }, WAIT_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <Field label={label} hint={hint}>
      <input
        type="search"
        name={name}
        ref={props.input ?? null}
        maxLength={64}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </Field>
  );
}
