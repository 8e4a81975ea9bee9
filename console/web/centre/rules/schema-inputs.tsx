/** The single inputs of a form that is made from a schema: number, text, choice, yes or no. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { classes, classOf } from "../../shared/catalogue.ts";
import { sayDuration } from "../../shared/time-words.ts";
import { inLanguage } from "../../shared/words.ts";
import { FaultAt, type FieldProps } from "./fault-at.tsx";
import { choiceText, fieldText } from "./field-words.ts";
import { say } from "./rules-words.ts";

function Labelled({ props, id, hint, children }: LabelledProps) {
  return (
    <div class="field">
      <label for={id}>{fieldText(props.name)}</label>
      {children}
      {hint !== undefined && <small>{hint}</small>}
      <FaultAt path={props.path} form={props.form} id={`${id}-fault`} />
    </div>
  );
}

interface LabelledProps {
  props: FieldProps;
  id: string;
  hint?: string | undefined;
  children: ComponentChildren;
}

const faultOf = ({ form, path }: FieldProps, id: string) =>
  form.faults.has(path)
    ? { "aria-invalid": true, "aria-describedby": `${id}-fault` }
    : { "aria-invalid": false };

const isDuration = (name: string): boolean => /Ms$/.test(name);
const SECOND_MS = 1_000;

/** Durations are typed in seconds. What is no number yet is kept as it is typed. */
export function NumberInput(props: FieldProps) {
  const { name, value, onChange } = props;
  const id = useId();
  const factor = isDuration(name) ? SECOND_MS : 1;
  const shown = typeof value === "number" ? String(value / factor) : String(value ?? "");
  const [text, setText] = useState(shown);
  useEffect(() => {
    if (numberOf(text) !== numberOf(shown)) setText(shown);
  }, [shown]);
  const typed = (next: string): void => {
    setText(next);
    const number = numberOf(next);
    onChange(typeof number === "number" ? round(number * factor) : next);
  };
  const isLong = factor > 1 && typeof value === "number" && value >= 60_000;
  const hint =
    factor === 1 ? undefined : `${say("seconds")}${isLong ? ` = ${sayDuration(value)}` : ""}`;
  return (
    <Labelled props={props} id={id} hint={hint}>
      <input
        id={id}
        inputMode="decimal"
        value={text}
        {...faultOf(props, id)}
        onInput={(event) => typed(event.currentTarget.value)}
      />
    </Labelled>
  );
}

function numberOf(text: string): number | string {
  const number = Number(text);
  return text.trim() === "" || !Number.isFinite(number) ? text : number;
}

/** 0.001 s is 1 ms, and no 1.0000000000000002. */
const round = (value: number): number => Number(value.toPrecision(12));

export function BooleanInput(props: FieldProps) {
  const { name, path, value, onChange, form } = props;
  return (
    <div class="field">
      <label class="rules-check">
        <input
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        {fieldText(name)}
      </label>
      <FaultAt path={path} form={form} />
    </div>
  );
}

export function ChoiceInput(props: FieldProps & { options: readonly string[] }) {
  const { value, onChange, options } = props;
  const id = useId();
  return (
    <Labelled props={props} id={id}>
      <select
        id={id}
        value={String(value ?? "")}
        {...faultOf(props, id)}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {choiceText(option)}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

/** A text; where it names something of the class, one of those that there are. */
export function TextInput(props: FieldProps) {
  const { name, value, onChange, form } = props;
  const id = useId();
  const known = knownNames(name, form.slug);
  if (known !== undefined) return <NameInput props={props} id={id} known={known} />;
  return (
    <Labelled props={props} id={id}>
      <input
        id={id}
        value={String(value ?? "")}
        {...faultOf(props, id)}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </Labelled>
  );
}

interface Known {
  id: string;
  title: string;
}

function NameInput({ props, id, known }: { props: FieldProps; id: string; known: Known[] }) {
  const value = String(props.value ?? "");
  const isThere = known.some((each) => each.id === value);
  return (
    <Labelled props={props} id={id}>
      <select
        id={id}
        value={value}
        {...faultOf(props, id)}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      >
        {!isThere && <option value={value}>{value === "" ? say("none") : value}</option>}
        {known.map((each) => (
          <option key={each.id} value={each.id}>
            {each.title}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

function knownNames(name: string, slug: string): Known[] | undefined {
  const ofClass = classOf(slug);
  if (name === "measurement" || name === "weight") {
    return ofClass?.measurements.map((each) => ({ id: each.name, title: inLanguage(each.title) }));
  }
  if (name === "conditionId") {
    return ofClass?.conditions.map((each) => ({
      ...{ id: each.conditionId, title: inLanguage(each.title) },
    }));
  }
  if (name !== "childrenOf") return undefined;
  return classes().map((each) => ({ id: each.slug, title: inLanguage(each.title) }));
}
