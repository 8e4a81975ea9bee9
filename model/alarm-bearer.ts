/**
 * Who bears an alarm: a device, or an asset or a gateway by itself. A bearer's id is the device's own,
 * else a node's, which no device, asset or gateway is called.
 */
import type { AlarmRecord } from "./alarm.ts";
import type { AssetId, DeviceId, GatewayId } from "./ids.ts";

/** No device, asset or gateway has such an id: `@` and `/` are in none. */
const ASSET_NODE = "@asset/";
const GATEWAY_NODE = "@gateway/";

export const assetNodeId = (assetId: string): string => `${ASSET_NODE}${assetId}`;
export const gatewayNodeId = (gatewayId: string): string => `${GATEWAY_NODE}${gatewayId}`;

/** Is it an asset's or a gateway's own, and no device's? */
export function isNode(bearerId: string): boolean {
  return bearerId.startsWith(ASSET_NODE) || bearerId.startsWith(GATEWAY_NODE);
}

export function assetOfNode(nodeId: string): AssetId | undefined {
  if (!nodeId.startsWith(ASSET_NODE)) return undefined;
  return nodeId.slice(ASSET_NODE.length) as AssetId;
}

export function gatewayOfNode(nodeId: string): GatewayId | undefined {
  if (!nodeId.startsWith(GATEWAY_NODE)) return undefined;
  return nodeId.slice(GATEWAY_NODE.length) as GatewayId;
}

type AlarmPlace = Pick<AlarmRecord, "deviceId" | "assetId" | "gatewayId">;

/** Of a record: its device, else its asset's node or its gateway's. */
export function bearerIdOf({ deviceId, assetId, gatewayId }: AlarmPlace): string {
  if (deviceId !== undefined) return deviceId;
  return gatewayId === undefined ? assetNodeId(assetId ?? "") : gatewayNodeId(gatewayId);
}

/** The other way round; a gateway is at no asset. */
export function bearerOf(bearerId: string, assetId: string | undefined): AlarmPlace {
  const gatewayId = gatewayOfNode(bearerId);
  if (gatewayId !== undefined) return { gatewayId };
  return {
    ...(assetId === undefined ? {} : { assetId: assetId as AssetId }),
    ...(isNode(bearerId) ? {} : { deviceId: bearerId as DeviceId }),
  };
}

/** For people: `device 'lid-1'`. */
export function bearerName({ deviceId, assetId, gatewayId }: AlarmPlace): string {
  if (deviceId !== undefined) return `device '${deviceId}'`;
  return gatewayId === undefined ? `asset '${assetId}'` : `gateway '${gatewayId}'`;
}
