/**
 * A rule watches one measurement of one class and says when it is abnormal and when normal again.
 * Rules are data with their source beside them; the alarm machine runs them.
 */
import { z } from "zod";
import { RuleId } from "./ids.ts";
import { Period } from "./reading.ts";

export const Severity = z.enum(["notice", "warning", "major", "critical"]);
export type Severity = z.infer<typeof Severity>;

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day is HH:mm");

export const RuleCondition = z.discriminatedUnion("kind", [
  /** Abnormal past `raise`, normal again only past `clear`; between them the state holds. */
  z.strictObject({
    kind: z.literal("limit"),
    measurement: z.string(),
    direction: z.enum(["above", "below"]),
    /** Is the limit itself abnormal (≥, ≤) or still normal (>, <)? */
    inclusive: z.boolean(),
    raise: z.number(),
    clear: z.number(),
    period: Period,
  }),
  z.strictObject({
    kind: z.literal("boolean"),
    measurement: z.string(),
    abnormalWhen: z.boolean(),
    period: Period,
  }),
  /** Nothing heard of a registered device for so long; 0: three of its class's report periods. */
  z.strictObject({ kind: z.literal("no-data"), afterMs: z.int().min(0) }),
]);
export type RuleCondition = z.infer<typeof RuleCondition>;

export const Rule = z.strictObject({
  ruleId: RuleId,
  version: z.int().positive(),
  class: z.string(),
  title: z.strictObject({ zh: z.string(), en: z.string() }),
  condition: RuleCondition,
  onDelayMs: z.int().min(0),
  offDelayMs: z.int().min(0),
  severity: Severity,
  /** Suspect readings past the range on the dangerous side raise it too; on-delay 0. */
  lifeSafety: z.boolean(),
  /** Only assets whose attributes hold these values. */
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** Judged only at these local times; outside, the state holds. May span midnight. */
  during: z.strictObject({ from: TimeOfDay, to: TimeOfDay }).optional(),
  /** The filing condition that an alarm of this rule opens a case of; absent: an alarm alone. */
  conditionId: z.string().optional(),
  enabled: z.boolean(),
  source: z.string().min(1),
});
export type Rule = z.infer<typeof Rule>;
