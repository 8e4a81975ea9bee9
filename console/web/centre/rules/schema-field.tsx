/** A field of a form that is made from a schema: whatever the schema says may stand there, can be put there. */
import { useEffect, useId, useState } from "preact/hooks";
import { FaultAt, type FieldProps } from "./fault-at.tsx";
import { choiceText, fieldText } from "./field-words.ts";
import {
  emptyOf,
  formIndexOf,
  formsOf,
  isObject,
  joined,
  resolved,
  type Schema,
  turnedInto,
  type Value,
} from "./rule-schema.ts";
import { say } from "./rules-words.ts";
import { BooleanInput, ChoiceInput, NumberInput, TextInput } from "./schema-inputs.tsx";

export function SchemaField(props: FieldProps) {
  const schema = resolved(props.schema, props.form.root);
  const own = { ...props, schema };
  if (formsOf(schema, props.form.root).length > 0) return <FormsField {...own} />;
  if (schema.const !== undefined) return null;
  if (schema.enum !== undefined) return <ChoiceInput {...own} options={schema.enum.map(String)} />;
  switch (schema.type) {
    case "object":
      return schema.properties === undefined ? <RecordField {...own} /> : <ObjectField {...own} />;
    case "array":
      return <ArrayField {...own} />;
    case "boolean":
      return <BooleanInput {...own} />;
    case "number":
    case "integer":
      return <NumberInput {...own} />;
    default:
      return <TextInput {...own} />;
  }
}

/** One of several forms: which, and then its own fields. */
function FormsField(props: FieldProps) {
  const { name, path, schema, value, onChange, form } = props;
  const id = useId();
  const forms = formsOf(schema, form.root);
  const at = formIndexOf(forms, value);
  // A number that is being typed is still one.
  const shown = at >= 0 ? at : forms.findIndex(({ type }) => type === "number");
  const chosen = forms[shown];
  const isPlain = chosen?.type !== "object";
  return (
    <fieldset class={isPlain ? "rules-inline" : "rules-group"}>
      <legend>{fieldText(name)}</legend>
      <select
        id={id}
        aria-label={say("formOf", { name: fieldText(name) })}
        value={String(shown)}
        onChange={(event) => {
          const next = forms[Number(event.currentTarget.value)];
          if (next !== undefined) onChange(turnedInto(next, value, form.root));
        }}
      >
        {forms.map((each, n) => (
          <option key={formName(each)} value={String(n)}>
            {choiceText(formName(each))}
          </option>
        ))}
      </select>
      {chosen !== undefined && !isPlain && <Fields {...props} schema={chosen} />}
      {chosen !== undefined && isPlain && chosen.const === undefined && (
        <SchemaField {...props} schema={chosen} />
      )}
      {!isPlain && <FaultAt path={path} form={form} />}
    </fieldset>
  );
}

/** A form's `kind`, its one constant, its first field, or its type. */
function formName({ const: only, properties, required = [], type = "" }: Schema): string {
  return String(only ?? properties?.kind?.const ?? required[0] ?? type);
}

function ObjectField(props: FieldProps) {
  const { name, path, form } = props;
  if (name === "") return <Fields {...props} />;
  return (
    <fieldset class="rules-group">
      <legend>{fieldText(name)}</legend>
      <Fields {...props} />
      <FaultAt path={path} form={form} />
    </fieldset>
  );
}

/** The fields that are there, and below them those that may be added. */
function Fields({ path, schema, value, onChange, form }: FieldProps) {
  const { properties = {}, required = [] } = schema;
  const there = isObject(value) ? value : {};
  const names = Object.keys(properties).filter(
    (each) => (path !== "" || !form.hidden.has(each)) && properties[each]?.const === undefined,
  );
  const set = (each: string, next: Value): void => onChange({ ...there, [each]: next });
  const drop = (each: string): void => {
    const { [each]: _gone, ...rest } = there;
    onChange(rest);
  };
  const absent = names.filter((each) => !(each in there));
  return (
    <div class="rules-fields">
      {names
        .filter((each) => each in there)
        .map((each) => (
          <div key={each} class="rules-field">
            <SchemaField
              name={each}
              path={joined(path, each)}
              schema={properties[each] ?? {}}
              value={there[each]}
              onChange={(next) => set(each, next)}
              form={form}
            />
            {!required.includes(each) && (
              <button
                type="button"
                class="bare"
                aria-label={`${say("remove")} ${fieldText(each)}`}
                onClick={() => drop(each)}
              >
                ×
              </button>
            )}
          </div>
        ))}
      {absent.length > 0 && (
        <p class="rules-add">
          {absent.map((each) => (
            <button
              key={each}
              type="button"
              class="bare"
              onClick={() => set(each, emptyOf(properties[each] ?? {}, form.root))}
            >
              {say("addField", { name: fieldText(each) })}
            </button>
          ))}
        </p>
      )}
    </div>
  );
}

function ArrayField({ name, path, schema, value, onChange, form }: FieldProps) {
  const items = Array.isArray(value) ? value : [];
  const own = schema.items ?? {};
  return (
    <fieldset class="rules-group">
      <legend>{fieldText(name)}</legend>
      {items.map((item, n) => (
        <div key={n} class="rules-field">
          <SchemaField
            name={`${n + 1}`}
            path={joined(path, n)}
            schema={own}
            value={item}
            onChange={(next) => onChange(items.map((each, at) => (at === n ? next : each)))}
            form={form}
          />
          <button
            type="button"
            class="bare"
            aria-label={`${say("remove")} ${fieldText(name)} ${n + 1}`}
            onClick={() => onChange(items.filter((_each, at) => at !== n))}
          >
            ×
          </button>
        </div>
      ))}
      <button
        type="button"
        class="bare"
        onClick={() => onChange([...items, emptyOf(own, form.root)])}
      >
        {say("add")}
      </button>
      <FaultAt path={path} form={form} />
    </fieldset>
  );
}

/** Names with values, as a line each: `area = residential`. */
function RecordField({ name, path, value, onChange, form }: FieldProps) {
  const [text, setText] = useState(() => recordText(value));
  useEffect(() => {
    const isSame = JSON.stringify(recordOf(text)) === JSON.stringify(value);
    if (!isSame) setText(recordText(value));
  }, [value]);
  return (
    <label class="field">
      <span>{fieldText(name)}</span>
      <textarea
        rows={2}
        value={text}
        placeholder={say("attributesHint")}
        onInput={(event) => {
          setText(event.currentTarget.value);
          onChange(recordOf(event.currentTarget.value));
        }}
      />
      <FaultAt path={path} form={form} />
    </label>
  );
}

const recordText = (value: Value): string =>
  Object.entries(isObject(value) ? value : {})
    .map(([key, each]) => `${key} = ${typeof each === "string" ? each : JSON.stringify(each)}`)
    .join("\n");

function recordOf(text: string): Record<string, Value> {
  const record: Record<string, Value> = {};
  for (const line of text.split("\n")) {
    const [name = "", ...rest] = line.split("=");
    const value = rest.join("=").trim();
    if (name.trim() === "" || value === "") continue;
    const isPlain = /^(true|false|-?\d+(\.\d+)?)$/.test(value);
    record[name.trim()] = isPlain ? JSON.parse(value) : value;
  }
  return record;
}
