/** Sets the grids that an inspector patrols. */
import { useState } from "preact/hooks";
import { part, put } from "../../shared/api.ts";
import { gridsOf } from "../../shared/grid-names.ts";
import { Dialog, Fault, Field } from "../../shared/parts.tsx";
import type { PatrolAreaItem } from "../../shared/platform-types.ts";
import { say } from "./patrol-words.ts";

interface PatrolAreaFormProps {
  area: PatrolAreaItem;
  onClose: () => void;
  onSaved: () => void;
}

export function PatrolAreaForm({ area, onClose, onSaved }: PatrolAreaFormProps) {
  const { username } = area;
  const [text, setText] = useState(area.grids.join("\n"));
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);

  async function save(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setFault(undefined);
    try {
      await put(`/api/v1/patrol-areas/${part(username)}`, { grids: gridsOf(text) });
      onSaved();
    } catch (refused) {
      setFault(refused);
      setBusy(false);
    }
  }

  return (
    <Dialog title={say("areaOf", { name: username })} onClose={onClose}>
      <form class="operations-form" onSubmit={(event) => void save(event)}>
        <Field label={say("grids")} hint={say("gridsHint")}>
          <textarea
            name="grids"
            rows={5}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </Field>
        <Fault fault={fault} />
        <button type="submit" class="main" disabled={isBusy}>
          {say("save")}
        </button>
      </form>
    </Dialog>
  );
}
