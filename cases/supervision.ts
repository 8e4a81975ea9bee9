/**
 * Supervision orders (督办): issued by a leader to one unit over one or many cases, answered by its
 * deadline. Issuing marks each case that is still open by the case machine's own `supervise`, in the
 * same transaction; one that has ended is covered all the same. Part of the door of the cases.
 */

import assert from "node:assert/strict";
import type { Case } from "../model/case.ts";
import { DAY_MS, type Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { historyNote } from "../model/history-notes.ts";
import { Username } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { Unit } from "../model/registry.ts";
import type { DeadlineStep, SupervisedCase, Supervision } from "../model/supervision.ts";
import { type CaseActor, rolesInCase } from "./assignment.ts";
import type { LiveBook } from "./calendar-tables.ts";
import type { CaseDesk } from "./case-desk.ts";
import { addHistory } from "./case-history.ts";
import { findCase, isOpen } from "./case-store.ts";
import type { CaseRole } from "./case-words.ts";
import { type CasesDeps, noEffects } from "./desk-words.ts";
import type { TryOne } from "./set-aside.ts";
import {
  countDeadline,
  type DeadlineWish,
  duesOf,
  type SupervisionDeadline,
  stepOf,
} from "./supervision-deadline.ts";
import type {
  SupervisionDraft,
  SupervisionSaid,
  Supervisions,
  SupervisionWritten,
} from "./supervision-door.ts";
import { createSupervisionFiles } from "./supervision-files.ts";
import { supervisionHistory } from "./supervision-history.ts";
import { countSupervisions, listSupervisions, sumCounts } from "./supervision-list.ts";
import {
  issuingRole,
  nextSupervision,
  recordOf,
  type SupervisionContext,
} from "./supervision-machine.ts";
import { tellSupervisionStep } from "./supervision-notices.ts";
import { createSupervisionRecount } from "./supervision-recount.ts";
import {
  coveredCases,
  insertSupervision,
  needSupervision,
  nextSupervisionNo,
  openCaseNos,
  saveSupervisionDues,
  supervisionConflict,
  updateSupervision,
} from "./supervision-store.ts";
import { createSupervisionTicks } from "./supervision-ticks.ts";

export function createSupervision(
  deps: Pick<CasesDeps, "registry" | "zone" | "sentFiles">,
  options: { areaCode: string; calendars: LiveBook },
  given: { desk: CaseDesk; tryOne: TryOne },
) {
  const { registry, zone } = deps;
  const { areaCode, calendars } = options;
  const { desk, tryOne } = given;
  const attachFiles = createSupervisionFiles(deps.sentFiles);
  const recount = createSupervisionRecount(calendars, zone);

  async function issue(
    tx: Sql,
    draft: SupervisionDraft,
    actor: CaseActor,
    now: Instant,
  ): Promise<SupervisionWritten> {
    const effects = noEffects();
    const role = issuingRole(actor.roles);
    if (role === undefined) throw issueRefused(actor);
    const unit = needUnit(draft.unitId);
    await calendars.refresh(tx);
    const cases = await needCases(tx, draft.caseNos);
    const deadline = needDeadline(draft, unit, now);
    const { year } = zone.local(now);
    const supervisionNo = await nextSupervisionNo(tx, areaCode, year);
    const order = orderOf(draft, { supervisionNo, unit, cases, deadline, actor, now });
    await insertSupervision(tx, order, cases);
    const detail = JSON.stringify({ ...order, caseNos: cases.map(({ caseNo }) => caseNo) });
    const context = { actor: contextActor(actor, [role]) };
    const step = { event: "issue", from: undefined, to: order.state, role };
    const record = { ...recordOf(step, context, now), detail };
    const seq = await addHistory(tx, supervisionNo, [record]);
    await saveSupervisionDues(tx, supervisionNo, duesOf(order, calendars, zone));
    tellSupervisionStep(effects, { before: undefined, after: order, seq }, now);
    const said = { note: historyNote("supervision", { supervisionNo, said: order.title }) };
    for (const theCase of cases.filter(isOpen)) {
      await desk.advance(tx, theCase, { event: "supervise", said, actor, now }, effects);
    }
    return { supervision: order, effects };
  }

  async function transition(
    tx: Sql,
    said: SupervisionSaid,
    actor: CaseActor,
    now: Instant,
  ): Promise<SupervisionWritten> {
    const effects = noEffects();
    const { supervisionNo, event, version, files } = said;
    await calendars.refresh(tx);
    const before = await needSupervision(tx, supervisionNo);
    if (version !== undefined && version !== before.version) {
      throw supervisionConflict(supervisionNo, version, before.version);
    }
    const step = nextSupervision(before, event, contextOf(before, said, actor, now), now);
    if (step.kind === "refused") {
      const { code, message, allowed, reason, values } = step;
      throw new GridwardenError(code, message, { details: { allowed, reason, values } });
    }
    const { supervision: after, record } = step;
    const attached = await attachFiles(tx, before, files, actor.username);
    if (after.deadline !== before.deadline) checkWithinReach(after.deadline, now);
    await updateSupervision(tx, after, before.version);
    const proven = attached.length === 0 ? record : { ...record, files: attached };
    const seq = await addHistory(tx, supervisionNo, [proven]);
    await saveSupervisionDues(tx, supervisionNo, duesOf(after, calendars, zone));
    tellSupervisionStep(effects, { before, after, seq }, now);
    if (after.state !== "ACCEPTED") return { supervision: after, effects };
    return { supervision: after, openCaseNos: await openCaseNos(tx, supervisionNo), effects };
  }

  function contextOf(
    order: Supervision,
    { event, note, reason, ...wish }: SupervisionSaid,
    actor: CaseActor,
    now: Instant,
  ): SupervisionContext {
    const calendar = calendars.named(registry.unit(order.unitId)?.calendar);
    const added = event === "extend" ? stepOf(wish, calendar, now) : undefined;
    const steps = added === undefined ? [] : [...stepsOf(order), added];
    const deadline = countDeadline(steps, calendars, zone);
    return {
      actor: contextActor(actor, rolesInCase(actor, { unitId: order.unitId }, registry)),
      ...(note !== undefined && { note }),
      ...(reason !== undefined && { reason }),
      ...(deadline !== undefined && { deadline }),
    };
  }

  function needUnit(unitId: string): Unit {
    const unit = registry.unit(unitId);
    if (unit !== undefined) return unit;
    throw new GridwardenError("UNIT_NOT_FOUND", `no unit has the id '${unitId}'`);
  }

  function needDeadline(wish: DeadlineWish, unit: Unit, now: Instant): SupervisionDeadline {
    const step = stepOf(wish, calendars.named(unit.calendar), now);
    const set = countDeadline(step === undefined ? [] : [step], calendars, zone);
    if (set === undefined) {
      const message = "an order needs a deadline: a time, or a number of working days";
      throw new GridwardenError("REQUEST_INVALID", message);
    }
    if (set.deadline <= now) {
      const message = `deadline ${zone.iso(set.deadline)} is not to come: it is ${zone.iso(now)}`;
      throw new GridwardenError("REQUEST_INVALID", message);
    }
    checkWithinReach(set.deadline, now);
    return set;
  }

  function checkWithinReach(deadline: Instant, now: Instant): void {
    const latest = now + LIMITS.supervisionDaysMax * DAY_MS;
    if (deadline <= latest) return;
    throw new GridwardenError(
      "REQUEST_INVALID",
      `deadline ${zone.iso(deadline)} is more than ${LIMITS.supervisionDaysMax} days ahead; ` +
        `the latest is ${zone.iso(latest)}`,
    );
  }

  function supervised({ theCase, stateAtIssue }: Covered): SupervisedCase {
    const { caseNo, conditionId, address, unitId, state, deadline, closedAt } = theCase;
    const title = desk.conditions.find(theCase.class, conditionId)?.title;
    return { caseNo, title, address, unitId, stateAtIssue, state, deadline, closedAt };
  }

  const door: Supervisions = {
    issue,
    transition,
    list: listSupervisions,
    async get(sql, supervisionNo) {
      const supervision = await needSupervision(sql, supervisionNo);
      return {
        supervision,
        unitName: registry.unit(supervision.unitId)?.name,
        history: await supervisionHistory(sql, supervisionNo),
        cases: (await coveredCases(sql, supervisionNo)).map(supervised),
      };
    },
    async summary(sql, span, now) {
      const units = await countSupervisions(sql, span, now);
      const named = units.map((unit) => ({ ...unit, unitName: registry.unit(unit.unitId)?.name }));
      return { ...sumCounts(units), units: named };
    },
  };
  return { door, recount, ...createSupervisionTicks({ registry }, tryOne) };
}

/** Of an order of before there were steps the deadline stands. */
const stepsOf = ({ deadlineSteps, issuedAt: at, deadline: until }: Supervision): DeadlineStep[] =>
  deadlineSteps ?? [{ at, until }];

type Covered = Awaited<ReturnType<typeof coveredCases>>[number];

/** @throws GridwardenError CASE_NOT_FOUND that names every one that is not there */
async function needCases(tx: Sql, caseNos: readonly string[]): Promise<Case[]> {
  const cases: Case[] = [];
  const unknown: string[] = [];
  for (const caseNo of [...new Set(caseNos)].sort()) {
    const found = await findCase(tx, caseNo);
    if (found === undefined) unknown.push(caseNo);
    else cases.push(found);
  }
  const drill = cases.find(({ isDrill = false }) => isDrill);
  if (drill !== undefined) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'caseNos': case '${drill.caseNo}' is a drill, which nobody supervises; leave it out`,
    );
  }
  if (unknown.length === 0) return cases;
  throw new GridwardenError(
    "CASE_NOT_FOUND",
    `no case has the number '${unknown[0]}'` +
      (unknown.length === 1 ? "" : `, nor have ${unknown.length - 1} others of the list`),
    { details: { caseNos: unknown } },
  );
}

function orderOf(
  draft: SupervisionDraft,
  more: {
    supervisionNo: Supervision["supervisionNo"];
    unit: Unit;
    cases: readonly Case[];
    deadline: SupervisionDeadline;
    actor: CaseActor;
    now: Instant;
  },
): Supervision {
  const { level, title, text, orderingLeader, accountableLeader, responsiblePerson } = draft;
  const { supervisionNo, unit, cases, deadline, actor, now } = more;
  const [first] = cases;
  assert(first !== undefined, `order '${supervisionNo}' covers no case`);
  return {
    supervisionNo,
    version: 1,
    state: "ISSUED",
    level,
    title,
    text,
    issuedBy: Username.parse(actor.username),
    orderingLeader,
    accountableLeader,
    responsiblePerson,
    unitId: unit.unitId,
    caseCount: cases.length,
    firstCaseNo: first.caseNo,
    lifeSafety: cases.some(({ lifeSafety }) => lifeSafety),
    issuedAt: now,
    ...deadline,
    extensionCount: 0,
    sentBackCount: 0,
  };
}

function contextActor(
  { username, unitId }: CaseActor,
  roles: readonly CaseRole[],
): SupervisionContext["actor"] {
  return { username, roles, ...(unitId !== undefined && { unitId }) };
}

function issueRefused({ username, roles }: CaseActor): GridwardenError {
  return new GridwardenError(
    "ROLE_REFUSED",
    `'${username}' has roles ${roles.join(", ")} and may not 'issue' a supervision order; it ` +
      "belongs to leader, shift-lead",
    { details: { allowed: [] } },
  );
}
