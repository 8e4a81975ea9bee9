/** Devices, gateways and services: all that signs in over MQTT, and the keys they get. */
import { z } from "zod";
import { AssetId, CrewId, DeviceId, GatewayId, ServiceId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { Device, Gateway, Service } from "../../model/registry.ts";
import { Rejected } from "./assets.ts";
import { IsoTime, Key, PageQuery, pageOf } from "./common.ts";

export const DeviceBody = Device.meta({ id: "NewDevice" });
/** The password of its protocol is taken and never shown. */
export const DeviceAnswer = z
  .object({
    ...Device.omit({ protocolPassword: true }).shape,
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
export const DeviceQuery = PageQuery.extend({
  assetId: AssetId.optional(),
  gatewayId: GatewayId.optional(),
});
export const DeviceParams = z.strictObject({ deviceId: DeviceId });
export const DeviceKey = z.object({ deviceId: z.string(), key: Key }).meta({ id: "DeviceKey" });

const DEVICES_PER_IMPORT_MAX = 100_000;

export const DeviceImportBody = z.strictObject({
  devices: z
    .array(z.unknown())
    .min(1)
    .max(DEVICES_PER_IMPORT_MAX)
    .describe("each as in POST /api/v1/devices; a bad one is rejected alone"),
});
export const DeviceImportAnswer = z.object({
  created: z.array(DeviceKey),
  rejected: z.array(Rejected),
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
