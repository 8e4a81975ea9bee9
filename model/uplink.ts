/** An uplink: one raw message as it was received, whoever carried it. This is what is journaled. */
import type { Instant } from "./clock.ts";

/** How it came: `mqtt` by a broker, `hj212-tcp` by the listener for data loggers, `http` as a push. */
export type UplinkSource = "mqtt" | "hj212-tcp" | "http";

export interface Uplink {
  source: UplinkSource;
  /**
   * Who signed in: a deviceId, gatewayId, serviceId or crewId; of a broker that is not ours ""; of
   * a push the intake whose secret it bore.
   */
  sender: string;
  /** MQTT topic; of a TCP data logger `hj212/{mn}/up`, as on MQTT; of a push `intake/{format}/{intakeId}`. */
  topic: string;
  payload: Uint8Array;
  receivedAt: Instant;
}

/**
 * Takes an uplink; `done` is called once, without an error only when the uplink is on disk.
 * It may be called before `accept` returns.
 */
export type AcceptUplink = (uplink: Uplink, done: (error?: Error) => void) => void;
