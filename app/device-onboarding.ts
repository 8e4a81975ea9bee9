/**
 * How a device comes in. Registered under a client's own name for the write it is made once, however
 * often it is sent. Adopted when it knocks: ingest remembers who spoke unknown, the registry takes him
 * in under the same format and id, and he is remembered as knocking no more. Where a registered gateway
 * spoke for him he is registered under it.
 */
import { noEffects, onceOf } from "../cases/cases.ts";
import type { Ingest } from "../ingest/ingest.ts";
import type { RequestKey } from "../model/audit.ts";
import type { Clock } from "../model/clock.ts";
import { normalExternalId } from "../model/device-formats.ts";
import { GridwardenError } from "../model/errors.ts";
import { Device, type DeviceFormat } from "../model/registry.ts";
import type { Registry } from "../registry/registry.ts";
import type { AuditTrail } from "./audit-trail.ts";

/** A device without what it is known by, and who knocked. */
interface Adoption extends Omit<Device, "deviceId" | "externalId"> {
  format: DeviceFormat;
  id: string;
  deviceId?: Device["deviceId"] | undefined;
}

export function createDeviceRegister(deps: {
  registry: Pick<Registry, "deviceRegister">;
  clock: Clock;
  trail: Pick<AuditTrail, "say">;
}) {
  const { deviceRegister } = deps.registry;
  return {
    ...deviceRegister,
    create(device: Device, key?: RequestKey): Promise<{ deviceId: string; key: string }> {
      const now = deps.clock.now();
      return deviceRegister.createOnce(
        device,
        (tx, make) => {
          // A repeat that is done makes another key.
          deps.trail.say({ subject: device.deviceId, isRepeat: false });
          return onceOf(tx, key, now, async () => ({ value: await make(), effects: noEffects() }));
        },
        now,
      );
    },
  };
}

export function createDeviceOnboarding(deps: {
  registry: Pick<Registry, "gateways" | "deviceRegister">;
  ingest: Pick<Ingest, "knocking" | "forgetKnock">;
  trail: Pick<AuditTrail, "say">;
}) {
  const { registry, ingest, trail } = deps;

  const findKnock = (format: DeviceFormat, id: string) => {
    const normal = (each: string) => (format === "native" ? each : normalExternalId(format, each));
    const isSame = (knock: { format: string; id: string }) =>
      knock.format === format && normal(knock.id) === normal(id);
    const found = ingest.knocking().find(isSame);
    if (found !== undefined) return found;
    throw new GridwardenError(
      "KNOCK_NOT_FOUND",
      `nobody knocks as '${id}' in the format '${format}': GET /api/v1/knocking lists who does; register what has not spoken yet by POST /api/v1/devices`,
    );
  };

  return {
    async adopt({ id, ...given }: Adoption): Promise<{ deviceId: string; key: string }> {
      const { format } = given;
      const knock = findKnock(format, id);
      const isByGateway = registry.gateways.get(knock.sender) !== undefined;
      const deviceId = deviceIdOf(given.deviceId ?? knock.id);
      const device = Device.parse({
        ...(isByGateway ? { gatewayId: knock.sender } : {}),
        ...given,
        deviceId,
        ...(format === "native" ? {} : { externalId: knock.id }),
      });
      trail.say({ subject: deviceId });
      const made = await registry.deviceRegister.create(device);
      ingest.forgetKnock(knock);
      return made;
    },
  };
}

/** Ids of some formats hold what no id of a device may. */
function deviceIdOf(id: string): string {
  const parsed = Device.shape.deviceId.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field 'deviceId': got none and '${id}' is no deviceId, wanted 1 to 64 of A-Z a-z 0-9 . _ : -`,
  );
}
