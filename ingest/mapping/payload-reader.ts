/**
 * What a gateway format asks for a device's payload: the tree that the vendor's side made of it, by
 * the device's decoder, as values. A mapping is compiled once for each class and kept.
 */
import type { AssetClass } from "../../model/asset-class.ts";
import { type DecodersView, MAPPING_BY_NAME } from "../../model/decoder.ts";
import type { TimeZone } from "../../model/local-time.ts";
import type { DeviceEntry } from "../../model/registry.ts";
import type { ApplyMapping, Mapped } from "./apply-mapping.ts";
import { compileDecoder, type Mappings } from "./compile-decoder.ts";

/**
 * `ours`: the tree is the platform's own making, and its names are measurements already. Mappings: by
 * these where the device has no decoder of its own.
 */
export type ReadPayload = (
  entry: DeviceEntry,
  tree: unknown,
  whose?: "vendor" | "ours" | Mappings,
) => Mapped;

const BY_NAME: Mappings = { mapping: MAPPING_BY_NAME };

export type MappingOf = (mappings: Mappings, classSlug: string | undefined) => ApplyMapping;

/** A device that names no decoder, or one that is not there, is read by name. */
export function createPayloadReader(
  decoders: Pick<DecodersView, "get">,
  mappingOf: MappingOf,
): ReadPayload {
  return (entry, tree, whose = "vendor") => {
    const slug = entry.asset.class;
    const name = entry.device.decoder;
    const otherwise = typeof whose === "string" ? BY_NAME : whose;
    if (name === undefined || whose === "ours") return mappingOf(otherwise, slug)(tree);
    return mappingOf(decoders.get(name) ?? otherwise, slug)(tree);
  };
}

/** By the decoder as it is kept: a changed one is another. */
export function createMappingCache({
  classes,
  zone,
}: {
  classes: readonly AssetClass[];
  zone: TimeZone;
}): MappingOf {
  const bySlug = new Map(classes.map((each) => [each.slug, each]));
  const compiled = new WeakMap<Mappings, Map<string | undefined, ApplyMapping>>();
  return (mappings, slug) => {
    const ofClasses = compiled.get(mappings) ?? new Map<string | undefined, ApplyMapping>();
    compiled.set(mappings, ofClasses);
    const known = ofClasses.get(slug);
    if (known !== undefined) return known;
    const assetClass = slug === undefined ? undefined : bySlug.get(slug);
    const apply = compileDecoder(mappings, { assetClass, zone });
    ofClasses.set(slug, apply);
    return apply;
  };
}
