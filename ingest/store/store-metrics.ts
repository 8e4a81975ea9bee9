/** What the embedded store counts. */
import type { Metrics } from "../../model/metrics.ts";
import type { Totals } from "./store-messages.ts";

const COMMIT_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const SEAL_SECONDS = [1, 5, 15, 60, 300];

/** What waits for the worker. */
export interface Pending {
  batches: number;
  rows: number;
  queries: number;
}

export function createStoreMetrics(metrics: Metrics, totals: Totals, pending: Pending) {
  const name = (what: string): string => `gridwarden_store_${what}`;
  metrics.gauge(name("rows"), "Readings kept.", () => totals.rows);
  metrics.gauge(name("bytes"), "Bytes on disk, as last looked up.", () => totals.bytes);
  metrics.gauge(name("sealed_days"), "Days that are sealed.", () => totals.sealedDays);
  metrics.gauge(name("pending_batches"), "Batches not yet durable.", () => pending.batches);
  metrics.gauge(name("pending_rows"), "Readings not yet durable.", () => pending.rows);
  metrics.gauge(name("pending_queries"), "Queries that wait or run.", () => pending.queries);
  return {
    stored: metrics.counter(name("readings_total"), "Readings made durable."),
    failures: metrics.counter(name("failures_total"), "Times the store or its upkeep failed."),
    duplicates: metrics.counter(name("duplicates_total"), "Readings found twice when sealing."),
    dropped: metrics.counter(name("dropped_total"), "Readings dropped past retention."),
    commitSeconds: metrics.histogram(
      name("commit_seconds"),
      "Time of a commit with its sync.",
      COMMIT_SECONDS,
    ),
    sealSeconds: metrics.histogram(name("seal_seconds"), "Time of a sealing.", SEAL_SECONDS),
  };
}
