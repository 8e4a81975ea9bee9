/** What ingest counts, added once a batch. */
import { type Clock, SECOND_MS } from "../model/clock.ts";
import type { Counter, Histogram, Metrics } from "../model/metrics.ts";
import { flagNames } from "../model/reading.ts";
import type { BatchTally } from "./batch.ts";

export interface IngestMetrics {
  readonly uplinks: Counter;
  readonly values: Counter;
  readonly putAside: Counter;
  readonly flags: Counter;
  readonly delay: Histogram;
}

export function ingestMetrics(metrics: Metrics): IngestMetrics {
  return {
    uplinks: metrics.counter("gridwarden_ingest_uplinks_total", "Uplinks by format", ["format"]),
    values: metrics.counter("gridwarden_ingest_values_total", "Values by verdict", ["verdict"]),
    putAside: metrics.counter(
      "gridwarden_ingest_put_aside_total",
      "Values put aside as dead letters by reason; an unreadable uplink counts one",
      ["reason"],
    ),
    flags: metrics.counter("gridwarden_ingest_flags_total", "New readings by flag", ["flag"]),
    delay: metrics.histogram(
      "gridwarden_ingest_delay_seconds",
      "From the receipt of a batch's newest uplink to its verdict",
      [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 60],
    ),
  };
}

export function countBatch(metrics: IngestMetrics, clock: Clock, tally: BatchTally): void {
  for (const [format, count] of tally.uplinksByFormat) metrics.uplinks.add(count, { format });
  for (const [reason, count] of tally.putAsideByReason) metrics.putAside.add(count, { reason });
  for (const [verdict, count] of Object.entries(tally.verdicts)) {
    if (count > 0) metrics.values.add(count, { verdict });
  }
  for (const [flags, count] of tally.flags) {
    for (const flag of flagNames(flags)) metrics.flags.add(count, { flag });
  }
  if (tally.newestReceivedAt === 0) return;
  metrics.delay.observe(Math.max(0, clock.now() - tally.newestReceivedAt) / SECOND_MS);
}
