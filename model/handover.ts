/**
 * A shift handover (交接班): what the next shift must know, as the platform had it at that moment and
 * as it is kept from then on, signed by whoever leaves and whoever comes. A pledge (承诺事项) is a line
 * that a shift adds with a time by which it is due; it is carried on until somebody ticks it.
 */
import { z } from "zod";

/** In the order in which they are read. */
export const HANDOVER_SECTIONS = [
  "urgent",
  "late",
  "pledges",
  "supervisions",
  "notices",
  "shelved",
  "devices",
] as const;
export const HandoverSection = z.enum(HANDOVER_SECTIONS);
export type HandoverSection = z.infer<typeof HandoverSection>;

export const HandoverId = z.string().regex(/^HO-\d{1,9}$/, "'HO-' and a number");
export const PledgeId = z.string().regex(/^PL-\d{1,9}$/, "'PL-' and a number");

/** Milliseconds inside the platform; the API shows them as ISO 8601 with offset. */
const Time = z.int();

/** One thing to know, of whatever section; `id` is the case's, the alarm's, the device's …. */
export const HandoverLine = z.strictObject({
  id: z.string(),
  /** Of a case, a device or an order; of a notice its kind; of an alarm its rule. */
  state: z.string().optional(),
  text: z.string().optional(),
  /** Of a notice: what it says. */
  title: z.strictObject({ zh: z.string(), en: z.string() }).optional(),
  class: z.string().optional(),
  conditionId: z.string().optional(),
  caseNo: z.string().optional(),
  assetId: z.string().optional(),
  address: z.string().optional(),
  unitId: z.string().optional(),
  crewId: z.string().optional(),
  lifeSafety: z.boolean().optional(),
  since: Time.optional(),
  /** The deadline, the end of a shelf, when a pledge is due. */
  until: Time.optional(),
  reason: z.string().optional(),
  by: z.string().optional(),
});
export type HandoverLine = z.infer<typeof HandoverLine>;

/** `count` is of all; `lines` are the first of them. */
const Part = z.strictObject({ count: z.int(), lines: z.array(HandoverLine) });
export const HandoverSnapshot = z.strictObject({
  at: Time,
  sections: z.record(HandoverSection, Part),
});
export type HandoverSnapshot = z.infer<typeof HandoverSnapshot>;

export const Handover = z.strictObject({
  handoverId: HandoverId,
  at: Time,
  /** Whoever leaves. */
  by: z.string(),
  note: z.string().optional(),
  /** Whoever comes; absent until then. */
  signedAt: Time.optional(),
  signedBy: z.string().optional(),
});
export type Handover = z.infer<typeof Handover>;

export const Pledge = z.strictObject({
  pledgeId: PledgeId,
  text: z.string(),
  caseNo: z.string().optional(),
  dueAt: Time,
  madeAt: Time,
  madeBy: z.string(),
  doneAt: Time.optional(),
  doneBy: z.string().optional(),
});
export type Pledge = z.infer<typeof Pledge>;
