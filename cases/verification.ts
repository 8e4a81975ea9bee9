/**
 * Is a repair proven by the asset's own sensors? Every device that watches the condition must have
 * been normal with good quality for the row's hold time, counted from the later of feedback and
 * first normal. Silence is not normal: a good reading must have come at the end of the hold, too.
 * A daily mean tells of the day before the one it comes on, so it must come after a whole day.
 * Pure; the caller asks again as time goes on.
 */
import type { ConditionHealth } from "../model/alarm.ts";
import type { HoldTime } from "../model/asset-class.ts";
import { type DurationMs, HOUR_MS, type Instant, MINUTE_MS } from "../model/clock.ts";
import { minuteOfDay, type TimeZone } from "../model/local-time.ts";

/** An evening counts when the lamp was normal for at least so long before its end. */
const EVENING_MS_MIN = HOUR_MS;
/** Lamps report every few minutes; the last normal reading may be so long before the end. */
const EVENING_SILENCE_MS_MAX = 30 * MINUTE_MS;
/** So long after the hold a silent sensor is waited for; a daily mean comes some hours after its day. */
const WAIT_FOR_SENSOR_MS: Record<HoldTime["kind"], DurationMs> = {
  duration: 30 * MINUTE_MS,
  evening: 30 * MINUTE_MS,
  "daily-mean": 12 * HOUR_MS,
};

/**
 * A sensor that is gone or silent keeps nobody waiting for its hold time: after so long a person is
 * asked, within the half hour that a check has. A sensor that the crew has replaced has it to report.
 */
export const SENSOR_GRACE_MS: DurationMs = 20 * MINUTE_MS;

export interface HoldInput {
  hold: HoldTime;
  health: ConditionHealth;
  feedbackAt: Instant;
  now: Instant;
  zone: TimeZone;
}

export function isRepairProven(input: HoldInput): boolean {
  const { devices } = input.health;
  return devices.length > 0 && devices.every((device) => isDeviceProven(device, input));
}

/**
 * The sensors say that the repair did not hold: after the time at which the proof could have been
 * there, a device still read abnormal. What drains or cools has had the whole hold time for it.
 */
export function isRepairRefuted(input: HoldInput): boolean {
  const from = provenAtEarliest(input.hold, input.feedbackAt, input.zone);
  const since = input.hold.kind === "evening" ? from - EVENING_SILENCE_MS_MAX : from;
  if (input.now < from) return false;
  return input.health.devices.some(({ lastAbnormalAt }) => (lastAbnormalAt ?? 0) >= since);
}

/**
 * From then on a person is asked: the sensors have had time to say something, and have not; or it is
 * known by `lostAt` that they are gone.
 */
export function personAskedAt(
  hold: HoldTime | undefined,
  since: { feedbackAt: Instant; checkingSince: Instant; lostAt?: Instant | undefined },
  zone: TimeZone,
): Instant {
  if (hold === undefined) return since.checkingSince;
  const waitedFor = provenAtEarliest(hold, since.feedbackAt, zone) + WAIT_FOR_SENSOR_MS[hold.kind];
  return Math.min(waitedFor, since.lostAt ?? waitedFor);
}

/**
 * When nothing more can be expected of a condition's sensors: the last of them is silent then. Long
 * ago where none is there, or none was ever heard. `silenceMs` is for one that does not say itself.
 */
export function sensorsLostAt({ devices }: ConditionHealth, silenceMs: DurationMs): Instant {
  const silent = devices.map(({ heardAt, silentAt }) => {
    if (silentAt !== undefined) return silentAt;
    return heardAt === undefined ? 0 : heardAt + silenceMs;
  });
  return Math.max(0, ...silent);
}

function isDeviceProven(
  device: ConditionHealth["devices"][number],
  { hold, feedbackAt, now, zone }: HoldInput,
): boolean {
  const { normalSince, lastGoodAt } = device;
  if (normalSince === undefined || lastGoodAt === undefined) return false;
  const start = Math.max(feedbackAt, normalSince);
  switch (hold.kind) {
    case "duration":
      return lastGoodAt >= start + hold.ms;
    case "evening": {
      const end = eveningEnd(start, hold.until, zone);
      return now >= end && lastGoodAt >= end - EVENING_SILENCE_MS_MAX;
    }
    case "daily-mean":
      return lastGoodAt >= wholeDayEnd(feedbackAt, zone);
  }
}

/** The first instant at which the proof could be there; before it nobody need ask. */
export function provenAtEarliest(hold: HoldTime, feedbackAt: Instant, zone: TimeZone): Instant {
  switch (hold.kind) {
    case "duration":
      return feedbackAt + hold.ms;
    case "evening":
      return eveningEnd(feedbackAt, hold.until, zone);
    case "daily-mean":
      return wholeDayEnd(feedbackAt, zone);
  }
}

/**
 * The end of the first local day that lies wholly after `start`: its mean is the first one that
 * holds nothing from before the repair. What is known of a mean is when it came; means are taken to
 * come day by day, and one that comes late is not judged.
 */
function wholeDayEnd(start: Instant, zone: TimeZone): Instant {
  return zone.addDays(start, 2);
}

/** The first evening's end that leaves enough of the evening after `start`. */
function eveningEnd(start: Instant, until: string, zone: TimeZone): Instant {
  const earliest = start + EVENING_MS_MIN;
  const { year, month, day } = zone.local(earliest);
  const end = zone.instant(year, month, day, 0, minuteOfDay(until));
  if (end >= earliest) return end;
  const next = zone.local(zone.addDays(earliest, 1));
  return zone.instant(next.year, next.month, next.day, 0, minuteOfDay(until));
}
