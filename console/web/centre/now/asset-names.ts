/** Names of assets, asked for when a row that shows one is seen. */
import { get, part } from "../../shared/api.ts";
import { askedNames } from "../../shared/asked-names.ts";
import type { AssetItem } from "../../shared/platform-types.ts";

const names = askedNames(
  async (assetId) =>
    (await get<AssetItem>(`/api/v1/assets/${part(assetId)}`, { signInIsMine: true })).name,
);

/** The id until the name is known. */
export const assetName = (assetId: string): string => names.of(assetId) ?? assetId;
