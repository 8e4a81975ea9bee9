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
import {
  type DeviceFrame,
  type FrameAnswers,
  type FrameAsker,
  NO_FRAME_ANSWERS,
} from "./frame-answers.ts";
import type {
  Answer,
  BirthTold,
  CommandAck,
  CommandCarried,
  CrewPosition,
  Decoded,
  DeviceReport,
  DeviceStatus,
  DeviceWay,
  Expired,
  Gateway,
  GatewayContext,
  Knock,
  MetricsShown,
  Released,
  WayWord,
} from "./gateways/gateway.ts";
import { faulty, quoted } from "./gateways/payload.ts";
import type { Candidate } from "./identity.ts";
import { flagClock } from "./quality/clock.ts";
import type { ScriptRuns } from "./script-rounds.ts";
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
  readonly reports: DeviceReport[];
  readonly positions: CrewPosition[];
  readonly carried: CommandCarried[];
  readonly ways: DeviceWay[];
  readonly births: BirthTold[];
  readonly shown: MetricsShown[];
  readonly wayWords: WayWord[];
  readonly answers: Answer[];
  readonly turnedAway: Set<string>;
  readonly knocks: KnockNoted[];
  /** For metrics. */
  readonly uplinksByFormat: Map<string, number>;
  readonly putAsideByReason: Map<DeadLetterReason, number>;
  /** What came of decoders' scripts. */
  scriptRuns: readonly ScriptRuns[];
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
  context: Omit<GatewayContext, "readFrame">;
  frames: FrameAsker;
  lettersMax: number;
  log: Log;
}

export interface Preparer {
  /**
   * Records before `countFrom` only rebuild what open frames need. Decoders are what they are when
   * it begins: one that is changed meanwhile is the next batch's.
   */
  prepare(records: readonly Uint8Array[], from: number, countFrom: number): Promise<Prepared>;
}

const FORMAT_UNKNOWN = "unknown";

export function createPreparer(deps: PrepareDeps): Preparer {
  const gatewayOf = createGatewayFinder(deps.gateways);
  return {
    async prepare(records, from, countFrom) {
      // Only where a script may be asked are uplinks looked at before they are decoded.
      const uplinks = deps.frames.isNeeded()
        ? records.map((record, index) => decodeUplinkRecord(record, from + index))
        : [];
      const counted = uplinks.slice(Math.max(0, countFrom - from));
      const answers =
        counted.length === 0 ? NO_FRAME_ANSWERS : await askedAnswers(deps, gatewayOf, counted);
      const context: GatewayContext = { ...deps.context, readFrame: answers.read };
      const decoding = { gateways: deps.gateways, log: deps.log, context };
      const prepared = emptyBatch();
      prepared.scriptRuns = answers.runs;
      for (const [index, record] of records.entries()) {
        const position = from + index;
        const uplink = uplinks[index] ?? decodeUplinkRecord(record, position);
        prepared.newestReceivedAt = Math.max(prepared.newestReceivedAt, uplink.receivedAt);
        const gateway = gatewayOf(uplink.topic);
        const decoded = decodeSafely(decoding, gateway, uplink, position);
        if (position < countFrom) {
          // What was given up before the restart is given up again, and was counted then.
          if (position === countFrom - 1) giveUp(decoding, prepared.newestReceivedAt);
          continue;
        }
        bump(prepared.uplinksByFormat, gateway?.format ?? FORMAT_UNKNOWN, 1);
        takeDecoded(deps, prepared, uplink, position, decoded);
      }
      if (from + records.length > countFrom) {
        const { expired, released } = giveUp(decoding, prepared.newestReceivedAt);
        takeExpired(prepared, expired);
        for (const each of released) takeReleased(deps, prepared, each);
      }
      const excess = prepared.letters.length - deps.lettersMax;
      if (excess > 0) prepared.letters.splice(0, excess);
      return prepared;
    },
  };
}

/** Of all frames that wait for a script, before the first uplink is decoded. */
async function askedAnswers(
  { frames, context, log }: PrepareDeps,
  gatewayOf: GatewayFinder,
  uplinks: readonly Uplink[],
): Promise<FrameAnswers> {
  const wanted: DeviceFrame[] = [];
  for (const uplink of uplinks) {
    const gateway = gatewayOf(uplink.topic);
    if (gateway?.framesOf === undefined) continue;
    try {
      for (const each of gateway.framesOf(uplink, context, frames.isWanted)) wanted.push(each);
    } catch (error) {
      // A fault of ours, as in decoding: nobody else waits for it.
      const { format } = gateway;
      log.error("an uplink's frames could not be read", { format, topic: uplink.topic, error });
    }
  }
  return await frames.ask(wanted);
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
    reports: [],
    positions: [],
    carried: [],
    ways: [],
    births: [],
    shown: [],
    wayWords: [],
    answers: [],
    turnedAway: new Set(),
    knocks: [],
    uplinksByFormat: new Map(),
    putAsideByReason: new Map(),
    scriptRuns: [],
    newestReceivedAt: 0,
  };
}

type GatewayFinder = (topic: string) => Gateway | undefined;

/** Whose a topic is: by its first level, its first two, or what is registered. */
export function createGatewayFinder(all: readonly Gateway[]): GatewayFinder {
  const gateways = new Map(
    all.flatMap((gateway) => gateway.firstLevels.map((level) => [level, gateway])),
  );
  return (topic) => {
    const first = topic.indexOf("/");
    const byFirst = gateways.get(first < 0 ? topic : topic.slice(0, first));
    if (byFirst !== undefined) return byFirst;
    const second = topic.indexOf("/", first + 1);
    const byTwo = gateways.get(second < 0 ? topic : topic.slice(0, second));
    return byTwo ?? all.find((gateway) => gateway.reads?.(topic));
  };
}

/** A decoder that throws is a fault of ours; its uplink must not stop every other for ever. */
function decodeSafely(
  deps: { context: GatewayContext; log: Log },
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
  if (decoded.released !== undefined) {
    for (const each of decoded.released) takeReleased(deps, prepared, each);
  }
  for (const deviceId of decoded.heard) prepared.heard.set(deviceId, receivedAt);
  for (const knock of decoded.knocks) prepared.knocks.push({ knock, sender, at: receivedAt });
  for (const each of decoded.statuses) prepared.statuses.push(believed(each, receivedAt));
  for (const each of decoded.acks) prepared.acks.push(believed(each, receivedAt));
  if (decoded.reports !== undefined) prepared.reports.push(...decoded.reports);
  if (decoded.positions.length > 0) prepared.positions.push(...decoded.positions);
  if (decoded.carried !== undefined) prepared.carried.push(...decoded.carried);
  if (decoded.ways !== undefined) prepared.ways.push(...decoded.ways);
  if (decoded.births !== undefined) prepared.births.push(...decoded.births);
  if (decoded.shown !== undefined) prepared.shown.push(...decoded.shown);
  if (decoded.wayWords !== undefined) prepared.wayWords.push(...decoded.wayWords);
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

/** What a platform's clock sets into the future would outlast all that is told after it. */
function believed<Told extends { readonly at: Instant }>(told: Told, receivedAt: Instant): Told {
  const isGood = flagClock(told.at, receivedAt, Number.POSITIVE_INFINITY) === undefined;
  return isGood && told.at <= receivedAt ? told : { ...told, at: receivedAt };
}

function putAside(prepared: Prepared, letter: DeadLetter): void {
  prepared.letters.push(letter);
  prepared.putAside += letter.count;
  bump(prepared.putAsideByReason, letter.reason, letter.count);
}

/** What has been open, or has waited, too long. */
function giveUp(
  { gateways, context }: { gateways: readonly Gateway[]; context: GatewayContext },
  now: number,
) {
  return {
    expired: gateways.flatMap((gateway) => gateway.expire?.(now) ?? []),
    released: gateways.flatMap((gateway) => gateway.release?.(now, context) ?? []),
  };
}

function takeReleased(deps: PrepareDeps, prepared: Prepared, each: Released): void {
  takeDecoded(deps, prepared, each.uplink, each.position, each.decoded);
}

function takeExpired(prepared: Prepared, expired: readonly Expired[]): void {
  for (const [index, each] of expired.entries()) putAside(prepared, expiredLetter(each, index));
}

function bump<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
