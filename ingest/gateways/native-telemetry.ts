/**
 * Telemetry of the native format: one element or an array of up to 500, each
 * `{observedAt?, seq?, values}`. A bad element or value is put aside alone, the good ones are kept.
 * The checks are written by hand because this is the hottest path; a test holds them equal to the
 * schema in `native-schema.ts`.
 */
import type { Instant } from "../../model/clock.ts";
import type { DeadLetterReason } from "../../model/errors.ts";
import type { DeviceId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { isNested, isTooDeep } from "../../model/nesting.ts";
import type { DecodedValue } from "../../model/reading.ts";
import type { Uplink } from "../../model/uplink.ts";
import { readObservedAt } from "../observed-at.ts";
import { CLOCK_AHEAD_MS_MAX } from "../quality/clock.ts";
import { type Decoded, type Fault, NOTHING_DECODED } from "./gateway.ts";
import { faulty, isObject, quoted, readJson, tooDeepText } from "./payload.ts";

interface NativeElement {
  readonly source: unknown;
  readonly claimedAt: Instant | undefined;
  readonly seq: number | undefined;
  readonly values: Record<string, unknown>;
}

/** A fault before its bytes are made; they are only where the payload had other elements. */
interface FoundFault {
  readonly reason: DeadLetterReason;
  readonly text: string;
  readonly count: number;
  readonly source: unknown;
}

/** What is found while an uplink is read. */
interface Findings {
  readonly deviceId: DeviceId;
  readonly values: DecodedValue[];
  readonly faults: FoundFault[];
  /** Something was nested where nothing nested is expected, so the depth must be looked at. */
  mayBeDeep: boolean;
}

export function decodeTelemetry(uplink: Uplink, deviceId: DeviceId): Decoded {
  const json = readJson(uplink.payload);
  if (json.kind === "unreadable") return json.decoded;
  const { root } = json;
  const findings: Findings = { deviceId, values: [], faults: [], mayBeDeep: false };
  if (!Array.isArray(root)) {
    const element = readElement(root, findings);
    if (element !== undefined) takeValues(element, element.claimedAt, findings);
  } else if (root.length > LIMITS.uplinkElementsMax) {
    return faulty(
      "TOO_MANY_ELEMENTS",
      `${root.length} elements; an uplink carries up to ${LIMITS.uplinkElementsMax}: send several`,
    );
  } else if (root.length === 0) {
    return faulty("EMPTY", "the array has no elements");
  } else {
    readElements(root, uplink.receivedAt, findings);
  }
  if (findings.mayBeDeep && isTooDeep(root)) return faulty("TOO_DEEP", tooDeepText());
  const faults =
    findings.faults.length === 0
      ? NOTHING_DECODED.faults
      : withParts(findings, Array.isArray(root));
  if (findings.values.length === 0) return { ...NOTHING_DECODED, faults };
  const { statuses, acks, positions, answers, knocks, turnedAway } = NOTHING_DECODED;
  const { values } = findings;
  const heard = [deviceId];
  return { values, faults, heard, statuses, acks, positions, answers, knocks, turnedAway };
}

function readElements(elements: readonly unknown[], receivedAt: Instant, findings: Findings): void {
  const read: NativeElement[] = [];
  let newestAt: Instant | undefined;
  for (const source of elements) {
    const element = readElement(source, findings);
    if (element === undefined) continue;
    read.push(element);
    const { claimedAt } = element;
    // A time that runs ahead tells nothing of how late the others are.
    if (claimedAt === undefined || claimedAt > receivedAt + CLOCK_AHEAD_MS_MAX) continue;
    if (newestAt === undefined || claimedAt > newestAt) newestAt = claimedAt;
  }
  for (const element of read) takeValues(element, newestAt, findings);
}

/** The element's time, seq and values; undefined when it is put aside. */
function readElement(source: unknown, findings: Findings): NativeElement | undefined {
  if (!isObject(source)) {
    return putAside(findings, source, "ELEMENT_INVALID", () => {
      return `an element is ${quoted(source)}; wanted {observedAt?, seq?, values}`;
    });
  }
  for (const key in source) {
    if (key === "values" || key === "observedAt" || key === "seq") continue;
    if (isNested(source[key])) findings.mayBeDeep = true;
  }
  const { observedAt, seq, values } = source;
  if (!isObject(values)) {
    return putAside(findings, source, "ELEMENT_INVALID", () => {
      return `"values" is ${quoted(values)}; wanted an object of measurements`;
    });
  }
  if (seq !== undefined && !isSeq(seq)) {
    return putAside(findings, source, "ELEMENT_INVALID", () => {
      return `"seq" is ${quoted(seq)}; wanted a whole number from 0 on`;
    });
  }
  if (observedAt === undefined) return { source, claimedAt: undefined, seq, values };
  const claimedAt = readObservedAt(observedAt);
  if (claimedAt === undefined) {
    return putAside(findings, source, "TIME_INVALID", () => {
      return `"observedAt" is ${quoted(observedAt)}; wanted ms since 1970 or ISO 8601 with its offset`;
    });
  }
  return { source, claimedAt, seq, values };
}

function takeValues(
  element: NativeElement,
  newestAt: Instant | undefined,
  findings: Findings,
): void {
  const { values, claimedAt, seq, source } = element;
  let nameCount = 0;
  let badCount = 0;
  let firstBad = "";
  for (const measurement in values) {
    nameCount += 1;
    const raw = values[measurement];
    const value = typeof raw === "boolean" ? Number(raw) : raw;
    if (typeof value !== "number" || !Number.isFinite(value)) {
      if (badCount === 0) firstBad = measurement;
      badCount += 1;
      continue;
    }
    findings.values.push({
      deviceId: findings.deviceId,
      measurement,
      period: "instant",
      value,
      claimedAt,
      newestAt,
      seq,
      flags: 0,
    });
  }
  if (nameCount === 0) {
    putAside(findings, source, "EMPTY", () => `"values" has no measurements`);
  }
  if (badCount > 0) {
    const others = badCount > 1 ? `, and ${badCount - 1} more of the same element` : "";
    const text = (): string =>
      `${quoted(firstBad)} is ${quoted(values[firstBad])}; wanted a finite number or a boolean`;
    putAside(findings, source, "VALUE_INVALID", () => text() + others, badCount);
  }
}

function putAside(
  findings: Findings,
  source: unknown,
  reason: DeadLetterReason,
  text: () => string,
  count = 1,
): undefined {
  findings.mayBeDeep = true;
  findings.faults.push({ reason, text: text(), count, source });
}

/** An element of an array is shown alone; a lone object is the payload itself. */
function withParts(findings: Findings, isArray: boolean): Fault[] {
  return findings.faults.map(({ reason, text, count, source }) => {
    if (!isArray) return { reason, text, count };
    return { reason, text, count, part: Buffer.from(JSON.stringify(source)) };
  });
}

function isSeq(seq: unknown): seq is number {
  return Number.isSafeInteger(seq) && (seq as number) >= 0;
}
