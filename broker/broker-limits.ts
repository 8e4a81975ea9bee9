/** Bounds of the broker: those of the platform's table, and the ones that only this room needs. */
import { LIMITS } from "../model/limits.ts";

export const BROKER_LIMITS = {
  packetBytesMax: LIMITS.packetBytesMax as number,
  connectionsMax: LIMITS.connectionsMax as number,
  messagesPerSecondPerClientMax: LIMITS.messagesPerSecondPerClientMax as number,
  offlineMessagesPerSessionMax: LIMITS.offlineMessagesPerSessionMax as number,
  sessionsMax: LIMITS.sessionsMax as number,
  sessionAgeMsMax: LIMITS.sessionAgeMsMax as number,
  retainedMessagesMax: LIMITS.retainedMessagesMax as number,
  subscriberPendingBytesMax: LIMITS.subscriberPendingBytesMax as number,
  /** Of one user; the one that is away longest goes first. Else one stolen key empties the rest. */
  sessionsPerUserMax: 100,
  /** Bytes of all offline queues together; the oldest of the queue at hand goes first. */
  offlineBytesMax: 256 * 1024 * 1024,
  /** A subscription beyond it is refused with 0x80. */
  subscriptionsPerSessionMax: 5_000,
  /** A longer client id is refused with return code 2. */
  clientIdLengthMax: 256,
  /** A connection that has not sent its CONNECT by then is closed. */
  connectMsMax: 30_000,
  /** How long a client has to come back after a restart before its will is published. */
  willDelayMs: 60_000,
  /** How long stop() waits for uplinks on their way to the disk. */
  drainMsMax: 3_000,
};
export type BrokerLimits = typeof BROKER_LIMITS;
