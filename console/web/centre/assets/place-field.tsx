/** Where an asset stands: degrees that are typed, or a place that is pointed at on the map. */
import { useEffect, useRef } from "preact/hooks";
import { get } from "../../shared/api.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Loading } from "../../shared/parts.tsx";
import type { MapData } from "../../shared/platform-types.ts";
import { MapOfAssets } from "../map/map.tsx";
import type { DrawnMap } from "../map/map-drawn.ts";
import { ALL_SHOWN } from "../map/map-shown.ts";
import { DAY } from "../map/map-theme.ts";
import type { Typed } from "./asset-typed.ts";
import { FormField } from "./form-field.tsx";
import { say } from "./form-words.ts";

interface PlaceFieldProps {
  typed: Typed;
  /** Nothing is wrong with the degrees. */
  isRight: boolean;
  faultAt(field: string): string | undefined;
  onChange(changes: Typed): void;
}

export function PlaceField({ typed, isRight, faultAt, onChange }: PlaceFieldProps) {
  const { lon = "", lat = "" } = typed;
  return (
    <>
      {(["lon", "lat"] as const).map((name) => (
        <FormField key={name} name={name} label={say(name)} fault={faultAt(name)} isNeeded>
          {(control) => (
            <input
              {...control}
              inputMode="decimal"
              maxLength={20}
              value={typed[name] ?? ""}
              onInput={(event) => onChange({ [name]: event.currentTarget.value })}
            />
          )}
        </FormField>
      ))}
      <PlaceMap
        chosen={isRight ? { lon: Number(lon), lat: Number(lat) } : undefined}
        onPlace={(place) => onChange({ lon: String(place.lon), lat: String(place.lat) })}
      />
    </>
  );
}

interface Degrees {
  lon: number;
  lat: number;
}

interface PlaceMapProps {
  chosen: Degrees | undefined;
  onPlace(place: Degrees): void;
}

function PlaceMap(props: PlaceMapProps) {
  const map = useLoaded(() => get<MapData>("/api/v1/map"), []);
  return (
    <div class="assets-place">
      <Loading loaded={map}>
        {(data) =>
          // Without an asset anywhere a map has no place to be of.
          data.items.length > 0 && <PlaceOnMap {...props} data={data} />
        }
      </Loading>
    </div>
  );
}

const NO_MARKS: readonly never[] = [];

function PlaceOnMap({ data, chosen, onPlace }: PlaceMapProps & { data: MapData }) {
  const drawn = useRef<DrawnMap | undefined>(undefined);
  const pointed = useRef<Degrees | undefined>(undefined);
  useEffect(() => {
    const at = pointed.current;
    // What was pointed at is in sight; what is typed is gone to.
    const isInSight = at?.lon === chosen?.lon && at?.lat === chosen?.lat;
    if (chosen !== undefined && !isInSight) drawn.current?.goTo(chosen.lon, chosen.lat);
  }, [chosen?.lon, chosen?.lat]);
  return (
    <>
      <p class="assets-hint">{say("pointAtMap")}</p>
      <div class="assets-place-map">
        <MapOfAssets
          data={data}
          assets={ALL_SHOWN}
          marks={NO_MARKS}
          theme={DAY}
          chosen={chosen}
          onPlace={({ lon, lat }) => {
            pointed.current = { lon: rounded(lon), lat: rounded(lat) };
            onPlace(pointed.current);
          }}
          onReady={(map) => {
            drawn.current = map;
          }}
        />
      </div>
    </>
  );
}

/** To about 0.1 m. */
const rounded = (degrees: number): number => Number(degrees.toFixed(6));
