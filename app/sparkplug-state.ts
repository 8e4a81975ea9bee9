/**
 * What Sparkplug's nodes wait for before they speak, where they are set to a primary host: the state of
 * the host application on `spBv1.0/STATE/{hostId}`, retained (Sparkplug 3.0, "STATE" payload).
 */
import type { BrokerOptions } from "../broker/broker.ts";

export function sparkplugState(hostId: string): NonNullable<BrokerOptions["hostState"]> {
  return {
    topic: `spBv1.0/STATE/${hostId}`,
    payloadOf: (isUp, since) => JSON.stringify({ online: isUp, timestamp: Math.floor(since) }),
  };
}
