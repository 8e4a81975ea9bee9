/**
 * What a device must be to be registered or changed: what it names is there, and who it is in its
 * format is wanted by nobody else. Checked against memory, and against what the same transaction has
 * written already.
 */
import { externalIdFault } from "../model/device-formats.ts";
import { lifeOf } from "../model/device-life.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Device } from "../model/registry.ts";
import { type Credential, checkNameFree } from "./credentials.ts";
import { externalKeyOf, type Holdings } from "./holdings.ts";

/** Names and external ids that the running transaction has written, by what they are written for. */
export type Staged = Map<string, string>;

export function stage(staged: Staged, device: Device): void {
  staged.set(`device ${device.deviceId}`, device.deviceId);
  const key = externalKeyOf(device);
  if (key !== undefined) staged.set(key, device.deviceId);
}

/**
 * `leaving`: the device that gives its external id up for it, where one does.
 * @throws DEVICE_EXISTS, ID_IN_USE, and as `checkDevice` does
 */
export function checkNewDevice(
  holdings: Holdings,
  device: Device,
  staged: ReadonlyMap<string, string> = new Map(),
  leaving?: string,
): void {
  const { deviceId } = device;
  const name: Credential | undefined = staged.has(`device ${deviceId}`)
    ? { kind: "device", digest: Buffer.alloc(0) }
    : holdings.credentials.get(deviceId);
  checkNameFree(name, deviceId, "device");
  if (lifeOf(device) === "retired") {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'life': device '${deviceId}' would be 'retired' from its beginning, wanted any other state`,
    );
  }
  checkDevice(holdings, device, staged, leaving);
}

/** @throws ASSET_NOT_FOUND, GATEWAY_NOT_FOUND, DECODER_NOT_FOUND, REQUEST_INVALID, DEVICE_EXISTS */
export function checkDevice(
  holdings: Holdings,
  device: Device,
  staged: ReadonlyMap<string, string> = new Map(),
  leaving?: string,
): void {
  const { deviceId, assetId, gatewayId, decoder } = device;
  if (!holdings.assets.has(assetId)) {
    throw new GridwardenError(
      "ASSET_NOT_FOUND",
      `device '${deviceId}': no asset has the id '${assetId}'; register the asset first`,
    );
  }
  if (gatewayId !== undefined && !holdings.gateways.has(gatewayId)) {
    throw new GridwardenError(
      "GATEWAY_NOT_FOUND",
      `device '${deviceId}': no gateway has the id '${gatewayId}'; register the gateway first`,
    );
  }
  if (decoder !== undefined && !holdings.decoders.has(decoder)) {
    throw new GridwardenError(
      "DECODER_NOT_FOUND",
      `device '${deviceId}': no decoder has the id '${decoder}'; put it at /api/v1/decoders/{decoderId} first`,
    );
  }
  checkExternalId(holdings, device, staged, leaving);
}

/** A retired device may have given its external id away. */
function checkExternalId(
  holdings: Holdings,
  device: Device,
  staged: ReadonlyMap<string, string>,
  leaving: string | undefined,
): void {
  const { deviceId, format, externalId } = device;
  if (format === undefined || format === "native") return;
  if (externalId === undefined && lifeOf(device) === "retired") return;
  const wanted = externalIdFault(format, externalId);
  if (wanted !== undefined) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'externalId': device '${deviceId}' of format '${format}' has ${externalId === undefined ? "none" : `'${externalId}'`}, wanted ${wanted}`,
    );
  }
  const key = externalKeyOf(device) ?? "";
  const other = staged.get(key) ?? holdings.devicesByExternalId.get(key)?.device.deviceId;
  if (other === undefined || other === deviceId || other === leaving) return;
  throw new GridwardenError(
    "DEVICE_EXISTS",
    `field 'externalId': '${externalId ?? deviceId}' of format '${format}' belongs to device '${other}' already`,
  );
}
