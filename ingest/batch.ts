/**
 * The second half of the pipeline: candidates are judged in order, new ones become readings for the
 * rules and rows for the store, and the ledger of the batch is drawn up.
 */
import type { DeadLetterReason } from "../model/errors.ts";
import type { Flags, Reading, Verdict } from "../model/reading.ts";
import { addRow, newColumns } from "./columns.ts";
import type { DeadLetter } from "./dead-letters.ts";
import type {
  Answer,
  BirthTold,
  CommandAck,
  CommandCarried,
  CrewPosition,
  DeviceReport,
  DeviceStatus,
  DeviceWay,
  Heard,
  MetricsShown,
  WayWord,
} from "./gateways/gateway.ts";
import { type Candidate, createIdentity } from "./identity.ts";
import type { LineMemory } from "./memories.ts";
import type { KnockNoted, Prepared } from "./prepare.ts";
import type { ScriptRuns } from "./script-rounds.ts";
import type { SeriesTable } from "./series-table.ts";
import type { Ledger, ReadingColumns, Series, StoreBatch } from "./store/reading-store.ts";

export interface IngestBatch {
  /** New readings, to be judged: in journal order, within an uplink in time order. */
  readings: Reading[];
  /** For the store, when what was decided on it is committed. */
  batch: Omit<StoreBatch, "position">;
  deadLetters: DeadLetter[];
  /** Each device once, with its newest receipt in the batch. */
  heard: Heard[];
  statuses: DeviceStatus[];
  acks: CommandAck[];
  /** How devices say they are set. */
  reports: DeviceReport[];
  positions: CrewPosition[];
  carried: CommandCarried[];
  ways: DeviceWay[];
  births: BirthTold[];
  shown: MetricsShown[];
  wayWords: WayWord[];
  /** To be published on MQTT. */
  answers: Answer[];
  /** Senders, each once, whose connections are to be closed; what they sent is put aside. */
  turnedAway: string[];
  knocks: readonly KnockNoted[];
  /** What came of decoders' scripts. */
  scriptRuns: readonly ScriptRuns[];
  /** For metrics. */
  tally: BatchTally;
  /** Records that it was made of. */
  count: number;
  /** First journal position that a still open frame needs: keep the journal from there. */
  openFrom: number | undefined;
  /** What gateways remember after it, where it is time to save that. */
  memory?: LineMemory;
}

export interface BatchTally {
  readonly verdicts: Record<Verdict, number>;
  /** New readings by their flags, those with flags only. */
  readonly flags: Map<Flags, number>;
  readonly uplinksByFormat: ReadonlyMap<string, number>;
  readonly putAsideByReason: ReadonlyMap<DeadLetterReason, number>;
  readonly newestReceivedAt: number;
}

export type BatchJudge = (
  prepared: Prepared,
  found: readonly (number | undefined)[],
  table: SeriesTable,
) => Omit<IngestBatch, "count" | "openFrom" | "memory">;

export function createBatchJudge(): BatchJudge {
  const identity = createIdentity();
  return (prepared, found, table) => {
    const { candidates } = prepared;
    const readings: Reading[] = [];
    const newSeries: Series[] = [];
    const columns = newColumns(candidates.length);
    const { uplinksByFormat, putAsideByReason, newestReceivedAt } = prepared;
    const tally: BatchTally = {
      verdicts: { new: 0, duplicate: 0, conflict: 0 },
      flags: new Map(),
      uplinksByFormat,
      putAsideByReason,
      newestReceivedAt,
    };
    identity.begin();
    for (const candidate of candidates) {
      const stored = candidate.lookup === -1 ? undefined : found[candidate.lookup];
      const verdict = identity.judge(candidate, stored);
      tally.verdicts[verdict] += 1;
      if (verdict !== "new") continue;
      const { series, flags } = candidate;
      if (series.seriesId === 0) newSeries.push(table.number(series));
      if (flags !== 0) tally.flags.set(flags, (tally.flags.get(flags) ?? 0) + 1);
      addRow(columns, candidate);
      readings.push(readingOf(candidate));
    }
    const { letters: deadLetters, statuses, acks, positions, answers, knocks } = prepared;
    const heard = [...prepared.heard].map(([deviceId, at]) => ({ deviceId, at }));
    const turnedAway = [...prepared.turnedAway];
    const batch = { newSeries, columns, ledger: ledgerOf(prepared, columns, tally) };
    const { carried, ways, births, shown, wayWords } = prepared;
    const { reports } = prepared;
    const commandWords = { acks, carried, ways, births, shown, wayWords };
    const messages = { statuses, reports, positions, answers, ...commandWords };
    const { scriptRuns } = prepared;
    const told = { turnedAway, knocks, scriptRuns, tally };
    return { readings, batch, deadLetters, heard, ...messages, ...told };
  };
}

function ledgerOf(prepared: Prepared, columns: ReadingColumns, tally: BatchTally): Ledger {
  return {
    journaled: prepared.candidates.length + prepared.putAside,
    stored: columns.length,
    duplicate: tally.verdicts.duplicate,
    conflict: tally.verdicts.conflict,
    putAside: prepared.putAside,
  };
}

function readingOf({ decoded, observedAt, receivedAt, flags }: Candidate): Reading {
  const { deviceId, measurement, period, value, claimedAt, min, max, total } = decoded;
  const base = { deviceId, measurement, period, observedAt, receivedAt, value, flags };
  const isPlain = min === undefined && max === undefined && total === undefined;
  const differs = claimedAt !== undefined && claimedAt !== observedAt;
  if (isPlain) return differs ? { ...base, claimedAt } : base;
  return {
    ...base,
    ...(differs ? { claimedAt } : {}),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(total === undefined ? {} : { total }),
  };
}
