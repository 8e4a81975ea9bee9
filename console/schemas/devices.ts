/** Devices, gateways and services: all that signs in over MQTT, and the keys they get. */
import { z } from "zod";
import { DeviceLife } from "../../model/device-life.ts";
import { AssetId, CrewId, DeviceId, GatewayId, ServiceId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { Device, DeviceFormat, Gateway, Service } from "../../model/registry.ts";
import { ImportAnswer, Rejected } from "./assets.ts";
import { IsoTime, Key, PageQuery, pageOf, TimeParameter } from "./common.ts";

export const DeviceBody = Device.meta({ id: "NewDevice" });
/** The password of its protocol is taken and never shown. */
export const DeviceAnswer = z
  .object({
    ...Device.omit({ protocolPassword: true }).shape,
    life: DeviceLife,
    installedAt: IsoTime.optional(),
    calibratedAt: IsoTime.optional(),
    calibrationDueAt: IsoTime.optional(),
    class: z.string().optional(),
    status: z
      .object({ state: z.enum(["online", "offline"]), at: IsoTime })
      .optional()
      .describe("what it last published on its status topic, and when"),
    lastHeardAt: IsoTime.optional(),
  })
  .meta({ id: "Device" });
export const DevicePage = pageOf(DeviceAnswer);
export const DeviceDetailAnswer = DeviceAnswer.extend({
  commandAnswers: z
    .array(
      z.object({
        id: z.string(),
        ok: z.boolean(),
        message: z.string().optional(),
        at: IsoTime,
      }),
    )
    .optional()
    .describe(`newest first, ${LIMITS.commandAnswersPerDeviceMax} at most`),
}).meta({ id: "DeviceDetail" });
const Word = z.string().min(1).max(64).optional();
export const DeviceQuery = PageQuery.extend({
  assetId: AssetId.optional(),
  gatewayId: GatewayId.optional(),
  class: z.string().max(40).optional(),
  format: DeviceFormat.optional(),
  externalId: z.string().min(1).max(128).optional().describe("in either case"),
  life: DeviceLife.optional(),
  vendor: Word,
  model: Word,
  firmware: Word,
  serialNumber: Word,
  calibrationDueBefore: TimeParameter.optional().describe("due before then, or overdue"),
  q: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .optional()
    .describe("any part of the id, external id or serial number"),
});

const { shape } = Device;

/** JSON merge patch (RFC 7396): a field that is null is taken away. */
export const DevicePatchBody = z
  .strictObject({
    assetId: shape.assetId.optional(),
    gatewayId: shape.gatewayId.nullable(),
    format: shape.format.nullable(),
    externalId: shape.externalId.nullable(),
    protocolPassword: shape.protocolPassword.nullable(),
    decoder: shape.decoder.nullable(),
    transport: shape.transport.nullable(),
    vendor: shape.vendor.nullable(),
    model: shape.model.nullable(),
    firmware: shape.firmware.nullable(),
    serialNumber: shape.serialNumber.nullable(),
    installedAt: shape.installedAt.nullable(),
    calibratedAt: shape.calibratedAt.nullable(),
    calibrationDueAt: shape.calibrationDueAt.nullable(),
  })
  .meta({ id: "DevicePatch" });
export type DevicePatchBody = z.infer<typeof DevicePatchBody>;
export const DeviceParams = z.strictObject({ deviceId: DeviceId });
export const DeviceKey = z.object({ deviceId: z.string(), key: Key }).meta({ id: "DeviceKey" });

export const DeviceImportBody = z.strictObject({
  devices: z
    .array(z.unknown())
    .min(1)
    .max(LIMITS.deviceImportRowsMax)
    .describe("each as in POST /api/v1/devices; a bad one is rejected alone"),
});
export const DeviceImportAnswer = z.object({
  created: z.array(DeviceKey),
  rejected: z.array(Rejected),
});

export const DeviceFileBody = z.string().min(1, "a file of devices as text/csv");
export const DeviceFileAnswer = ImportAnswer.extend({
  keys: z.array(DeviceKey).describe("of those that were made; shown once"),
});

export const GatewayBody = Gateway.meta({ id: "Gateway" });
export const GatewayPage = pageOf(GatewayBody);
export const GatewayKey = z.object({ gatewayId: z.string(), key: Key });
export const GatewayParams = z.strictObject({ gatewayId: GatewayId });

export const ServiceBody = Service.meta({ id: "Service" });
export const ServicePage = pageOf(ServiceBody);
export const ServiceKey = z.object({ serviceId: z.string(), key: Key });
export const ServiceParams = z.strictObject({ serviceId: ServiceId });

export const CrewParams = z.strictObject({ crewId: CrewId });
