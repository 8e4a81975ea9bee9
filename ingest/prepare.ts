/**
 * The first half of the pipeline: records of the journal to candidates, each with its series, the
 * time at which it stands and its flags. Nothing of identity changes here, so that the store can be
 * asked for a whole batch at once, and asked again when it did not answer.
 */
import type { Instant } from "../model/clock.ts";
import type { DeadLetterReason } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import type { RegistryView } from "../model/registry.ts";
import type { Uplink } from "../model/uplink.ts";
import { makeCandidates } from "./candidates.ts";
import { type DeadLetter, expiredLetter, partLetters, wholeLetter } from "./dead-letters.ts";
import type {
  Answer,
  CommandAck,
  CrewPosition,
  Decoded,
  DeviceStatus,
  Expired,
  Gateway,
  GatewayContext,
  Knock,
} from "./gateways/gateway.ts";
import { faulty, quoted } from "./gateways/payload.ts";
import type { Candidate } from "./identity.ts";
import type { DeviceState, SeriesTable } from "./series-table.ts";
import type { IdentityKey } from "./store/reading-store.ts";
import { decodeUplinkRecord } from "./uplink-record.ts";

/** A batch that is decoded and not yet judged. */
export interface Prepared {
  readonly candidates: Candidate[];
  readonly lookups: IdentityKey[];
  readonly letters: DeadLetter[];
  putAside: number;
  readonly heard: Map<DeviceState["deviceId"], number>;
  readonly statuses: DeviceStatus[];
  readonly acks: CommandAck[];
  readonly positions: CrewPosition[];
  readonly answers: Answer[];
  readonly turnedAway: Set<string>;
  readonly knocks: KnockNoted[];
  /** For metrics. */
  readonly uplinksByFormat: Map<string, number>;
  readonly putAsideByReason: Map<DeadLetterReason, number>;
  newestReceivedAt: number;
}

/** Somebody unknown who spoke, and by whom it was carried. */
export interface KnockNoted {
  readonly knock: Knock;
  readonly sender: string;
  readonly at: Instant;
}

export interface PrepareDeps {
  registry: RegistryView;
  table: SeriesTable;
  gateways: readonly Gateway[];
  context: GatewayContext;
  lettersMax: number;
  log: Log;
}

export interface Preparer {
  /** Records before `countFrom` only rebuild what open frames need. */
  prepare(records: readonly Uint8Array[], from: number, countFrom: number): Prepared;
}

const FORMAT_UNKNOWN = "unknown";

export function createPreparer(deps: PrepareDeps): Preparer {
  const byFirstLevel = new Map<string, Gateway>();
  for (const gateway of deps.gateways) {
    for (const level of gateway.firstLevels) byFirstLevel.set(level, gateway);
  }
  return {
    prepare(records, from, countFrom) {
      const prepared = emptyBatch();
      for (const [index, record] of records.entries()) {
        const position = from + index;
        const uplink = decodeUplinkRecord(record, position);
        prepared.newestReceivedAt = Math.max(prepared.newestReceivedAt, uplink.receivedAt);
        const gateway = gatewayOf(byFirstLevel, uplink.topic);
        const decoded = decodeSafely(deps, gateway, uplink, position);
        if (position < countFrom) {
          // What was given up before the restart is given up again, and was counted then.
          if (position === countFrom - 1) expireAll(deps.gateways, prepared.newestReceivedAt);
          continue;
        }
        bump(prepared.uplinksByFormat, gateway?.format ?? FORMAT_UNKNOWN, 1);
        takeDecoded(deps, prepared, uplink, position, decoded);
      }
      if (from + records.length > countFrom) {
        takeExpired(prepared, expireAll(deps.gateways, prepared.newestReceivedAt));
      }
      const excess = prepared.letters.length - deps.lettersMax;
      if (excess > 0) prepared.letters.splice(0, excess);
      return prepared;
    },
  };
}

function emptyBatch(): Prepared {
  return {
    candidates: [],
    lookups: [],
    letters: [],
    putAside: 0,
    heard: new Map(),
    statuses: [],
    acks: [],
    positions: [],
    answers: [],
    turnedAway: new Set(),
    knocks: [],
    uplinksByFormat: new Map(),
    putAsideByReason: new Map(),
    newestReceivedAt: 0,
  };
}

function gatewayOf(gateways: Map<string, Gateway>, topic: string): Gateway | undefined {
  const end = topic.indexOf("/");
  return gateways.get(end === -1 ? topic : topic.slice(0, end));
}

/** A decoder that throws is a fault of ours; its uplink must not stop every other for ever. */
function decodeSafely(
  deps: PrepareDeps,
  gateway: Gateway | undefined,
  uplink: Uplink,
  position: number,
): Decoded {
  if (gateway === undefined) {
    return faulty("TOPIC_UNKNOWN", `no format reads the topic ${quoted(uplink.topic)}`);
  }
  try {
    return gateway.decode(uplink, position, deps.context);
  } catch (error) {
    deps.log.error("a decoder failed on an uplink, which is put aside", {
      format: gateway.format,
      position,
      topic: uplink.topic,
      error,
    });
    return faulty("ELEMENT_INVALID", `the decoder of '${gateway.format}' failed: ${String(error)}`);
  }
}

function takeDecoded(
  deps: PrepareDeps,
  prepared: Prepared,
  uplink: Uplink,
  position: number,
  decoded: Decoded,
): void {
  const { receivedAt, sender } = uplink;
  for (const deviceId of decoded.heard) prepared.heard.set(deviceId, receivedAt);
  for (const knock of decoded.knocks) prepared.knocks.push({ knock, sender, at: receivedAt });
  if (decoded.statuses.length > 0) prepared.statuses.push(...decoded.statuses);
  if (decoded.acks.length > 0) prepared.acks.push(...decoded.acks);
  if (decoded.positions.length > 0) prepared.positions.push(...decoded.positions);
  if (decoded.answers.length > 0) prepared.answers.push(...decoded.answers);
  for (const turned of decoded.turnedAway) prepared.turnedAway.add(turned);
  const firstCandidate = prepared.candidates.length;
  const refused = makeCandidates(deps, decoded.values, receivedAt, prepared);
  const faults = refused.length === 0 ? decoded.faults : [...decoded.faults, ...refused];
  if (faults.length === 0) return;
  if (prepared.candidates.length === firstCandidate) {
    putAside(prepared, wholeLetter(uplink, position, faults));
  } else {
    for (const letter of partLetters(uplink, position, faults)) putAside(prepared, letter);
  }
}

function putAside(prepared: Prepared, letter: DeadLetter): void {
  prepared.letters.push(letter);
  prepared.putAside += letter.count;
  bump(prepared.putAsideByReason, letter.reason, letter.count);
}

function expireAll(gateways: readonly Gateway[], now: number): Expired[] {
  return gateways.flatMap((gateway) => gateway.expire?.(now) ?? []);
}

function takeExpired(prepared: Prepared, expired: readonly Expired[]): void {
  for (const [index, each] of expired.entries()) putAside(prepared, expiredLetter(each, index));
}

function bump<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
