/**
 * The values of one uplink become candidates: each with its series, the time at which it stands,
 * its flags and its key, in time order. A value that is not kept at all is answered as a fault.
 */
import type { Instant } from "../model/clock.ts";
import { CLOCK_FLAGS, type DecodedValue, type Flags } from "../model/reading.ts";
import type { RegistryView } from "../model/registry.ts";
import type { Fault } from "./gateways/gateway.ts";
import { quoted } from "./gateways/payload.ts";
import { type Candidate, needsLookup } from "./identity.ts";
import { CLOCK_AHEAD_MS_MAX, flagClock } from "./quality/clock.ts";
import { flagLate, learnSkew } from "./quality/late.ts";
import { flagRange } from "./quality/range.ts";
import type { DeviceState, SeriesRefusal, SeriesState, SeriesTable } from "./series-table.ts";
import type { IdentityKey } from "./store/reading-store.ts";

export interface CandidateDeps {
  readonly registry: RegistryView;
  readonly table: SeriesTable;
}

/** Where candidates are gathered, with the keys that the store must be asked for. */
export interface CandidateBatch {
  readonly candidates: Candidate[];
  readonly lookups: IdentityKey[];
}

/** Adds the candidates of an uplink's values to the batch; answers those that are not kept. */
export function makeCandidates(
  deps: CandidateDeps,
  values: readonly DecodedValue[],
  receivedAt: Instant,
  batch: CandidateBatch,
): Fault[] {
  const { candidates } = batch;
  const first = candidates.length;
  let device: DeviceState | undefined;
  let newestAt: Instant | undefined;
  let lateBit: Flags = 0;
  let refusals: Refusals | undefined;
  let isOrdered = true;
  for (const decoded of values) {
    if (device?.deviceId !== decoded.deviceId || newestAt !== decoded.newestAt) {
      const entry = deps.registry.device(decoded.deviceId);
      if (entry === undefined) {
        refusals = refuse(refusals, "unregistered", decoded);
        continue;
      }
      device = deps.table.device(entry);
      newestAt = decoded.newestAt;
      lateBit = judgeDelay(device, newestAt, receivedAt);
    }
    const series = deps.table.series(device, decoded.measurement, decoded.period);
    if (typeof series === "string") {
      refusals = refuse(refusals, series, decoded);
      continue;
    }
    const candidate = makeCandidate(decoded, series, receivedAt, lateBit, batch.lookups);
    const before = candidates.length > first ? candidates[candidates.length - 1] : undefined;
    if (before !== undefined && byTime(before, candidate) > 0) isOrdered = false;
    candidates.push(candidate);
  }
  if (!isOrdered) sortTail(candidates, first);
  return refusals === undefined ? [] : refusalFaults(refusals);
}

function makeCandidate(
  decoded: DecodedValue,
  series: SeriesState,
  receivedAt: Instant,
  lateBit: Flags,
  lookups: IdentityKey[],
): Candidate {
  const { claimedAt, seq } = decoded;
  const clock = flagClock(claimedAt, receivedAt, series.device.retentionDays);
  const range = flagRange(decoded.value, series.definition);
  const observedAt = clock === undefined && claimedAt !== undefined ? claimedAt : receivedAt;
  const isSeq = clock !== undefined && seq !== undefined;
  const isByReceipt = clock !== undefined && seq === undefined;
  const key = isSeq ? seq : observedAt;
  const isAsked = !isByReceipt && needsLookup(series, key, isSeq);
  return {
    decoded,
    series,
    observedAt,
    receivedAt,
    // A time that is no good says nothing of being late: the reading is judged as live.
    flags: decoded.flags | (clock === undefined ? lateBit : clock.bit) | (range?.bit ?? 0),
    key,
    isSeq,
    isByReceipt,
    lookup: isAsked ? lookups.push({ seriesId: series.seriesId, key, isSeq }) - 1 : -1,
    previousRow: -1,
  };
}
/** The `late` bit of an uplink's values of one device; the device's usual skew learns from it. */
function judgeDelay(device: DeviceState, newestAt: number | undefined, receivedAt: number): number {
  if (newestAt === undefined || newestAt > receivedAt + CLOCK_AHEAD_MS_MAX) return 0;
  const late = flagLate(newestAt, receivedAt, device.skew.usualMs);
  learnSkew(device.skew, newestAt, receivedAt);
  return late === undefined ? 0 : late.bit;
}

/** Where several stand at the receipt, what their device claims gives their order. */
function byTime(a: Candidate, b: Candidate): number {
  if (a.observedAt !== b.observedAt) return a.observedAt - b.observedAt;
  if ((a.flags & b.flags & CLOCK_FLAGS) === 0) return 0;
  const claimed = (a.decoded.claimedAt ?? 0) - (b.decoded.claimedAt ?? 0);
  return claimed === 0 ? (a.decoded.seq ?? 0) - (b.decoded.seq ?? 0) : claimed;
}

/** The sort is stable: of equal keys the first in the payload stays first. */
function sortTail(candidates: Candidate[], first: number): void {
  const tail = candidates.splice(first).sort(byTime);
  for (const candidate of tail) candidates.push(candidate);
}

type Refusal = SeriesRefusal | "unregistered";
type Refusals = Map<Refusal, { count: number; first: DecodedValue }>;

function refuse(refusals: Refusals | undefined, why: Refusal, decoded: DecodedValue): Refusals {
  const all: Refusals = refusals ?? new Map();
  const known = all.get(why);
  if (known === undefined) all.set(why, { count: 1, first: decoded });
  else known.count += 1;
  return all;
}

function refusalFaults(refusals: Refusals): Fault[] {
  return [...refusals].map(([why, { count, first }]): Fault => {
    const name = quoted(first.measurement);
    if (why === "too-many") {
      const text = `device '${first.deviceId}' has no room for ${name}, which its class does not name`;
      return { reason: "TOO_MANY_MEASUREMENTS", text, count };
    }
    if (why === "unregistered") {
      return {
        reason: "DEVICE_UNKNOWN",
        text: `no device '${first.deviceId}' is registered`,
        count,
      };
    }
    return { reason: "VALUE_INVALID", text: `${name} is no name of a measurement`, count };
  });
}
