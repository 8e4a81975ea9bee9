/** The fields of a report in the order of a call; Enter goes on from each to the next. */
import type { RefObject } from "preact";
import { Fault, Field } from "../../shared/parts.tsx";
import { may } from "../../shared/session.ts";
import { inLanguage } from "../../shared/words.ts";
import { Combo } from "./combo.tsx";
import type { Draft } from "./draft.ts";
import { say } from "./intake-words.ts";
import type { Change } from "./use-draft.ts";
import { type PlaceChoice, usePlaces } from "./use-places.ts";
import { useWhat } from "./use-what.ts";
import { type FoundBy, findWhat, type WhatItem } from "./what-search.ts";

export interface FieldsGiven {
  draft: Draft;
  change: Change;
  what: RefObject<HTMLInputElement | null>;
  where: RefObject<HTMLInputElement | null>;
  onNext: () => void;
}

const SHOWN_MAX = 8;
const NO_ITEMS: readonly FoundBy[] = [];

export function IntakeFields(given: FieldsGiven) {
  return (
    <>
      <WhatField {...given} />
      <WhereField {...given} />
      <Texts {...given} />
    </>
  );
}

function WhatField({ draft, change, what: field, onNext }: FieldsGiven) {
  const loaded = useWhat();
  const found = findWhat(loaded.value ?? NO_ITEMS, draft.whatText, SHOWN_MAX);
  const choose = (key: string): void => {
    const item = found.find((each) => each.key === key);
    if (item === undefined) return;
    const { initials: _, ...what } = item;
    change({ what, whatText: inLanguage(item.title) });
  };
  return (
    <div>
      <Combo
        label={say("what")}
        hint={say("whatHint")}
        text={draft.whatText}
        choices={found.map((item) => ({ key: item.key, shown: <WhatShown item={item} /> }))}
        isChosen={draft.what !== undefined}
        isSearching={loaded.isLoading && loaded.value === undefined}
        searching={say("searching")}
        nothing={say("nothing")}
        field={field}
        onText={(whatText) => change({ whatText, what: undefined })}
        onChoose={choose}
        onNext={onNext}
      />
      {draft.what !== undefined && (
        <p class="intake-chosen">
          <WhatShown item={draft.what} />
        </p>
      )}
      <Fault fault={loaded.fault} onAgain={() => void loaded.reload()} />
    </div>
  );
}

function WhatShown({
  item: { title, categoryCode, conditionId, group, lifeSafety },
}: {
  item: WhatItem;
}) {
  return (
    <>
      {inLanguage(title)} {lifeSafety && <span class="tag danger">{say("lifeSafety")}</span>}{" "}
      <small>
        {[categoryCode, group, conditionId === undefined ? say("general") : ""]
          .filter(Boolean)
          .join(" · ")}
      </small>
    </>
  );
}

function WhereField({ draft, change, where: field, onNext }: FieldsGiven) {
  const isChosen = draft.where !== undefined;
  const { choices, isSearching, fault } = usePlaces(isChosen ? "" : draft.whereText);
  const choose = (key: string): void => {
    const found = choices.find((each) => each.key === key);
    if (found === undefined) return;
    const { key: _, ...where } = found;
    change({ where, whereText: found.label });
  };
  return (
    <div>
      <Combo
        label={say("where")}
        hint={say("whereHint")}
        text={draft.whereText}
        choices={choices.map((each) => ({ key: each.key, shown: <WhereShown where={each} /> }))}
        isChosen={isChosen}
        isSearching={isSearching}
        searching={say("searching")}
        nothing={say("nothing")}
        field={field}
        onText={(whereText) => change({ whereText, where: undefined })}
        onChoose={choose}
        onNext={onNext}
      />
      {draft.where !== undefined && (
        <p class="intake-chosen">
          <WhereShown where={{ key: "", ...draft.where }} />
        </p>
      )}
      <Fault fault={fault} />
    </div>
  );
}

function WhereShown({ where: { label, street, gridCell, grid, gridOfM } }: { where: PlaceChoice }) {
  const cell = gridCell ?? grid;
  return (
    <>
      {label}{" "}
      <small>
        {[street, cell === undefined ? say("gridNone") : say("grid", { grid: cell })]
          .filter(Boolean)
          .join(" · ")}
        {cell !== undefined && gridOfM !== undefined && say("gridOf", { m: gridOfM })}
      </small>
    </>
  );
}

function Texts({ draft, change, onNext }: FieldsGiven) {
  const goOn = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onNext();
  };
  return (
    <>
      <Field label={say("description")}>
        <textarea
          data-step
          rows={3}
          maxLength={1900}
          value={draft.description}
          onInput={(event) => change({ description: event.currentTarget.value })}
          onKeyDown={goOn}
        />
      </Field>
      {may("cases.reporters") !== undefined && (
        <div class="intake-caller">
          <Field label={say("name")}>
            <input
              data-step
              type="text"
              autoComplete="off"
              maxLength={100}
              value={draft.name}
              onInput={(event) => change({ name: event.currentTarget.value })}
              onKeyDown={goOn}
            />
          </Field>
          <Field label={say("phone")}>
            <input
              data-step
              type="tel"
              autoComplete="off"
              maxLength={32}
              value={draft.phone}
              onInput={(event) => change({ phone: event.currentTarget.value })}
              onKeyDown={goOn}
            />
          </Field>
        </div>
      )}
      <Field label={say("urgency")}>
        <select
          data-step
          value={draft.isUrgent ? "urgent" : "normal"}
          onChange={(event) => change({ isUrgent: event.currentTarget.value === "urgent" })}
          onKeyDown={goOn}
        >
          <option value="normal">{say("urgencyNormal")}</option>
          <option value="urgent">{say("urgencyUrgent")}</option>
        </select>
      </Field>
    </>
  );
}
