/**
 * Warnings of an assist's limit: at 80 and 100 % of it, counted by the assisting unit's own calendar,
 * to the unit by a notice and to its crew by an order. Each once, oldest first, also after downtime.
 */
import { type Assist, isOpenAssist } from "../model/assist.ts";
import { type Instant, MINUTE_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { TimeZone } from "../model/local-time.ts";
import { dueAssists, updateAssist } from "./assist-store.ts";
import type { AssistTelling } from "./assist-telling.ts";
import type { CalendarBook } from "./calendar.ts";
import { needCase } from "./case-store.ts";
import { calendarFor, limitMs, subtractWorking } from "./deadline.ts";
import type { CaseEffects } from "./desk-words.ts";
import type { TryOne } from "./set-aside.ts";

const WARNED_AT = [
  { percent: 80, kind: "assist-80", order: "due-soon" },
  { percent: 100, kind: "assist-100", order: "overdue" },
] as const;
type Warning = (typeof WARNED_AT)[number] & { at: Instant };

const DUES_PER_TICK_MAX = 500;
const RETRY_MS = 5 * MINUTE_MS;

export function createAssistWarnings(
  calendars: Pick<CalendarBook, "named">,
  zone: TimeZone,
  telling: AssistTelling,
) {
  /** The one to come; nothing where the assist has ended or all were given. */
  function next(assist: Assist): Warning | undefined {
    if (!isOpenAssist(assist)) return undefined;
    const { limit, deadline, warnedPercent = 0 } = assist;
    const warning = WARNED_AT.find(({ percent }) => percent > warnedPercent);
    if (warning === undefined) return undefined;
    const leftMs = (limitMs(limit) * (100 - warning.percent)) / 100;
    if (leftMs === 0) return { ...warning, at: deadline };
    const calendar = calendarFor(limit, calendars.named(assist.calendar));
    return { ...warning, at: Math.round(subtractWorking(deadline, leftMs, calendar, zone)) };
  }

  async function warn(tx: Sql, due: Assist, now: Instant, effects: CaseEffects): Promise<void> {
    const theCase = await needCase(tx, due.caseNo);
    let assist = due;
    let warning = next(assist);
    while (warning !== undefined && warning.at <= now) {
      assist = { ...assist, warnedPercent: warning.percent };
      if (warning.kind === "assist-100") telling.settle(effects, assist, ["assist-80"], now);
      telling.notice(effects, theCase, assist, warning.kind, now);
      telling.toCrew(effects, theCase, assist, warning.order, now);
      warning = next(assist);
    }
    await updateAssist(tx, assist, due, warning?.at);
  }

  return {
    next,
    async tick(tx: Sql, now: Instant, effects: CaseEffects, tryOne: TryOne): Promise<void> {
      for (const assist of await dueAssists(tx, now, DUES_PER_TICK_MAX)) {
        const { assistId, caseNo } = assist;
        const tried = { what: "due", about: { assistId, caseNo } } as const;
        const isDone = await tryOne(tx, tried, effects, (own) => warn(tx, assist, now, own));
        if (!isDone) await updateAssist(tx, assist, assist, now + RETRY_MS);
      }
    },
  };
}
