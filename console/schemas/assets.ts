/** Assets: what stands where, how it is changed in part and brought in from a file. */
import { z } from "zod";
import { AssetId, UnitId } from "../../model/ids.ts";
import { Asset, AttributeValue } from "../../model/registry.ts";
import { PageQuery, pageOf, QueryBoolean } from "./common.ts";

export const AssetBody = Asset.meta({ id: "Asset" });
export const AssetPage = pageOf(AssetBody);

export const AssetQuery = PageQuery.extend({
  class: z.string().max(40).optional(),
  parentAssetId: AssetId.optional(),
  responsibleGrid: z.string().max(64).optional(),
  unitId: UnitId.optional().describe("maintained, owned or supervised by this unit"),
  hasDevices: QueryBoolean.optional(),
  q: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .optional()
    .describe("any part of the id, component code, name or responsibility grid"),
  street: UnitId.optional().describe(
    "unit of a street: its responsibility grid, or the grid cells that begin with it",
  ),
  state: z
    .enum(["alarm", "case"])
    .optional()
    .describe("with an alarm that stands or waits to be reset, with an open case"),
});

export const AssetParams = z.strictObject({ assetId: AssetId });

const { shape } = Asset;

/** JSON merge patch (RFC 7396): a field that is null is taken away, attributes one by one. */
export const AssetPatchBody = z
  .strictObject({
    class: shape.class.nullable(),
    componentCode: shape.componentCode.optional(),
    name: shape.name.optional(),
    lon: shape.lon.optional(),
    lat: shape.lat.optional(),
    gridCell: shape.gridCell.nullable(),
    responsibleGrid: shape.responsibleGrid.nullable(),
    maintenanceUnitId: shape.maintenanceUnitId.nullable(),
    ownerUnitId: shape.ownerUnitId.nullable(),
    competentUnitId: shape.competentUnitId.nullable(),
    parentAssetId: shape.parentAssetId.nullable(),
    attributes: z.record(z.string().max(64), AttributeValue.nullable()).nullable().optional(),
  })
  .meta({ id: "AssetPatch" });
export type AssetPatchBody = z.infer<typeof AssetPatchBody>;

export const Rejected = z
  .object({
    row: z.int().describe("counted from 1, a header row not counted"),
    line: z.int().optional().describe("line of the file in which the row ends"),
    code: z.string(),
    message: z.string(),
  })
  .meta({ id: "Rejected" });

export const ImportBody = z
  .string()
  .min(1, "a file: text/csv, or GeoJSON as application/geo+json or application/json");

export const ImportAnswer = z.object({
  created: z.int(),
  updated: z.int(),
  rejected: z.array(Rejected),
  ignored: z.array(z.string()).describe("columns or properties that no field is named after"),
});
