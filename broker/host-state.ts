/**
 * A message by which those who wait for the platform know whether it is there: retained, `up` while it
 * runs and `down` when it stops. Sparkplug's nodes wait for one (specification 3.0, "STATE").
 */
import type { Instant } from "../model/clock.ts";
import type { OutgoingMessage } from "./broker-types.ts";

export interface HostState {
  topic: string;
  /** `since`: when this time of being up began; `down` says the same one as its `up`. */
  payloadOf(isUp: boolean, since: Instant): string;
}

export const hostMessage = (
  { topic, payloadOf }: HostState,
  isUp: boolean,
  since: Instant,
): OutgoingMessage => ({ topic, payload: payloadOf(isUp, since), qos: 1, retain: true });
