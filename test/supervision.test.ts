/**
 * Supervision orders on a real database: issued over cases in any state, answered, sent back and
 * accepted; the ladder of what nobody answers, exactly once, also after downtime; the list that must
 * reach all answered; and all of it in the one chain.
 */
import { describe, expect, test } from "vitest";
import { checkHistory } from "../cases/cases.ts";
import type { CaseEffects } from "../cases/desk-words.ts";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import { UnitId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { ADMIN, LEAD, MONDAY, openCaseDesk, person } from "./support/case-desk.ts";

const { desk, reopen, openOne, get, say, tick, photo } = openCaseDesk();
const LEADER = person("leader");
const UNIT = person("unit", { unitId: UnitId.parse("drains") });
const ABOVE = person("unit", { username: "a-chief", unitId: UnitId.parse("city") });
const STRANGER = person("unit", { username: "a-stranger", unitId: UnitId.parse("centre") });
type Actor = Parameters<typeof desk.cases.supervisions.issue>[2];

const DRAFT = {
  level: "important" as const,
  title: "井盖专项整治",
  text: "限期修复并回复。",
  orderingLeader: "王市长",
  accountableLeader: "李局长",
  responsiblePerson: "张工",
  unitId: "drains",
};

function issue(caseNos: string[], more: object = {}, actor: Actor = LEADER, now = MONDAY) {
  const draft = { ...DRAFT, caseNos, until: MONDAY + 10 * HOUR_MS, ...more };
  return desk.database.transaction((tx) => desk.cases.supervisions.issue(tx, draft, actor, now));
}
function move(event: string, actor: Actor, now: number, more: object = {}) {
  const supervisionNo = "DB41152420260001";
  const said = { supervisionNo, event, note: "已修复", reason: "再办", ...more };
  return desk.database.transaction((tx) =>
    desk.cases.supervisions.transition(tx, said, actor, now),
  );
}
const details = (no = "DB41152420260001") => desk.cases.supervisions.get(desk.database.reader, no);
const list = (filter = {}, now = MONDAY) =>
  desk.cases.supervisions.list(desk.database.reader, filter, now);
const summary = (now: number, span = {}) =>
  desk.cases.supervisions.summary(desk.database.reader, span, now);
const told = ({ notices }: CaseEffects) =>
  notices
    .filter(({ supervisionNo }) => supervisionNo !== undefined)
    .map(({ kind, unitId }) => `${kind} ${unitId}`);
const settled = (effects: CaseEffects) =>
  effects.settled
    .filter(({ supervisionNo }) => supervisionNo !== undefined)
    .map(({ kind }) => kind);

async function failureOf(work: Promise<unknown>): Promise<GridwardenError> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error instanceof GridwardenError) return error;
  throw new Error(`wanted a GridwardenError, got ${String(error)}`);
}

describe("issuing", () => {
  test("numbers the order, lists its cases, and marks each that is open by the case's own event", async () => {
    const open = await openOne("cover-1");
    const { caseNo } = await openOne("cover-2", "cover-rattle");
    await say(caseNo, "reject", ADMIN, MONDAY);
    const { supervision, effects } = await issue([caseNo, open.caseNo, open.caseNo]);
    expect(supervision).toMatchObject({
      supervisionNo: "DB41152420260001",
      version: 1,
      state: "ISSUED",
      issuedBy: "a-leader",
      caseCount: 2,
      lifeSafety: true,
      deadline: MONDAY + 10 * HOUR_MS,
      warnAt: MONDAY + 8 * HOUR_MS,
    });
    const found = await details();
    expect(found.unitName).toBe("排水");
    expect(found.cases).toMatchObject([
      { caseNo: open.caseNo, stateAtIssue: "DISPATCHED", state: "DISPATCHED" },
      { caseNo, stateAtIssue: "NOT_ACCEPTED", state: "NOT_ACCEPTED" },
    ]);
    const marked = await get(open.caseNo);
    expect(marked.case).toMatchObject({ supervised: true, version: open.version + 1 });
    expect(marked.history.at(-1)).toMatchObject({
      event: "supervise",
      actor: "a-leader",
      note: "supervision order DB41152420260001: 井盖专项整治",
    });
    expect((await get(caseNo)).case).not.toHaveProperty("supervised");
    expect(effects.orders).toMatchObject([{ kind: "supervised", caseNo: open.caseNo }]);
    expect(told(effects)).toEqual(["supervision-issued drains"]);
  });

  test("counts on in the year and anew in the next, also after a restart", async () => {
    const { caseNo } = await openOne();
    await issue([caseNo]);
    await reopen();
    expect((await issue([caseNo])).supervision.supervisionNo).toBe("DB41152420260002");
    const newYear = Date.parse("2027-01-01T00:00+08:00");
    const later = { until: newYear + DAY_MS };
    const before = await issue([caseNo], later, LEADER, newYear - 1);
    const after = await issue([caseNo], later, LEADER, newYear);
    expect([before, after].map(({ supervision }) => supervision.supervisionNo)).toEqual([
      "DB41152420260003",
      "DB41152420270001",
    ]);
  });

  test("refuses what is not there or not to be, and writes nothing", async () => {
    const { caseNo } = await openOne();
    const missing = "4115242026112399999";
    const faults = [
      [issue([caseNo], {}, UNIT), "ROLE_REFUSED", "a-unit"],
      [issue([caseNo], { unitId: "nobody" }), "UNIT_NOT_FOUND", "nobody"],
      [issue([missing, caseNo]), "CASE_NOT_FOUND", missing],
      [issue([caseNo], { until: MONDAY }), "REQUEST_INVALID", "2026-11-23T09:00"],
      [issue([caseNo], { until: MONDAY + 366 * DAY_MS }), "REQUEST_INVALID", "365 days"],
      [issue([caseNo], { until: undefined }), "REQUEST_INVALID", "deadline"],
    ] as const;
    for (const [work, code, text] of faults) {
      const error = await failureOf(work);
      expect([error.code, error.message]).toEqual([code, expect.stringContaining(text)]);
    }
    expect((await failureOf(issue([missing]))).details).toEqual({ caseNos: [missing] });
    expect((await list()).items).toEqual([]);
    expect((await get(caseNo)).case).not.toHaveProperty("supervised");
    expect((await issue([caseNo])).supervision.supervisionNo).toBe("DB41152420260001");
  });

  test("counts working days by the calendar of the unit", async () => {
    const { caseNo } = await openOne();
    const friday = Date.parse("2026-11-27T17:00+08:00");
    const days = { until: undefined, workingDays: 1 };
    const office = await issue([caseNo], days, LEADER, friday);
    const centre = await issue([caseNo], { ...days, unitId: "centre" }, LEADER, friday);
    expect(office.supervision).toMatchObject({
      deadline: Date.parse("2026-11-30T17:00+08:00"),
      warnAt: Date.parse("2026-11-30T15:24+08:00"),
    });
    expect(centre.supervision.deadline).toBe(friday + 8 * HOUR_MS);
  });
});

describe("an order's way", () => {
  test("acknowledged, replied, sent back, replied again, accepted: each told and settled", async () => {
    const { caseNo } = await openOne();
    await issue([caseNo]);
    const fileId = photo(ABOVE);
    const steps = [
      await move("acknowledge", UNIT, MONDAY + 1),
      await move("reply", ABOVE, MONDAY + 2, { files: [fileId] }),
      await move("sendBack", LEAD, MONDAY + 3),
      await move("reply", UNIT, MONDAY + 4),
      await move("accept", LEADER, MONDAY + 5),
    ];
    expect(steps.map(({ effects }) => [settled(effects), told(effects)])).toEqual([
      [["supervision-issued"], []],
      [
        [
          "supervision-80",
          "supervision-overdue",
          "supervision-overdue-lead",
          "supervision-overdue-leader",
        ],
        ["supervision-replied drains"],
      ],
      [["supervision-replied"], ["supervision-sent-back drains"]],
      [
        [
          "supervision-sent-back",
          "supervision-80",
          "supervision-overdue",
          "supervision-overdue-lead",
          "supervision-overdue-leader",
        ],
        ["supervision-replied drains"],
      ],
      [["supervision-replied"], []],
    ]);
    const { supervision, history } = await details();
    expect(supervision).toMatchObject({
      state: "ACCEPTED",
      version: 6,
      sentBackCount: 1,
      repliedAt: MONDAY + 4,
      endedAt: MONDAY + 5,
    });
    expect(history.map(({ seq, event, role, to }) => [seq, event, role, to])).toEqual([
      [1, "issue", "leader", "ISSUED"],
      [2, "acknowledge", "unit", "ACKNOWLEDGED"],
      [3, "reply", "unit", "REPLIED"],
      [4, "sendBack", "shift-lead", "SENT_BACK"],
      [5, "reply", "unit", "REPLIED"],
      [6, "accept", "leader", "ACCEPTED"],
    ]);
    expect(history[2]).toMatchObject({ actor: "a-chief", note: "已修复", files: [fileId] });
    expect(steps.at(-1)?.openCaseNos).toEqual([caseNo]);
    expect(told(await tick(MONDAY + 30 * DAY_MS))).toEqual([]);
  });

  test("is its own unit's and that of units above, and nobody else's", async () => {
    await issue([(await openOne()).caseNo]);
    const error = await failureOf(move("reply", STRANGER, MONDAY));
    expect(error).toMatchObject({ code: "ROLE_REFUSED", status: 403 });
    expect(error.details).toMatchObject({ allowed: [], reason: "order-role" });
    expect((await failureOf(move("accept", STRANGER, MONDAY))).code).toBe("ROLE_REFUSED");
    expect((await details()).supervision.version).toBe(1);
  });

  test("of two who act from the same version one wins, the other is told which stands", async () => {
    await issue([(await openOne()).caseNo]);
    await move("acknowledge", UNIT, MONDAY, { version: 1 });
    const error = await failureOf(move("reply", UNIT, MONDAY, { version: 1 }));
    expect(error).toMatchObject({ code: "SUPERVISION_VERSION_CONFLICT", status: 409 });
    expect(error.details).toMatchObject({ version: 2 });
    expect((await failureOf(move("accept", LEADER, MONDAY))).details).toMatchObject({
      allowed: ["reply", "extend", "cancel"],
    });
    const unknown = move("reply", UNIT, MONDAY, { supervisionNo: "DB41152420269999" });
    expect((await failureOf(unknown)).code).toBe("SUPERVISION_NOT_FOUND");
  });

  test("an extension moves the deadline and begins the ladder anew, up to the bound", async () => {
    await issue([(await openOne()).caseNo]);
    await tick(MONDAY + 8 * HOUR_MS);
    const until = MONDAY + 20 * HOUR_MS;
    const extended = await move("extend", LEADER, MONDAY + 9 * HOUR_MS, { until });
    expect(extended.supervision).toMatchObject({
      deadline: until,
      warnAt: MONDAY + 9 * HOUR_MS + 0.8 * 11 * HOUR_MS,
      extensionCount: 1,
    });
    expect(settled(extended.effects)).toContain("supervision-80");
    expect((await details()).history.at(-1)).toMatchObject({ event: "extend", deadline: until });
    expect(told(await tick(MONDAY + 10 * HOUR_MS))).toEqual([]);
    expect(told(await tick(until - 1))).toEqual(["supervision-80 drains"]);
    const far = { until: MONDAY + 400 * DAY_MS };
    expect((await failureOf(move("extend", LEADER, MONDAY, far))).code).toBe("REQUEST_INVALID");
    await move("extend", LEADER, until - 1, { workingDays: 1 });
    const third = await failureOf(move("extend", LEADER, until, { workingDays: 1 }));
    expect(third.message).toContain(`${LIMITS.supervisionExtensionsMax} times`);
  });

  test("a cancelled order waits for nothing and counts nowhere but as cancelled", async () => {
    await issue([(await openOne()).caseNo]);
    await move("cancel", LEADER, MONDAY);
    expect(await desk.cases.nextDue(desk.database.reader)).not.toBe(MONDAY + 8 * HOUR_MS);
    expect(await summary(MONDAY + DAY_MS)).toMatchObject({
      issued: 0,
      cancelled: 1,
      overdueOpen: 0,
      shareAnswered: undefined,
    });
  });
});

describe("files of a reply", () => {
  test("are kept at the order's first case, their digests in the record", async () => {
    const { caseNo } = await openOne();
    await issue([caseNo]);
    const fileId = photo(UNIT);
    await move("reply", UNIT, MONDAY, { files: [fileId, fileId] });
    expect(desk.sent.get(fileId)?.caseNo).toBe(caseNo);
    const row = await desk.database.reader.get<{ files: string }>(
      "select files from case_history where event = 'reply'",
    );
    expect(JSON.parse(row?.files ?? "")).toEqual([
      { fileId, sha256: desk.sent.get(fileId)?.sha256, moment: "after" },
    ]);
  });

  test("may be those of a covered case, and no other case's, nobody else's, none that is not there", async () => {
    const first = await openOne();
    const second = await openOne("cover-2");
    const other = await openOne("cover-3");
    await issue([first.caseNo, second.caseNo]);
    const covered = photo(ADMIN, { caseNo: second.caseNo });
    const faults = [
      [photo(ADMIN, { caseNo: other.caseNo }), "FILE_NOT_YOURS"],
      [photo(ADMIN), "FILE_NOT_YOURS"],
      ["file-1", "FILE_NOT_FOUND"],
    ] as const;
    for (const [fileId, code] of faults) {
      expect((await failureOf(move("reply", UNIT, MONDAY, { files: [fileId] }))).code).toBe(code);
    }
    expect((await details()).supervision.version).toBe(1);
    await move("reply", UNIT, MONDAY, { files: [covered] });
    expect(desk.sent.get(covered)?.caseNo).toBe(second.caseNo);
  });
});

describe("holidays that come later", () => {
  const at = (text: string): number => Date.parse(`${text}+08:00`);
  const DAYS = [
    { date: "2027-01-01", kind: "off" },
    { date: "2027-01-04", kind: "off" },
  ];
  const putHolidays = (days: object[], now: number) =>
    desk.database.transaction((tx) => {
      const table = { year: 2027, source: "a test", days: days as typeof DAYS };
      return desk.cases.calendars.putHolidays(tx, table, { by: "admin", now });
    });
  const issued = at("2026-12-30T08:00");
  const days = { until: undefined, workingDays: 3 };

  test("move the deadline of an order, settle its warnings and begin its ladder anew", async () => {
    const { caseNo } = await openOne();
    const { supervision } = await issue([caseNo], days, LEADER, issued);
    expect(supervision).toMatchObject({
      deadline: at("2027-01-01T18:00"),
      deadlineProvisional: true,
    });
    await tick(at("2027-01-01T12:00"));
    await putHolidays(DAYS, at("2027-01-01T13:00"));
    const recounted = await tick(at("2027-01-01T13:01"));
    expect(settled(recounted)).toContain("supervision-80");
    const { supervision: after, history } = await details();
    expect(after).toMatchObject({ deadline: at("2027-01-05T18:00"), recountCount: 1, version: 2 });
    expect(after).not.toHaveProperty("deadlineProvisional");
    expect(history.at(-1)).toMatchObject({
      ...{ event: "recount", actor: "system", deadline: at("2027-01-05T18:00") },
      note: expect.stringMatching(/holidays of 2027, version 1: the deadline is 2027-01-05T18:00/),
    });
    expect(told(await tick(at("2027-01-01T18:00")))).toEqual([]);
    expect(told(await tick(at("2027-01-05T18:00")))).toEqual([
      "supervision-80 drains",
      "supervision-overdue drains",
      "supervision-overdue city",
      "supervision-overdue-lead drains",
    ]);
    expect((await checkHistory(desk.database.reader)).broken).toBeUndefined();
  });

  test("count extensions in, leave a named time and an ended order, and reach all, in batches", async () => {
    const { caseNo } = await openOne();
    await issue([caseNo], days, LEADER, issued);
    await move("extend", LEADER, issued, { workingDays: 1 });
    const until = at("2027-01-06T09:00");
    await issue([caseNo], { until }, LEADER, issued);
    await issue([caseNo], days, LEADER, issued);
    await move("cancel", LEADER, issued, { supervisionNo: "DB41152420260003" });
    for (let n = 4; n <= 120; n += 1) await issue([caseNo], days, LEADER, issued);
    await putHolidays(DAYS, issued);
    await tick(issued);
    await reopen();
    await tick(issued + 1);
    const deadlines = new Map(
      (await list({ limit: 1000 })).items.map((each) => [each.supervisionNo, each.deadline]),
    );
    const of = (n: number) => deadlines.get(`DB4115242026${String(n).padStart(4, "0")}` as never);
    expect([of(1), of(2), of(3), of(4), of(120)]).toEqual([
      at("2027-01-06T18:00"),
      until,
      at("2027-01-01T18:00"),
      at("2027-01-05T18:00"),
      at("2027-01-05T18:00"),
    ]);
    expect((await details()).history.map(({ event }) => event)).toEqual([
      "issue",
      "extend",
      "recount",
    ]);
    await tick(issued + 2);
    expect((await details("DB41152420260120")).supervision.recountCount).toBe(1);
  });

  test("are counted by in an order that is issued before the next tick", async () => {
    const { caseNo } = await openOne();
    await putHolidays(DAYS, issued);
    const { supervision } = await issue([caseNo], days, LEADER, issued);
    expect(supervision.deadline).toBe(at("2027-01-05T18:00"));
  });
});

describe("the ladder", () => {
  const deadline = MONDAY + 10 * HOUR_MS;

  test("tells the office at 80 %, then all at the deadline, then the leaders each working day", async () => {
    await issue([(await openOne()).caseNo]);
    expect(told(await tick(MONDAY + 8 * HOUR_MS - 1))).toEqual([]);
    expect(told(await tick(MONDAY + 8 * HOUR_MS))).toEqual(["supervision-80 drains"]);
    const over = await tick(deadline);
    expect(told(over)).toEqual([
      "supervision-overdue drains",
      "supervision-overdue city",
      "supervision-overdue-lead drains",
    ]);
    expect(settled(over)).toEqual(["supervision-80"]);
    // 19:00 of a Monday is after hours: one working day later is Tuesday 18:00.
    const tuesday = Date.parse("2026-11-24T18:00+08:00");
    expect(told(await tick(tuesday - 1))).toEqual([]);
    expect(told(await tick(tuesday))).toEqual(["supervision-overdue-leader drains"]);
    const rest = await tick(deadline + 60 * DAY_MS);
    expect(told(rest)).toHaveLength(LIMITS.supervisionLeaderNoticesMax - 1);
    const ids = [...over.notices, ...rest.notices].map(({ noticeId }) => noticeId);
    expect(new Set(ids).size).toBe(ids.length);
    // What a cursor of the list of notices takes.
    for (const id of ids) expect(id).toMatch(/^[\w-]{1,80}$/);
  });

  test("after a day of downtime does each rung once, in order, and never again", async () => {
    await issue([(await openOne()).caseNo]);
    await reopen();
    const back = deadline + DAY_MS;
    const expected = [
      "supervision-80 drains",
      "supervision-overdue drains",
      "supervision-overdue city",
      "supervision-overdue-lead drains",
      "supervision-overdue-leader drains",
    ];
    const failing = desk.database.transaction(async (tx) => {
      expect(told(await desk.cases.tick(tx, back))).toEqual(expected);
      throw new Error("power cut");
    });
    await expect(failing).rejects.toThrow("power cut");
    expect(told(await tick(back))).toEqual(expected);
    expect(told(await tick(back))).toEqual([]);
    await reopen();
    expect(told(await tick(back + 1))).toEqual([]);
    const { history } = await details();
    expect(history.slice(1).map(({ event, actor, outcome }) => [event, actor, outcome])).toEqual([
      ["remind", "system", "supervision-80"],
      ["remind", "system", "supervision-overdue"],
      ["remind", "system", "supervision-overdue-leader"],
    ]);
  });

  test("stands while a reply is judged, and goes on where it is sent back", async () => {
    await issue([(await openOne()).caseNo]);
    await move("reply", UNIT, MONDAY + HOUR_MS);
    expect(told(await tick(deadline + 1))).toEqual([]);
    await move("sendBack", LEADER, deadline + 2);
    expect(told(await tick(deadline + 3))).toEqual([
      "supervision-80 drains",
      "supervision-overdue drains",
      "supervision-overdue city",
      "supervision-overdue-lead drains",
    ]);
  });

  test("tells no rung a second time when a reply is sent back", async () => {
    await issue([(await openOne()).caseNo]);
    expect(told(await tick(MONDAY + 8 * HOUR_MS))).toEqual(["supervision-80 drains"]);
    await move("reply", UNIT, MONDAY + 8 * HOUR_MS);
    await move("sendBack", LEADER, MONDAY + 9 * HOUR_MS);
    expect(told(await tick(deadline - 1))).toEqual([]);
    expect(told(await tick(deadline))).toHaveLength(3);
  });

  test("of an order that is at fault is set aside and tried again; the others go on", async () => {
    const { caseNo } = await openOne();
    await issue([caseNo]);
    await issue([caseNo]);
    await desk.database.transaction((tx) =>
      tx.run("update supervisions set body = '{' where supervision_no = 'DB41152420260001'"),
    );
    expect(told(await tick(MONDAY + 8 * HOUR_MS))).toEqual(["supervision-80 drains"]);
    const waiting = await desk.database.reader.get<{ at: number }>(
      "select at from supervision_dues where supervision_no = 'DB41152420260001' and kind = 'warn:0'",
    );
    expect(waiting?.at).toBe(MONDAY + 8 * HOUR_MS + 5 * 60_000);
  });
});

describe("the list", () => {
  test("is newest first in pages, by state, unit, case, overdue and time of issue", async () => {
    const first = await openOne("cover-1");
    const second = await openOne("cover-2");
    await issue([first.caseNo], {}, LEADER, MONDAY);
    await issue([second.caseNo], { unitId: "centre" }, LEADER, MONDAY + 1);
    await issue([first.caseNo, second.caseNo], {}, LEADER, MONDAY + 1);
    await move("reply", UNIT, MONDAY + 2);
    const numbers = async (filter: object, now = MONDAY) =>
      (await list(filter, now)).items.map(({ supervisionNo }) => supervisionNo.slice(-1)).join("");
    expect(await numbers({})).toBe("321");
    expect(await numbers({ state: "REPLIED" })).toBe("1");
    expect(await numbers({ unitId: "centre" })).toBe("2");
    expect(await numbers({ within: ["drains"] })).toBe("31");
    expect(await numbers({ within: [] })).toBe("");
    expect(await numbers({ caseNo: second.caseNo })).toBe("32");
    expect(await numbers({ from: MONDAY + 1 })).toBe("32");
    expect(await numbers({ to: MONDAY + 1 })).toBe("1");
    const late = MONDAY + DAY_MS;
    expect(await numbers({ overdue: true }, late)).toBe("32");
    expect(await numbers({ overdue: false }, late)).toBe("1");
    const page = await list({ limit: 2 });
    expect(page.items).toHaveLength(2);
    const rest = await list({ limit: 2, ...(page.next && { cursor: page.next }) });
    expect(rest.items.map(({ supervisionNo }) => supervisionNo)).toEqual(["DB41152420260001"]);
    expect(rest).not.toHaveProperty("next");
    expect((await failureOf(list({ cursor: "x" }))).code).toBe("REQUEST_INVALID");
  });

  test("is counted until all is answered: in time, late, and not at all, by unit", async () => {
    const { caseNo } = await openOne();
    for (const unitId of ["drains", "drains", "drains", "centre"])
      await issue([caseNo], { unitId });
    const late = MONDAY + DAY_MS;
    await move("reply", UNIT, MONDAY + 10 * HOUR_MS);
    await move("reply", UNIT, late, { supervisionNo: "DB41152420260002" });
    await move("accept", LEADER, late, { supervisionNo: "DB41152420260002" });
    const drains = { issued: 3, answered: 2, answeredInTime: 1, accepted: 1, overdueOpen: 1 };
    expect(await summary(late)).toMatchObject({
      issued: 4,
      answered: 2,
      answeredInTime: 1,
      accepted: 1,
      overdueOpen: 2,
      cancelled: 0,
      shareAnswered: 0.5,
      units: [
        { unitId: "centre", unitName: "应急", shareAnswered: 0 },
        { unitId: "drains", unitName: "排水", ...drains, shareAnswered: 2 / 3 },
      ],
    });
    expect(await summary(late, { within: ["centre"] })).toMatchObject({ issued: 1, answered: 0 });
    expect(await summary(late, { from: MONDAY + 1 })).toMatchObject({ issued: 0, units: [] });
  });
});

describe("the chain", () => {
  const check = () => checkHistory(desk.database.reader);

  test("holds orders and cases together, and names the order's record that was changed", async () => {
    await issue([(await openOne()).caseNo]);
    await move("reply", UNIT, MONDAY, { files: [photo(UNIT)] });
    await say((await openOne("cover-2")).caseNo, "start", ADMIN, MONDAY);
    expect((await check()).broken).toBeUndefined();
    const { files } = (await desk.database.reader.get<{ files: string }>(
      "select files from case_history where event = 'reply'",
    )) ?? { files: "" };
    const change = (said: string) =>
      desk.database.transaction((tx) =>
        tx.run("update case_history set files = ? where event = 'reply'", [said]),
      );
    await change(files.replace("0000", "0001"));
    expect((await check()).broken).toMatchObject({
      kind: "changed",
      caseNo: "DB41152420260001",
      seq: 2,
    });
    await change(files);
    expect((await check()).broken).toBeUndefined();
  });

  test("has the order as it was issued, word by word, with the cases it covers", async () => {
    const { caseNo } = await openOne();
    const { supervision } = await issue([caseNo]);
    await move("extend", LEADER, MONDAY, { workingDays: 9 });
    const row = await desk.database.reader.get<{ detail: string }>(
      "select detail from case_history where event = 'issue'",
    );
    expect(JSON.parse(row?.detail ?? "")).toEqual({ ...supervision, caseNos: [caseNo] });
  });
});

test("an order over as many cases as there may be is issued in one transaction", async () => {
  const body = JSON.stringify((await get((await openOne()).caseNo)).case);
  const caseNos = Array.from(
    { length: LIMITS.supervisionCasesMax },
    (_, n) => `411524202611239${String(n).padStart(4, "0")}`,
  );
  await desk.database.transaction(async (tx) => {
    for (const caseNo of caseNos) {
      await tx.run(
        `insert into cases (case_no, version, state, is_open, condition_id, opened_at, body)
         values (?, 4, 'DISPATCHED', 1, 'cover-open', ?, ?)`,
        [caseNo, MONDAY, JSON.stringify({ ...JSON.parse(body), caseNo, version: 4 })],
      );
    }
  });
  const { supervision, effects } = await issue(caseNos);
  expect(supervision.caseCount).toBe(LIMITS.supervisionCasesMax);
  expect(effects.orders).toHaveLength(LIMITS.supervisionCasesMax);
  expect((await details()).cases).toHaveLength(LIMITS.supervisionCasesMax);
});
