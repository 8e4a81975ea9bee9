/** Attributes of an asset: those that the rules of its class read, those that it has, and any other. */
import { useId, useState } from "preact/hooks";
import type { KnownAttribute } from "./asset-attributes.ts";
import { attributeField, attributesIn, type Typed } from "./asset-typed.ts";
import { sayAttribute } from "./attribute-words.ts";
import { FormField } from "./form-field.tsx";
import { say } from "./form-words.ts";

interface AttributeFieldsProps {
  known: readonly KnownAttribute[];
  typed: Typed;
  faultAt(field: string): string | undefined;
  onChange(changes: Typed): void;
}

export function AttributeFields({ known, typed, faultAt, onChange }: AttributeFieldsProps) {
  const others = attributesIn(typed)
    .filter((name) => known.every((each) => each.name !== name))
    .map((name): KnownAttribute => ({ name, values: [] }));
  return (
    <fieldset>
      <legend>{say("attributes")}</legend>
      <div class="assets-form">
        {[...known, ...others].map((attribute) => (
          <AttributeInput
            key={attribute.name}
            attribute={attribute}
            value={typed[attributeField(attribute.name)] ?? ""}
            fault={faultAt(attributeField(attribute.name))}
            onInput={(text) => onChange({ [attributeField(attribute.name)]: text })}
          />
        ))}
        <OtherAttribute onAdd={(name) => onChange({ [attributeField(name)]: "" })} />
      </div>
    </fieldset>
  );
}

interface AttributeInputProps {
  attribute: KnownAttribute;
  value: string;
  fault: string | undefined;
  onInput(text: string): void;
}

function AttributeInput({ attribute, value, fault, onInput }: AttributeInputProps) {
  const listId = useId();
  const { name, values } = attribute;
  return (
    <FormField name={attributeField(name)} label={sayAttribute(name)} fault={fault}>
      {(control) => (
        <>
          <input
            {...control}
            inputMode={values === undefined ? "decimal" : undefined}
            maxLength={500}
            list={values === undefined ? undefined : listId}
            value={value}
            onInput={(event) => onInput(event.currentTarget.value)}
          />
          <datalist id={listId}>
            {values?.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
        </>
      )}
    </FormField>
  );
}

function OtherAttribute({ onAdd }: { onAdd(name: string): void }) {
  const [name, setName] = useState("");
  const add = (): void => {
    if (name.trim() === "") return;
    onAdd(name.trim());
    setName("");
  };
  return (
    <FormField name="otherAttribute" label={say("otherAttribute")} hint={say("attributeHint")}>
      {(control) => (
        <span class="assets-other">
          <input
            {...control}
            maxLength={64}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.isComposing) return;
              event.preventDefault();
              add();
            }}
          />
          <button type="button" onClick={add}>
            {say("addAttribute")}
          </button>
        </span>
      )}
    </FormField>
  );
}
