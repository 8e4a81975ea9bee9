/**
 * How somebody is reached: the ways in the order in which they are tried, and when they rest. Who is
 * reached so is a user, a crew (the telephone that whoever is on duty carries), or a unit (a group
 * that reads along and takes no order).
 */
import { z } from "zod";
import { ChannelId } from "./channel.ts";
import type { Instant } from "./clock.ts";
import { CrewId, UnitId, Username } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { isWithinDay, minuteOfDay, type TimeZone } from "./local-time.ts";

export const HolderKind = z.enum(["user", "crew", "unit"]);
export type HolderKind = z.infer<typeof HolderKind>;

export const HOLDER_ID = { user: Username, crew: CrewId, unit: UnitId } as const;

export const ContactPoint = z.strictObject({
  channelId: ChannelId,
  /** A telephone number, a user of the service, an address, as the channel wants it. */
  to: z.string().trim().min(1).max(200),
});
export type ContactPoint = z.infer<typeof ContactPoint>;

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "HH:mm");

export const QuietHours = z
  .strictObject({ from: TimeOfDay, to: TimeOfDay })
  .refine(({ from, to }) => from !== to, "a beginning and an end that differ");

export const Contacts = z.strictObject({
  /** The first is tried first; the next ones where it fails, and with each further call. */
  points: z.array(ContactPoint).max(LIMITS.contactPointsMax),
  /** Local time, over midnight where `to` is earlier. What is life safety comes all the same. */
  quietHours: QuietHours.optional(),
});
export type Contacts = z.infer<typeof Contacts>;

/** When somebody may be called: the instant itself, or the end of the quiet hours that it lies in. */
export function calledAt({ quietHours }: Contacts, at: Instant, zone: TimeZone): Instant {
  if (quietHours === undefined) return at;
  const from = minuteOfDay(quietHours.from);
  const to = minuteOfDay(quietHours.to);
  const local = zone.local(at);
  if (!isWithinDay(local.minuteOfDay, from, to)) return at;
  const days = from > to && local.minuteOfDay >= from ? 1 : 0;
  const { year, month, day } = local;
  return zone.instant(year, month, day + days, 0, to);
}
