/**
 * Places by name: brought in by the file, kept in a table and in memory, found by what somebody says
 * or types. Assets are found beside them. What is found has its street, community and grid: from its
 * own row, else by its grid cell, else by the cell of the nearest asset.
 */
import { setImmediate as breathe } from "node:timers/promises";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Place } from "../model/geography.ts";
import type { UnitId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { FoundPlace, NamedPlace, PlaceKind } from "../model/place.ts";
import { createPlaceGrid } from "../model/place-grid.ts";
import type { Asset, Unit } from "../model/registry.ts";
import type { Rejected } from "./device-import.ts";
import type { Fault } from "./field-faults.ts";
import type { Holdings } from "./holdings.ts";
import { checkUtf8 } from "./import.ts";
import { createPlaceIndex, type Found } from "./place-index.ts";
import { createPlaceNames, type PlaceNames } from "./place-names.ts";
import { type PlaceRow, placeOfRow, readPlaceCsv, readPlaceGeoJson } from "./place-rows.ts";
import { placeTable } from "./place-table.ts";
import type { Write, Writing } from "./writer.ts";

export interface PlaceSearch {
  /** Any part of a name, an alias or a code, pinyin, or initials. */
  q: string;
  kind?: PlaceKind | undefined;
  near?: Place | undefined;
  limit: number;
}

/** Units of a grid, in the words of whoever chooses units. */
export interface GridUnits {
  street?: UnitId | undefined;
  community?: UnitId | undefined;
}

interface ImportReport {
  created: number;
  updated: number;
  rejected: Rejected[];
  ignored: string[];
}

export interface Places {
  search(search: PlaceSearch): FoundPlace[];
  get(placeId: string): NamedPlace | undefined;
  /** As `search` would find it. */
  located(place: NamedPlace): FoundPlace;
  /** Of which a whole name, or an alias, stands in the address; assets are none of them. */
  inAddress(address: string): FoundPlace[];
  /** A row whose placeId is known changes that place; a bad row is rejected alone. */
  importFile(file: { format: "csv" | "geojson"; text: string }): Promise<ImportReport>;
  /** @throws PLACE_NOT_FOUND */
  remove(placeId: string): Promise<void>;
  load(sql: Sql): Promise<void>;
  assetChanged(assetId: string): void;
}

type Thing = { place: NamedPlace } | { asset: Asset };

const ROWS_PER_TRANSACTION = 1_000;
/** Names that are read in a row before others have their turn. */
const NAMES_A_BREATH = 5_000;

export function createPlaces(
  holdings: Holdings,
  write: Write,
  unitsOf: (grid: Pick<NamedPlace, "gridCell" | "responsibleGrid">) => GridUnits,
): Places {
  const places = new Map<string, NamedPlace>();
  const index = createPlaceIndex<Thing>();
  /** Assets that have a grid cell. */
  const assetsNear = createPlaceGrid<Asset>();
  /** Made when somebody asks by an address: not every city does, and many names take room. */
  let names: PlaceNames | undefined;
  let nextSeq = 1;

  function putPlace(place: NamedPlace): void {
    places.set(place.placeId, place);
    names?.put(place);
    const { placeId, name, aliases = [], lon, lat } = place;
    index.put({ id: `place ${placeId}`, labels: [name, ...aliases], lon, lat, thing: { place } });
  }

  function putAsset(asset: Asset): void {
    const { assetId, name, componentCode, lon, lat } = asset;
    const labels = [name, componentCode];
    const named = { id: `asset ${assetId}`, labels, lon, lat, thing: { asset } };
    index.put({ ...named, isByWordsAlone: true });
    if (asset.gridCell !== undefined) assetsNear.put(assetId, asset);
  }

  function found({ thing, match, distanceM: metres }: Found<Thing>): FoundPlace {
    const from = metres === undefined ? { match } : { match, distanceM: metres };
    if ("place" in thing) return { ...located(thing.place), ...from };
    const { assetId, componentCode, name, lon, lat, gridCell, responsibleGrid } = thing.asset;
    const grid = {
      ...(gridCell !== undefined && { gridCell }),
      ...(responsibleGrid !== undefined && { responsibleGrid }),
    };
    const asset = { assetId, componentCode, kind: "component" as const, name, lon, lat, ...grid };
    return { ...withUnits(asset), ...from };
  }

  const located = (place: NamedPlace): FoundPlace => ({ ...withUnits(place), match: "exact" });

  function withUnits<T extends Place & GridFields>(given: T) {
    const grid = gridOf(given);
    const units = unitsOf({ ...given, ...grid });
    const { streetUnitId = units.street, communityUnitId = units.community } = given;
    const names = {
      street: nameOf(streetUnitId),
      community: nameOf(communityUnitId),
    };
    return {
      ...given,
      ...grid,
      ...(streetUnitId !== undefined && { streetUnitId }),
      ...(communityUnitId !== undefined && { communityUnitId }),
      ...(names.street !== undefined && { street: names.street }),
      ...(names.community !== undefined && { community: names.community }),
    };
  }

  function gridOf(given: Place & GridFields): Pick<FoundPlace, "gridCell" | "gridOfAssetId"> {
    if (given.gridCell !== undefined) return {};
    const near = assetsNear.near(given, LIMITS.placeGridDistanceMMax);
    const nearest = near.sort((a, b) => a.metres - b.metres)[0]?.thing;
    if (nearest?.gridCell === undefined) return {};
    return { gridCell: nearest.gridCell, gridOfAssetId: nearest.assetId };
  }

  const nameOf = (unitId: string | undefined): string | undefined =>
    unitId === undefined ? undefined : holdings.units.get(unitId)?.name;

  function allNames(): PlaceNames {
    if (names !== undefined) return names;
    names = createPlaceNames();
    for (const place of places.values()) names.put(place);
    return names;
  }

  async function importRows(rows: readonly PlaceRow[], report: ImportReport): Promise<void> {
    for (let from = 0; from < rows.length; from += ROWS_PER_TRANSACTION) {
      const chunk = rows.slice(from, from + ROWS_PER_TRANSACTION);
      const done = await write((writing) => upsert(writing, chunk));
      report.created += done.created;
      report.updated += done.updated;
      report.rejected.push(...done.rejected);
      await breathe();
    }
  }

  async function upsert({ tx, onCommit }: Writing, rows: readonly PlaceRow[]) {
    const done = { created: 0, updated: 0, rejected: [] as Rejected[] };
    const staged = new Map<string, NamedPlace>();
    for (const row of rows) {
      const former = staged.get(row.placeId) ?? places.get(row.placeId);
      const read = row.fault === undefined ? placeOfRow(row, former) : { fault: row.fault };
      const isNew = former === undefined;
      const count = places.size + done.created;
      const fault = "fault" in read ? read.fault : placeFault(read.place, isNew, count);
      if (fault !== undefined || "fault" in read) {
        done.rejected.push(rejectedRow(row, fault));
        continue;
      }
      const { place } = read;
      staged.set(place.placeId, place);
      if (isNew) {
        await placeTable.insert(tx, nextSeq++, place);
        done.created += 1;
      } else {
        await placeTable.update(tx, place);
        done.updated += 1;
      }
    }
    onCommit(() => {
      for (const place of staged.values()) putPlace(place);
    });
    return done;
  }

  function placeFault(place: NamedPlace, isNew: boolean, count: number): Fault | undefined {
    if (isNew && count >= LIMITS.placesMax) {
      const message = `there are ${count} places, the most that are kept; remove some first`;
      return { code: "REQUEST_INVALID", message };
    }
    return (
      unitFault(holdings.units.get, place, "streetUnitId", "street") ??
      unitFault(holdings.units.get, place, "communityUnitId", "community")
    );
  }

  return {
    search: ({ q, kind, near, limit }) =>
      index
        .search({
          text: q,
          limit,
          near,
          ...(kind !== undefined && { isWanted: (thing) => kindOf(thing) === kind }),
        })
        .map(found),
    get: (placeId) => places.get(placeId),
    located,
    inAddress: (address) =>
      allNames()
        .inAddress(address)
        .flatMap((placeId) => places.get(placeId) ?? [])
        .map(located),
    async importFile({ format, text }) {
      checkUtf8(text);
      const { rows, ignored } =
        format === "csv" ? await readPlaceCsv(text) : readPlaceGeoJson(text);
      const report: ImportReport = { created: 0, updated: 0, rejected: [], ignored };
      await importRows(rows, report);
      return report;
    },
    remove: (placeId) =>
      write(async ({ tx, onCommit }) => {
        if (!places.has(placeId)) {
          throw new GridwardenError("PLACE_NOT_FOUND", `no place has the id '${placeId}'`);
        }
        await placeTable.remove(tx, placeId);
        onCommit(() => {
          places.delete(placeId);
          index.remove(`place ${placeId}`);
          names?.remove(placeId);
        });
      }),
    async load(sql) {
      let count = 0;
      const next = async (): Promise<void> => {
        count += 1;
        if (count % NAMES_A_BREATH === 0) await breathe();
      };
      for (const { seq, record } of await placeTable.load(sql, holdings.intern)) {
        putPlace(record);
        nextSeq = Math.max(nextSeq, seq + 1);
        await next();
      }
      for (const asset of holdings.assets.values()) {
        putAsset(asset);
        await next();
      }
    },
    assetChanged(assetId) {
      const asset = holdings.assets.get(assetId);
      assetsNear.drop(assetId);
      if (asset === undefined) index.remove(`asset ${assetId}`);
      else putAsset(asset);
    },
  };
}

type GridFields = Pick<
  FoundPlace,
  "gridCell" | "responsibleGrid" | "streetUnitId" | "communityUnitId"
>;

const kindOf = (thing: Thing): PlaceKind => ("place" in thing ? thing.place.kind : "component");

function unitFault(
  unit: (unitId: string) => Unit | undefined,
  place: NamedPlace,
  field: "streetUnitId" | "communityUnitId",
  kind: Unit["kind"],
): Fault | undefined {
  const unitId = place[field];
  if (unitId === undefined) return undefined;
  const found = unit(unitId);
  if (found === undefined) {
    const message = `field '${field}': no unit has the id '${unitId}'; register the unit first`;
    return { code: "UNIT_NOT_FOUND", message };
  }
  if (found.kind === kind) return undefined;
  const message = `field '${field}': unit '${unitId}' is of kind '${found.kind}', wanted a ${kind}`;
  return { code: "REQUEST_INVALID", message };
}

function rejectedRow({ row, line }: PlaceRow, fault: Fault | undefined): Rejected {
  const said = fault ?? { code: "REQUEST_INVALID" as const, message: "the row cannot be read" };
  return line === undefined ? { row, ...said } : { row, line, ...said };
}
