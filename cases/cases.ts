/**
 * The door of the cases: alarms and people's reports in, work out: the city's as cases, that on
 * sensors as tasks. Every call takes the
 * transaction it belongs to and answers what must follow once it has committed: orders for crews,
 * changed cases for the live page, conditions to watch. Nothing runs by itself; `tick` is told
 * the time.
 */
import type { AlarmHappening } from "../model/alarm.ts";
import type { Assist } from "../model/assist.ts";
import {
  type Case,
  type CaseEvidence,
  type CaseHistoryEntry,
  type CaseMember,
  MADE_SAFE,
  proofConditionOf,
} from "../model/case.ts";
import type { ReportedCase } from "../model/case-report.ts";
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import type { CaseFile } from "../model/file.ts";
import { createAlarmFiling } from "./alarm-filing.ts";
import type { CaseActor } from "./assignment.ts";
import { assistsOf } from "./assist-store.ts";
import { sweepEntries } from "./audit-entries.ts";
import { type CalendarData, DEFAULT_CALENDARS } from "./calendar.ts";
import { createLiveBook } from "./calendar-tables.ts";
import { type Calendars, createCalendars } from "./calendars.ts";
import { readCalibrationChanges, writeCalibrationChanges } from "./calibration-tasks.ts";
import { isCheckedAfter } from "./case-changes.ts";
import {
  type CurvePlan,
  curvePlan,
  keepCurve,
  keptCurve,
  thinCurve,
  wantedCurves,
} from "./case-curve.ts";
import { createDesk } from "./case-desk.ts";
import { sensorsMissedAt } from "./case-dues.ts";
import { evidenceOf } from "./case-evidence.ts";
import { filesOf } from "./case-files.ts";
import { historyOf } from "./case-history.ts";
import { type CaseFilter, type CasePage, listCases } from "./case-list.ts";
import { membersOf } from "./case-members.ts";
import { casesMigrations } from "./case-migrations.ts";
import { findCase, needCase, parseCase, versionConflict } from "./case-store.ts";
import { type CaseStage, type CaseTake, stageOf, takesOf } from "./case-takes.ts";
import { createTicks } from "./case-ticks.ts";
import { createCrewAnswers } from "./crew-answers.ts";
import { crewWork } from "./crew-work.ts";
import {
  type CaseEffects,
  type CasesDeps,
  noEffects,
  type Said,
  SYSTEM_ACTOR,
} from "./desk-words.ts";
import { createDeviceTasks, type DeviceTasks } from "./device-tasks.ts";
import type { FieldTruthView } from "./field-truth.ts";
import { createHazards, type HazardsOfCase } from "./hazards.ts";
import { nextHolidayDue, tellMissingYears } from "./holiday-dues.ts";
import { sweepKeys } from "./idempotency.ts";
import { createLinkedRepair } from "./linked-repair.ts";
import { createRecounts, nextRecount } from "./recount.ts";
import { createReopening } from "./reopening.ts";
import { createReportFiles } from "./report-files.ts";
import { type CaseReport, createReporting, reportedCase } from "./reporting.ts";
import { createTryOne } from "./set-aside.ts";
import { createSources, type Sources } from "./sources.ts";
import { createSupervision } from "./supervision.ts";
import type { Supervisions } from "./supervision-door.ts";
import { createTogetherDoor, type Together } from "./together-door.ts";

export { unitsOfGrid } from "./assignment.ts";
export { addEntry, listEntries } from "./audit-entries.ts";
export type { HolidayRow, OverrideRow } from "./calendar-checks.ts";
export { holidayRows, overrideRows } from "./calendar-csv.ts";
export type { Calendars } from "./calendars.ts";
export { filesInHistory } from "./case-files.ts";
export { chainOldHistory } from "./case-history.ts";
export { casesMigrations } from "./case-migrations.ts";
export { fillCrewWork } from "./crew-work.ts";
export { type CaseEffects, noEffects } from "./desk-words.ts";
export { duePeriods, kindOfPeriod } from "./evaluation/due-periods.ts";
export { createEvaluations } from "./evaluation/evaluation.ts";
export { itemRows } from "./evaluation/item-csv.ts";
export { addItem, readItems, revokeItem } from "./evaluation/item-log.ts";
export { LAST_PLACE_RULES, lastPlaces } from "./evaluation/last-places.ts";
export { listModels, putModel } from "./evaluation/model-store.ts";
export { periodBefore, periodOf } from "./evaluation/period.ts";
export {
  approvedOf,
  listPublications,
  periodsMade,
  publicationsDoneUntil,
  readPublication,
  savePublicationsDoneUntil,
} from "./evaluation/publication-store.ts";
export { approvePublication, keepBrief, withdrawPublication } from "./evaluation/publications.ts";
export { listRenewals } from "./evaluation/renewal-list.ts";
export type { CityTable } from "./filing-table-replace.ts";
export { createFilingTables, type FilingTables } from "./filing-tables.ts";
export { checkHistory } from "./history-check.ts";
export { answersCsv, decodeText, orderRows } from "./hotline-file.ts";
export { onceOf } from "./idempotency.ts";
export { fillPublicNumbers } from "./source-reports.ts";
export { provenAtEarliest } from "./verification.ts";

interface CaseTransition extends Said {
  caseNo: string;
  event: string;
  version?: number | undefined;
}

interface CaseDetails {
  case: Case;
  history: CaseHistoryEntry[];
  /** Every alarm that joined, with when it was over. */
  evidence: CaseEvidence[];
  /** Alarms below the asset that share its fault. */
  members: CaseMember[];
  /** What other units do for it, in the order in which they were asked. */
  assists: Assist[];
  /** Photos and documents that steps attached, with what speaks against them. */
  files: CaseFile[];
}

export interface Cases {
  readonly migrations: readonly Migration[];
  /** What the sensors of a case read; the store of readings is the caller's. */
  readonly curves: {
    /** @throws GridwardenError CASE_NOT_FOUND */
    plan(sql: Sql, caseNo: string, now: Instant): Promise<CurvePlan | undefined>;
    thin: typeof thinCurve;
    wanted: typeof wantedCurves;
    keep: typeof keepCurve;
    kept: typeof keptCurve;
  };
  /** By what deadlines are counted. */
  readonly calendars: Calendars;
  /** Leaders' orders over cases. */
  readonly supervisions: Supervisions;
  /** Units that assist, rulings of consultations, and stewards. */
  readonly together: Together;
  /** Reports' duplicates, orders of hotlines, video analyses. */
  readonly sources: Sources;
  /** Work on sensors. */
  readonly tasks: Pick<DeviceTasks, "list" | "done">;
  /** Tasks of devices whose calibration is overdue. */
  readonly calibrationTasks: {
    changes: typeof readCalibrationChanges;
    write: typeof writeCalibrationChanges;
  };
  /** What crews found of the rules' alarms. */
  readonly fieldTruth: FieldTruthView;
  /** What keeps a crew alive at a case's place, as an order carries it. */
  readonly hazards: HazardsOfCase;
  onAlarms(tx: Sql, happenings: readonly AlarmHappening[], now: Instant): Promise<CaseEffects>;
  tick(tx: Sql, now: Instant): Promise<CaseEffects>;
  /** When `tick` has something to do next. */
  nextDue(sql: Sql): Promise<Instant | undefined>;
  report(
    tx: Sql,
    report: CaseReport,
    actor: CaseActor,
    now: Instant,
  ): Promise<{ case: ReportedCase; effects: CaseEffects }>;
  /** @throws GridwardenError CASE_NOT_FOUND, CASE_VERSION_CONFLICT, CASE_TRANSITION_REFUSED,
   * ROLE_REFUSED; of a dispatch also UNIT_NOT_FOUND, CREW_NOT_FOUND, REQUEST_INVALID */
  transition(
    tx: Sql,
    transition: CaseTransition,
    actor: CaseActor,
    now: Instant,
  ): Promise<{ case: Case; effects: CaseEffects }>;
  list(sql: Sql, filter: CaseFilter): Promise<CasePage>;
  /** @throws GridwardenError CASE_NOT_FOUND */
  get(sql: Sql, caseNo: string): Promise<CaseDetails>;
  /** What it takes as it stands, and which of that from this person; until when its stage has. */
  turn(
    sql: Sql,
    theCase: Case,
    actor: CaseActor,
    now: Instant,
  ): Promise<{ takes: readonly CaseTake[]; stage?: CaseStage }>;
  /** The case alone; nothing where there is none. */
  find(sql: Sql, caseNo: string): Promise<Case | undefined>;
  /** What the sensors must be watched for: told anew after a restart. */
  watches(sql: Sql): Promise<CaseEffects["watch"]>;
  /**
   * Cases that stand at the unit for want of a crew go to those of its crews that may have them; life
   * safety for which it has none, to one of the centre's. Some cases at once: `next` is where to go on.
   */
  giveWaiting(
    tx: Sql,
    unitId: string,
    now: Instant,
    after?: string,
  ): Promise<CaseEffects & { next?: string }>;
  /** Units at which such cases stand. */
  unitsWithoutCrew(sql: Sql): Promise<string[]>;
  /** A day off by its year's notice. */
  isHoliday(day: { year: number; month: number; day: number }): boolean;
  /** What units and crews have in hand. */
  crewWork: typeof crewWork;
}

export interface CasesOptions {
  areaCode: string;
  calendars?: CalendarData;
  /** Precision from 0 to 1 under which a rule's new cases wait for review; 0, or absent: none do. */
  precisionFloor?: number;
}

/** Cases without a crew that one transaction looks at. */
const WAITING_AT_ONCE = 100;

export function createCases(deps: CasesDeps, options: CasesOptions): Cases {
  const shipped = options.calendars ?? DEFAULT_CALENDARS;
  const calendars = createLiveBook(shipped);
  const desk = createDesk(deps, {
    areaCode: options.areaCode,
    calendars,
    precisionFloor: options.precisionFloor ?? 0,
  });
  const fileAlarm = createAlarmFiling(deps, desk);
  const tasks = createDeviceTasks(deps);
  const tryOne = createTryOne(deps);
  const crewAnswers = createCrewAnswers(desk);
  const ticks = createTicks(deps, desk, { tryOne, crewAnswers });
  const reporting = createReporting(deps, desk);
  const sources = createSources(deps, desk, reporting);
  const attachReported = createReportFiles(deps.sentFiles);
  const { openRepair, tellMadeSafe } = createLinkedRepair(deps, desk);
  const { joinOpen } = createReopening(desk);
  const { areaCode } = options;
  const together = createTogetherDoor(deps, desk, calendars);
  const supervision = createSupervision(deps, { areaCode, calendars }, { desk, tryOne });
  const recounts = createRecounts({
    ...{ desk, calendars, zone: deps.zone, log: deps.log, tryOne },
    recountOrder: supervision.recount,
  });

  return {
    migrations: casesMigrations,
    curves: {
      plan: async (sql, caseNo, now) =>
        curvePlan(await needCase(sql, caseNo), await evidenceOf(sql, caseNo), now),
      thin: thinCurve,
      wanted: wantedCurves,
      keep: keepCurve,
      kept: keptCurve,
    },
    calendars: createCalendars({
      book: calendars,
      shipped,
      classes: deps.classes.map(({ slug }) => slug),
      zone: deps.zone,
    }),
    supervisions: supervision.door,
    together: together.door,
    sources,
    tasks,
    calibrationTasks: { changes: readCalibrationChanges, write: writeCalibrationChanges },
    fieldTruth: desk.fieldTruth,
    hazards: createHazards(deps),
    async onAlarms(tx, happenings, now) {
      const effects = noEffects();
      for (const happening of happenings) {
        const { alarmId, ruleId, deviceId, assetId } = happening.alarm;
        const about = { happened: happening.kind, alarmId, ruleId, deviceId, assetId };
        await tryOne(tx, { what: "alarm", about }, effects, async (own) => {
          await tasks.onAlarm(tx, happening);
          await fileAlarm(tx, happening, now, own);
        });
      }
      return effects;
    },
    async tick(tx, now) {
      const effects = noEffects();
      await calendars.refresh(tx);
      await ticks.tick(tx, now, effects);
      await tellMissingYears(tx, calendars, deps.zone, now, effects);
      await recounts.step(tx, now, effects);
      await supervision.tick(tx, now, effects);
      await sources.tick(tx, now, effects);
      await desk.together.assisting.tick(tx, now, effects, tryOne);
      await sweepKeys(tx, now);
      await sweepEntries(tx, now);
      return effects;
    },
    async nextDue(sql) {
      const calendarDue = earlier(await nextHolidayDue(sql), await nextRecount(sql));
      const due = earlier(await ticks.nextDue(sql), await supervision.nextDue(sql));
      const assistDue = await desk.together.assisting.nextDue(sql);
      return earlier(earlier(due, calendarDue), earlier(assistDue, await sources.nextDue(sql)));
    },
    async report(tx, said, actor, now) {
      const effects = noEffects();
      const reported = await reporting.report(tx, said, actor, now, effects);
      if (reported.fate !== "repeated") {
        await attachReported(tx, reported.case, said.files, actor, now);
      }
      return { case: reportedCase(reported), effects };
    },
    async transition(tx, { caseNo, event, version, ...said }, actor, now) {
      const effects = noEffects();
      const current = await needCase(tx, caseNo);
      if (version !== undefined && version !== current.version) {
        throw versionConflict(caseNo, version, current.version);
      }
      if (event === "reopen") {
        const joined = await joinOpen(tx, current, { said, actor, now }, effects);
        if (joined !== undefined) return { case: joined, effects };
      }
      if (event === "rule") {
        return { case: await together.ruleBy(tx, caseNo, said, actor, now, effects), effects };
      }
      let after = await desk.advance(tx, current, { event, said, actor, now }, effects);
      after = await together.passOn(tx, { before: current, after, said, now }, effects);
      await tellMadeSafe(tx, after, effects);
      if (event !== "feedback" || after.state !== "FEEDBACK") return { case: after, effects };
      const isRepaired = after.outcome === MADE_SAFE && after.isDrill !== true;
      if (isRepaired) after = await openRepair(tx, after, now, effects);
      // What the crew did not find, or could not repair, waits for a person.
      if (isCheckedAfter(after.outcome)) {
        const step = { event: "sendCheck", actor: SYSTEM_ACTOR, now };
        after = await desk.advance(tx, after, step, effects);
      }
      return { case: after, effects };
    },
    list: listCases,
    find: findCase,
    async get(sql, caseNo) {
      return {
        case: await needCase(sql, caseNo),
        history: await historyOf(sql, caseNo),
        evidence: await evidenceOf(sql, caseNo),
        members: await membersOf(sql, caseNo),
        assists: await assistsOf(sql, caseNo),
        files: await filesOf(sql, caseNo),
      };
    },
    async turn(sql, theCase, actor, now) {
      const roles = desk.together.rolesIn(actor, theCase, now);
      const lostAt = await sensorsMissedAt(sql, theCase);
      const stage = stageOf(theCase, desk.proof.holdOf(theCase), deps.zone, lostAt);
      const { username } = actor;
      const takes = takesOf(theCase, { username, roles }, now);
      return stage === undefined ? { takes } : { takes, stage };
    },
    async watches(sql) {
      const rows = await sql.all<{ body: string }>(
        "select body from cases where state in ('FEEDBACK', 'CHECKING', 'PENDING_CLOSE')",
      );
      return rows.flatMap(({ body }) => {
        const theCase = parseCase(body);
        const { assetId, feedbackAt } = theCase;
        if (assetId === undefined || feedbackAt === undefined || !desk.proof.isWatched(theCase))
          return [];
        return [{ assetId, conditionId: proofConditionOf(theCase), since: feedbackAt }];
      });
    },
    async giveWaiting(tx, unitId, now, after = "") {
      const effects = noEffects();
      await calendars.refresh(tx);
      const rows = await tx.all<{ body: string }>(
        `select body from cases where unit_id = ? and crew_id is null
         and state in ('DISPATCHED', 'HANDLING') and case_no > ? order by case_no limit ?`,
        [unitId, after, WAITING_AT_ONCE],
      );
      const waiting = rows.map(({ body }) => parseCase(body));
      for (const theCase of waiting) {
        const tried = { what: "due", about: { caseNo: theCase.caseNo, unitId } } as const;
        await tryOne(tx, tried, effects, (own) => crewAnswers.giveWaiting(tx, theCase, now, own));
      }
      const last = waiting.at(-1);
      if (last === undefined || waiting.length < WAITING_AT_ONCE) return effects;
      return { ...effects, next: last.caseNo };
    },
    isHoliday: calendars.isHoliday,
    crewWork,
    async unitsWithoutCrew(sql) {
      const rows = await sql.all<{ unit: string }>(
        `select distinct unit_id as unit from cases
         where state in ('DISPATCHED', 'HANDLING') and crew_id is null and unit_id is not null
         order by unit_id`,
      );
      return rows.map(({ unit }) => unit);
    },
  };
}

/** Of two times that may be absent. */
function earlier(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
