/**
 * An asset class is declared once, in one file of `asset-classes/`: what its sensors measure, its
 * codes, its default rules and its filing conditions. Nothing else knows a class by name.
 */
import { z } from "zod";
import { Rule } from "./rule.ts";

export const Measurement = z.strictObject({
  name: z.string().regex(/^[a-z][A-Za-z0-9]{0,63}$/),
  /** What Grafana and people read: `°`, `%`, `mg/L`; empty for a boolean. */
  unit: z.string().max(16),
  kind: z.enum(["number", "boolean"]),
  /** Physical range, both ends good. */
  min: z.number(),
  max: z.number(),
  /** Digits after the point that mean something. */
  decimals: z.int().min(0).max(6),
  title: z.strictObject({ zh: z.string(), en: z.string() }),
});
export type Measurement = z.infer<typeof Measurement>;

/** Limits: urgent hours run on; working hours and days count by the unit's calendar. */
export const CaseLimit = z.strictObject({
  value: z.number().positive(),
  unit: z.enum(["urgent-hour", "working-hour", "working-day"]),
});
export type CaseLimit = z.infer<typeof CaseLimit>;

/** Of an area (CJ/T 315, GB/T 30428.8): A has the shortest limits; B where nobody said another. */
export const LimitClass = z.enum(["A", "B", "C"]);
export type LimitClass = z.infer<typeof LimitClass>;

/** How long the sensor must stay normal before a repair counts as proven. */
export const HoldTime = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("duration"), ms: z.int().positive() }),
  /** Normal through one evening of the lighting window, until this local time of day. */
  z.strictObject({ kind: z.literal("evening"), until: z.string().regex(/^\d\d:\d\d$/) }),
  /** One valid daily mean within the limit. */
  z.strictObject({ kind: z.literal("daily-mean") }),
]);
export type HoldTime = z.infer<typeof HoldTime>;

/** A row of the filing table (立案条件): what, its limit (处置时限) and when it may be closed (结案条件). */
export const FilingCondition = z.strictObject({
  conditionId: z.string().regex(/^[a-z0-9-]{1,64}$/),
  kind: z.enum(["component", "event"]),
  /** 大类 and 小类, 4 digits; empty only where the asset's own component code gives it. */
  categoryCode: z.string().regex(/^(\d{4})?$/),
  title: z.strictObject({ zh: z.string(), en: z.string() }),
  closing: z.strictObject({ zh: z.string(), en: z.string() }),
  limit: CaseLimit,
  /** Limits of areas of class A and C where they differ; `limit` is that of class B. */
  limits: z.strictObject({ A: CaseLimit.optional(), C: CaseLimit.optional() }).optional(),
  filing: z.enum(["immediate", "review"]),
  lifeSafety: z.boolean(),
  hold: HoldTime,
  /** The crew must be there within so long of its order. */
  arriveWithinMs: z.int().positive().optional(),
  /** A new alarm within so many days of the closing is the same fault come back. */
  relapseDays: z.int().min(0).max(365).optional(),
  /** Of a fence row: the row under which the repair is a case of its own, once it was made safe. */
  repairConditionId: z.string().optional(),
  /** Standard and clause, or manual, or city table. */
  source: z.string().min(1),
});
export type FilingCondition = z.infer<typeof FilingCondition>;

/** A warning that an order carries; values older than `ageMsMax` read as unknown, thus poisonous. */
export const HazardLine = z.strictObject({
  measurements: z.array(z.string()),
  ageMsMax: z.int().positive(),
  text: z.strictObject({ zh: z.string(), en: z.string() }),
});
export type HazardLine = z.infer<typeof HazardLine>;

/** What devices of a class may be told by name. */
export interface ClassCommand {
  name: string;
  title: { zh: string; en: string };
  /** Of the command's `args`. */
  args: z.ZodType<Record<string, unknown>>;
}

export const AssetClass = z.strictObject({
  slug: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: z.strictObject({ zh: z.string(), en: z.string() }),
  /** 小类 codes (4 digits) of components of this class. */
  componentCategories: z.array(z.string().regex(/^\d{4}$/)).min(1),
  measurements: z.array(Measurement).min(1),
  /** A device of this class is expected to be heard at least so often. */
  reportPeriodMs: z.int().positive(),
  /** After so long a device with this transport is silent; absent: three report periods. */
  silenceMs: z
    .strictObject({ mains: z.int().positive().optional(), battery: z.int().positive().optional() })
    .optional(),
  rules: z.array(Rule),
  conditions: z.array(FilingCondition),
  /** Warnings on every order of this class: wells, sewers, gas sites. */
  hazards: z.array(HazardLine),
  /** Nothing else is sent to its devices; absent: nothing at all is. */
  commands: z.array(z.custom<ClassCommand>()).readonly().optional(),
  /** Days that raw readings are kept by default. */
  retentionDays: z.int().positive(),
});
export type AssetClass = z.infer<typeof AssetClass>;
