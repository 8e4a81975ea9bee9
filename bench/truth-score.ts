/**
 * The simulator's ledger held against the alarms that people were told of: which faults were found and
 * how soon, which alarms nobody had a fault for, and under which noise those fall. Pure.
 *
 * A fault is found by a told alarm of its filing condition or of the rule that it expects, on its
 * asset (of a group: its cabinet, station or gateway), from its beginning until an hour after its end;
 * one that still stands when it begins counts too. An alarm is true where a fault explains it, also
 * one that the fault brings beside (`COMES_WITH`); else it is false, and counted under the label of
 * the noise that its device had, or the name of its fault. What informs and asks nobody for anything is not scored.
 */
import type { LedgerLine } from "./ledger.ts";
import { COMES_WITH, INFORMING } from "./truth-table.ts";

/** A line of the ledger; one with `tellingAt` says when a reading first showed the fault. */
export interface TruthLine extends LedgerLine {
  deviceId: string;
  gatewayId?: string;
  expectsAlarm?: string;
  noise?: true;
  label?: string;
  tellingAt?: string;
}

/** What the API says of an alarm. */
export interface TruthAlarm {
  alarmId: string;
  ruleId: string;
  class: string;
  assetId?: string;
  deviceId?: string;
  gatewayId?: string;
  conditionId?: string;
  raisedAt: number;
  /** Absent: nobody was told. */
  toldAt?: number;
  /** Normal again; absent: it stands. */
  overAt?: number;
}

export interface Fault {
  what: string;
  class: string;
  /** The asset or gateway on which its alarm is to stand. */
  on: string;
  /** All that it strikes. */
  assetIds: ReadonlySet<string>;
  at: number;
  until: number | undefined;
  expectsCase: string | undefined;
  expectsAlarm: string | undefined;
  expectedBy: number | undefined;
  tellingAt: number | undefined;
  label: string | undefined;
  /** Struck devices. */
  members: number;
}

export type Verdict =
  | { kind: "found"; alarm: TruthAlarm; delayMs: number | undefined }
  | { kind: "missed" }
  /** Too near the end of the run. */
  | { kind: "undecided" }
  /** The device never sent what would have shown it. */
  | { kind: "unshown" }
  /** No alarm is to come of it. */
  | { kind: "silent" };

export interface Scored {
  faults: { fault: Fault; verdict: Verdict }[];
  told: { alarm: TruthAlarm; verdict: "true" | "false" | "informing"; label: string | undefined }[];
}

const UNDECIDED_MS = 45 * 60_000;
/** Delays, and what the network held back. */
const LATE_MS = 60 * 60_000;
const EARLY_MS = 3 * 60_000;
/** Of these the simulator says when a reading first showed them. */
const SHOWN_BY_A_READING: ReadonlySet<string> = new Set(["sensor-spike"]);

export function score(input: {
  ledger: readonly TruthLine[];
  alarms: readonly TruthAlarm[];
  /** When the devices are all there and faults may begin; what is told before is not scored. */
  fromAt: number;
  endAt: number;
}): Scored {
  const { alarms, fromAt, endAt } = input;
  const faults = faultsOf(input.ledger).filter(({ at }) => at <= endAt);
  // Afterwards the devices say nothing more, not even that all is well.
  const told = alarms.filter(
    (alarm): alarm is ToldAlarm =>
      alarm.toldAt !== undefined && alarm.toldAt >= fromAt && alarm.toldAt <= endAt,
  );
  const byPlace = new Map<string, ToldAlarm[]>();
  for (const alarm of told) add(byPlace, placeOf(alarm), alarm);
  const faultsAt = new Map<string, Fault[]>();
  for (const fault of faults) {
    for (const place of new Set([fault.on, ...fault.assetIds])) add(faultsAt, place, fault);
  }
  return {
    faults: faults.map((fault) => ({
      fault,
      verdict: verdictOf(fault, byPlace.get(fault.on) ?? [], endAt),
    })),
    told: told.map((alarm) => {
      const here = faultsAt.get(placeOf(alarm)) ?? [];
      return { alarm, ...explanationOf(alarm, here, endAt) };
    }),
  };
}

type ToldAlarm = TruthAlarm & { toldAt: number };

const placeOf = (alarm: TruthAlarm): string => alarm.gatewayId ?? alarm.assetId ?? "";
/** Of `manhole-cover.tilt` it is `tilt`. */
const nameOf = ({ ruleId }: TruthAlarm): string => ruleId.slice(ruleId.indexOf(".") + 1);

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const found = map.get(key);
  if (found === undefined) map.set(key, [value]);
  else found.push(value);
}

/** The lines of a group as one fault; what first showed any of it shows it. */
export function faultsOf(ledger: readonly TruthLine[]): Fault[] {
  const tellingAt = new Map<string, number>();
  for (const { what, deviceId, at, tellingAt: told } of ledger) {
    if (told !== undefined) tellingAt.set(`${what} ${deviceId} ${at}`, Date.parse(told));
  }
  const faults = new Map<string, Fault & { assetIds: Set<string> }>();
  for (const line of ledger) {
    if (line.tellingAt !== undefined) continue;
    const on = carrierOf(line) ?? line.assetId;
    const key = `${line.what} ${on} ${line.at} ${line.label ?? ""}`;
    const told = tellingAt.get(`${line.what} ${line.deviceId} ${line.at}`);
    const known = faults.get(key);
    if (known === undefined) {
      faults.set(key, { ...asFault(line, on), tellingAt: told });
      continue;
    }
    known.members += 1;
    known.assetIds.add(line.assetId);
    if (told !== undefined) known.tellingAt = Math.min(told, known.tellingAt ?? told);
  }
  return [...faults.values()];
}

function carrierOf({ what, caseAssetId, gatewayId }: TruthLine): string | undefined {
  return caseAssetId ?? (what === "gateway-outage" ? gatewayId : undefined);
}

function asFault(line: TruthLine, on: string): Fault & { assetIds: Set<string> } {
  return {
    what: line.what,
    class: line.class,
    on,
    assetIds: new Set([line.assetId]),
    at: Date.parse(line.at),
    until: line.until === undefined ? undefined : Date.parse(line.until),
    expectsCase: line.expectsCase ?? undefined,
    expectsAlarm: line.expectsAlarm,
    expectedBy: line.expectedBy === undefined ? undefined : Date.parse(line.expectedBy),
    tellingAt: undefined,
    label: line.label,
    members: 1,
  };
}

function isExpected(fault: Fault, alarm: TruthAlarm): boolean {
  if (placeOf(alarm) !== fault.on) return false;
  const { expectsCase, expectsAlarm } = fault;
  return (
    (expectsCase !== undefined && alarm.conditionId === expectsCase) ||
    (expectsAlarm !== undefined && nameOf(alarm) === expectsAlarm)
  );
}

function isInTime({ at, until }: Fault, { toldAt }: ToldAlarm, endAt: number): boolean {
  return toldAt >= at - EARLY_MS && toldAt <= (until ?? endAt) + LATE_MS;
}

function verdictOf(fault: Fault, alarms: readonly ToldAlarm[], endAt: number): Verdict {
  const { expectsCase, expectsAlarm, at, tellingAt, expectedBy } = fault;
  if (expectsCase === undefined && expectsAlarm === undefined) return { kind: "silent" };
  const fitting = alarms.filter((alarm) => isExpected(fault, alarm));
  const [first] = fitting
    .filter((alarm) => isInTime(fault, alarm, endAt))
    .sort((one, other) => one.toldAt - other.toldAt);
  if (first !== undefined) {
    return { kind: "found", alarm: first, delayMs: Math.max(0, first.toldAt - (tellingAt ?? at)) };
  }
  const standing = fitting.find(
    ({ toldAt, overAt }) => toldAt <= at && (overAt === undefined || overAt >= at),
  );
  if (standing !== undefined) return { kind: "found", alarm: standing, delayMs: undefined };
  if (SHOWN_BY_A_READING.has(fault.what) && tellingAt === undefined) return { kind: "unshown" };
  return { kind: (expectedBy ?? at + UNDECIDED_MS) > endAt ? "undecided" : "missed" };
}

function explanationOf(
  alarm: ToldAlarm,
  here: readonly Fault[],
  endAt: number,
): { verdict: "true" | "false" | "informing"; label: string | undefined } {
  const meant = here.filter((fault) => isInTime(fault, alarm, endAt));
  const isTrue = meant.some(
    (fault) =>
      isExpected(fault, alarm) || (COMES_WITH[fault.what]?.includes(nameOf(alarm)) ?? false),
  );
  if (isTrue) return { verdict: "true", label: undefined };
  if (INFORMING.has(alarm.ruleId)) return { verdict: "informing", label: undefined };
  const latest = [...meant].sort((one, other) => other.at - one.at);
  const likely = latest.find(({ what }) => CAUSES[what]?.includes(nameOf(alarm)) ?? false);
  const cause = likely ?? latest.find(({ label }) => label !== undefined) ?? latest[0];
  return { verdict: "false", label: cause?.label ?? cause?.what };
}

/** What is the likelier cause where a device has several. */
const CAUSES: Readonly<Record<string, readonly string[]>> = {
  "pump-failure": ["water-high"],
  "feeder-outage": ["dark", "voltage-low", "no-data"],
  "sensor-noisy": ["tilt", "pole-tilt"],
  "truck-over-cover": ["tilt", "rattle"],
  "voltage-sag": ["voltage-low"],
  "sensor-drift": ["voltage-low", "voltage-high"],
  "radio-loss": ["no-data", "rattle", "voltage-low"],
  "link-down": ["no-data"],
  "gateway-outage": ["no-data"],
};
