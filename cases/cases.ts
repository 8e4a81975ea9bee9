/**
 * The door of the cases: alarms and people's reports in, work out: the city's as cases, that on
 * sensors as tasks. Every call takes the
 * transaction it belongs to and answers what must follow once it has committed: orders for crews,
 * changed cases for the live page, conditions to watch. Nothing runs by itself; `tick` is told
 * the time.
 */
import type { AlarmHappening } from "../model/alarm.ts";
import {
  type Case,
  type CaseEvidence,
  type CaseHistoryEntry,
  type CaseMember,
  MADE_SAFE,
  proofConditionOf,
} from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { createAlarmFiling } from "./alarm-filing.ts";
import { type CaseActor, takesClass } from "./assignment.ts";
import { sweepEntries } from "./audit-entries.ts";
import { type CalendarData, calendarBook } from "./calendar.ts";
import { isCheckedAfter } from "./case-changes.ts";
import {
  type CaseEffects,
  type CasesDeps,
  createDesk,
  noEffects,
  type Said,
  SYSTEM_ACTOR,
} from "./case-desk.ts";
import { evidenceOf } from "./case-evidence.ts";
import { historyOf } from "./case-history.ts";
import { type CaseFilter, type CasePage, listCases } from "./case-list.ts";
import { membersOf } from "./case-members.ts";
import { casesMigrations } from "./case-migrations.ts";
import { needCase, parseCase, versionConflict } from "./case-store.ts";
import { createTicks } from "./case-ticks.ts";
import { createDeviceTasks, type DeviceTasks } from "./device-tasks.ts";
import type { FieldTruthView } from "./field-truth.ts";
import { sweepKeys } from "./idempotency.ts";
import { createLinkedRepair } from "./linked-repair.ts";
import { type CaseReport, createReporting } from "./reporting.ts";
import { createTryOne } from "./set-aside.ts";

export { addEntry, listEntries } from "./audit-entries.ts";
export { type CaseEffects, noEffects } from "./case-desk.ts";
export { chainOldHistory } from "./case-history.ts";
export { casesMigrations } from "./case-migrations.ts";
export { checkHistory } from "./history-check.ts";
export { once } from "./idempotency.ts";
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
}

export interface Cases {
  readonly migrations: readonly Migration[];
  /** Work on sensors. */
  readonly tasks: Pick<DeviceTasks, "list" | "done">;
  /** What crews found of the rules' alarms. */
  readonly fieldTruth: FieldTruthView;
  onAlarms(tx: Sql, happenings: readonly AlarmHappening[], now: Instant): Promise<CaseEffects>;
  tick(tx: Sql, now: Instant): Promise<CaseEffects>;
  /** When `tick` has something to do next. */
  nextDue(sql: Sql): Promise<Instant | undefined>;
  report(
    tx: Sql,
    report: CaseReport,
    actor: CaseActor,
    now: Instant,
  ): Promise<{ case: Case; effects: CaseEffects }>;
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
  /** What the sensors must be watched for: told anew after a restart. */
  watches(sql: Sql): Promise<CaseEffects["watch"]>;
  /** Cases that stand at the crew's unit for want of a crew become its orders. */
  onCrewAdded(tx: Sql, crewId: string, now: Instant): Promise<CaseEffects>;
  /** Units at which such cases stand. */
  unitsWithoutCrew(sql: Sql): Promise<string[]>;
}

export interface CasesOptions {
  areaCode: string;
  calendars?: CalendarData;
  /** Precision from 0 to 1 under which a rule's new cases wait for review; 0, or absent: none do. */
  precisionFloor?: number;
}

export function createCases(deps: CasesDeps, options: CasesOptions): Cases {
  const desk = createDesk(deps, {
    areaCode: options.areaCode,
    calendars: calendarBook(options.calendars),
    precisionFloor: options.precisionFloor ?? 0,
  });
  const fileAlarm = createAlarmFiling(deps, desk);
  const tasks = createDeviceTasks(deps);
  const tryOne = createTryOne(deps);
  const ticks = createTicks(deps, desk, tryOne);
  const report = createReporting(deps, desk);
  const { openRepair, tellMadeSafe } = createLinkedRepair(deps, desk);

  return {
    migrations: casesMigrations,
    tasks,
    fieldTruth: desk.fieldTruth,
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
      await ticks.tick(tx, now, effects);
      await sweepKeys(tx, now);
      await sweepEntries(tx, now);
      return effects;
    },
    nextDue: ticks.nextDue,
    async report(tx, said, actor, now) {
      const effects = noEffects();
      return { case: await report(tx, said, actor, now, effects), effects };
    },
    async transition(tx, { caseNo, event, version, ...said }, actor, now) {
      const effects = noEffects();
      const current = await needCase(tx, caseNo);
      if (version !== undefined && version !== current.version) {
        throw versionConflict(caseNo, version, current.version);
      }
      let after = await desk.advance(tx, current, { event, said, actor, now }, effects);
      await tellMadeSafe(tx, after, effects);
      if (event !== "feedback" || after.state !== "FEEDBACK") return { case: after, effects };
      if (after.outcome === MADE_SAFE) after = await openRepair(tx, after, now, effects);
      // What the crew did not find, or could not repair, waits for a person.
      if (isCheckedAfter(after.outcome)) {
        const step = { event: "sendCheck", actor: SYSTEM_ACTOR, now };
        after = await desk.advance(tx, after, step, effects);
      }
      return { case: after, effects };
    },
    list: listCases,
    async get(sql, caseNo) {
      return {
        case: await needCase(sql, caseNo),
        history: await historyOf(sql, caseNo),
        evidence: await evidenceOf(sql, caseNo),
        members: await membersOf(sql, caseNo),
      };
    },
    async watches(sql) {
      const rows = await sql.all<{ body: string }>(
        "select body from cases where state in ('FEEDBACK', 'CHECKING', 'PENDING_CLOSE')",
      );
      return rows.flatMap(({ body }) => {
        const theCase = parseCase(body);
        const { assetId, feedbackAt } = theCase;
        if (assetId === undefined || feedbackAt === undefined || !desk.isWatched(theCase))
          return [];
        return [{ assetId, conditionId: proofConditionOf(theCase), since: feedbackAt }];
      });
    },
    async onCrewAdded(tx, crewId, now) {
      const effects = noEffects();
      const crew = deps.registry.crew(crewId);
      if (crew === undefined) return effects;
      const rows = await tx.all<{ body: string }>(
        `select body from cases where unit_id = ? and crew_id is null and state = 'DISPATCHED'
         order by opened_at, case_no`,
        [crew.unitId],
      );
      for (const { body } of rows) {
        const theCase = parseCase(body);
        if (!takesClass(crew, theCase.class)) continue;
        await desk.giveCrew(tx, theCase, crew.crewId, now, effects);
      }
      return effects;
    },
    async unitsWithoutCrew(sql) {
      const rows = await sql.all<{ unit: string }>(
        `select distinct unit_id as unit from cases
         where state = 'DISPATCHED' and crew_id is null and unit_id is not null order by unit_id`,
      );
      return rows.map(({ unit }) => unit);
    },
  };
}
