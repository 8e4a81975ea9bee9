/**
 * Calendars that a city replaces while cases run: what is refused and why, which calendar a case gets
 * and keeps, a year whose holidays are missing and what happens when they come.
 */
import { expect, test } from "vitest";
import type { CaseEffects } from "../cases/cases.ts";
import type { NamedCalendar } from "../model/calendar.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { isErrorCode } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { CREW_1, LEAD, MONDAY, openCaseDesk, person, zone } from "./support/case-desk.ts";

const { desk, reopen, get, say, tick, openOne } = openCaseDesk();
const LEADER = person("leader");
const DISPATCHER = person("dispatcher");
const at = (text: string): number => Date.parse(`${text}+08:00`);
const TUESDAY = at("2026-12-29T09:00");
const CREW_UNIT = { ...CREW_1 };
const DAYS_2027 = [
  { date: "2027-01-01", kind: "off", name: "元旦" },
  { date: "2027-01-04", kind: "off" },
  { date: "2027-01-02", kind: "work" },
];

const write = <T>(work: Parameters<typeof desk.database.transaction<T>>[0]): Promise<T> =>
  desk.database.transaction(work);
const putHolidays = (year: number, days: { date: string; kind: string }[], now: number) =>
  write((tx) =>
    desk.cases.calendars.putHolidays(tx, { year, source: "a test", days }, { by: "admin", now }),
  );
const NIGHT: NamedCalendar = {
  name: "night",
  title: { zh: "夜班", en: "night shift" },
  days: "every-day",
  hours: [{ from: "20:00", to: "24:00" }],
  source: "a test",
};
const put = (calendar: NamedCalendar, version?: number) =>
  write((tx) => desk.cases.calendars.put(tx, calendar, { by: "admin", now: MONDAY, version }));
const refusedAs = (code: Parameters<typeof isErrorCode>[1], text: RegExp) =>
  expect.toSatisfy((error: Error) => isErrorCode(error, code) && text.test(error.message), code);

/** A case with a limit of 2 working days, dispatched at `now`. */
async function openRattle(now: number, assetId = "cover-1") {
  const { caseNo } = await openOne(assetId, "cover-rattle");
  return (await say(caseNo, "confirm", LEAD, now)).case;
}

const deadlineOf = async (caseNo: string): Promise<string> =>
  zone.iso((await get(caseNo)).case.deadline ?? 0).slice(0, 16);

test("every fault of a year's table is told with its row and cure, and nothing is changed", async () => {
  const rows = [
    { date: "2027-01-01", kind: "off" },
    { date: "2027-01-01", kind: "off" },
    { date: "2027-02-30", kind: "off" },
    { date: "2026-12-31", kind: "off" },
    { date: "2027-05-01", kind: "of" },
    { date: "2027-01-01", kind: "work" },
  ];
  const refused = await putHolidays(2027, rows, MONDAY).catch((error) => error);
  expect(isErrorCode(refused, "TABLE_INVALID")).toBe(true);
  expect(refused.details.faults).toEqual([
    { row: 2, message: expect.stringMatching(/listed twice, first in row 1/) },
    { row: 3, message: expect.stringMatching(/'2027-02-30', wanted a day as 2027-01-31/) },
    { row: 4, message: expect.stringMatching(/belongs into \/api\/v1\/holidays\/2026/) },
    { row: 5, message: expect.stringMatching(/'of', wanted 'off' or 'work'; did you mean 'off'/) },
    { row: 6, message: expect.stringMatching(/is 'off' in row 1 and 'work' here/) },
  ]);
  await expect(putHolidays(2027, [], MONDAY)).rejects.toEqual(
    refusedAs("TABLE_INVALID", /no row is 'off'/),
  );
  await expect(desk.cases.calendars.holidays(desk.database.reader, 2027)).rejects.toEqual(
    refusedAs("CALENDAR_NOT_FOUND", /holidays of 2027 are not there; put them/),
  );
});

test("a make-up day that is a weekday anyway is taken with a warning, and versions are kept", async () => {
  const { kept, warnings } = await putHolidays(
    2027,
    [...DAYS_2027, { date: "2027-03-03", kind: "work" }],
    MONDAY,
  );
  expect(warnings).toEqual([
    { row: 4, message: expect.stringMatching(/weekday and worked anyway/) },
  ]);
  expect(kept).toMatchObject({ version: 1, changedAt: MONDAY, changedBy: "admin" });
  await putHolidays(2027, DAYS_2027, MONDAY);
  const { holidays } = desk.cases.calendars;
  expect(await holidays(desk.database.reader, 2027)).toMatchObject({ version: 2 });
  expect((await holidays(desk.database.reader, 2027, 1)).days).toHaveLength(4);
  expect(await holidays(desk.database.reader, 2026)).toMatchObject({ version: 0, year: 2026 });
});

test("a table that says what stands makes no version", async () => {
  expect((await put(NIGHT)).version).toBe(1);
  const { name, title, days, hours, source } = NIGHT;
  expect(await put({ source, hours, days, title, name })).toMatchObject({ version: 1 });
  expect((await put({ ...NIGHT, source: "the city" })).version).toBe(2);
  await putHolidays(2027, DAYS_2027, MONDAY);
  expect((await putHolidays(2027, DAYS_2027, MONDAY + 1)).kept).toMatchObject({
    ...{ version: 1, changedAt: MONDAY },
  });
});

test("more overrides than there may be are refused, also from a file", async () => {
  const rows = Array.from({ length: LIMITS.calendarOverridesMax + 1 }, () => ({
    ...{ class: "manhole-cover", calendar: "office" },
  }));
  const said = { by: "admin", now: MONDAY };
  const putting = write((tx) => desk.cases.calendars.putOverrides(tx, rows, said));
  await expect(putting).rejects.toEqual(refusedAs("TABLE_INVALID", /1001 rows; at most 1000/));
});

test("of two who change one version one wins, and hours that overlap are refused", async () => {
  await put(NIGHT, 0);
  await expect(put(NIGHT, 0)).rejects.toEqual(refusedAs("TABLE_VERSION_CONFLICT", /version 1/));
  const hours = [
    { from: "08:00", to: "12:00" },
    { from: "11:00", to: "18:00" },
  ];
  await expect(put({ ...NIGHT, hours })).rejects.toEqual(
    refusedAs("TABLE_INVALID", /row 2: .*overlapping/),
  );
  const short = [{ from: "08:00", to: "08:30" }];
  await expect(put({ ...NIGHT, hours: short })).rejects.toEqual(
    refusedAs("TABLE_INVALID", /30 minutes a day; at least 60/),
  );
  await expect(desk.cases.calendars.get(desk.database.reader, "moon")).rejects.toEqual(
    refusedAs("CALENDAR_NOT_FOUND", /there are emergency, night, office, sanitation/),
  );
});

test("a class or an area has its calendar before its unit's; the first row that fits counts", async () => {
  await put(NIGHT);
  const before = await openRattle(MONDAY, "cover-2");
  expect(before.calendar).toBe("office");
  const rows = [
    { areaPrefix: "999", calendar: "emergency" },
    { class: "manhole-cover", areaPrefix: "411524001", calendar: "night" },
    { class: "manhole-cover", calendar: "sanitation" },
  ];
  const said = { by: "admin", now: MONDAY };
  await write((tx) => desk.cases.calendars.putOverrides(tx, rows, said));
  expect(await openRattle(MONDAY)).toMatchObject({ calendar: "night", calendarVersion: 1 });
  expect((await get(before.caseNo)).case.calendar).toBe("office");
  const bad = [{ class: "manhole-cove", calendar: "nigth" }, { calendar: "night" }];
  const refused = await write((tx) => desk.cases.calendars.putOverrides(tx, bad, said)).catch(
    (error) => error,
  );
  expect(refused.details.faults).toEqual([
    { row: 1, message: expect.stringMatching(/class 'manhole-cove'.*'manhole-cover'/) },
    { row: 2, message: expect.stringMatching(/both empty/) },
  ]);
});

test("a case keeps the version of the calendar that it was dispatched under, also over a restart", async () => {
  await put(NIGHT);
  const said = { by: "admin", now: MONDAY };
  const rows = [{ class: "manhole-cover", calendar: "night" }];
  await write((tx) => desk.cases.calendars.putOverrides(tx, rows, said));
  const { caseNo } = await openRattle(MONDAY);
  expect(await deadlineOf(caseNo)).toBe("2026-11-26T24:00".replace("26T24", "27T00"));
  await put({ ...NIGHT, hours: [{ from: "00:00", to: "24:00" }] });
  await reopen();
  await say(caseNo, "start", CREW_UNIT, MONDAY + HOUR_MS);
  await say(caseNo, "requestExtension", CREW_UNIT, MONDAY + HOUR_MS);
  await say(caseNo, "approveExtension", LEAD, MONDAY + HOUR_MS);
  expect(await deadlineOf(caseNo)).toBe("2026-12-01T00:00");
});

test("what a rollback took back is counted by nobody", async () => {
  await write(async (tx) => {
    await desk.cases.calendars.put(tx, { ...NIGHT, name: "office" }, { by: "admin", now: MONDAY });
    await desk.cases.calendars.open(tx, MONDAY);
    throw new Error("the disk is full");
  }).catch(() => {});
  // Its row takes the number of the one that is gone.
  await put(NIGHT);
  const { caseNo } = await openRattle(MONDAY);
  expect(await deadlineOf(caseNo)).toBe("2026-11-25T09:00");
});

test("when the holidays come the deadline is counted again, the crew told and warned by the new one", async () => {
  const { caseNo, deadlineProvisional } = await openRattle(at("2026-12-31T14:00"));
  const sure = await openRattle(TUESDAY, "cover-2");
  expect(deadlineProvisional).toBe(true);
  expect(await deadlineOf(caseNo)).toBe("2027-01-04T12:00");
  expect((await tick(at("2027-01-04T10:00"))).orders.map(({ kind }) => kind)).toContain("due-soon");
  await putHolidays(2027, DAYS_2027, at("2027-01-04T10:30"));
  expect(await desk.cases.nextDue(desk.database.reader)).toBeLessThanOrEqual(
    at("2027-01-04T10:30"),
  );
  const { orders, changed } = await tick(at("2027-01-04T10:31"));
  expect(await deadlineOf(caseNo)).toBe("2027-01-05T12:00");
  expect(orders.filter((order) => order.caseNo === caseNo)).toMatchObject([{ kind: "changed" }]);
  expect(changed.map((each) => each.caseNo)).toEqual([caseNo]);
  const { case: after, history } = await get(caseNo);
  expect(after).toMatchObject({ recountCount: 1 });
  expect(after.deadlineProvisional).toBeUndefined();
  expect(history.at(-1)).toMatchObject({
    event: "recount",
    actor: "system",
    note: expect.stringMatching(/holidays of 2027, version 1: the deadline is 2027-01-05T12:00/),
  });
  expect((await get(sure.caseNo)).history.at(-1)?.event).not.toBe("recount");
  expect((await tick(at("2027-01-04T12:30"))).orders).toEqual([]);
  const kinds = (effects: CaseEffects): string[] => effects.orders.map(({ kind }) => kind);
  expect(kinds(await tick(at("2027-01-05T10:00")))).toEqual(["due-soon"]);
  expect(kinds(await tick(at("2027-01-05T12:00")))).toEqual(["overdue"]);
});

test("suspension, rework and extension are counted in when a year is counted again", async () => {
  const begun = at("2026-12-30T14:00");
  const { caseNo } = await openRattle(begun);
  await say(caseNo, "start", CREW_UNIT, begun);
  await say(caseNo, "requestExtension", CREW_UNIT, begun + HOUR_MS);
  await say(caseNo, "approveExtension", LEAD, begun + HOUR_MS);
  const until = at("2026-12-31T10:00");
  await say(caseNo, "requestSuspend", CREW_UNIT, begun + 2 * HOUR_MS, { until });
  await say(caseNo, "approveSuspend", LEADER, begun + 2 * HOUR_MS);
  // The platform was down at the end of the suspension.
  await tick(at("2026-12-31T16:00"));
  await say(caseNo, "feedback", CREW_UNIT, at("2026-12-31T17:00"), { outcome: "cannotReach" });
  await say(caseNo, "rework", DISPATCHER, at("2027-01-04T09:00"));
  // 32 hours: 2 before the suspension, 5 before feedback, 25 from Monday 9:00 on.
  expect(await deadlineOf(caseNo)).toBe("2027-01-07T10:00");
  await putHolidays(2027, [{ date: "2027-01-05", kind: "off" }], at("2027-01-04T09:00"));
  await tick(at("2027-01-04T09:01"));
  expect(await deadlineOf(caseNo)).toBe("2027-01-08T10:00");
});

test("a recount takes nothing back of a check whose sensors were looked for in vain", async () => {
  const fedBackAt = at("2026-12-31T15:00");
  const { caseNo } = await openRattle(at("2026-12-31T14:00"));
  await say(caseNo, "start", CREW_UNIT, fedBackAt);
  await say(caseNo, "feedback", CREW_UNIT, fedBackAt);
  desk.health = { devices: [] };
  const lostAt = fedBackAt + 20 * MINUTE_MS;
  expect((await tick(lostAt)).notices).toMatchObject([{ kind: "check-wanted", caseNo }]);
  await putHolidays(2027, DAYS_2027, lostAt);
  await tick(lostAt + MINUTE_MS);
  expect((await get(caseNo)).history.at(-1)?.event).toBe("recount");
  const { notices } = await tick(lostAt + 15 * MINUTE_MS);
  expect(notices.map(({ kind }) => kind)).toContain("check-50");
});

test("a recount goes on behind its cursor after a crash, and does no case twice", async () => {
  const first = await openRattle(at("2026-12-31T14:00"));
  const copies = Array.from({ length: 140 }, (_, n) => `41152420261231${20_000 + n}`);
  await write(async (tx) => {
    for (const caseNo of copies) {
      const body = JSON.stringify({ ...first, caseNo, openedAt: first.openedAt + 1 });
      await tx.run(
        `insert into cases (case_no, version, state, is_open, condition_id, opened_at, body)
         values (?, ?, ?, 1, ?, ?, ?)`,
        [caseNo, first.version, first.state, first.conditionId, first.openedAt + 1, body],
      );
      await tx.run(
        `insert into case_history (case_no, seq, event, to_state, actor, role, at)
         values (?, 1, 'dispatch', 'DISPATCHED', 'system', 'system', ?)`,
        [caseNo, first.dispatchedAt ?? 0],
      );
    }
  });
  const now = at("2026-12-31T15:00");
  await putHolidays(2027, DAYS_2027, now);
  const recounts = async (): Promise<number> =>
    (
      await desk.database.reader.get<{ n: number }>(
        "select count(*) as n from case_history where event = 'recount'",
      )
    )?.n ?? 0;
  await tick(now);
  expect(await recounts()).toBe(100);
  await write(async (tx) => {
    await desk.cases.tick(tx, now);
    throw new Error("killed");
  }).catch(() => {});
  await reopen();
  await tick(now);
  expect(await recounts()).toBe(141);
  await tick(now);
  expect(await recounts()).toBe(141);
  const last = await desk.database.reader.get("select * from calendar_recounts");
  expect(last).toMatchObject({ year: 2027, moved: 141, done_at: now });
});

test("a year without its holidays is told two months ahead, monthly, once after downtime", async () => {
  const told = async (now: number): Promise<string[]> =>
    (await tick(now)).notices
      .filter(({ kind }) => kind === "holidays-missing")
      .map(({ noticeId }) => noticeId);
  const october = at("2026-10-15T12:00");
  await write((tx) => desk.cases.calendars.open(tx, october));
  expect(await desk.cases.nextDue(desk.database.reader)).toBe(at("2026-11-01T09:00"));
  expect(await told(at("2026-11-01T08:59"))).toEqual([]);
  expect(await told(at("2026-11-01T09:00"))).toEqual(["holidays-2027-1"]);
  expect(await told(at("2026-11-30T09:00"))).toEqual([]);
  expect(await told(at("2026-12-01T09:00"))).toEqual(["holidays-2027-2"]);
  await reopen();
  await write((tx) => desk.cases.calendars.open(tx, at("2027-03-10T12:00")));
  expect(await told(at("2027-03-10T12:00"))).toEqual(["holidays-2027-3"]);
  expect(await told(at("2027-03-10T12:01"))).toEqual([]);
  const { effects } = await putHolidays(2027, DAYS_2027, at("2027-03-11T12:00"));
  expect(effects.settled).toMatchObject([
    { kind: "holidays-missing", noticeId: "holidays-2027-3" },
  ]);
  expect(await told(at("2027-03-11T12:00") + 200 * DAY_MS)).toEqual([]);
  expect(await told(at("2027-11-01T09:00"))).toEqual(["holidays-2028-1"]);
});

test("a case is dispatched in a year of which nothing is known, by weekends alone", async () => {
  const { deadline, deadlineProvisional, state } = await openRattle(at("2031-05-02T09:00"));
  expect(state).toBe("DISPATCHED");
  expect(deadlineProvisional).toBe(true);
  expect(zone.iso(deadline ?? 0)).toBe("2031-05-06T09:00:00.000+08:00");
});
