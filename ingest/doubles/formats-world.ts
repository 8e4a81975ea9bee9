/** Devices of gateway formats, with the classes as they are declared, for tests of their decoders. */
import { ASSET_CLASSES } from "../../model/asset-classes/all.ts";
import { normalExternalId } from "../../model/device-formats.ts";
import type { AssetId, DeviceId, GatewayId } from "../../model/ids.ts";
import { timeZone } from "../../model/local-time.ts";
import type { DeviceEntry, ForeignFormat, RegistryView } from "../../model/registry.ts";
import type { Uplink } from "../../model/uplink.ts";
import type { Decoded, GatewayContext } from "../gateways/gateway.ts";
import { createMappingCache, createPayloadReader } from "../mapping/payload-reader.ts";
import { NO_DECODERS, NOON } from "./world.ts";

const zone = timeZone("Asia/Shanghai");

/** `devices`: external id → slug of its asset's class. All are under the gateway `gw-1`. */
export function formatContext(
  format: ForeignFormat,
  devices: Readonly<Record<string, string>>,
): GatewayContext {
  const entries = new Map(
    Object.entries(devices).map(([externalId, slug]) => [
      normalExternalId(format, externalId),
      entryOf(format, externalId, slug),
    ]),
  );
  const registry: Pick<RegistryView, "deviceByExternalId"> = {
    deviceByExternalId: (asked, id) =>
      asked === format ? entries.get(normalExternalId(format, id)) : undefined,
  };
  return {
    registry: registry as RegistryView,
    zone,
    readPayload: createPayloadReader(
      NO_DECODERS,
      createMappingCache({ classes: ASSET_CLASSES, zone }),
    ),
    readFrame: () => undefined,
    isTrusted: (sender) => sender === "a-service",
  };
}

function entryOf(format: ForeignFormat, externalId: string, slug: string): DeviceEntry {
  const assetId = `asset-of-${externalId}` as AssetId;
  const deviceId = `device-${externalId}` as DeviceId;
  return {
    device: { deviceId, assetId, format, externalId, gatewayId: "gw-1" as GatewayId },
    asset: {
      ...{ assetId, class: slug, name: externalId, lon: 115, lat: 32 },
      componentCode: "4115240101000001" as DeviceEntry["asset"]["componentCode"],
    },
  };
}

/** As a trusted service carries it. */
export function uplinkOn(topic: string, payload: unknown, more: Partial<Uplink> = {}): Uplink {
  const bytes =
    payload instanceof Uint8Array
      ? payload
      : Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload));
  return { source: "mqtt", sender: "a-service", topic, payload: bytes, receivedAt: NOON, ...more };
}

export function valuesOf({ values }: Decoded): Record<string, number> {
  return Object.fromEntries(values.map(({ measurement, value }) => [measurement, value]));
}
