/**
 * A rule says of a class's measurements when they are abnormal and when normal again. Rules are
 * data with their source beside them; the alarm machine runs them.
 * A rule holds a number against a limit. The number is the measurement itself, or what a signal
 * makes of its recent past: a rate, a mean, hours, a forecast. Several may be combined.
 */
import { z } from "zod";
import { AssetId, RuleId, UnitId } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { Period } from "./reading.ts";
import { type TermOf, termOf } from "./rule-term.ts";

export const Severity = z.enum(["notice", "warning", "major", "critical"]);
export type Severity = z.infer<typeof Severity>;

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day is HH:mm");
const Span = z.int().positive();
const PointsMin = z.int().min(1).max(1_000);
const MeasurementName = z.string().min(1).max(64);
const Attributes = z.record(z.string().max(64), z.union([z.string(), z.number(), z.boolean()]));

/** A number, or one that each asset brings: `attribute × times + plus`. */
export const Quantity = z.union([
  z.number(),
  z.strictObject({
    attribute: z.string().min(1).max(64),
    times: z.number().optional(),
    plus: z.number().optional(),
    /** Of an asset without such an attribute; absent: the rule does not bind it. */
    otherwise: z.number().optional(),
  }),
]);
export type Quantity = z.infer<typeof Quantity>;

/** What is held against the limit. Windows end with the newest reading, by the readings' own times. */
export const Signal = z.discriminatedUnion("kind", [
  /** Change a minute, by least squares; falling is negative. */
  z.strictObject({ kind: z.literal("rate"), overMs: Span, pointsMin: PointsMin }),
  z.strictObject({
    kind: z.literal("window"),
    fn: z.enum(["mean", "min", "max", "range", "p50", "p90", "p95"]),
    overMs: Span,
    pointsMin: PointsMin,
  }),
  /**
   * Hours, within the last `overMs`, for which the measurement was above and below; a reading counts
   * until the next one, at most for `gapMs`.
   */
  z.strictObject({
    kind: z.literal("hours"),
    above: z.number().optional(),
    below: z.number().optional(),
    overMs: Span,
    gapMs: Span,
  }),
  /**
   * Hours for which readings in a row were the same; 0 while there are fewer than `pointsMin`, and
   * for a value that is not `above` and `below` these: a scale's ends may be held for good reason.
   */
  z.strictObject({
    kind: z.literal("unchanged"),
    tolerance: z.number().min(0),
    above: z.number().optional(),
    below: z.number().optional(),
    pointsMin: PointsMin,
    depthMs: Span,
  }),
  /** Distance from the reading before, where that is not older than `overMs`. */
  z.strictObject({ kind: z.literal("jump"), overMs: Span }),
  /** Hours until the measurement reaches `reaches`, by its slope since it last fell by `fallsBy`. */
  z.strictObject({
    kind: z.literal("forecast"),
    reaches: z.number(),
    fallsBy: z.number().positive(),
    fitMs: Span,
    pointsMin: PointsMin,
  }),
  /**
   * Local days since the measurement last fell by so much in one step (a bin was emptied). The day
   * counts from `dueBy` on, else from its midnight; 0 while the value is below `atLeast`: what holds
   * nothing need not be emptied.
   */
  z.strictObject({
    kind: z.literal("days-without"),
    fallsBy: z.number().positive(),
    atLeast: z.number().optional(),
    dueBy: TimeOfDay.optional(),
    daysMax: z.int().min(1).max(31),
  }),
  /**
   * Mean of the local day or month that is over, where enough of what was due is there. Of a day
   * whose mean the device sends itself it says nothing.
   */
  z.strictObject({
    kind: z.literal("valid-mean"),
    span: z.enum(["day", "month"]),
    weight: MeasurementName.optional(),
    dueEveryMs: Span,
    shareMin: z.number().positive().max(1),
  }),
  /** 1 where a lamp contradicts its lighting plan, 0 where it keeps it. */
  z.strictObject({ kind: z.literal("against-plan"), planned: z.enum(["lit", "dark"]) }),
  /**
   * Distance of the device's own mean over `overMs` from the median of the same mean at the assets
   * of its class that have the same parent, or lie in the same responsibility grid; worked out once
   * in `neighbourSampleMs`, by what was observed before.
   */
  z.strictObject({
    kind: z.literal("off-neighbours"),
    among: z.enum(["parent", "grid"]),
    overMs: Span,
    pointsMin: PointsMin,
    neighboursMin: z.int().min(2).max(LIMITS.neighboursMax),
  }),
]);
export type Signal = z.infer<typeof Signal>;

const sourceShape = {
  measurement: MeasurementName,
  period: Period,
  /** The measurement itself when absent. */
  signal: Signal.optional(),
};

const limitShape = {
  ...sourceShape,
  direction: z.enum(["above", "below"]),
  /** Is the limit itself abnormal (≥, ≤) or still normal (>, <)? */
  inclusive: z.boolean(),
  /** Abnormal past `raise`, normal again only past `clear`; between them the state holds. */
  raise: Quantity,
  clear: Quantity,
};

const BooleanTest = z.strictObject({
  kind: z.literal("boolean"),
  measurement: MeasurementName,
  abnormalWhen: z.boolean(),
  period: Period,
});

/**
 * Whose value a test looks at: that of the asset's parent, or what `fn` makes of the newest values of
 * its parts of a class; `count` is how many of them have one. Absent: the asset's own.
 */
const Of = z.union([
  z.literal("parent"),
  z.strictObject({
    childrenOf: z.string().min(1).max(40),
    fn: z.enum(["count", "sum", "mean", "min", "max"]),
    /** Of the parts, so many must have a value; fewer say nothing. */
    shareMin: z.number().min(0).max(1).optional(),
  }),
]);

const Test = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("limit"),
    ...limitShape,
    of: Of.optional(),
    /** The levels are so many times that value, or so much more than it. */
    against: z
      .strictObject({ ...sourceShape, of: Of.optional(), as: z.enum(["times", "plus"]) })
      .optional(),
  }),
  BooleanTest.extend({ of: z.literal("parent").optional() }),
]);
/** One measurement held against its levels. */
export type Test = z.infer<typeof Test>;
export type Term = TermOf<Test>;

/** What alarms of several assets may have in common: `unlit`, `silent`. */
const Family = z.string().regex(/^[a-z0-9-]{1,32}$/, "1 to 32 of a-z 0-9 -");

/** A further step of the ladder: more severe, further out. */
const Step = z.strictObject({ severity: Severity, raise: Quantity, clear: Quantity });

export const RuleCondition = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("limit"),
    ...limitShape,
    steps: z.array(Step).max(3).optional(),
  }),
  BooleanTest,
  /** A reading outside the measurement's physical range: a sensor's error code, or its fault. */
  z.strictObject({
    kind: z.literal("out-of-range"),
    measurement: MeasurementName,
    period: Period,
  }),
  /**
   * Nothing heard of a registered device for so long; 0: what its class says of a device with its
   * transport, else three of the class's report periods. With a measurement: that one is not heard
   * any more while the device is.
   */
  z.strictObject({
    kind: z.literal("no-data"),
    afterMs: z.int().min(0),
    measurement: MeasurementName.optional(),
  }),
  /**
   * Several tests together, of the asset whichever of its devices measures. A test whose value is
   * suspect, or older than `heldMs` (absent: three report periods), is unknown.
   */
  z.strictObject({
    kind: z.literal("compound"),
    when: termOf(Test),
    heldMs: Span.optional(),
  }),
  /**
   * So many of the assets below began an alarm of one family within a time: what they share is the
   * fault of the asset above. Normal again when less than half as many still have it.
   */
  z.strictObject({
    kind: z.literal("children"),
    family: Family,
    countMin: z.int().min(2).max(10_000),
    /** Of those below that have a rule of the family and are heard. */
    shareMin: z.number().min(0).max(1),
    /** So long the alarms of those below are kept back, to see how many they become. */
    windowMs: Span,
  }),
]);
export type RuleCondition = z.infer<typeof RuleCondition>;

const changeable = {
  condition: RuleCondition,
  onDelayMs: z.int().min(0),
  offDelayMs: z.int().min(0),
  severity: Severity,
  enabled: z.boolean(),
};

/** What is otherwise for some assets: those that meet all that is named. */
export const RuleOverride = z.strictObject({
  assetId: AssetId.optional(),
  responsibleGrid: z.string().max(64).optional(),
  unitId: UnitId.optional(),
  attributes: Attributes.optional(),
  set: z.strictObject(changeable).partial(),
  /** Why, and by whose word. */
  source: z.string().min(1).max(500),
});
export type RuleOverride = z.infer<typeof RuleOverride>;

export const Rule = z.strictObject({
  ruleId: RuleId,
  version: z.int().positive(),
  class: z.string(),
  title: z.strictObject({ zh: z.string(), en: z.string() }),
  ...changeable,
  /** Abnormal only when `n` of the last `m` readings are. */
  count: z.strictObject({ n: z.int().min(1).max(20), m: z.int().min(1).max(20) }).optional(),
  /** Suspect readings past the range on the dangerous side raise it too; on-delay 0. */
  lifeSafety: z.boolean(),
  /** Normal again its alarm stands as latched until a person, or the end of its case, resets it. */
  latch: z.boolean().optional(),
  /** Unacknowledged for so long its alarm is told again, and again. */
  realarmMs: z.int().min(LIMITS.realarmMsMin).optional(),
  /** Only assets whose attributes hold these values. */
  attributes: Attributes.optional(),
  /** Judged only at these local times; outside, the state holds. May span midnight. */
  during: z.strictObject({ from: TimeOfDay, to: TimeOfDay }).optional(),
  /** The filing condition that an alarm of this rule opens a case of; absent: an alarm alone. */
  conditionId: z.string().optional(),
  /** What its alarm has in common with those of others, which something above may explain. */
  family: Family.optional(),
  /**
   * Families of alarms below that its own alarm explains: while it is active they are held, and
   * before that each waits so long whether it comes.
   */
  explains: z
    .array(z.strictObject({ family: Family, waitMs: z.int().min(0) }))
    .max(8)
    .optional(),
  /** Its alarm is work on the sensor: it opens a device-repair task and never a case. */
  isDeviceFault: z.boolean().optional(),
  overrides: z.array(RuleOverride).max(1_000).optional(),
  source: z.string().min(1),
});
export type Rule = z.infer<typeof Rule>;
