/** A device as it is typed, every field a text under the name that the API gives it. Pure. */
import type { DeviceItem } from "../../shared/platform-types.ts";
import { isId, type Typed } from "./asset-typed.ts";

export type Format = NonNullable<DeviceItem["format"]>;
export type DeviceLack = "badExternalId" | "badId" | "badWord" | "isNeeded";

/** Who a device is in its format, and whether it must say so. */
interface FormatFacts {
  id: RegExp;
  isOptional?: true;
  /** It signs its messages with a password of the protocol's. */
  hasPassword?: true;
}

const NAME = /^[A-Za-z0-9._:-]{1,64}$/;
const EUI = /^[0-9a-fA-F]{16}$/;

/** As the platform has them (model/device-formats.ts); a test holds both together. */
export const FORMATS: Readonly<Record<Format, FormatFacts>> = {
  native: { id: /^$/, isOptional: true },
  hj212: { id: NAME, hasPassword: true },
  chirpstack: { id: EUI },
  "things-stack": { id: EUI },
  senml: { id: NAME, isOptional: true },
  sparkplug: { id: /^(?=.{3,128}$)[^+#/\p{C}]+\/[^+#/\p{C}]+(?:\/[^+#/\p{C}]+)?$/u },
  ctwing: { id: NAME },
  onenet: { id: NAME },
  json: { id: NAME, isOptional: true },
  "lamp-platform": { id: NAME },
};

/** What a vendor prints on it. */
export const VENDOR_WORDS = ["vendor", "model", "firmware", "serialNumber"] as const;
const CHOSEN = ["format", "gatewayId", "decoder", "transport"] as const;

export const formatOf = ({ format }: Typed): Format => (format || "native") as Format;

const textIn = (typed: Typed, field: string): string => typed[field]?.trim() ?? "";

/** By field. */
export function deviceLacks(typed: Typed): Map<string, DeviceLack> {
  const lacks = new Map<string, DeviceLack>();
  const id = textIn(typed, "deviceId");
  if (id === "") lacks.set("deviceId", "isNeeded");
  else if (!isId(id)) lacks.set("deviceId", "badId");
  const external = externalLack(typed);
  if (external !== undefined) lacks.set("externalId", external);
  for (const field of VENDOR_WORDS) {
    const text = textIn(typed, field);
    if (text !== "" && !/^[^\p{C}]{1,64}$/u.test(text)) lacks.set(field, "badWord");
  }
  return lacks;
}

function externalLack(typed: Typed): DeviceLack | undefined {
  if (formatOf(typed) === "native") return undefined;
  const { id, isOptional } = FORMATS[formatOf(typed)];
  const text = textIn(typed, "externalId");
  if (text === "") return isOptional ? undefined : "isNeeded";
  return id.test(text) ? undefined : "badExternalId";
}

/** As it is sent; what its format has no use for is left out. */
export function deviceOf(typed: Typed, assetId: string): Record<string, string> {
  const format = formatOf(typed);
  const fields = [
    ...CHOSEN,
    ...VENDOR_WORDS,
    ...(format === "native" ? [] : ["externalId"]),
    ...(FORMATS[format].hasPassword ? ["protocolPassword"] : []),
  ];
  const said = fields
    .map((field) => [field, textIn(typed, field)] as const)
    .filter(([, text]) => text !== "");
  return { deviceId: textIn(typed, "deviceId"), assetId, ...Object.fromEntries(said) };
}
