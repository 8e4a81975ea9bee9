/**
 * The door of ingest: records of the journal in, readings out, each with its flags, new ones once.
 * `process` takes one batch after the other in the order of the journal; what it answers is
 * committed and handed to the store before the next call. It reads no disk but through `lookup`,
 * and the same records from the same state of the store give the same verdicts.
 */
import type { AssetClass } from "../model/asset-class.ts";
import type { LatestReading } from "../model/case.ts";
import type { Clock, Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { RegistryView } from "../model/registry.ts";
import type { Uplink } from "../model/uplink.ts";
import { createBatchJudge, type IngestBatch } from "./batch.ts";
import {
  type DeadLetter,
  type DeadLetterPage,
  deadLetterMigrations,
  listDeadLetters,
  saveDeadLetters,
} from "./dead-letters.ts";
import type { Gateway, Knock } from "./gateways/gateway.ts";
import { createNativeGateway } from "./gateways/native.ts";
import { countBatch, ingestMetrics } from "./ingest-metrics.ts";
import { createKnocking, type Knocking } from "./knocking.ts";
import { createPreparer, type Prepared, type Preparer } from "./prepare.ts";
import {
  findSeries,
  latestOfDevice,
  type NamedSeries,
  type SeriesFilter,
} from "./series-queries.ts";
import { createSeriesTable, type SeriesTable } from "./series-table.ts";
import type { IdentityKey, StoreState } from "./store/reading-store.ts";
import { encodeUplink } from "./uplink-record.ts";

export type { IngestBatch } from "./batch.ts";
export type { SeriesFilter } from "./series-queries.ts";

export const ingestMigrations: readonly Migration[] = deadLetterMigrations;

export interface IngestDeps {
  registry: RegistryView;
  classes: readonly AssetClass[];
  zone: TimeZone;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** The value that stands at each key, or undefined; sees every batch handed to the store. */
  lookup(keys: IdentityKey[]): Promise<(number | undefined)[]>;
}

export interface IngestOptions {
  /** Formats beside the native one. */
  gateways?: readonly Gateway[];
  /** Days that readings are kept, by class; overrides the class's own. */
  retentionDays?: Readonly<Record<string, number>>;
  /** Services, whose topics the broker has checked; they may speak for any device. */
  isTrustedSender?: (sender: string) => boolean;
  extraMeasurementsPerDeviceMax?: number;
  deadLettersMax?: number;
  knockingMax?: number;
}

export interface Ingest {
  readonly migrations: readonly Migration[];
  encodeUplink(uplink: Uplink): Uint8Array[];
  /** Takes up what the store holds; from then on records before its position change nothing. */
  start(state: StoreState): void;
  /**
   * One batch after the other. Records before the store's position, read again for the sake of an
   * open frame, rebuild that frame and have no other effect. When the store does not answer, it
   * rejects, and may be called again with the same records.
   */
  process(records: readonly Uint8Array[], from: number): Promise<IngestBatch>;
  /** Newest instant readings of the asset's devices, by observedAt, with whatever flags. */
  latest(assetId: string): LatestReading[];
  latestOfDevice(deviceId: string): LatestReading[];
  seriesOf(filter: SeriesFilter): NamedSeries[];
  saveDeadLetters(tx: Sql, letters: readonly DeadLetter[]): Promise<void>;
  listDeadLetters(
    sql: Sql,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<DeadLetterPage>;
  /** Somebody who was turned away before the journal, at a listener. */
  knock(knock: Knock, sender: string, at: Instant): void;
  knocking(): Knocking[];
}

export function createIngest(deps: IngestDeps, options: IngestOptions = {}): Ingest {
  const { registry } = deps;
  const knocking = createKnocking(options.knockingMax ?? LIMITS.knockingMax);
  const deadLettersMax = options.deadLettersMax ?? LIMITS.deadLettersMax;
  const tableOf = (state: StoreState): SeriesTable =>
    createSeriesTable({
      classes: deps.classes,
      retentionDays: options.retentionDays ?? {},
      extraMeasurementsPerDeviceMax:
        options.extraMeasurementsPerDeviceMax ?? LIMITS.extraMeasurementsPerDeviceMax,
      series: state.series,
    });
  let table = tableOf(emptyState());
  const pipeline = createPipeline(deps, options, { knocking, deadLettersMax });

  deps.metrics.gauge("gridwarden_ingest_series", "Series with readings", () => table.size());
  deps.metrics.gauge(
    "gridwarden_ingest_knocking",
    "Unregistered senders that are remembered",
    () => knocking.list().length,
  );

  return {
    migrations: ingestMigrations,
    encodeUplink,
    start(state) {
      table = tableOf(state);
      pipeline.start(table, state.position);
    },
    process: (records, from) => pipeline.process(records, from),
    latest: (assetId) =>
      registry
        .devicesOf(assetId)
        .flatMap((entry) => latestOfDevice(table, registry, entry.device.deviceId)),
    latestOfDevice: (deviceId) => latestOfDevice(table, registry, deviceId),
    seriesOf: (filter) => findSeries(table, registry, filter),
    saveDeadLetters: (tx, letters) => saveDeadLetters(tx, letters, deadLettersMax),
    listDeadLetters,
    knock: (knock, sender, at) => knocking.add(knock, sender, at),
    knocking: () => knocking.list(),
  };
}

interface Pipeline {
  start(table: SeriesTable, countFrom: number): void;
  process(records: readonly Uint8Array[], from: number): Promise<IngestBatch>;
}

/** Decode, look up, judge; what is decoded is kept until the store has answered. */
function createPipeline(
  deps: IngestDeps,
  options: IngestOptions,
  parts: { knocking: ReturnType<typeof createKnocking>; deadLettersMax: number },
): Pipeline {
  const gateways = [createNativeGateway(), ...(options.gateways ?? [])];
  const isTrusted = options.isTrustedSender ?? (() => false);
  const metrics = ingestMetrics(deps.metrics);
  const judge = createBatchJudge();
  let running: { table: SeriesTable; preparer: Preparer; countFrom: number } | undefined;
  let unanswered: { from: number; length: number; prepared: Prepared } | undefined;
  let isProcessing = false;

  const prepareOnce = (
    { preparer, countFrom }: NonNullable<typeof running>,
    records: readonly Uint8Array[],
    from: number,
  ): Prepared => {
    const isSame = unanswered?.from === from && unanswered.length === records.length;
    if (unanswered !== undefined && isSame) return unanswered.prepared;
    const prepared = preparer.prepare(records, from, countFrom);
    unanswered = { from, length: records.length, prepared };
    return prepared;
  };

  return {
    start(table, countFrom) {
      for (const gateway of gateways) gateway.reset?.();
      const preparer = createPreparer({
        registry: deps.registry,
        table,
        gateways,
        context: { registry: deps.registry, zone: deps.zone, isTrusted },
        knocking: parts.knocking,
        lettersMax: parts.deadLettersMax,
        log: deps.log.of("ingest"),
      });
      running = { table, preparer, countFrom };
      unanswered = undefined;
    },
    async process(records, from) {
      if (running === undefined) throw new Error("ingest is asked for a batch, and never started");
      if (isProcessing) throw new Error("ingest is asked for a batch while another is under way");
      isProcessing = true;
      try {
        const prepared = prepareOnce(running, records, from);
        const { lookups } = prepared;
        const found = lookups.length === 0 ? [] : await deps.lookup(lookups);
        unanswered = undefined;
        const judged = judge(prepared, found, running.table);
        countBatch(metrics, deps.clock, prepared, judged.counts);
        return { ...judged.batch, openFrom: oldestOpen(gateways) };
      } finally {
        isProcessing = false;
      }
    },
  };
}

function oldestOpen(gateways: readonly Gateway[]): number | undefined {
  let oldest: number | undefined;
  for (const gateway of gateways) {
    const open = gateway.openFrom?.();
    if (open !== undefined && (oldest === undefined || open < oldest)) oldest = open;
  }
  return oldest;
}

function emptyState(): StoreState {
  const ledger = { journaled: 0, stored: 0, duplicate: 0, conflict: 0, putAside: 0 };
  return { position: 0, ledger, series: [] };
}
