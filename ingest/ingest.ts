/**
 * The door of ingest: lines that decode records of the journal, and what all lines share: dead
 * letters, those who knock unregistered, counts. Lines read no disk but through their `lookup`.
 */
import type { AssetClass } from "../model/asset-class.ts";
import type { Clock, Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { RegistryView } from "../model/registry.ts";
import type { Uplink } from "../model/uplink.ts";
import type { IngestBatch } from "./batch.ts";
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
import { createLine, type IngestLine, type LookupKeys } from "./line.ts";
import { createPayloadReader } from "./mapping/payload-reader.ts";
import type { StoreState } from "./store/reading-store.ts";
import { encodeUplink } from "./uplink-record.ts";

export type { IngestBatch } from "./batch.ts";
export type { IngestLine } from "./line.ts";
export type { SeriesFilter } from "./series-queries.ts";

export const ingestMigrations: readonly Migration[] = deadLetterMigrations;

export interface IngestDeps {
  registry: RegistryView;
  classes: readonly AssetClass[];
  zone: TimeZone;
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
  extraMeasurementsPerDeviceMax?: number;
  deadLettersMax?: number;
  knockingMax?: number;
}

export interface Ingest {
  readonly migrations: readonly Migration[];
  encodeUplink(uplink: Uplink): Uint8Array[];
  /** A line that goes on from `state`: records before its position change nothing. */
  newLine(state: StoreState, lookup: LookupKeys): IngestLine;
  /** Counts what a batch held, and remembers who knocked; once a batch, by whoever judges it. */
  note(batch: IngestBatch): void;
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
  const knocking = createKnocking(options.knockingMax ?? LIMITS.knockingMax);
  const deadLettersMax = options.deadLettersMax ?? LIMITS.deadLettersMax;
  const isTrusted = options.isTrustedSender ?? (() => false);
  const metrics = ingestMetrics(deps.metrics);
  deps.metrics.gauge(
    "gridwarden_ingest_knocking",
    "Unregistered senders that are remembered",
    () => knocking.list().length,
  );

  const readPayload = createPayloadReader({ classes: deps.classes, zone: deps.zone });

  return {
    migrations: ingestMigrations,
    encodeUplink,
    newLine: (state, lookup) =>
      createLine(
        {
          registry: deps.registry,
          classes: deps.classes,
          gateways: [createNativeGateway(), ...(options.gateways ?? []).map((make) => make())],
          context: { registry: deps.registry, zone: deps.zone, isTrusted, readPayload },
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
      ),
    note(batch) {
      for (const { knock, sender, at } of batch.knocks) knocking.add(knock, sender, at);
      countBatch(metrics, deps.clock, batch.tally);
    },
    saveDeadLetters: (tx, letters) => saveDeadLetters(tx, letters, deadLettersMax),
    listDeadLetters,
    knock: (knock, sender, at) => knocking.add(knock, sender, at),
    knocking: () => knocking.list(),
  };
}
