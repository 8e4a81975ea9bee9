/** Another rule begun from this one, under an id of its own in the same class. */
import { useState } from "preact/hooks";
import { Field } from "../../shared/parts.tsx";
import type { RuleItem } from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { say } from "./rules-words.ts";

export function CopyRule({ rule }: { rule: RuleItem }) {
  const [name, setName] = useState("");
  return (
    <form
      class="card rules-actions"
      onSubmit={(event) => {
        event.preventDefault();
        location.hash = `${href("rules", `${rule.class}.${name}`)}?from=${encodeURIComponent(rule.ruleId)}`;
      }}
    >
      <Field label={say("copyAs", { start: `${rule.class}.` })}>
        <input
          name="copy-name"
          required
          pattern="[A-Za-z0-9._:\-]+"
          maxLength={40}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </Field>
      <button type="submit">{say("copy")}</button>
    </form>
  );
}
