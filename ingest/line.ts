/**
 * One line of decoding: records of the journal in, readings out, each with its flags, new ones
 * once. It keeps its own series, open frames and position, so that one line can serve the judge
 * while another reads the same records again for a store that was away.
 * What memory cannot tell of a key it asks `lookup`; the same records from the same state give the
 * same verdicts.
 */
import type { AssetClass } from "../model/asset-class.ts";
import type { LatestReading } from "../model/case.ts";
import type { DurationMs, Instant } from "../model/clock.ts";
import { lifeOf } from "../model/device-life.ts";
import { LIMITS } from "../model/limits.ts";
import type { Log } from "../model/log.ts";
import type { RegistryView } from "../model/registry.ts";
import { createBatchJudge, type IngestBatch } from "./batch.ts";
import type { FrameAsker } from "./frame-answers.ts";
import type { Gateway, GatewayContext } from "./gateways/gateway.ts";
import { type LineMemory, memoryOf, restoreMemory } from "./memories.ts";
import { keysOfPast, type PastReading, placePast } from "./past-readings.ts";
import { createPreparer, type Prepared } from "./prepare.ts";
import {
  findSeries,
  latestOfDevice,
  type NamedSeries,
  type SeriesFilter,
} from "./series-queries.ts";
import { createSeriesTable, type SeriesTable } from "./series-table.ts";
import type { IdentityKey, ReplaceBatch, StoreState } from "./store/reading-store.ts";

/** The value that stands at each key, or undefined; sees every batch handed to the store. */
export type LookupKeys = (keys: IdentityKey[]) => Promise<(number | undefined)[]>;

export interface IngestLine {
  /**
   * Takes as many of the records as its batch says, from the first on. Records before the position
   * of the state it began with, read again for the sake of an open frame, rebuild that frame and
   * have no other effect. When `lookup` fails it rejects, and takes the same records again.
   */
  process(records: readonly Uint8Array[], from: number): Promise<IngestBatch>;
  /** Newest instant readings of the asset's devices, by observedAt, with whatever flags. */
  latest(assetId: string): LatestReading[];
  latestOfDevice(deviceId: string): LatestReading[];
  /** By how much the device's clock is usually behind, as its readings came; 0 where nothing is known. */
  usualSkewMs(deviceId: string): DurationMs;
  /** When a device that has readings was last heard, as far as memory and the store know. */
  heardAt(deviceId: string): Instant | undefined;
  seriesOf(filter: SeriesFilter): NamedSeries[];
  /** Series with readings. */
  size(): number;
  /** No batch is being decoded. */
  isIdle(): boolean;
  keysOfPast(past: readonly PastReading[]): (IdentityKey | undefined)[];
  /** Stands from now on; what it answers is the store's. Only while it is idle. */
  placePast(past: readonly PastReading[]): { batch: ReplaceBatch; refused: number };
}

export interface LineDeps {
  registry: RegistryView;
  classes: readonly AssetClass[];
  gateways: readonly Gateway[];
  context: Omit<GatewayContext, "readFrame">;
  frames: FrameAsker;
  log: Log;
}

export interface LineOptions {
  retentionDays: Readonly<Record<string, number>>;
  extraMeasurementsPerDeviceMax: number;
  deadLettersMax: number;
}

/** `memory`: what gateways knew at its position; the first record to process is the one there. */
export function createLine(
  deps: LineDeps,
  options: LineOptions,
  state: StoreState & { memory?: LineMemory | undefined },
  lookup: LookupKeys,
): IngestLine {
  const { registry, gateways } = deps;
  if (state.memory !== undefined) restoreMemory(gateways, state.memory);
  // Of the state no more is kept than its position.
  const { position } = state;
  const table = createSeriesTable({
    classes: deps.classes,
    retentionDays: options.retentionDays,
    extraMeasurementsPerDeviceMax: options.extraMeasurementsPerDeviceMax,
    series: state.series,
  });
  const preparer = createPreparer({
    registry,
    table,
    gateways,
    context: deps.context,
    frames: deps.frames,
    lettersMax: options.deadLettersMax,
    log: deps.log,
  });
  const judge = createBatchJudge();
  let unanswered: { from: number; count: number; prepared: Prepared } | undefined;
  let isProcessing = false;
  /** Receipt of the newest uplink when it was last told what gateways remember. */
  let rememberedAt = 0;

  /** Now and then, so that not much of the journal must be decoded again. */
  function remember(position: number, now: Instant): LineMemory | undefined {
    if (Math.abs(now - rememberedAt) < LIMITS.gatewayMemoryMs) return undefined;
    try {
      const memory = memoryOf(gateways, position);
      if (memory !== undefined) rememberedAt = now;
      return memory;
    } catch (error) {
      // The batch is decoded and its keys are taken: it goes on, and more of the journal is kept.
      deps.log.error("what gateways remember cannot be saved", { error: String(error) });
      return undefined;
    }
  }

  async function take(records: readonly Uint8Array[], from: number): Promise<IngestBatch> {
    if (unanswered?.from !== from || unanswered.count > records.length) {
      const prepared = await preparer.prepare(records, from, position);
      unanswered = { from, count: records.length, prepared };
    }
    const { prepared, count } = unanswered;
    const { lookups } = prepared;
    const found = lookups.length === 0 ? [] : await lookup(lookups);
    unanswered = undefined;
    const batch = judge(prepared, found, table);
    noteHeard(table, prepared);
    const end = from + count;
    const memory = end > position ? remember(end, prepared.newestReceivedAt) : undefined;
    const ends = { count, openFrom: oldestOpen(gateways) };
    return { ...batch, ...ends, ...(memory === undefined ? {} : { memory }) };
  }

  return {
    async process(records, from) {
      if (isProcessing) throw new Error("a line is asked for a batch while another is under way");
      isProcessing = true;
      try {
        return await take(records, from);
      } finally {
        isProcessing = false;
      }
    },
    latest: (assetId) =>
      registry
        .devicesOf(assetId)
        // What one that is retired told last is no news of the asset.
        .filter(({ device }) => lifeOf(device) !== "retired")
        .flatMap((entry) => latestOfDevice(table, registry, entry.device.deviceId)),
    latestOfDevice: (deviceId) => latestOfDevice(table, registry, deviceId),
    usualSkewMs: (deviceId) => table.known(deviceId)?.skew.usualMs ?? 0,
    heardAt: (deviceId) => table.known(deviceId)?.heardAt || undefined,
    seriesOf: (filter) => findSeries(table, registry, filter),
    size: () => table.size(),
    isIdle: () => !isProcessing,
    keysOfPast: (past) => keysOfPast(table, past),
    placePast: (past) => placePast({ registry, table }, past),
  };
}

/** Devices without any reading have no card; what else they tell is kept elsewhere. */
function noteHeard(table: SeriesTable, prepared: Prepared): void {
  for (const [deviceId, at] of prepared.heard) {
    const device = table.known(deviceId);
    if (device !== undefined) device.heardAt = Math.max(device.heardAt, at);
  }
}

function oldestOpen(gateways: readonly Gateway[]): number | undefined {
  let oldest: number | undefined;
  for (const gateway of gateways) {
    const open = gateway.openFrom?.();
    if (open !== undefined && (oldest === undefined || open < oldest)) oldest = open;
  }
  return oldest;
}
