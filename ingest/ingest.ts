/**
 * The door of ingest: lines that decode records of the journal, and what all lines share: dead
 * letters, those who knock unregistered, counts. Lines read no disk but through their `lookup`.
 */
import type { AssetClass } from "../model/asset-class.ts";
import type { Clock, Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import type { DecodersView } from "../model/decoder.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { Device, DeviceEntry, RegistryView } from "../model/registry.ts";
import type { Uplink } from "../model/uplink.ts";
import type { IngestBatch } from "./batch.ts";
import {
  type DeadLetter,
  type DeadLetterPage,
  deadLetterMigrations,
  listDeadLetters,
  saveDeadLetters,
} from "./dead-letters.ts";
import { createFrameAsker } from "./frame-answers.ts";
import type { Gateway, Knock } from "./gateways/gateway.ts";
import { createNativeGateway } from "./gateways/native.ts";
import { countBatch, ingestMetrics } from "./ingest-metrics.ts";
import { createKnocking, type Knocking } from "./knocking.ts";
import { createLine, type IngestLine, type LookupKeys } from "./line.ts";
import { createMappingCache, createPayloadReader } from "./mapping/payload-reader.ts";
import { type LineMemory, loadMemories, memoryMigrations, saveMemory } from "./memories.ts";
import { createRedecoder, type Redecoder, selectedDevices, speaksForOthers } from "./redecoder.ts";
import { redecodingMigrations } from "./redecodings.ts";
import { nobodyRuns, type RunScripts, type ScriptRuns } from "./script-rounds.ts";
import type { StoreState } from "./store/reading-store.ts";
import { encodeUplink } from "./uplink-record.ts";
import { type Sent, uplinksOfDevice } from "./uplinks-of-device.ts";

export type { IngestBatch } from "./batch.ts";
export type { IngestLine } from "./line.ts";
export { createMemories, type LineMemory, type Memories } from "./memories.ts";
export type { PastReading } from "./past-readings.ts";
export type { RunScripts, ScriptRuns } from "./script-rounds.ts";
export type { SeriesFilter } from "./series-queries.ts";

export const ingestMigrations: readonly Migration[] = [
  ...deadLetterMigrations,
  ...memoryMigrations,
  ...redecodingMigrations,
];

export interface IngestDeps {
  registry: RegistryView;
  classes: readonly AssetClass[];
  zone: TimeZone;
  decoders: DecodersView;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export interface IngestOptions {
  /** Makers of the formats beside the native one; each line has gateways of its own. */
  gateways?: readonly (() => Gateway)[];
  /** Days that readings are kept, by class; overrides the class's own. */
  retentionDays?: Readonly<Record<string, number>>;
  /** Services, whose topics the broker has checked; they may speak for any device. */
  isTrustedSender?: (sender: string) => boolean;
  /** Runs the scripts of decoders; absent: none is run. */
  runScripts?: RunScripts;
  /** What came of them in a batch that was judged. */
  onScriptRuns?: (runs: readonly ScriptRuns[]) => void;
  extraMeasurementsPerDeviceMax?: number;
  deadLettersMax?: number;
  knockingMax?: number;
}

export interface Ingest {
  readonly migrations: readonly Migration[];
  encodeUplink(uplink: Uplink): Uint8Array[];
  /** A line that goes on from `state`: records before its position change nothing. */
  newLine(state: StoreState & { memory?: LineMemory | undefined }, lookup: LookupKeys): IngestLine;
  /** Decodes what these devices said once more; to it there are no others. */
  newRedecoder(isWanted: (device: Device) => boolean): Redecoder;
  /** What the device sent in these records, as a decoder would be given it. */
  sentBy(
    entry: DeviceEntry,
    wants: "frames" | "trees",
    records: readonly Uint8Array[],
    from: number,
  ): Sent[];
  /** Counts what a batch held, and remembers who knocked; once a batch, by whoever judges it. */
  note(batch: IngestBatch): void;
  /** In the transaction that saves the cursor at the memory's position. */
  saveMemory(tx: Sql, memory: LineMemory, kept: readonly LineMemory[]): Promise<void>;
  loadMemories(sql: Sql): Promise<LineMemory[]>;
  saveDeadLetters(tx: Sql, letters: readonly DeadLetter[]): Promise<void>;
  listDeadLetters(
    sql: Sql,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<DeadLetterPage>;
  /** Somebody who was turned away before the journal, at a listener. */
  knock(knock: Knock, sender: string, at: Instant): void;
  knocking(): Knocking[];
  /** Who knocked is registered now. */
  forgetKnock(knock: Knock): void;
}

const NOTHING_STORED: StoreState = {
  position: 0,
  ledger: { journaled: 0, stored: 0, duplicate: 0, conflict: 0, putAside: 0 },
  series: [],
};

export function createIngest(deps: IngestDeps, options: IngestOptions = {}): Ingest {
  const knocking = createKnocking(options.knockingMax ?? LIMITS.knockingMax);
  const deadLettersMax = options.deadLettersMax ?? LIMITS.deadLettersMax;
  const isTrusted = options.isTrustedSender ?? (() => false);
  const metrics = ingestMetrics(deps.metrics);
  deps.metrics.gauge(
    "gridwarden_ingest_knocking",
    "Unregistered senders that are remembered",
    () => knocking.list().length,
  );

  const mappingOf = createMappingCache(deps);
  const readPayload = createPayloadReader(deps.decoders, mappingOf);
  const run = options.runScripts ?? nobodyRuns;
  const frames = createFrameAsker({
    ...{ decoders: deps.decoders, mappingOf, run },
    nowMs: () => performance.now(),
  });

  const newGateways = (): Gateway[] => [
    createNativeGateway(),
    ...(options.gateways ?? []).map((make) => make()),
  ];

  const lineOf = (registry: RegistryView, state: StoreState, lookup: LookupKeys): IngestLine =>
    createLine(
      {
        registry,
        classes: deps.classes,
        gateways: newGateways(),
        context: { registry, zone: deps.zone, isTrusted, readPayload },
        frames,
        log: deps.log.of("ingest"),
      },
      {
        retentionDays: options.retentionDays ?? {},
        extraMeasurementsPerDeviceMax:
          options.extraMeasurementsPerDeviceMax ?? LIMITS.extraMeasurementsPerDeviceMax,
        deadLettersMax,
      },
      state,
      lookup,
    );

  return {
    migrations: ingestMigrations,
    encodeUplink,
    newLine: (state, lookup) => lineOf(deps.registry, state, lookup),
    newRedecoder: (isWanted) =>
      createRedecoder(
        (lookup) => {
          const isHeard = (device: Device) => isWanted(device) || speaksForOthers(device);
          return lineOf(selectedDevices(deps.registry, isHeard), NOTHING_STORED, lookup);
        },
        (deviceId) => {
          const entry = deps.registry.device(deviceId);
          return entry !== undefined && isWanted(entry.device);
        },
      ),
    sentBy(entry, wants, records, from) {
      const context = { registry: deps.registry, zone: deps.zone, isTrusted };
      return uplinksOfDevice(records, from, { entry, wants, gateways: newGateways(), context });
    },
    note(batch) {
      for (const { knock, sender, at } of batch.knocks) knocking.add(knock, sender, at);
      if (batch.scriptRuns.length > 0) options.onScriptRuns?.(batch.scriptRuns);
      countBatch(metrics, deps.clock, batch.tally);
    },
    saveMemory,
    loadMemories,
    saveDeadLetters: (tx, letters) => saveDeadLetters(tx, letters, deadLettersMax),
    listDeadLetters,
    knock: (knock, sender, at) => knocking.add(knock, sender, at),
    knocking: () => knocking.list(),
    forgetKnock: knocking.forget,
  };
}
