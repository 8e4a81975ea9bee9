/**
 * Fence first, repair later: a crew that has made a place safe has met the urgent limit, and what is
 * left to repair becomes a case of its own with the limit of its own row, dispatched at once to the
 * same unit. Both cases name each other. The row is the one that the fence row names, else the
 * general row of its kind.
 */

import type { FilingCondition } from "../model/asset-class.ts";
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { historyNote } from "../model/history-notes.ts";
import { placeOf } from "./alarm-filing.ts";
import type { CaseDesk } from "./case-desk.ts";
import { findCase, findOpenCase, isOpen, updateCase } from "./case-store.ts";
import { isGeneralRow } from "./conditions.ts";
import {
  type CaseDraft,
  type CaseEffects,
  type CasesDeps,
  putChanged,
  SYSTEM_ACTOR,
} from "./desk-words.ts";
import { formerHands } from "./former-hands.ts";

export function createLinkedRepair(deps: Pick<CasesDeps, "registry">, desk: CaseDesk) {
  return { openRepair, tellMadeSafe };

  /** Answers the case that was made safe, with the number of its repair. */
  async function openRepair(
    tx: Sql,
    madeSafe: Case,
    now: Instant,
    effects: CaseEffects,
  ): Promise<Case> {
    // Made safe once more after rework: its repair may be on its way.
    const { linkedCaseNo } = madeSafe;
    const linked = linkedCaseNo === undefined ? undefined : await findCase(tx, linkedCaseNo);
    if (linked !== undefined && isOpen(linked)) return madeSafe;
    const condition = repairRow(madeSafe);
    const open =
      madeSafe.assetId === undefined || isGeneralRow(condition)
        ? undefined
        : await findOpenCase(tx, madeSafe.assetId, condition.conditionId);
    const repair = open ?? (await openNew(tx, madeSafe, condition, now, effects));
    if (open !== undefined && open.linkedCaseNo === undefined) {
      await link(tx, open, madeSafe, now, effects);
    }
    return await link(tx, madeSafe, repair, now, effects);
  }

  /**
   * With the repair the fault is over for the case that was made safe, too, which was closed before:
   * told again, so that an alarm of its condition that latched meanwhile is reset.
   */
  async function tellMadeSafe(tx: Sql, ended: Case, effects: CaseEffects): Promise<void> {
    const { provenByConditionId, linkedCaseNo } = ended;
    if (provenByConditionId === undefined || linkedCaseNo === undefined || isOpen(ended)) return;
    const madeSafe = await findCase(tx, linkedCaseNo);
    if (madeSafe !== undefined && !isOpen(madeSafe)) putChanged(effects, madeSafe);
  }

  function repairRow(madeSafe: Case): FilingCondition {
    const own = desk.conditions.find(madeSafe.class, madeSafe.conditionId);
    const named = own?.repairConditionId;
    const row = named === undefined ? undefined : desk.conditions.find(madeSafe.class, named);
    return row ?? desk.conditions.general(madeSafe.kind);
  }

  async function openNew(
    tx: Sql,
    madeSafe: Case,
    condition: FilingCondition,
    now: Instant,
    effects: CaseEffects,
  ): Promise<Case> {
    const draft = draftOf(madeSafe, condition, now);
    const note = historyNote("repair-of", { caseNo: madeSafe.caseNo });
    const isUnique = !isGeneralRow(condition) && draft.assetId !== undefined;
    const options = { isUnique, actor: SYSTEM_ACTOR, role: "system", note } as const;
    const opened = await desk.open(tx, draft, options, effects);
    const { unitId, crewId } = madeSafe;
    const hands = { unitId, crewId, lifeSafety: condition.lifeSafety };
    const said = formerHands(hands, deps.registry, (unit, crew) =>
      desk.crews.isOnDuty(unit, crew, now),
    );
    return await desk.advance(
      tx,
      opened,
      { event: "confirm", said, actor: SYSTEM_ACTOR, now },
      effects,
    );
  }

  function draftOf(madeSafe: Case, condition: FilingCondition, now: Instant): CaseDraft {
    const { assetId, lon, lat, gridCell, responsibleGrid, address } = madeSafe;
    const asset = assetId === undefined ? undefined : deps.registry.asset(assetId);
    const component = condition.kind === "component" ? asset?.componentCode : undefined;
    return {
      ...(asset === undefined ? {} : placeOf(asset)),
      lon,
      lat,
      ...(gridCell !== undefined && { gridCell }),
      ...(responsibleGrid !== undefined && { responsibleGrid }),
      ...(address !== undefined && { address }),
      kind: condition.kind,
      categoryCode: isGeneralRow(condition)
        ? madeSafe.categoryCode
        : desk.conditions.categoryOf(condition, component),
      conditionId: condition.conditionId,
      source: madeSafe.source,
      lifeSafety: condition.lifeSafety,
      ...desk.conditions.limitFor(condition, madeSafe),
      openedAt: now,
      linkedCaseNo: madeSafe.caseNo,
      provenByConditionId: madeSafe.conditionId,
      ...(madeSafe.class !== undefined && { class: madeSafe.class }),
    };
  }

  /** A step of its own: a version and a line in the history. */
  async function link(
    tx: Sql,
    from: Case,
    to: Pick<Case, "caseNo">,
    now: Instant,
    effects: CaseEffects,
  ): Promise<Case> {
    const after: Case = { ...from, linkedCaseNo: to.caseNo, version: from.version + 1 };
    await updateCase(tx, after, from);
    const note = historyNote("goes-with", { caseNo: to.caseNo });
    await desk.noteHistory(tx, after, "link", note, now);
    putChanged(effects, after);
    return after;
  }
}
