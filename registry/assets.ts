/** Assets (部件): list, make, change in part, remove. What devices and children hold on to stays. */
import { GridwardenError } from "../model/errors.ts";
import { Asset } from "../model/registry.ts";
import { type AssetSurroundings, assetFault, UNIT_FIELDS } from "./asset-checks.ts";
import { schemaFault, throwFault } from "./field-faults.ts";
import { type Holdings, putAsset, removeAsset, replaceAsset } from "./holdings.ts";
import type { Page, PageRequest } from "./shelf.ts";
import { assetTable } from "./tables.ts";
import type { Write, Writing } from "./writer.ts";

interface AssetFilter {
  class?: string | undefined;
  parentAssetId?: string | undefined;
  responsibleGrid?: string | undefined;
  /** Handled by this unit: as maintainer, owner or competent department. */
  unitId?: string | undefined;
  hasDevices?: boolean | undefined;
  /** Any part of its id, component code, name or responsibility grid, in either case. */
  q?: string | undefined;
  /** Unit of a street: the responsibility grid of that name, or the grid cells that begin with it. */
  street?: string | undefined;
  /** These alone. */
  among?: ReadonlySet<string> | undefined;
}

/** Fields that are given are set, null takes a field away; attributes are merged in the same way. */
export type AssetPatch = {
  [Field in Exclude<keyof Asset, "assetId" | "attributes">]?: Asset[Field] | null | undefined;
} & {
  attributes?: Record<string, string | number | boolean | null> | null | undefined;
};

export interface Assets {
  list(request: PageRequest & AssetFilter): Page<Asset>;
  get(assetId: string): Asset | undefined;
  create(asset: Asset): Promise<Asset>;
  patch(assetId: string, patch: AssetPatch): Promise<Asset>;
  remove(assetId: string): Promise<void>;
}

export function createAssets(
  holdings: Holdings,
  write: Write,
  classes: ReadonlySet<string> | undefined,
): Assets {
  const around: AssetSurroundings = {
    classes,
    unit: holdings.units.get,
    asset: holdings.assets.get,
  };
  return {
    list: (request) => {
      const q = request.q === undefined ? undefined : anyPart(request.q);
      return holdings.assets.page(request, (asset) => isWanted(holdings, asset, request, q));
    },
    get: holdings.assets.get,

    create: (given) =>
      write(async (writing) => {
        if (holdings.assets.has(given.assetId)) {
          throw new GridwardenError(
            "ASSET_EXISTS",
            `asset '${given.assetId}' is already registered; change it with PATCH`,
          );
        }
        throwFault(assetFault(given, around));
        return insertAsset(holdings, writing, given);
      }),

    patch: (assetId, patch) =>
      write(async (writing) => {
        const former = holdings.assets.get(assetId);
        if (former === undefined) throw assetNotFound(assetId);
        const parsed = Asset.safeParse(patchAsset(former, patch));
        if (!parsed.success) {
          const fault = schemaFault(parsed.error, patch);
          throw new GridwardenError(fault.code, fault.message);
        }
        throwFault(assetFault(parsed.data, around));
        return updateAsset(holdings, writing, former, parsed.data);
      }),

    remove: (assetId) =>
      write(async ({ tx, onCommit, note }) => {
        const asset = holdings.assets.get(assetId);
        if (asset === undefined) throw assetNotFound(assetId);
        checkNothingHolds(holdings, assetId);
        await assetTable.remove(tx, assetId);
        onCommit(() => removeAsset(holdings, asset));
        note({ kind: "asset", id: assetId });
      }),
  };
}

function assetNotFound(assetId: string): GridwardenError {
  return new GridwardenError("ASSET_NOT_FOUND", `no asset has the id '${assetId}'`);
}

export async function insertAsset(
  holdings: Holdings,
  { tx, onCommit, note }: Writing,
  given: Asset,
): Promise<Asset> {
  const asset = shareTexts(holdings, given);
  const seq = holdings.assets.takeSeq();
  await assetTable.insert(tx, seq, asset);
  onCommit(() => putAsset(holdings, seq, asset));
  note({ kind: "asset", id: asset.assetId });
  return asset;
}

/** Another class changes what its devices may publish: they are named as changed, too. */
export async function updateAsset(
  holdings: Holdings,
  { tx, onCommit, note }: Writing,
  former: Asset,
  given: Asset,
): Promise<Asset> {
  const asset = shareTexts(holdings, given);
  await assetTable.update(tx, asset);
  onCommit(() => replaceAsset(holdings, asset));
  note({ kind: "asset", id: asset.assetId });
  if (asset.class !== former.class) {
    for (const { device } of holdings.devicesOfAsset.get(asset.assetId) ?? []) {
      note({ kind: "device", id: device.deviceId });
    }
  }
  return asset;
}

export function patchAsset(asset: Asset, patch: AssetPatch): Record<string, unknown> {
  const { attributes, ...fields } = patch;
  const merged: Record<string, unknown> = mergeFields({ ...asset }, fields);
  if (attributes === null) delete merged.attributes;
  else if (attributes !== undefined) {
    merged.attributes = mergeFields({ ...asset.attributes }, attributes);
  }
  return merged;
}

/** Null takes a field away. */
export function mergeFields(
  fields: Record<string, unknown>,
  changes: Record<string, unknown>,
): Record<string, unknown> {
  for (const [field, value] of Object.entries(changes)) {
    if (value === null) delete fields[field];
    else if (value !== undefined) fields[field] = value;
  }
  return fields;
}

function isWanted(
  holdings: Holdings,
  asset: Asset,
  filter: AssetFilter,
  q: RegExp | undefined,
): boolean {
  const { unitId, hasDevices, among } = filter;
  return (
    (among === undefined || among.has(asset.assetId)) &&
    (filter.class === undefined || asset.class === filter.class) &&
    (filter.parentAssetId === undefined || asset.parentAssetId === filter.parentAssetId) &&
    (filter.responsibleGrid === undefined || asset.responsibleGrid === filter.responsibleGrid) &&
    (unitId === undefined || UNIT_FIELDS.some((field) => asset[field] === unitId)) &&
    (hasDevices === undefined || holdings.devicesOfAsset.has(asset.assetId) === hasDevices) &&
    (filter.street === undefined || isInStreet(asset, filter.street)) &&
    (q === undefined || isFoundBy(asset, q))
  );
}

const isInStreet = ({ responsibleGrid, gridCell = "" }: Asset, street: string): boolean =>
  responsibleGrid === street || gridCell.startsWith(street);

/** Made once for a search over all assets: a copy of each text in small letters would cost more. */
const anyPart = (q: string): RegExp => new RegExp(q.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "i");

const isFoundBy = ({ componentCode, assetId, name, responsibleGrid }: Asset, q: RegExp): boolean =>
  q.test(componentCode) ||
  q.test(assetId) ||
  q.test(name) ||
  (responsibleGrid !== undefined && q.test(responsibleGrid));

function checkNothingHolds(holdings: Holdings, assetId: string): void {
  const devices = holdings.devicesOfAsset.get(assetId) ?? [];
  const first = devices[0]?.device.deviceId;
  if (first !== undefined) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `asset '${assetId}' still has ${devices.length} device(s), among them '${first}'; delete them first (DELETE /api/v1/devices/${first})`,
      { details: { devices: devices.slice(0, 20).map(({ device }) => device.deviceId) } },
    );
  }
  const [child] = holdings.partsOfAsset.get(assetId) ?? [];
  if (child === undefined) return;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `asset '${assetId}' is the parent of asset '${child}'; give that one another parent or delete it first`,
  );
}

const SHARED_FIELDS = [
  "class",
  "name",
  "gridCell",
  "responsibleGrid",
  ...UNIT_FIELDS,
  "parentAssetId",
] as const;

/** The same asset with the texts that many assets carry kept once. */
function shareTexts(holdings: Holdings, asset: Asset): Asset {
  const copy: Record<string, unknown> = { ...asset };
  for (const field of SHARED_FIELDS) {
    const value = asset[field];
    if (value !== undefined) copy[field] = holdings.intern(value);
  }
  return copy as Asset;
}
