/** What the city shows to everybody: a layer as a list with distances and hours, and as a sketch. */
import { useState } from "preact/hooks";
import { type Spot, sayDistance } from "../../phone/way/distance.ts";
import { get, part } from "../../shared/api.ts";
import { now, offsetMinutes } from "../../shared/clock.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Loading } from "../../shared/parts.tsx";
import type { PublicFeature, PublicLayer } from "../../shared/platform-types.ts";
import { inLanguage } from "../../shared/words.ts";
import { hrefOf } from "../address.ts";
import { isOpenAt } from "./hours.ts";
import { hoursText } from "./hours-text.ts";
import { LayerSketch } from "./layer-sketch.tsx";
import { type Listed, listed } from "./nearby.ts";
import { say, sayLayer } from "./places-words.ts";

const LISTED_MAX = 100;
const FIX_MS_MAX = 20_000;

export function PlacesPage({ layer }: { layer: string | undefined }) {
  const loaded = useLoaded(() => get<{ items: PublicLayer[] }>("/api/v1/public/layers"), []);
  return (
    <Loading loaded={loaded}>
      {({ items }) =>
        items.length === 0 ? (
          <p class="quiet">{say("none")}</p>
        ) : (
          <>
            <nav class="report-kinds" aria-label={say("layers")}>
              {items.map((each) => (
                <a
                  key={each.layer}
                  class="button"
                  href={hrefOf({ kind: "places", layer: each.layer })}
                  aria-current={each.layer === layer ? "true" : undefined}
                >
                  {say("count", { name: layerName(each.layer), n: each.count })}
                </a>
              ))}
            </nav>
            {layer !== undefined && <Layer key={layer} layer={layer} />}
          </>
        )
      }
    </Loading>
  );
}

function layerName(layer: string): string {
  const words: Record<string, { zh: string; en: string }> = sayLayer.words;
  const known = words[layer];
  return known === undefined ? layer : inLanguage(known);
}

function Layer({ layer }: { layer: string }) {
  const [me, setMe] = useState<Spot>();
  const [isLost, setLost] = useState(false);
  const loaded = useLoaded(
    () => get<{ features: PublicFeature[] }>(`/api/v1/public/layers/${part(layer)}.geojson`),
    [layer],
  );

  function locate(): void {
    setLost(!("geolocation" in navigator));
    if (!("geolocation" in navigator)) return;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => setMe({ lon: coords.longitude, lat: coords.latitude }),
      () => setLost(true),
      { timeout: FIX_MS_MAX, maximumAge: 60_000 },
    );
  }

  return (
    <Loading loaded={loaded}>
      {({ features }) => {
        const all = listed(features, me);
        const shown = all.slice(0, LISTED_MAX);
        return (
          <>
            {me === undefined && (
              <button type="button" id="near" onClick={locate}>
                {say("near")}
              </button>
            )}
            {isLost && <p role="status">{say("nearNot")}</p>}
            <LayerSketch places={shown} me={me} />
            <ol class="report-places">
              {shown.map((each, n) => (
                <Place key={`${each.lon} ${each.lat} ${n}`} place={each} />
              ))}
            </ol>
            {all.length > shown.length && <p>{say("more", { n: all.length - shown.length })}</p>}
          </>
        );
      }}
    </Loading>
  );
}

function Place({ place: { properties, metres } }: { place: Listed }) {
  const { name, hours, equipment, until, note } = properties;
  const isOpen = hours === undefined ? undefined : isOpenAt(hours, now.value, offsetMinutes());
  return (
    <li>
      <b>{name}</b>
      {metres !== undefined && <span class="report-far">{sayDistance(metres)}</span>}
      {isOpen !== undefined && (
        <span class={isOpen ? "tag good" : "tag warn"}>{say(isOpen ? "open" : "shut")}</span>
      )}
      {hours !== undefined && <small>{say("hours", { text: hoursText(hours) })}</small>}
      {equipment !== undefined && <small>{say("equipment", { text: equipment })}</small>}
      {until !== undefined && <small>{say("until", { text: until })}</small>}
      {note !== undefined && <small>{note}</small>}
    </li>
  );
}
