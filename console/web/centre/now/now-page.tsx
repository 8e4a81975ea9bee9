/**
 * *Now*: the map of everything, and beside it what calls for somebody, the most urgent first. Filters and
 * what was chosen stand in the address.
 */
import { useEffect, useMemo, useRef } from "preact/hooks";
import { get } from "../../shared/api.ts";
import { listen } from "../../shared/live.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Fault } from "../../shared/parts.tsx";
import type { MapData } from "../../shared/platform-types.ts";
import { route, setQuery } from "../../shared/router.ts";
import { MapOfAssets } from "../map/map.tsx";
import type { DrawnMap } from "../map/map-drawn.ts";
import type { AssetsShown } from "../map/map-shown.ts";
import { DAY } from "../map/map-theme.ts";
import { askAgain, watched, watchFault } from "../watch/watch.ts";
import { ChosenCard } from "./chosen-card.tsx";
import { isNarrow, Legend } from "./legend.tsx";
import { Notices } from "./notices.tsx";
import "./now.css";
import { filterOf, isClassShown, type NowFilter } from "./now-filter.ts";
import { NowList } from "./now-list.tsx";
import { marksOf, rowsOf } from "./now-rows.ts";
import { say } from "./now-words.ts";
import { usePeople } from "./people.ts";
import { PlaceSearch } from "./place-search.tsx";
import { spotOf } from "./spot.ts";
import { type Chosen, isNoSuchCase, useChosen } from "./use-chosen.ts";

export default function NowPage() {
  const map = useLoaded(() => get<MapData>("/api/v1/map"), []);
  // Not inside an element that stays as it is: Preact would keep its first rows for good, and by them
  // many that came later (preactjs/preact#4909).
  if (map.value !== undefined) return <NowWithMap data={map.value} />;
  return (
    <div class="now">
      <Heading />
      <div class="now-loading">
        {map.isLoading && <p class="quiet">{say("loadingMap")}</p>}
        <Fault fault={map.fault} onAgain={() => void map.reload()} />
      </div>
    </div>
  );
}

const Heading = () => <h1 class="for-the-ear">{say("casesOf")}</h1>;

function NowWithMap({ data }: { data: MapData }) {
  const query = route.value.query;
  const filter = useMemo(() => filterOf(query), [query.toString()]);
  const now = watched.value;
  const rows = useMemo(() => rowsOf(now, filter), [now, filter]);
  const places = useMemo(() => placesOf(data), [data]);
  const marks = useMemo(() => marksOf(rows, (assetId) => places.get(assetId)), [rows, places]);
  const assets = useAssetsShown(data, filter, now.silent);
  const out = usePeople();
  const people = useMemo(() => out.filter(({ kind }) => filter.people.has(kind)), [out, filter]);
  const { chosen, fault } = useChosen(now, places);
  const spot = useMemo(() => spotOf(query), [query.toString()]);
  // What was chosen goes before a place that was searched for.
  const aim = chosen ?? (spot && { key: spot.name, place: spot });
  const drawn = useDrawnMap(aim);
  return (
    <div class="now">
      <Heading />
      <section class="now-map" aria-label={say("asset")}>
        <MapOfAssets
          data={data}
          assets={assets}
          marks={marks}
          people={people}
          theme={DAY}
          coveredPx={isNarrow() ? 0 : LEGEND_PX}
          chosen={aim?.place}
          onChoose={({ caseNo = "", assetId = "" }) =>
            setQuery({ case: caseNo, asset: caseNo === "" ? assetId : "" })
          }
          onReady={drawn.ready}
        />
        <PlaceSearch spot={spot} />
        <Legend data={data} filter={filter} now={now} people={out} />
      </section>
      <aside class="now-side">
        <Fault fault={watchFault.value} onAgain={() => void askAgain()} />
        <Notices />
        <NowList rows={rows} chosen={chosen} filter={filter} />
        <CaseFault fault={fault} />
        {chosen !== undefined && <ChosenCard key={chosen.key} chosen={chosen} />}
      </aside>
    </div>
  );
}

const LEGEND_PX = 220;

function CaseFault({ fault }: { fault: unknown }) {
  if (!isNoSuchCase(fault)) return <Fault fault={fault} />;
  const caseNo = route.value.query.get("case") ?? "";
  return (
    <p class="fault" role="alert">
      {say("noSuchCase", { caseNo })}
    </p>
  );
}

function placesOf({ items }: MapData): ReadonlyMap<string, { lon: number; lat: number }> {
  return new Map(items.map(([assetId, , , lon, lat]) => [assetId, { lon, lat }]));
}

/** The same object as long as nothing of it has changed: the map is gathered anew for another. */
function useAssetsShown(
  { classes }: MapData,
  filter: NowFilter,
  silent: ReadonlySet<string>,
): AssetsShown {
  return useMemo(
    () => ({
      isClassShown: (classIndex) => isClassShown(filter, classes[classIndex]?.slug),
      isNormalShown: filter.states.has("normal"),
      isSilentShown: filter.states.has("silent"),
      silent,
    }),
    [classes, filter, silent],
  );
}

/** Goes where something was chosen, and lights up what is heard of. */
function useDrawnMap(chosen: Pick<Chosen, "key" | "place"> | undefined): {
  ready: (map: DrawnMap) => void;
} {
  const map = useRef<DrawnMap | undefined>(undefined);
  const wanted = useRef(chosen);
  wanted.current = chosen;
  const goThere = (): void => {
    const place = wanted.current?.place;
    if (place !== undefined) map.current?.goTo(place.lon, place.lat);
  };
  useEffect(goThere, [chosen?.key, chosen?.place?.lon, chosen?.place?.lat]);
  useEffect(() => listen({ reading: ({ assetId }) => map.current?.pulse(String(assetId)) }), []);
  return {
    ready: (next) => {
      map.current = next;
      goThere();
    },
  };
}
