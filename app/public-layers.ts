/**
 * Components that the city shows to everybody: those whose attributes say `public: true` and a `layer`.
 * Of each its name, its place and four attributes go out and nothing else. Kept as assets change, so a
 * call looks through the layer alone.
 */
import type { ConsoleDeps } from "../console/console.ts";
import { LIMITS } from "../model/limits.ts";
import type { Asset } from "../model/registry.ts";
import type { Registry } from "../registry/registry.ts";
import { assetPages } from "./map-data.ts";

type Layers = ConsoleDeps["publicLayers"];
type Feature = NonNullable<ReturnType<Layers["get"]>>["features"][number];

/** What else of a marked component is for everybody. */
const SHOWN = ["hours", "equipment", "until", "note"] as const;
const LAYER = /^[a-z][a-z0-9-]{0,31}$/;

export function createPublicLayers(
  registry: Pick<Registry, "assets" | "asset" | "onChange">,
): Layers {
  let kept: Map<string, Map<string, Feature>> | undefined;
  let version = 0;
  registry.onChange(({ kind, id }) => {
    if (kind !== "asset" || kept === undefined) return;
    const asset = registry.asset(id);
    const wasShown = drop(kept, id);
    const isShown = asset !== undefined && put(kept, asset);
    if (wasShown || isShown) version += 1;
  });

  function layers(): Map<string, Map<string, Feature>> {
    if (kept !== undefined) return kept;
    const made = new Map<string, Map<string, Feature>>();
    for (const page of assetPages(registry)) for (const asset of page) put(made, asset);
    kept = made;
    return made;
  }

  return {
    list: () =>
      [...layers()]
        .map(([layer, { size }]) => ({
          layer,
          count: Math.min(size, LIMITS.publicLayerFeaturesMax),
        }))
        .sort((a, b) => a.layer.localeCompare(b.layer))
        .slice(0, LIMITS.publicLayersMax),
    get(layer) {
      const found = layers().get(layer);
      if (found === undefined) return undefined;
      const features = [...found.values()].slice(0, LIMITS.publicLayerFeaturesMax);
      return { features, version };
    },
  };
}

function drop(layers: Map<string, Map<string, Feature>>, assetId: string): boolean {
  for (const [layer, features] of layers) {
    if (!features.delete(assetId)) continue;
    if (features.size === 0) layers.delete(layer);
    return true;
  }
  return false;
}

/** Answers whether it is for everybody. */
function put(layers: Map<string, Map<string, Feature>>, asset: Asset): boolean {
  const { public: isPublic, layer } = asset.attributes ?? {};
  if (isPublic !== true || typeof layer !== "string" || !LAYER.test(layer)) return false;
  const features = layers.get(layer) ?? new Map<string, Feature>();
  features.set(asset.assetId, featureOf(asset));
  layers.set(layer, features);
  return true;
}

function featureOf({ name, lon, lat, attributes = {} }: Asset): Feature {
  const shown = SHOWN.flatMap((word) => {
    const value = attributes[word];
    return typeof value === "string" && value.trim() !== "" ? [[word, value.trim()]] : [];
  });
  return { name, lon, lat, ...Object.fromEntries(shown) };
}
