/** What the broker counts and shows; the same names whether the broker is embedded or not. */
import type { Counter, Metrics } from "../model/metrics.ts";

export interface BrokerCounts {
  received: Counter;
  refused: Counter;
  closed: Counter;
  subscriptionsRefused: Counter;
  slowed: Counter;
  dropped: Counter;
  writeFailures: Counter;
}

interface Shown {
  connections: number;
  clients: number;
  sessions: number;
  queuedMessages: number;
  queuedBytes: number;
  retainedMessages: number;
  pendingUplinks: number;
}

export function brokerCounts(metrics: Metrics, read: () => Shown): BrokerCounts {
  const gauge = (name: keyof Shown, metric: string, help: string): void => {
    metrics.gauge(`gridwarden_broker_${metric}`, help, () => read()[name]);
  };
  gauge("connections", "connections", "open connections");
  gauge("clients", "clients", "connections that have signed in");
  gauge("sessions", "sessions", "sessions that outlive their connection");
  gauge("queuedMessages", "queued_messages", "messages that wait for a session's acknowledgement");
  gauge("queuedBytes", "queued_bytes", "bytes of the messages that wait");
  gauge("retainedMessages", "retained_messages", "topics with a retained message");
  gauge("pendingUplinks", "pending_uplinks", "uplinks that wait for the journal");
  const counter = (name: string, help: string, labels?: string[]): Counter =>
    metrics.counter(`gridwarden_broker_${name}_total`, help, labels);
  return {
    received: counter("messages_received", "PUBLISH packets read"),
    refused: counter("refused", "sign-ins and connections refused, by reason", ["reason"]),
    closed: counter("closed", "connections closed by the broker, by reason", ["reason"]),
    subscriptionsRefused: counter("subscriptions_refused", "filters answered with 0x80"),
    slowed: counter("slowed", "times that a client was not read for the rest of a second"),
    dropped: counter("dropped", "what went at a bound: message, session, retained", ["what"]),
    writeFailures: counter("session_write_failures", "writes the sessions file did not take"),
  };
}
