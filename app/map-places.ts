/**
 * Where the city needs hands: assets with alarms that stand and open cases, as points for a map, the worst
 * first, no more than a map shows. Pure.
 */
import type { Point } from "../ingest/store/influx/influx-store.ts";
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import type { Asset } from "../model/registry.ts";
import { Severity } from "../model/rule.ts";
import { streetOfCell } from "./happening-points.ts";

export interface PlacedAlarm {
  asset: Asset;
  severity: Severity;
}

interface MapPlace {
  class: string;
  street: string;
  asset: string;
  lon: number;
  lat: number;
  /** 1 to 4 as in `Severity`; 0: no alarm stands. */
  severity: number;
  alarms: number;
  cases: number;
  lifeSafety: number;
  caseNo: string;
}

export type PlacedCase = Pick<
  Case,
  "caseNo" | "assetId" | "class" | "gridCell" | "lon" | "lat" | "lifeSafety" | "isDrill"
>;

export function mapPlaces(
  alarms: Iterable<PlacedAlarm>,
  cases: Iterable<PlacedCase>,
  at: Instant,
): Point[] {
  const places = new Map<string, MapPlace>();
  const placeAt = (key: string, from: Omit<MapPlace, keyof typeof NOTHING>): MapPlace => {
    const place = places.get(key) ?? { ...from, ...NOTHING };
    places.set(key, place);
    return place;
  };
  for (const { asset, severity } of alarms) {
    const { assetId, class: slug = "", gridCell, lon, lat } = asset;
    const street = streetOfCell(gridCell);
    const place = placeAt(assetId, { class: slug, street, asset: assetId, lon, lat });
    place.alarms += 1;
    const level = Severity.options.indexOf(severity) + 1;
    place.severity = Math.max(place.severity, level);
  }
  for (const { caseNo, assetId, class: slug = "", isDrill, lifeSafety, ...where } of cases) {
    if (isDrill === true) continue;
    const { gridCell, lon, lat } = where;
    const street = streetOfCell(gridCell);
    const from = { class: slug, street, asset: assetId ?? "", lon, lat };
    const place = placeAt(assetId ?? caseNo, from);
    place.cases += 1;
    if (lifeSafety) place.lifeSafety = 1;
    if (place.caseNo === "" || lifeSafety) place.caseNo = caseNo;
  }
  return [...places.values()]
    .sort((a, b) => b.lifeSafety - a.lifeSafety || b.severity - a.severity || b.cases - a.cases)
    .slice(0, LIMITS.mapPlacesMax)
    .map((place, index) => pointOf(place, at, index));
}

const NOTHING = { severity: 0, alarms: 0, cases: 0, lifeSafety: 0, caseNo: "" };

/** The asset is a field: as a tag it would be a series for each that ever had an alarm. */
function pointOf(place: MapPlace, at: Instant, seq: number): Point {
  const { class: slug, street, asset, caseNo, lifeSafety, ...numbers } = place;
  const fields = { ...numbers, life_safety: lifeSafety, asset, caseNo };
  return { name: "place", tags: { class: slug, street }, fields, at, seq };
}
