/** A place or an asset by its name or code: chosen by keys, the map goes there. */
import { useRef, useState } from "preact/hooks";
import { Fault } from "../../shared/parts.tsx";
import { setQuery } from "../../shared/router.ts";
import { Combo } from "../intake/combo.tsx";
import { type PlaceChoice, usePlaces } from "../intake/use-places.ts";
import { say } from "./now-words.ts";
import { type Spot, spotQuery } from "./spot.ts";

export function PlaceSearch({ spot }: { spot: Spot | undefined }) {
  /** Absent while nothing is typed: what was chosen is shown. */
  const [typed, setTyped] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const { choices, isSearching, fault } = usePlaces(typed ?? "");
  const text = typed ?? spot?.name ?? "";
  function choose(key: string): void {
    const found = choices.find((each) => each.key === key);
    if (found === undefined) return;
    setTyped(found.assetId === undefined ? undefined : "");
    setQuery(
      found.assetId === undefined
        ? spotQuery({ lon: found.lon, lat: found.lat, name: found.label })
        : { ...spotQuery(undefined), asset: found.assetId },
    );
  }
  function leave(): void {
    setTyped(undefined);
    if (spot !== undefined) setQuery(spotQuery(undefined));
    field.current?.focus();
  }
  return (
    <search class="now-search">
      <Combo
        label={say("findPlace")}
        hint={say("findPlaceHint")}
        text={text}
        choices={choices.map((each) => ({ key: each.key, shown: <Shown choice={each} /> }))}
        isChosen={typed === undefined}
        isSearching={isSearching}
        searching={say("searching")}
        nothing={say("nothingFound")}
        field={field}
        onText={setTyped}
        onChoose={choose}
        onNext={() => undefined}
        onEscape={leave}
      />
      {text !== "" && (
        <button type="button" class="bare" aria-label={say("leavePlace")} onClick={leave}>
          ×
        </button>
      )}
      <Fault fault={fault} />
    </search>
  );
}

function Shown({ choice: { label, street, gridCell } }: { choice: PlaceChoice }) {
  return (
    <>
      {label} <small>{[street, gridCell].filter(Boolean).join(" · ")}</small>
    </>
  );
}
