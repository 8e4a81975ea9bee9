/** Who signed in to the broker. One user name is one identity of one kind. */
import type { CrewId, DeviceId, GatewayId, ServiceId } from "./ids.ts";

export type Identity =
  | {
      kind: "device";
      deviceId: DeviceId;
      /** Slug of the class of the device's asset; a plain component's device has none. */
      class: string | undefined;
      /** Topics of a gateway format it may publish to and subscribe to itself, beside its own. */
      publish: readonly string[];
      subscribe: readonly string[];
    }
  | { kind: "gateway"; gatewayId: GatewayId }
  | { kind: "crew"; crewId: CrewId }
  | {
      kind: "service";
      serviceId: ServiceId;
      publish: readonly string[];
      subscribe: readonly string[];
    };
