/** What the journal counts and shows. */
import type { Counter, Metrics } from "../model/metrics.ts";
import type { Group } from "./group.ts";
import type { JournalStats } from "./journal.ts";

export interface JournalMetrics {
  refused: Counter;
  repaired: Counter;
  committed(group: Group, durationMs: number): void;
}

const SYNC_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2];

export function createJournalMetrics(
  metrics: Metrics,
  stats: () => JournalStats,
  memoryBytes: () => number,
): JournalMetrics {
  const counter = (name: string, help: string, labels?: string[]): Counter =>
    metrics.counter(`gridwarden_journal_${name}_total`, help, labels);
  const gauge = (name: string, help: string, read: () => number): void =>
    metrics.gauge(`gridwarden_journal_${name}`, help, read);

  const records = counter("records", "Records that are on disk.");
  const written = counter("written_bytes", "Bytes of groups that are on disk.");
  const syncs = counter("syncs", "Groups written, one disk sync each.");
  const seconds = metrics.histogram(
    "gridwarden_journal_sync_seconds",
    "Time of a group's write and sync.",
    SYNC_SECONDS,
  );
  gauge("pending_records", "Records that wait for their sync.", () => stats().pending);
  gauge("bytes", "Bytes on disk.", () => stats().bytes);
  gauge("bytes_max", "Bytes on disk from which nothing is acknowledged.", () => stats().bytesMax);
  gauge("first_position", "Oldest position that is kept.", () => stats().first);
  gauge("end_position", "Position after the last record on disk.", () => stats().end);
  gauge("memory_bytes", "Bytes of recent records in memory.", memoryBytes);
  return {
    refused: counter(
      "refused",
      "Records that were not taken, by reason: bound, pending, disk, too-large, closed.",
      ["reason"],
    ),
    repaired: counter("repaired_bytes", "Bytes of a write cut by a crash, dropped on start."),
    committed(group, durationMs) {
      records.add(group.dones.length);
      written.add(group.bytes.length);
      syncs.add(1);
      seconds.observe(durationMs / 1_000);
    },
  };
}
