/** Whom a command to many means: the devices of a street, of a cabinet, of assets, of a class. */
import { unitsOfGrid } from "../cases/cases.ts";
import { classBySlug } from "../model/asset-classes/all.ts";
import type { CommandTarget } from "../model/command.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { DeviceEntry } from "../model/registry.ts";
import type { Registry } from "../registry/registry.ts";

/** Of assets that are named one by one all devices; else those whose class knows the command. */
export function aimedAt(registry: Registry, target: CommandTarget, name: string): DeviceEntry[] {
  const knows = ({ asset }: DeviceEntry): boolean =>
    classBySlug(asset.class ?? "")?.commands?.some((command) => command.name === name) === true;
  const found = devicesAt(registry, target);
  const aimed = "assetIds" in target ? found : found.filter(knows);
  const max = LIMITS.commandBatchMax;
  if (aimed.length <= max) return aimed;
  throw new GridwardenError(
    "COMMAND_REFUSED",
    `the target has ${aimed.length} devices, one command goes to ${max} at most; name smaller targets`,
  );
}

function devicesAt(registry: Registry, target: CommandTarget): DeviceEntry[] {
  const at = (assetId: string): readonly DeviceEntry[] => registry.devicesOf(assetId);
  if ("assetIds" in target) {
    return [...new Set(target.assetIds)].flatMap((assetId) => at(assetOf(registry, assetId)));
  }
  if ("cabinet" in target) {
    const cabinet = assetOf(registry, target.cabinet);
    return [...registry.partsOf(cabinet)].flatMap(at);
  }
  if ("class" in target) {
    return [...registry.devices()].filter(({ asset }) => asset.class === target.class);
  }
  if (registry.unit(target.street)?.kind !== "street") {
    throw new GridwardenError("UNIT_NOT_FOUND", `no street has the unit id '${target.street}'`);
  }
  return [...registry.devices()].filter(
    ({ asset }) => unitsOfGrid(asset, registry).street === target.street,
  );
}

function assetOf(registry: Registry, assetId: string): string {
  if (registry.asset(assetId) !== undefined) return assetId;
  throw new GridwardenError("ASSET_NOT_FOUND", `no asset has the id '${assetId}'`);
}

export function nobodyTakes(
  name: string,
  target: CommandTarget,
  refusals: readonly (string | undefined)[],
): GridwardenError {
  const [first] = refusals;
  const why = first ?? `no device of ${JSON.stringify(target)} takes '${name}'`;
  return new GridwardenError("COMMAND_REFUSED", why);
}
