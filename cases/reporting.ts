/**
 * Reports by people: a citizen's call that an acceptor writes down, an inspector's find. A report
 * stands at REPORTED until somebody confirms it. Under a row of the filing table and an asset of
 * which such a case is open already, it joins that one; a general report never does, since two
 * people's "something is broken" need not be the same thing.
 */
import type { FilingCondition } from "../model/asset-class.ts";
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Asset } from "../model/registry.ts";
import { placeOf } from "./alarm-filing.ts";
import type { CaseActor } from "./assignment.ts";
import {
  type CaseDesk,
  type CaseDraft,
  type CaseEffects,
  type CasesDeps,
  putChanged,
} from "./case-desk.ts";
import { reportRole } from "./case-machine.ts";
import { findOpenCase } from "./case-store.ts";
import { categoryOf, GENERAL_CONDITIONS, isGeneralRow } from "./conditions.ts";

export interface CaseReport {
  /** The row's; without a row a component's where an asset is named, else an event's. */
  kind?: "component" | "event" | undefined;
  categoryCode?: string | undefined;
  /** A row of the filing table; without one the general row of the kind. */
  conditionId?: string | undefined;
  description?: string | undefined;
  /** WGS-84 degrees; the asset's where it is named and they are not given. */
  lon?: number | undefined;
  lat?: number | undefined;
  address?: string | undefined;
  assetId?: string | undefined;
  source: Case["source"];
}

export function createReporting(deps: CasesDeps, desk: CaseDesk) {
  /** @throws GridwardenError ROLE_REFUSED, ASSET_NOT_FOUND, REQUEST_INVALID */
  return async function report(
    tx: Sql,
    said: CaseReport,
    actor: CaseActor,
    now: Instant,
    effects: CaseEffects,
  ): Promise<Case> {
    const role = reportRole(actor.roles);
    if (role === undefined) {
      throw new GridwardenError(
        "ROLE_REFUSED",
        `'${actor.username}' may not report a case; it belongs to inspector, acceptor`,
      );
    }
    if (said.source === "sensor") {
      throw new GridwardenError(
        "REQUEST_INVALID",
        "source 'sensor' is the platform's own; write patrol, hotline, citizen or another",
      );
    }
    const asset = said.assetId === undefined ? undefined : deps.registry.asset(said.assetId);
    if (said.assetId !== undefined && asset === undefined) {
      throw new GridwardenError("ASSET_NOT_FOUND", `no asset has the id '${said.assetId}'`);
    }
    const condition = conditionOf(said, asset);
    const isGeneral = isGeneralRow(condition);
    if (asset !== undefined && !isGeneral) {
      const open = await findOpenCase(tx, asset.assetId, condition.conditionId);
      if (open !== undefined) {
        const note = [`reported again by ${said.source}`, said.description].filter((text) => text);
        await desk.noteHistory(tx, open, "join", note.join(": "), now, { ...actor, roles: [role] });
        putChanged(effects, open);
        return open;
      }
    }
    const draft = draftOf(said, condition, asset, now);
    return await desk.open(tx, draft, { isUnique: !isGeneral, actor, role }, effects);
  };

  function conditionOf(said: CaseReport, asset: Asset | undefined): FilingCondition {
    if (said.conditionId === undefined) {
      return GENERAL_CONDITIONS[said.kind ?? (asset === undefined ? "event" : "component")];
    }
    const condition = desk.conditions.find(asset?.class, said.conditionId);
    if (condition === undefined) {
      throw new GridwardenError(
        "REQUEST_INVALID",
        `no filing condition has the id '${said.conditionId}'; leave it out where none fits`,
      );
    }
    if (said.kind !== undefined && condition.kind !== said.kind) {
      throw new GridwardenError(
        "REQUEST_INVALID",
        `condition '${condition.conditionId}' is of kind '${condition.kind}', not '${said.kind}'`,
      );
    }
    return condition;
  }
}

function draftOf(
  said: CaseReport,
  condition: FilingCondition,
  asset: Asset | undefined,
  now: Instant,
): CaseDraft {
  const lon = said.lon ?? asset?.lon;
  const lat = said.lat ?? asset?.lat;
  if (lon === undefined || lat === undefined) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      "a report needs a place: write lon and lat, or an assetId",
    );
  }
  const isComponent = isGeneralRow(condition) && condition.kind === "component";
  const own = isComponent ? asset?.componentCode.slice(6, 10) : undefined;
  return {
    ...(asset !== undefined && placeOf(asset)),
    lon,
    lat,
    kind: condition.kind,
    categoryCode: said.categoryCode ?? own ?? categoryOf(condition, asset?.componentCode),
    conditionId: condition.conditionId,
    source: said.source,
    lifeSafety: condition.lifeSafety,
    limit: condition.limit,
    openedAt: now,
    ...(asset?.class !== undefined && { class: asset.class }),
    ...(said.description !== undefined && { description: said.description }),
    ...(said.address !== undefined && { address: said.address }),
  };
}
