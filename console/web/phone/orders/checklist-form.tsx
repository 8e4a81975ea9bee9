/** The checklist before work begins: nothing starts before all of it is ticked and measured. */
import { now, sayTime } from "../../shared/clock.ts";
import { Field } from "../../shared/parts.tsx";
import type { CaseItem } from "../../shared/platform-types.ts";
import { useDraft } from "../draft.ts";
import { sayEvent } from "../phone-words.ts";
import {
  type Checked,
  gasesOf,
  itemsOf,
  missingOf,
  noteOf,
  type Place,
  sayCheck,
  UNCHECKED,
  unsafeOf,
} from "./checklist.ts";
import { say, sayGas } from "./safety-words.ts";

/** The first of them; a list of all would hide the button. */
const MISSING_SHOWN = 3;

interface ChecklistProps {
  item: CaseItem;
  place: Place;
  who: string;
  /** False where it could not be kept. */
  onStart: (note: string) => Promise<boolean>;
}

export function ChecklistForm({ item, place, who, onStart }: ChecklistProps) {
  const [checked, set, clear] = useDraft<Checked>(`check:${item.caseNo}`, UNCHECKED);
  const missing = missingOf(place, checked);
  const unsafe = unsafeOf(place, checked);
  // At a leak that is fenced off the value is what it is; into a well nobody goes by it.
  const isBlocked = missing.length > 0 || (place === "well" && unsafe.length > 0);

  async function start(event: Event): Promise<void> {
    event.preventDefault();
    if (isBlocked) return;
    if (await onStart(noteOf(place, checked, who, sayTime(now.value)))) clear();
  }

  return (
    <form class="phone-card phone-form phone-checklist" onSubmit={(event) => void start(event)}>
      <h2>{say("checklist")}</h2>
      <p>{say("checklistOrder")}</p>
      {itemsOf(place).map((name) => (
        <label key={name} class="phone-tick">
          <input
            type="checkbox"
            name={name}
            checked={checked.ticked.includes(name)}
            onChange={(event) =>
              set({
                ticked: event.currentTarget.checked
                  ? [...checked.ticked, name]
                  : checked.ticked.filter((each) => each !== name),
              })
            }
          />
          <span>{sayCheck(name)}</span>
        </label>
      ))}
      <p class="phone-soft">{say("measuredHint")}</p>
      <div class="phone-measured">
        {gasesOf(place).map((gas) => (
          <Field key={gas} label={sayGas(gas)}>
            <input
              name={gas}
              inputMode="decimal"
              autoComplete="off"
              aria-invalid={unsafe.includes(gas)}
              value={checked.measured[gas] ?? ""}
              onInput={(event) =>
                set({ measured: { ...checked.measured, [gas]: event.currentTarget.value } })
              }
            />
          </Field>
        ))}
      </div>
      {place === "well" && (
        <Field label={say("guard")} hint={say("guardHint")}>
          <input
            name="guard"
            autoComplete="off"
            maxLength={60}
            value={checked.guard}
            onInput={(event) => set({ guard: event.currentTarget.value })}
          />
        </Field>
      )}
      {unsafe.length > 0 && (
        <p class="phone-warning" role="alert">
          {say("outOfRange")}
        </p>
      )}
      {missing.length > 0 && (
        <p class="phone-soft">
          {say("missing", {
            n: missing.length,
            items: missing.slice(0, MISSING_SHOWN).join(" · "),
          })}
        </p>
      )}
      <button type="submit" class="main" disabled={isBlocked}>
        {sayEvent("start")}
      </button>
    </form>
  );
}
