/**
 * Whether an asset fits what is registered: its class is declared, its units and its parent are
 * there, and the chain of parents ends. Pure; answers the first fault.
 */
import type { Asset, Unit } from "../model/registry.ts";
import type { Fault } from "./field-faults.ts";

export interface AssetSurroundings {
  /** Slugs of the declared classes; undefined: any. */
  classes: ReadonlySet<string> | undefined;
  unit(unitId: string): Unit | undefined;
  asset(assetId: string): Asset | undefined;
}

export const UNIT_FIELDS = ["maintenanceUnitId", "ownerUnitId", "competentUnitId"] as const;
/** A plant holds points, a cabinet lamps; a longer chain is a mistake. */
const PARENTS_MAX = 16;

export function assetFault(asset: Asset, around: AssetSurroundings): Fault | undefined {
  if (asset.class !== undefined && around.classes?.has(asset.class) === false) {
    return {
      code: "REQUEST_INVALID",
      message: `field 'class': got '${asset.class}', wanted one of ${[...around.classes].join(", ")}, or none for a plain component`,
    };
  }
  for (const field of UNIT_FIELDS) {
    const unitId = asset[field];
    if (unitId !== undefined && around.unit(unitId) === undefined) {
      return {
        code: "UNIT_NOT_FOUND",
        message: `field '${field}': no unit has the id '${unitId}'; register the unit first`,
      };
    }
  }
  return parentFault(asset, around);
}

function parentFault(asset: Asset, around: AssetSurroundings): Fault | undefined {
  let parentId = asset.parentAssetId;
  for (let steps = 0; parentId !== undefined; steps++) {
    if (parentId === asset.assetId) {
      return {
        code: "REQUEST_INVALID",
        message: `field 'parentAssetId': '${asset.parentAssetId}' is a part of asset '${asset.assetId}' itself; a chain of parents must end`,
      };
    }
    if (steps === PARENTS_MAX) {
      return {
        code: "REQUEST_INVALID",
        message: `field 'parentAssetId': asset '${asset.assetId}' would have more than ${PARENTS_MAX} parents above it`,
      };
    }
    const parent = around.asset(parentId);
    if (parent === undefined) {
      return {
        code: "ASSET_NOT_FOUND",
        message: `field 'parentAssetId': no asset has the id '${parentId}'; register the parent first`,
      };
    }
    parentId = parent.parentAssetId;
  }
  return undefined;
}
