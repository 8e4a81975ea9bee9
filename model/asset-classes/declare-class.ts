/**
 * What every class shares, so that a class's own file holds only what is its own: the radio and
 * battery measurements, the alarms on a weak battery and on silence, and short forms for rules.
 * A declaration becomes an AssetClass as it is; a test parses them all by the schema.
 */
import type { z } from "zod";
import type { AssetClass, Measurement } from "../asset-class.ts";
import { DAY_MS, type DurationMs, HOUR_MS, MINUTE_MS } from "../clock.ts";
import type { Period } from "../reading.ts";
import type { Quantity, Rule, Signal } from "../rule.ts";

/** As the schemas take them: ids are plain strings still. */
type ClassInput = z.input<typeof AssetClass>;
type RuleInput = z.input<typeof Rule>;
type LimitInput = Extract<RuleInput["condition"], { kind: "limit" }>;
type Title = Measurement["title"];

/** A default rule without what its class gives it; its id is `<class>.<name>`. */
export interface RuleDeclaration
  extends Omit<RuleInput, "ruleId" | "version" | "class" | "enabled" | "lifeSafety"> {
  name: string;
  lifeSafety?: boolean;
}

export interface ClassDeclaration extends Omit<ClassInput, "rules"> {
  rules: RuleDeclaration[];
}

/** A battery saves its radio and may speak once a day; from the mains three report periods count. */
const SILENCE_MS: ClassInput["silenceMs"] = { battery: 26 * HOUR_MS };

const BATTERY_PERCENT_LOW = 20;
const BATTERY_PERCENT_WELL = 25;

/** On devices of every class. */
export const SHARED_MEASUREMENTS: readonly Measurement[] = [
  numeric("batteryPercent", "%", [0, 100], 0, { zh: "电量", en: "Battery" }),
  numeric("rssiDbm", "dBm", [-200, 50], 0, { zh: "信号强度", en: "Signal strength" }),
  numeric("snrDb", "dB", [-50, 50], 1, { zh: "信噪比", en: "Signal to noise" }),
  numeric("rsrpDbm", "dBm", [-200, 0], 0, { zh: "参考信号功率", en: "Reference signal power" }),
];

const SHARED_RULES: readonly RuleDeclaration[] = [
  {
    name: "battery-low",
    title: { zh: "电量低", en: "Battery low" },
    condition: below("batteryPercent", BATTERY_PERCENT_LOW, BATTERY_PERCENT_WELL),
    onDelayMs: 0,
    offDelayMs: 10 * MINUTE_MS,
    severity: "notice",
    isDeviceFault: true,
    source: "own default: below 20 % is work on the sensor, never a city case",
  },
  {
    name: "no-data",
    title: { zh: "设备失联", en: "Device silent" },
    condition: { kind: "no-data", afterMs: 0 },
    onDelayMs: 0,
    offDelayMs: 0,
    severity: "notice",
    isDeviceFault: true,
    family: "silent",
    source: "own default: three report periods of the class",
  },
];

export function declareClass(declaration: ClassDeclaration): AssetClass {
  const rules = [...declaration.rules, ...SHARED_RULES].map(
    ({ name, ...rule }): RuleInput => ({
      lifeSafety: false,
      ...rule,
      ruleId: `${declaration.slug}.${name}`,
      version: 1,
      class: declaration.slug,
      enabled: true,
    }),
  );
  const declared: ClassInput = {
    silenceMs: SILENCE_MS,
    ...declaration,
    measurements: [...declaration.measurements, ...SHARED_MEASUREMENTS],
    rules,
  };
  // The branded ids alone differ; the schema is run by the test, not at every start.
  return declared as AssetClass;
}

export function numeric(
  name: string,
  unit: string,
  [min, max]: readonly [number, number],
  decimals: number,
  title: Title,
): Measurement {
  return { name, unit, kind: "number", min, max, decimals, title };
}

export function yesNo(name: string, title: Title): Measurement {
  return { name, unit: "", kind: "boolean", min: 0, max: 1, decimals: 0, title };
}

/** Abnormal at or above `raise`. */
export function atLeast(measurement: string, raise: Quantity, clear: Quantity) {
  return limit({ measurement, direction: "above", inclusive: true, raise, clear });
}

/** Abnormal above `raise`, which itself is still normal. */
export function above(
  measurement: string,
  raise: Quantity,
  clear: Quantity,
  period: Period = "instant",
) {
  return limit({ measurement, direction: "above", inclusive: false, raise, clear, period });
}

/** Abnormal below `raise`, which itself is still normal. */
export function below(measurement: string, raise: Quantity, clear: Quantity) {
  return limit({ measurement, direction: "below", inclusive: false, raise, clear });
}

export function when(measurement: string, abnormalWhen: boolean): RuleInput["condition"] {
  return { kind: "boolean", measurement, abnormalWhen, period: "instant" };
}

/** Abnormal where what the signal makes of the past reaches `raise`. */
export function signalAtLeast(
  measurement: string,
  signal: Signal,
  raise: number,
  clear: number,
): RuleInput["condition"] {
  return limit({ measurement, signal, direction: "above", inclusive: true, raise, clear });
}

function limit(levels: {
  measurement: string;
  signal?: Signal;
  direction: "above" | "below";
  inclusive: boolean;
  raise: Quantity;
  clear: Quantity;
  period?: Period;
}): LimitInput {
  return { kind: "limit", period: "instant", ...levels };
}

/** What a device fault has in common: once in a day is enough to look after it. */
const DEVICE_FAULT = {
  onDelayMs: 0,
  offDelayMs: DAY_MS,
  severity: "notice",
  isDeviceFault: true,
} as const;

/** A sensor that says what cannot be: the code of a broken probe, most often. */
export function outOfRange(measurement: string, name: string, title: Title): RuleDeclaration {
  return {
    ...DEVICE_FAULT,
    name,
    title,
    condition: { kind: "out-of-range", measurement, period: "instant" },
    source: "own default: a value past the physical range is a sensor's error code or its fault",
  };
}

/** Steps that the measured thing does not make. */
export function jumps(
  measurement: string,
  { name, title, by, overMs, source }: DeviceFault & { by: number },
): RuleDeclaration {
  const condition = signalAtLeast(measurement, { kind: "jump", overMs }, by, by);
  return { ...DEVICE_FAULT, name, title, condition, source };
}

/** Always the same, where the measured thing never is. */
export function stuck(
  measurement: string,
  {
    name,
    title,
    hours,
    pointsMin,
    source,
    ...ends
  }: Omit<DeviceFault, "overMs"> & {
    hours: number;
    pointsMin: number;
    above?: number;
    below?: number;
  },
): RuleDeclaration {
  const depthMs = (hours + STUCK_MARGIN_HOURS) * HOUR_MS;
  const signal: Signal = { kind: "unchanged", tolerance: 0, ...ends, pointsMin, depthMs };
  const condition = signalAtLeast(measurement, signal, hours, hours);
  // One other value shows that it moves.
  return { ...DEVICE_FAULT, offDelayMs: 0, name, title, condition, source };
}

/**
 * A mean that lies off those of its neighbours, while the thing itself is there: its value stays
 * above `presentAbove` for as long.
 */
export function drifts(
  measurement: string,
  drift: DeviceFault & { by: number; presentAbove: number; among: "parent" | "grid" } & Enough,
): RuleDeclaration {
  const { name, title, by, presentAbove, among, overMs, pointsMin, neighboursMin, source } = drift;
  const test = { kind: "limit", measurement, period: "instant", direction: "above" } as const;
  const present = { kind: "window", fn: "min", overMs, pointsMin } as const;
  const off = { kind: "off-neighbours", among, overMs, pointsMin, neighboursMin } as const;
  const all = [
    { ...test, inclusive: false, signal: present, raise: presentAbove, clear: presentAbove },
    { ...test, inclusive: true, signal: off, raise: by, clear: by * DRIFT_CLEAR },
  ];
  return { ...DEVICE_FAULT, name, title, condition: { kind: "compound", when: { all } }, source };
}

interface Enough {
  pointsMin: number;
  neighboursMin: number;
}

/** A drift of so much of what raises is over. */
const DRIFT_CLEAR = 0.75;

interface DeviceFault {
  name: string;
  title: Title;
  overMs: DurationMs;
  source: string;
}

/** Readings do not come on the hour: the first of the stretch may lie so much before it. */
const STUCK_MARGIN_HOURS = 2;

/** Angles in degrees, shares and temperatures have the same range wherever they are measured. */
export const ANGLE_RANGE = [0, 180] as const;
export const PERCENT_RANGE = [0, 100] as const;
export const TEMPERATURE_C_RANGE = [-40, 200] as const;

export const DEFAULT_HOLD = { kind: "duration", ms: 10 * MINUTE_MS } as const;

export function holdFor(ms: DurationMs) {
  return { kind: "duration", ms } as const;
}
