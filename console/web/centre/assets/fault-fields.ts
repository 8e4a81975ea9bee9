/** Which fields of a form a refusal of the platform is about. Pure. */
import { Refused } from "../../shared/api.ts";

const OF_CODE: Readonly<Record<string, string>> = {
  ASSET_EXISTS: "assetId",
  DEVICE_EXISTS: "deviceId",
  ID_IN_USE: "deviceId",
  DECODER_NOT_FOUND: "decoder",
  GATEWAY_NOT_FOUND: "gatewayId",
};

/** Those that its text names, else the one that its code is about. */
export function faultFields(fault: unknown): string[] {
  if (!(fault instanceof Refused)) return [];
  const named = [...fault.message.matchAll(/field '([^']+)'/g)].flatMap(([, name = ""]) => name);
  if (named.length > 0) return named;
  const own = OF_CODE[fault.code];
  return own === undefined ? [] : [own];
}
