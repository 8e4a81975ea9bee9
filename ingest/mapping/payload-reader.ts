/**
 * What a gateway format asks for a device's payload: the tree that the vendor's side made of it, by
 * the mapping of that device, as values. A mapping is compiled once for each class and kept.
 */
import type { AssetClass } from "../../model/asset-class.ts";
import type { TimeZone } from "../../model/local-time.ts";
import { Mapping } from "../../model/mapping.ts";
import type { DeviceEntry } from "../../model/registry.ts";
import { type ApplyMapping, compileMapping, type Mapped } from "./apply-mapping.ts";

export type ReadPayload = (entry: DeviceEntry, tree: unknown) => Mapped;

/** Names are taken as they are: those of the class are its measurements, others are kept beside. */
const BY_NAME = Mapping.parse({ fields: [], rest: "" });

export function createPayloadReader(deps: {
  classes: readonly AssetClass[];
  zone: TimeZone;
}): ReadPayload {
  const classes = new Map(deps.classes.map((each) => [each.slug, each]));
  const byClass = new Map<string, ApplyMapping>();
  return (entry, tree) => {
    const slug = entry.asset.class ?? "";
    let apply = byClass.get(slug);
    if (apply === undefined) {
      apply = compileMapping(BY_NAME, { assetClass: classes.get(slug), zone: deps.zone });
      byClass.set(slug, apply);
    }
    return apply(tree);
  };
}
