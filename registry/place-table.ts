/** The table of place names. */
import type { Migration } from "../model/database.ts";
import type { NamedPlace } from "../model/place.ts";
import { recordTable } from "./record-table.ts";

export const placesMigration: Migration = {
  id: "registry-0005-places",
  statements: [
    `create table places (
      place_id text primary key, seq bigint not null, kind text not null, name text not null,
      aliases text, lon double precision not null, lat double precision not null, grid_cell text,
      responsible_grid text, street_unit_id text, community_unit_id text)`,
  ],
};

export const placeTable = recordTable<NamedPlace>("places", [
  { field: "placeId", column: "place_id", kind: "text" },
  { field: "kind", column: "kind", kind: "text", isShared: true },
  { field: "name", column: "name", kind: "text" },
  { field: "aliases", column: "aliases", kind: "json" },
  { field: "lon", column: "lon", kind: "number" },
  { field: "lat", column: "lat", kind: "number" },
  { field: "gridCell", column: "grid_cell", kind: "text", isShared: true },
  { field: "responsibleGrid", column: "responsible_grid", kind: "text", isShared: true },
  { field: "streetUnitId", column: "street_unit_id", kind: "text", isShared: true },
  { field: "communityUnitId", column: "community_unit_id", kind: "text", isShared: true },
]);
