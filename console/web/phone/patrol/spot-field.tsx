/** Where something is: where one stands, a place by its name, or a tap on the plan; and the component it is about. */
import { useEffect, useState } from "preact/hooks";
import { get, type Page, path } from "../../shared/api.ts";
import { Fault, Field } from "../../shared/parts.tsx";
import type { NearAsset } from "../../shared/platform-types.ts";
import { type Spot, sayDistance } from "../way/distance.ts";
import { here, placeNow } from "../way/where.ts";
import { say } from "./patrol-words.ts";
import { PlanView } from "./plan-view.tsx";
import { PlateField } from "./plate-field.tsx";

interface FoundPlace extends Spot {
  name: string;
  placeId?: string;
  assetId?: string;
  street?: string;
}

export interface ChosenSpot {
  spot?: Spot;
  address: string;
  asset?: NearAsset | undefined;
}

interface SpotFieldProps {
  chosen: ChosenSpot;
  onChange: (change: Partial<ChosenSpot>) => void;
}

const NEAR_MAX = 12;

export function SpotField({ chosen: { spot, address, asset }, onChange }: SpotFieldProps) {
  const [near, setNear] = useState<readonly NearAsset[]>([]);
  const [fault, setFault] = useState<string>();
  // What stood at the former place is not what is meant at another.
  const moveTo = (next: Spot, more: { address?: string } = {}): void =>
    onChange({ ...more, spot: next, asset: undefined });
  const where = spot === undefined ? "" : `${spot.lon.toFixed(5)},${spot.lat.toFixed(5)}`;
  // By the digits of the place, which says little news by more of them.
  useEffect(() => {
    if (spot === undefined) return;
    let isOver = false;
    const query = { lon: spot.lon.toFixed(7), lat: spot.lat.toFixed(7), limit: NEAR_MAX };
    get<Page<NearAsset>>(path("/api/v1/assets/near", query)).then(
      ({ items }) => isOver || setNear(items),
      // Without network a report goes without a component.
      () => isOver || setNear([]),
    );
    return () => {
      isOver = true;
    };
  }, [where]);

  async function stand(): Promise<void> {
    setFault(undefined);
    try {
      const { lon, lat } = await placeNow();
      moveTo({ lon, lat });
    } catch {
      setFault(say("placeRefused"));
    }
  }

  return (
    <fieldset class="phone-form">
      <button type="button" class="phone-large" onClick={() => void stand()}>
        {say("placeHere")}
      </button>
      {fault !== undefined && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      <PlateField
        onFound={(found) => {
          const { lon, lat } = found;
          onChange({ spot: { lon, lat }, asset: { ...found, distanceM: 0 } });
        }}
      />
      {asset !== undefined && <p role="status">{say("assetIs", { name: asset.name })}</p>}
      <PlaceSearch
        address={address}
        onAddress={(text) => onChange({ address: text })}
        onFound={({ lon, lat, name }) => moveTo({ lon, lat }, { address: name })}
      />
      {spot !== undefined && (
        <>
          <p class="phone-soft">
            {say("placeIs", { lat: spot.lat.toFixed(5), lon: spot.lon.toFixed(5) })} ·{" "}
            {say("pinHint")}
          </p>
          <PlanView
            label={say("pinHint")}
            things={near}
            here={here.value}
            pin={spot}
            onPin={moveTo}
          />
          <Near near={near} asset={asset} onChange={onChange} />
        </>
      )}
    </fieldset>
  );
}

function Near({
  near,
  asset,
  onChange,
}: {
  near: readonly NearAsset[];
  asset: NearAsset | undefined;
  onChange: SpotFieldProps["onChange"];
}) {
  return (
    <div role="radiogroup" aria-label={say("nearest")} class="phone-near">
      <p>{say("nearest")}</p>
      {[undefined, ...near].map((each) => (
        <label key={each?.assetId ?? ""} class="phone-tick">
          <input
            type="radio"
            name="asset"
            checked={asset?.assetId === each?.assetId}
            onChange={() => onChange({ asset: each })}
          />
          <span>
            {each === undefined ? say("noAsset") : `${each.name} · ${sayDistance(each.distanceM)}`}
          </span>
        </label>
      ))}
    </div>
  );
}

interface PlaceSearchProps {
  address: string;
  onAddress: (text: string) => void;
  onFound: (place: FoundPlace) => void;
}

function PlaceSearch({ address, onAddress, onFound }: PlaceSearchProps) {
  const [found, setFound] = useState<readonly FoundPlace[]>([]);
  const [fault, setFault] = useState<unknown>();

  async function search(): Promise<void> {
    setFault(undefined);
    const from = here.value;
    const near = from === undefined ? undefined : `${from.lon},${from.lat}`;
    try {
      const query = { q: address.trim(), near, limit: 6 };
      setFound((await get<Page<FoundPlace>>(path("/api/v1/places", query))).items);
    } catch (reason) {
      setFault(reason);
    }
  }

  return (
    <>
      <Field label={say("address")}>
        <input
          name="address"
          maxLength={200}
          value={address}
          onInput={(event) => onAddress(event.currentTarget.value)}
        />
      </Field>
      <button type="button" disabled={address.trim() === ""} onClick={() => void search()}>
        {say("findPlace")}
      </button>
      <Fault fault={fault} />
      {found.length > 0 && (
        <div class="phone-chips">
          {found.map((place) => (
            <button
              key={place.placeId ?? place.assetId}
              type="button"
              onClick={() => {
                onFound(place);
                setFound([]);
              }}
            >
              {place.street === undefined ? place.name : `${place.name} (${place.street})`}
            </button>
          ))}
        </div>
      )}
    </>
  );
}
