/**
 * Evaluation over cases as the desk writes them and over a county that is known: 21,201 reported,
 * 19,861 filed, 19,069 closed. Zero-case units, peers, a changed record, and the command.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runEvaluation } from "../app/evaluation-command.ts";
import { allMigrations } from "../app/migrations.ts";
import { dataPaths } from "../app/paths.ts";
import { calendarBook, DEFAULT_CALENDARS } from "../cases/calendar.ts";
import { createEvaluations } from "../cases/cases.ts";
import { createGatherer } from "../cases/evaluation/evaluate.ts";
import { periodBefore, periodOf } from "../cases/evaluation/period.ts";
import { SHIPPED_MODELS } from "../cases/evaluation/score-models.ts";
import type { CaseTimeline, TimelineEntry } from "../cases/evaluation/timeline.ts";
import { entryOf } from "../cases/evaluation/timeline-records.ts";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { type EvaluationSubject, evaluationView } from "../model/evaluation.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { Crew, Unit } from "../model/registry.ts";
import { ADMIN, CREW_1, LEAD, MONDAY, openCaseDesk, zone } from "./support/case-desk.ts";
import { createTestDatabase, isOnPostgres, placeOf } from "./support/city-database.ts";
import { addRecords, putCase } from "./support/evaluation-cases.ts";

const { desk, openOne, say } = openCaseDesk();
const unit = (unitId: string, more: object = {}) =>
  Unit.parse({ unitId, name: unitId, kind: "department", ...more });
const UNITS = [
  unit("city", { kind: "city" }),
  unit("drains", { kind: "contractor", parentId: "city", peerGroup: "works" }),
  unit("lamps", { kind: "contractor", peerGroup: "works" }),
  unit("green", { peerGroup: "works" }),
  unit("centre"),
];
const CREWS = [Crew.parse({ crewId: "crew-1", name: "one", unitId: "drains" })];
const NOW = MONDAY + 30 * DAY_MS;

const evaluationsOf = (units = UNITS) =>
  createEvaluations({ zone, areaCode: "411524", people: () => ({ units, crews: CREWS }) });
const read = (subject: EvaluationSubject, period = "2026-11", units = UNITS, now = NOW) =>
  evaluationsOf(units).read(desk.database, { period, subject, model: "B" }, now);
const recompute = (subject: EvaluationSubject, period = "2026-11") =>
  evaluationsOf().recompute(desk.database.reader, { period, subject, model: "B" }, NOW);

async function closeOne(assetId = "cover-1"): Promise<string> {
  const { caseNo } = await openOne(assetId);
  await say(caseNo, "start", CREW_1, MONDAY + HOUR_MS / 2);
  await say(caseNo, "feedback", CREW_1, MONDAY + HOUR_MS);
  await say(caseNo, "checkPass", ADMIN, MONDAY + 2 * HOUR_MS);
  await say(caseNo, "close", LEAD, MONDAY + 3 * HOUR_MS);
  return caseNo;
}

test("a county's published figures come out of its cases", () => {
  const period = periodOf("2026", zone);
  const before = periodBefore(period, zone);
  const ask = {
    period,
    before,
    lastYear: undefined,
    subject: "area",
    model: SHIPPED_MODELS.B,
  } as const;
  const gatherer = createGatherer({ ...ask, areaCode: "411524", now: period.to });
  for (let n = 0; n < 21_201; n += 1) {
    const endedAt = period.from + DAY_MS;
    gatherer.take({ timeline: countyCase(n, period.from), firstSeq: n, endedAt });
  }
  const [area] = gatherer.items({ units: [], crews: [] });
  expect(area?.indicators).toMatchObject({
    ...{ reported: 21_201, filed: 19_861, closed: 19_069 },
    ...{ dueToClose: 19_861, closeRate: 0.9601, closeOfFiledRate: 0.9601, filingRate: 0.9368 },
  });
});

/** The first 19,861 are filed and sent, the first 19,069 of them closed, the others overdue. */
function countyCase(n: number, from: number): CaseTimeline {
  const at = (hour: number) => from + n * 1_000 + hour * HOUR_MS;
  const held = { unitId: "", crewId: "", deadline: 0, isSystem: false, isSaid: true };
  const entries: CaseTimeline["entries"] = [
    { ...held, at: at(0), event: "report", to: "REPORTED" },
  ];
  if (n < 19_861) {
    const sent = { ...held, unitId: "u", deadline: at(9) };
    entries.push(
      { ...held, at: at(1), event: "accept", to: "PENDING_FILING" },
      { ...held, at: at(2), event: "file", to: "PENDING_DISPATCH" },
      { ...sent, at: at(3), event: "dispatch", to: "DISPATCHED" },
    );
    if (n < 19_069) {
      entries.push(
        { ...sent, at: at(4), event: "feedback", to: "FEEDBACK" },
        { ...sent, at: at(5), event: "close", to: "CLOSED" },
      );
    }
  } else entries.push({ ...held, at: at(1), event: "reject", to: "NOT_ACCEPTED" });
  const place = { street: "", grid: "", isUrgent: false };
  return { caseNo: `case-${n}`, source: "patrol", ...place, entries };
}

test("of a case that the desk worked on, unit, crew, street and area have their part", async () => {
  await closeOne();
  const { items } = await read("unit");
  const drains = items.find(({ subjectId }) => subjectId === "drains");
  expect(drains).toMatchObject({
    ...{ score: 100, grade: "excellent", colour: "green", rank: 1, rankedOf: 1 },
    ...{ kind: "contractor", peerGroup: "works", change: { score: null, rank: null } },
    indicators: { dispatched: 1, handledOnTime: 1, closedOnTime: 1, handleRate: 1, reworkRate: 0 },
  });
  expect(drains?.indicators).not.toHaveProperty("filed");
  const others = [await read("crew"), await read("street"), await read("area")];
  expect(others.map(({ items: [first] }) => [first?.subjectId, first?.indicators.closed])).toEqual([
    ["crew-1", 1],
    ["411524001", 1],
    ["411524", 1],
  ]);
});

test("a clock that was set back in the middle of a case leaves its close in one of the months", async () => {
  const { caseNo } = await openOne("cover-1");
  const at = (text: string): number => Date.parse(`${text}+08:00`);
  await say(caseNo, "start", CREW_1, at("2026-11-23T10:00"));
  await say(caseNo, "feedback", CREW_1, at("2026-12-01T00:30"));
  await say(caseNo, "checkPass", ADMIN, at("2026-11-30T22:40"));
  await say(caseNo, "close", LEAD, at("2026-11-30T22:50"));
  const closedIn = async (period: string) => {
    const { items } = await read("unit", period, UNITS, at("2027-02-01T00:00"));
    return items.find(({ subjectId }) => subjectId === "drains")?.indicators.closed;
  };
  expect([await closedIn("2026-11"), await closedIn("2026-12")]).toEqual([0, 1]);
  expect(await closedIn("2026-Q4")).toBe(1);
});

test("cases that end while others read change no figure of a month that is over", async () => {
  const at = (text: string): number => Date.parse(`2026-${text}+08:00`);
  const held = { unitId: "drains", crewId: "crew-1", deadline: at("11-02T12:00") };
  const caseNo = (n: number): string => `late-${String(n).padStart(5, "0")}`;
  await desk.database.transaction(async (tx) => {
    for (let n = 0; n < 2_500; n += 1) {
      await putCase(tx, {
        caseNo: caseNo(n),
        records: [
          { event: "report", from: undefined, to: "REPORTED", at: at("11-02T08:00") },
          {
            event: "dispatch",
            from: "PENDING_DISPATCH",
            to: "DISPATCHED",
            at: at("11-02T08:01"),
            held,
          },
          { event: "start", from: "DISPATCHED", to: "HANDLING", at: at("11-02T09:00") },
        ],
      });
    }
  });
  const overdue = async () => {
    const { items } = await read("unit", "2026-11", UNITS, at("12-10T00:00"));
    return items.find(({ subjectId }) => subjectId === "drains")?.indicators.overdueUnhandled;
  };
  expect(await overdue()).toBe(2_500);
  const reading = overdue();
  await desk.database.transaction(async (tx) => {
    for (let n = 2_000; n < 2_400; n += 1) {
      await addRecords(tx, caseNo(n), [
        { event: "forceClose", from: "HANDLING", to: "FORCE_CLOSED", at: at("12-09T09:01") },
      ]);
    }
  });
  expect(await Promise.all([reading, overdue(), overdue()])).toEqual([2_500, 2_500, 2_500]);
}, 120_000);

test("a unit without cases is listed, with null rates and without a rank; a city is not", async () => {
  await closeOne();
  const { items } = await read("unit");
  expect(items.map(({ subjectId, rank }) => [subjectId, rank])).toEqual([
    ["centre", null],
    ["drains", 1],
    ["green", null],
    ["lamps", null],
  ]);
  const lamps = items.find(({ subjectId }) => subjectId === "lamps");
  expect(lamps).toMatchObject({ score: null, grade: null, basePoints: null });
  expect(lamps?.indicators).toMatchObject({ dueToHandle: 0, handleRate: null, reworkRate: null });
});

test("a unit that moves in the tree takes its cases with it, and no other's", async () => {
  await closeOne();
  const before = await read("unit");
  const moved = UNITS.map((each) =>
    each.unitId === "drains" ? unit("drains", { kind: "contractor", parentId: "green" }) : each,
  );
  const after = await read("unit", "2026-11", moved);
  const figures = ({ items }: typeof before) =>
    Object.fromEntries(
      items.map(({ subjectId, indicators, score }) => [subjectId, { indicators, score }]),
    );
  expect(figures(after)).toEqual(figures(before));
});

test("a relapse counts against the unit, and the month before stays as it was", async () => {
  const caseNo = await closeOne();
  const november = await read("unit");
  await desk.database.transaction((tx) =>
    addRecords(tx, caseNo, [
      {
        ...{
          event: "reopen",
          from: "CLOSED",
          to: "HANDLING",
          at: Date.parse("2026-12-02T00:00+08:00"),
        },
        held: {
          unitId: "drains",
          crewId: "crew-1",
          deadline: Date.parse("2026-12-03T00:00+08:00"),
        },
      },
    ]),
  );
  expect(await read("unit")).toEqual(november);
  const december = await read("unit", "2026-12", UNITS, Date.parse("2027-01-01T00:00+08:00"));
  const drains = december.items.find(({ subjectId }) => subjectId === "drains");
  expect(drains).toMatchObject({
    indicators: { reworks: 1, relapses: 1, overdueUnhandled: 1, handleRate: 0 },
    change: { score: (drains?.score ?? 0) - 100, rank: 0 },
  });
});

test("records of before their detail was written are counted by the case's clock", async () => {
  await closeOne();
  const wanted = await read("unit");
  await desk.database.transaction(async (tx) => {
    await tx.run("update case_history set detail = null");
    for (const table of ["timelines", "cursor", "faults"]) {
      await tx.run(`delete from evaluation_${table}`);
    }
  });
  expect((await read("unit")).items).toEqual(wanted.items);
  expect((await read("crew")).items[0]).toMatchObject({ subjectId: "crew-1", score: 100 });
});

test("a record says what holds after it, and without that the case's clock gives the same", async () => {
  const { caseNo } = await openOne("cover-1");
  const at = (hour: number) => MONDAY + hour * HOUR_MS;
  await say(caseNo, "start", CREW_1, at(0.25));
  await say(caseNo, "requestExtension", CREW_1, at(0.5));
  await say(caseNo, "approveExtension", LEAD, at(0.75));
  await say(caseNo, "requestSuspend", CREW_1, at(1), { until: at(30) });
  await say(caseNo, "approveSuspend", ADMIN, at(1.5));
  await say(caseNo, "resume", ADMIN, at(20));
  await say(caseNo, "feedback", CREW_1, at(21));
  await say(caseNo, "rework", ADMIN, at(21.5));
  const { case: theCase } = await desk.cases.get(desk.database.reader, caseNo);
  const rows = await desk.database.reader.all(
    "select * from case_history where case_no = ? order by seq",
    [caseNo],
  );
  const calendar = calendarBook(DEFAULT_CALENDARS).of(theCase);
  const counting = { limit: theCase.limit, calendar, zone };
  const held = (records: typeof rows) => {
    const entries: TimelineEntry[] = [];
    for (const row of records) {
      const entry = entryOf(row, entries, theCase, counting);
      if (entry !== undefined) entries.push(entry);
    }
    return entries.map(({ event, unitId, crewId, deadline }) => [event, unitId, crewId, deadline]);
  };
  const told = held(rows);
  expect(rows.filter(({ detail }) => detail !== null).map(({ event }) => event)).toEqual([
    ...["dispatch", "approveExtension", "resume", "rework"],
  ]);
  expect(told.at(-1)).toEqual(["rework", "drains", "crew-1", theCase.deadline]);
  expect(new Set(told.map(([, , , deadline]) => deadline)).size).toBe(5);
  expect(held(rows.map((row) => ({ ...row, detail: null })))).toEqual(told);
});

test("a record that was changed is named, and the period is not verified", async () => {
  const caseNo = await closeOne();
  const kept = await read("unit");
  expect([kept.verified, (await recompute("unit")).verified]).toEqual([true, true]);
  await desk.database.transaction((tx) =>
    tx.run("update case_history set at = at + 1 where case_no = ? and event = 'feedback'", [
      caseNo,
    ]),
  );
  const found = await recompute("unit");
  expect(found).toMatchObject({ verified: false, fault: { kind: "changed", caseNo } });
  // What was kept was counted from the record as it was written.
  expect((await read("unit")).items).toEqual(kept.items);
});

test("a record that is wrong when it is first taken is named by the API, too", async () => {
  const caseNo = await closeOne();
  await desk.database.transaction((tx) =>
    tx.run("update case_history set role = 'leader' where case_no = ? and event = 'close'", [
      caseNo,
    ]),
  );
  const found = await read("unit");
  expect(found).toMatchObject({ verified: false, fault: { kind: "changed", caseNo } });
  expect(found).toEqual(await recompute("unit"));
  expect((await read("unit", "2026-10")).verified).toBe(true);
});

test.each([
  ["the month before", "2026-12", "2026-12-31T00:00+08:00"],
  ["the same month a year ago", "2027-11", "2027-11-30T00:00+08:00"],
])("a changed record of %s makes what is compared with it unverified", async (_of, period, at) => {
  const caseNo = await closeOne();
  const now = Date.parse(at);
  const evaluations = evaluationsOf();
  const query = { period, subject: "unit", model: "B" } as const;
  expect((await evaluations.recompute(desk.database.reader, query, now)).verified).toBe(true);
  await desk.database.transaction((tx) =>
    tx.run("update case_history set role = 'leader' where case_no = ? and event = 'close'", [
      caseNo,
    ]),
  );
  const found = await evaluations.read(desk.database, query, now);
  expect(found).toMatchObject({ verified: false, fault: { kind: "changed", caseNo } });
  expect(found).toEqual(await evaluations.recompute(desk.database.reader, query, now));
});

test("a period that runs is compared with the same part of the one before", async () => {
  await closeOne();
  // The case was closed on 23 November at noon.
  const at = async (now: string) => {
    const { isOver, items } = await read("unit", "2026-12", UNITS, Date.parse(now));
    return [isOver, items.find(({ subjectId }) => subjectId === "drains")?.change.score];
  };
  await desk.database.transaction((tx) =>
    putCase(tx, {
      caseNo: "case-of-december",
      records: [
        {
          event: "report",
          from: undefined,
          to: "REPORTED",
          at: Date.parse("2026-12-01T08:00+08:00"),
        },
        {
          ...{ event: "dispatch", from: "PENDING_DISPATCH", to: "DISPATCHED" },
          at: Date.parse("2026-12-01T08:01+08:00"),
          held: { unitId: "drains", deadline: Date.parse("2026-12-01T09:00+08:00") },
        },
      ],
    }),
  );
  expect(await at("2026-12-20T00:00+08:00")).toEqual([false, null]);
  expect(await at("2026-12-24T00:00+08:00")).toEqual([false, -70]);
  expect(await at("2027-01-01T00:00+08:00")).toEqual([true, -70]);
});

test("a history that was cut off at its end is not verified", async () => {
  await closeOne();
  await desk.database.transaction((tx) =>
    tx.run("delete from case_history where chain_seq = (select max(chain_seq) from case_history)"),
  );
  expect(await recompute("unit")).toMatchObject({ verified: false, fault: { kind: "missing" } });
});

test("posts are judged by the limits of their stages, and what the platform does is no post's", async () => {
  await closeOne();
  const at = (minute: number) => MONDAY + minute * 60_000;
  await desk.database.transaction((tx) =>
    putCase(tx, {
      caseNo: "case-posts",
      records: [
        { event: "report", from: undefined, to: "REPORTED", at: at(0) },
        { event: "accept", from: "REPORTED", to: "PENDING_FILING", at: at(15) },
        { event: "file", from: "PENDING_FILING", to: "PENDING_DISPATCH", at: at(31) },
      ],
    }),
  );
  const posts = Object.fromEntries(
    (await read("position")).items.map(({ subjectId, indicators }) => [subjectId, indicators]),
  );
  expect(posts).toMatchObject({
    accept: { done: 1, onTime: 1, accurate: 1, onTimeRate: 1 },
    file: { done: 1, onTime: 0, onTimeRate: 0 },
    dispatch: { done: 0, overdue: 1, onTimeRate: 0 },
    // The desk's own case: sent to its check at 10, passed at 11.
    check: { done: 1, onTime: 0 },
    close: { done: 1, onTime: 1 },
    verify: { done: 0, onTimeRate: null },
  });
});

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridwarden-evaluation-command-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

async function ran(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: "", err: "" };
  const take = (name: "out" | "err") => (text: unknown) => {
    said[name] += String(text);
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(take("out"));
  vi.spyOn(process.stderr, "write").mockImplementation(take("err"));
  const settings = { ...placeOf(folder), timeZone: "Asia/Shanghai", areaCode: "411524" };
  const code = await runEvaluation(args, () => settings);
  vi.restoreAllMocks();
  return { code, ...said };
}

test("the command prints what the API answers", async () => {
  await mkdir(folder, { recursive: true });
  const common = { log: silentLog, metrics: memoryMetrics() };
  const database = createTestDatabase(common, { file: dataPaths(folder).database });
  await database.open(allMigrations);
  await database.transaction((tx) =>
    putCase(tx, {
      caseNo: "case-1",
      records: [
        { event: "report", from: undefined, to: "REPORTED", at: MONDAY },
        {
          ...{ event: "dispatch", from: "PENDING_DISPATCH", to: "DISPATCHED", at: MONDAY + 1 },
          held: { unitId: "drains", deadline: MONDAY + HOUR_MS },
        },
        { event: "feedback", from: "HANDLING", to: "FEEDBACK", at: MONDAY + 2 },
      ],
    }),
  );
  const none = createEvaluations({
    zone,
    areaCode: "411524",
    people: () => ({ units: [], crews: [] }),
  });
  const query = { period: "2026-11", subject: "unit", model: "A" } as const;
  const wanted = evaluationView(await none.read(database, query, NOW), zone);
  const args = [
    "recompute",
    "--period",
    "2026-11",
    "--model",
    "A",
    "--as-of",
    "2026-12-23T09:00+08:00",
  ];
  const sound = await ran(...args);
  expect(sound.err).toBe("");
  expect([sound.code, JSON.parse(sound.out)]).toEqual([0, JSON.parse(JSON.stringify(wanted))]);
  await database.transaction((tx) => tx.run("update case_history set at = at + 1 where seq = 3"));
  const broken = await ran(...args);
  expect([broken.code, JSON.parse(broken.out).verified]).toEqual([1, false]);
  await database.close();
});

test.each([
  [["recompute"], 64, "--period: wanted"],
  [["recompute", "--period", "2026-11", "--subject", "town"], 64, "got 'town', wanted one of unit"],
  [["recompute", "--period", "2026-11", "--as-of", "noon"], 64, "got 'noon'"],
  [["compute"], 64, "there is no command 'evaluation compute'"],
  [
    ["recompute", "--period", "2026-11"],
    2,
    isOnPostgres ? "does not exist" : "there is no such file",
  ],
])("%j ends with %i and says why", async (args, code, text) => {
  const answer = await ran(...args);
  expect([answer.code, answer.out]).toEqual([code, ""]);
  expect(answer.err).toContain(text);
});
