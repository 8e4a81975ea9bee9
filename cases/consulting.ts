/**
 * Consultation (会商): whose a disputed case is, decided by a shift lead or a leader. The ruling is
 * kept for the next cases of the category and area, the case goes to its unit at once, and that
 * unit may not say again that it is not its work. A dispute never leaves a life-safety case
 * without somebody: the crew that has it keeps it until another has it.
 */

import type { Case } from "../model/case.ts";
import { because } from "../model/case-reasons.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { historyNote } from "../model/history-notes.ts";
import type { UnitId } from "../model/ids.ts";
import type { RegistryView } from "../model/registry.ts";
import { type Ruling, RulingId, type RulingScope } from "../model/ruling.ts";
import { type CaseActor, streetOfPlace } from "./assignment.ts";
import type { CaseDesk } from "./case-desk.ts";
import { allowedEvents } from "./case-machine.ts";
import { isOpen, needCase, versionConflict } from "./case-store.ts";
import { type CaseEffects, type CasesDeps, type Said, SYSTEM_ACTOR } from "./desk-words.ts";
import { addRuling, findRuling, needRuling, rulingConflict } from "./ruling-store.ts";

export interface RulingWish {
  caseNo: string;
  unitId: string;
  reason: string;
  /** Absent: the case's own category in its own street. */
  scope?: RulingScope | undefined;
  validUntil?: Instant | undefined;
  version?: number | undefined;
}

export interface RulingRevocation {
  rulingId: string;
  reason: string;
  version?: number | undefined;
}

/** What a return may be about beside "not ours": the unit has the case and cannot do it. */
const OTHER_GROUNDS: readonly string[] = ["cannotReach", "needsReplacement"];

export function createConsulting(deps: Pick<CasesDeps, "registry">, desk: CaseDesk) {
  const { registry } = deps;

  /** @throws GridwardenError CASE_NOT_FOUND, CASE_VERSION_CONFLICT, CASE_TRANSITION_REFUSED,
   * ROLE_REFUSED, UNIT_NOT_FOUND, REQUEST_INVALID */
  async function rule(
    tx: Sql,
    wish: RulingWish,
    actor: CaseActor,
    now: Instant,
    effects: CaseEffects,
  ): Promise<{ case: Case; ruling: Ruling }> {
    const current = await needCase(tx, wish.caseNo);
    if (wish.version !== undefined && wish.version !== current.version) {
      throw versionConflict(current.caseNo, wish.version, current.version);
    }
    checkUntil(wish.validUntil, now);
    checkStreet(wish.scope, registry);
    const rulingId = RulingId.parse(`ruling-${current.caseNo}-${current.version}`);
    const said = { unitId: wish.unitId, reason: wish.reason, ruledBy: rulingId };
    const after = await desk.advance(tx, current, { event: "rule", said, actor, now }, effects);
    if (after.unitId === undefined) throw new Error(`ruling '${rulingId}' has found no unit`);
    const ruling: Ruling = {
      rulingId,
      version: 1,
      unitId: after.unitId,
      kind: current.kind,
      scope: wish.scope ?? ownScope(current),
      notUnitIds: heardUnits(current, after.unitId),
      reason: wish.reason,
      caseNo: current.caseNo,
      ruledAt: now,
      ruledBy: actor.username,
      ...(wish.validUntil !== undefined && { validUntil: wish.validUntil }),
    };
    await addRuling(tx, ruling);
    if (current.crewId !== undefined && current.crewId !== after.crewId) {
      const mark = `rule-${after.version}`;
      const { crewId } = current;
      desk.putOrder(effects, { theCase: after, kind: "withdrawn", mark, crewId }, now);
    }
    checkKept(current, after);
    return { case: after, ruling };
  }

  /** Revoked twice it stays as it was first. @throws GridwardenError RULING_NOT_FOUND,
   * RULING_VERSION_CONFLICT */
  async function revoke(
    tx: Sql,
    { rulingId, reason, version }: RulingRevocation,
    actor: CaseActor,
    now: Instant,
  ): Promise<Ruling> {
    const current = await needRuling(tx, rulingId);
    if (version !== undefined && version !== current.version) {
      throw rulingConflict(rulingId, version);
    }
    if (current.revokedAt !== undefined) return current;
    const revoked: Ruling = {
      ...current,
      version: current.version + 1,
      revokedAt: now,
      revokedBy: actor.username,
      revokeReason: reason,
    };
    await addRuling(tx, revoked);
    return revoked;
  }

  /**
   * Whose a life-safety case is may be disputed; that somebody has it may not. Filed, or taken back
   * from its unit, it goes to the next in order at once.
   */
  async function passOn(
    tx: Sql,
    step: { before: Case; after: Case; said: Pick<Said, "unitId" | "crewId">; now: Instant },
    effects: CaseEffects,
  ): Promise<Case> {
    const { before, after, now } = step;
    const { unitId, crewId } = step.said;
    if (!after.lifeSafety || after.state !== "PENDING_DISPATCH") return after;
    const note = historyNote("next-unit", {});
    const next = await desk.advance(
      tx,
      after,
      { event: "dispatch", said: { unitId, crewId, note }, actor: SYSTEM_ACTOR, now },
      effects,
    );
    checkKept(before, next);
    return next;
  }

  /** The street of the case's place, else the first 9 digits of its grid. */
  function ownScope(theCase: Case): RulingScope {
    const { categoryCode, caseNo, gridCell } = theCase;
    const street = streetOfPlace(theCase, registry);
    if (street !== undefined) return { categoryCode, streetId: street };
    if (gridCell !== undefined) return { categoryCode, gridPrefix: gridCell.slice(0, 9) };
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'scope': case '${caseNo}' lies in no grid that is known; write the area that the ` +
        "ruling is for by gridPrefix or streetId, or categoryCode alone for the whole city",
    );
  }

  return { rule, revoke, passOn };
}

/** Those that gave the case back, and the one it is taken from. */
function heardUnits({ returnedBy = [], unitId }: Case, ruled: UnitId): UnitId[] {
  const heard = unitId === undefined ? returnedBy : [...returnedBy, unitId];
  return [...new Set(heard)].filter((each) => each !== ruled);
}

/** @throws GridwardenError where the crew of a life-safety case would lose it to nobody. */
function checkKept(before: Case, after: Case): void {
  if (!after.lifeSafety || !isOpen(after)) return;
  if (before.crewId === undefined || after.crewId !== undefined) return;
  throw new GridwardenError(
    "CASE_TRANSITION_REFUSED",
    `case '${after.caseNo}' is life safety and unit '${after.unitId}' has no crew for it now; crew ` +
      `'${before.crewId}' keeps it: name a 'unitId' or 'crewId' that can go, or refuse the return`,
    {
      details: {
        allowed: allowedEvents(before),
        ...because("crew-would-lose", { unitId: after.unitId ?? "", crewId: before.crewId }),
      },
    },
  );
}

/** @throws GridwardenError UNIT_NOT_FOUND, REQUEST_INVALID where no case would ever lie in it */
function checkStreet(scope: RulingScope | undefined, registry: Pick<RegistryView, "unit">): void {
  if (scope?.streetId === undefined) return;
  const { streetId } = scope;
  const unit = registry.unit(streetId);
  if (unit?.kind === "street") return;
  const got = unit === undefined ? `'${streetId}'` : `unit '${streetId}' of kind '${unit.kind}'`;
  throw new GridwardenError(
    unit === undefined ? "UNIT_NOT_FOUND" : "REQUEST_INVALID",
    `field 'scope.streetId': got ${got}, wanted a unit of kind 'street'`,
  );
}

function checkUntil(validUntil: Instant | undefined, now: Instant): void {
  if (validUntil === undefined || validUntil > now) return;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field 'validUntil': got ${new Date(validUntil).toISOString()}, wanted a time to come`,
  );
}

/**
 * A unit that has a case by a ruling does not return it as not its own; for another ground it may.
 * @throws GridwardenError CASE_TRANSITION_REFUSED
 */
export async function checkReturn(
  tx: Sql,
  theCase: Case,
  event: string,
  outcome: string | undefined,
): Promise<void> {
  const isReturn = event === "return" || (event === "feedback" && outcome === "notOurs");
  if (!isReturn || theCase.ruledBy === undefined) return;
  if (event === "return" && OTHER_GROUNDS.includes(outcome ?? "")) return;
  const ruling = await findRuling(tx, theCase.ruledBy);
  if (ruling === undefined || ruling.revokedAt !== undefined) return;
  throw new GridwardenError(
    "CASE_TRANSITION_REFUSED",
    `case '${theCase.caseNo}' is of unit '${theCase.unitId}' by ruling '${ruling.rulingId}' of ` +
      `'${ruling.ruledBy}' and is not returned as not its own; say the ground as 'outcome' ` +
      `(${OTHER_GROUNDS.join(", ")}), or have the ruling revoked`,
    {
      details: {
        allowed: allowedEvents(theCase),
        rulingId: ruling.rulingId,
        ...because("ruled-theirs", { rulingId: ruling.rulingId }),
      },
    },
  );
}
