/**
 * The part of the door that is for working together: asking units to assist, ruling on whose a case
 * is, and who its stewards are. Every write takes its transaction and answers what must follow.
 */
import type { Assist } from "../model/assist.ts";
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Ruling } from "../model/ruling.ts";
import type { Steward } from "../model/steward.ts";
import type { CaseActor } from "./assignment.ts";
import type { AssistWish } from "./assist-checks.ts";
import { type AssistFilter, type AssistPage, listAssists } from "./assist-store.ts";
import type { AssistTransition } from "./assisting.ts";
import type { LiveBook } from "./calendar-tables.ts";
import type { CaseDesk } from "./case-desk.ts";
import { createConsulting, type RulingRevocation, type RulingWish } from "./consulting.ts";
import {
  type CaseEffects,
  type CasesDeps,
  noEffects,
  putChanged,
  type Said,
} from "./desk-words.ts";
import { listRulings, type RulingFilter, type RulingPage } from "./ruling-store.ts";

interface Assisted {
  assist: Assist;
  effects: CaseEffects;
}

export interface Together {
  /** @throws GridwardenError CASE_NOT_FOUND, CASE_VERSION_CONFLICT, ROLE_REFUSED,
   * ASSIST_STATE_REFUSED, REQUEST_INVALID, UNIT_NOT_FOUND, CREW_NOT_FOUND */
  askAssist(tx: Sql, wish: AssistWish, actor: CaseActor, now: Instant): Promise<Assisted>;
  /** @throws GridwardenError ASSIST_NOT_FOUND, ASSIST_VERSION_CONFLICT, ASSIST_STATE_REFUSED,
   * ROLE_REFUSED, CREW_NOT_FOUND, REQUEST_INVALID */
  advanceAssist(tx: Sql, said: AssistTransition, actor: CaseActor, now: Instant): Promise<Assisted>;
  listAssists(sql: Sql, filter: AssistFilter): Promise<AssistPage>;
  /** @throws GridwardenError CASE_NOT_FOUND, CASE_VERSION_CONFLICT, CASE_TRANSITION_REFUSED,
   * ROLE_REFUSED, UNIT_NOT_FOUND, REQUEST_INVALID */
  rule(
    tx: Sql,
    wish: RulingWish,
    actor: CaseActor,
    now: Instant,
  ): Promise<{ case: Case; ruling: Ruling; effects: CaseEffects }>;
  /** @throws GridwardenError RULING_NOT_FOUND, RULING_VERSION_CONFLICT */
  revokeRuling(tx: Sql, said: RulingRevocation, actor: CaseActor, now: Instant): Promise<Ruling>;
  listRulings(sql: Sql, filter: RulingFilter): Promise<RulingPage>;
  /** Those of the case's place at a time of the case. */
  stewardsOf(theCase: Case, now: Instant): Steward[];
}

export function createTogetherDoor(
  deps: Pick<CasesDeps, "registry">,
  desk: CaseDesk,
  calendars: Pick<LiveBook, "refresh">,
) {
  const { assisting, stewards } = desk.together;
  const consulting = createConsulting(deps, desk);

  async function assisted(
    tx: Sql,
    work: (effects: CaseEffects) => Promise<{ assist: Assist; case: Case }>,
  ): Promise<Assisted> {
    const effects = noEffects();
    await calendars.refresh(tx);
    const done = await work(effects);
    putChanged(effects, done.case);
    return { assist: done.assist, effects };
  }

  const door: Together = {
    askAssist: (tx, wish, actor, now) =>
      assisted(tx, (effects) => assisting.ask(tx, wish, actor, now, effects)),
    advanceAssist: (tx, said, actor, now) =>
      assisted(tx, (effects) => assisting.advance(tx, said, actor, now, effects)),
    listAssists,
    async rule(tx, wish, actor, now) {
      const effects = noEffects();
      return { ...(await consulting.rule(tx, wish, actor, now, effects)), effects };
    },
    revokeRuling: consulting.revoke,
    listRulings,
    stewardsOf: stewards.of,
  };

  return {
    door,
    passOn: consulting.passOn,
    /** `rule` as an event: a ruling of the case's own category and street. */
    async ruleBy(
      tx: Sql,
      caseNo: string,
      { unitId, reason = "" }: Said,
      actor: CaseActor,
      now: Instant,
      effects: CaseEffects,
    ): Promise<Case> {
      if (unitId === undefined) {
        throw new GridwardenError(
          "REQUEST_INVALID",
          `field 'unitId': 'rule' of case '${caseNo}' says whose it is; write the unit`,
        );
      }
      return (await consulting.rule(tx, { caseNo, unitId, reason }, actor, now, effects)).case;
    },
  };
}
