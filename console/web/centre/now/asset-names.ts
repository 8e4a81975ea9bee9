/** Names of assets, asked for when a row that shows one is seen, a few at a time, and kept. */
import { signal } from "@preact/signals";
import { get, part } from "../../shared/api.ts";
import type { AssetItem } from "../../shared/platform-types.ts";

const AT_ONCE_MAX = 4;
const KEPT_MAX = 5_000;
const WAITING_MAX = 60;

const names = new Map<string, string>();
let waiting: string[] = [];
let asking = 0;
const changes = signal(0);

/** The id until the name is known; whatever reads it is shown anew then. */
export function assetName(assetId: string): string {
  changes.value;
  const known = names.get(assetId);
  if (known !== undefined) return known;
  if (!waiting.includes(assetId)) {
    // What was seen last is wanted most.
    waiting = [assetId, ...waiting].slice(0, WAITING_MAX);
    void askNext();
  }
  return assetId;
}

async function askNext(): Promise<void> {
  if (asking >= AT_ONCE_MAX) return;
  const assetId = waiting.shift();
  if (assetId === undefined) return;
  asking += 1;
  try {
    names.set(assetId, assetId);
    names.set(assetId, (await get<AssetItem>(`/api/v1/assets/${part(assetId)}`)).name);
    if (names.size > KEPT_MAX) names.delete(names.keys().next().value ?? "");
    changes.value += 1;
  } catch {
    // The id goes on standing for it.
  } finally {
    asking -= 1;
    void askNext();
  }
}
