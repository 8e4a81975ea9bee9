/** Whose devices' readings are, as it lies in the database, for who has no registry at hand. */
import type { Sql } from "../model/database.ts";
import type { Asset } from "../model/registry.ts";

/** By device: its asset's id, class and grid cell. */
export async function readDeviceAssets(
  sql: Sql,
): Promise<Map<string, Pick<Asset, "assetId" | "class" | "gridCell">>> {
  const rows = await sql.all<Record<"device_id" | "asset_id" | "class" | "grid_cell", string>>(
    "select d.device_id, a.asset_id, a.class, a.grid_cell from devices d join assets a on a.asset_id = d.asset_id",
  );
  return new Map(
    rows.map(({ device_id, asset_id, class: slug, grid_cell }) => [
      device_id,
      {
        assetId: asset_id as Asset["assetId"],
        class: slug ?? undefined,
        gridCell: grid_cell ?? undefined,
      },
    ]),
  );
}
