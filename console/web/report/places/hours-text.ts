/** Hours of a place as people say them; what is not understood as it stands. */
import { isOpenAt } from "./hours.ts";
import { say, sayDay } from "./places-words.ts";

const DAY = /\b(?:Mo|Tu|We|Th|Fr|Sa|Su)\b/g;
const NEVER_OPEN = /\b(?:off|closed)\b/g;

export function hoursText(hours: string): string {
  if (isOpenAt(hours, 0, 0) === undefined) return hours;
  if (hours.trim() === "24/7") return say("always");
  return hours
    .replace(/([a-z])-([A-Z])/g, `$1${say("dayTo")}$2`)
    .replace(/([a-z]),([A-Z])/g, `$1${say("and")}$2`)
    .replace(/(\d)-(\d)/g, "$1–$2")
    .replace(/(\d),(\d)/g, `$1${say("and")}$2`)
    .replace(/\s*;\s*/g, say("next"))
    .replace(NEVER_OPEN, say("shutThen"))
    .replace(DAY, (day) => sayDay(day as keyof typeof sayDay.words));
}
