/**
 * Reports by people and cameras: a citizen's call that an acceptor writes down, an inspector's find,
 * an order of a hotline. A report stands at REPORTED until somebody confirms it. Under a row of the
 * filing table it joins the open case of that row on the asset that is named, or on the only asset
 * of the row's class nearby. A general report never joins by itself, since two people's "something
 * is broken" need not be the same thing: what is near is answered with it, for a person to join.
 */

import type { FilingCondition } from "../model/asset-class.ts";
import type { Case } from "../model/case.ts";
import type { ReportedCase, Reporter, ReportFate, SimilarCase } from "../model/case-report.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { historyNote } from "../model/history-notes.ts";
import { LIMITS } from "../model/limits.ts";
import type { Asset } from "../model/registry.ts";
import { placeOf } from "./alarm-filing.ts";
import type { CaseActor } from "./assignment.ts";
import type { CaseDesk } from "./case-desk.ts";
import { reportRole } from "./case-machine.ts";
import { putReportedAgain } from "./case-notices.ts";
import { findOpenCase, needCase, updateCase } from "./case-store.ts";
import type { CaseRole } from "./case-words.ts";
import { isGeneralRow } from "./conditions.ts";
import { type CaseDraft, type CaseEffects, type CasesDeps, putChanged } from "./desk-words.ts";
import { findSimilar } from "./duplicates.ts";
import { caseOfOrder, insertOrder, type OrderKey } from "./hotline-orders.ts";
import { addReport, publicNoOfOrder } from "./source-reports.ts";

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
  /** Of a place by name; an asset's own go before. */
  gridCell?: string | undefined;
  responsibleGrid?: string | undefined;
  assetId?: string | undefined;
  /** Name of the place from which lon and lat are, where an address alone was said. */
  placedAt?: string | undefined;
  source: Case["source"];
  /** Ids of files that are attached with it. */
  files?: readonly string[] | undefined;
  reporter?: Reporter | undefined;
  /** Another system's number of it, with that system: the same twice is one report. */
  externalNo?: string | undefined;
  externalSystem?: string | undefined;
  /** When that system took it, and until when it wants an answer. */
  receivedAt?: Instant | undefined;
  answerBy?: Instant | undefined;
  snapshotUrl?: string | undefined;
  /** Its reporter has a link of his own, by which he is asked after the close. */
  hasLink?: boolean | undefined;
  /** The system confirms it then, where nobody has answered. */
  reviewUntil?: Instant | undefined;
  /** People practise: it joins nothing, and nothing joins it. */
  isDrill?: boolean | undefined;
}

export interface Reported {
  case: Case;
  fate: ReportFate;
  /** Of a case that was opened: others nearby that may be the same. */
  similar: SimilarCase[];
  /** Of the report, for whoever made it. */
  publicNo?: string | undefined;
}

/** Who reports, and in which of his roles. */
export interface ReportingActor {
  actor: CaseActor;
  role: CaseRole;
  now: Instant;
}

export type Reporting = ReturnType<typeof createReporting>;

export function createReporting(deps: CasesDeps, desk: CaseDesk) {
  const unitName = (unitId: string): string | undefined => deps.registry.unit(unitId)?.name;
  const counted = deps.metrics.counter(
    "gridwarden_cases_reports_total",
    "Reports by people and cameras, by source and by what became of them.",
    ["source", "fate"],
  );

  /** @throws GridwardenError ROLE_REFUSED, ASSET_NOT_FOUND, REQUEST_INVALID, RATE_LIMITED */
  async function report(
    tx: Sql,
    said: CaseReport,
    actor: CaseActor,
    now: Instant,
    effects: CaseEffects,
  ): Promise<Reported> {
    const role = roleOf(said, actor);
    checkDrill(said);
    const order = orderOf(said);
    const known = order === undefined ? undefined : await caseOfOrder(tx, order);
    const done =
      known === undefined
        ? await take(tx, said, { actor, role, now }, effects)
        : { case: await needCase(tx, known), fate: "repeated" as const, similar: [] };
    counted.add(1, { source: said.source, fate: done.fate });
    if (known !== undefined && order !== undefined) {
      return { ...done, publicNo: await publicNoOfOrder(tx, order) };
    }
    if (said.isDrill === true) return done;
    // Another system's clock may be ahead; nothing was reported later than now.
    const at = Math.min(said.receivedAt ?? now, now);
    const publicNo = await addReport(tx, done.case.caseNo, { ...said, at });
    if (order !== undefined) {
      const { receivedAt, answerBy } = said;
      await insertOrder(tx, { ...order, receivedAt, answerBy }, done.case, unitName, now);
    }
    return { ...done, publicNo };
  }

  async function take(
    tx: Sql,
    said: CaseReport,
    by: ReportingActor,
    effects: CaseEffects,
  ): Promise<Reported> {
    const asset = said.assetId === undefined ? undefined : deps.registry.asset(said.assetId);
    if (said.assetId !== undefined && asset === undefined) {
      throw new GridwardenError("ASSET_NOT_FOUND", `no asset has the id '${said.assetId}'`);
    }
    const condition = conditionOf(said, asset);
    const classes = asset?.class === undefined ? classesOf(condition) : [asset.class];
    const meant = asset ?? (said.placedAt === undefined ? onlyAssetNear(said, classes) : undefined);
    const isGeneral = isGeneralRow(condition);
    if (said.isDrill === true) {
      const draft = { ...draftOf(said, condition, asset, by.now), isDrill: true };
      const opened = await desk.open(tx, draft, { isUnique: false, ...by }, effects);
      return { case: opened, fate: "opened", similar: [] };
    }
    if (meant !== undefined && !isGeneral) {
      const open = await findOpenCase(tx, meant.assetId, condition.conditionId);
      if (open !== undefined) {
        return { case: await joinReport(tx, open, said, by, effects), fate: "joined", similar: [] };
      }
    }
    const draft = draftOf(said, condition, asset, by.now);
    const { lon, lat } = draft;
    const categoryCode = isGeneral ? said.categoryCode : draft.categoryCode;
    const similar = await findSimilar(tx, { lon, lat, categoryCode, classes }, by.now);
    const how = { isUnique: !isGeneral, ...by, ...placeNote(said) };
    const opened = await desk.open(tx, draft, how, effects);
    return { case: opened, fate: "opened", similar };
  }

  /** A further report of what a case is about already; also a camera's that sees it again. */
  async function joinReport(
    tx: Sql,
    open: Case,
    said: Pick<CaseReport, "source" | "description">,
    { actor, role, now }: ReportingActor,
    effects: CaseEffects,
  ): Promise<Case> {
    const reportCount = (open.reportCount ?? 0) + 1;
    // Nobody's word of the case becomes stale by it, so it stays at its version.
    const after: Case = { ...open, reportCount };
    await updateCase(tx, after, open);
    if (reportCount <= LIMITS.reportJoinsNotedMax) {
      const { source, description } = said;
      const note = description
        ? historyNote("reported-again-said", { source, said: description })
        : historyNote("reported-again", { source });
      await desk.noteHistory(tx, after, "join", note, now, { ...actor, roles: [role] });
    }
    putReportedAgain(effects, after, now);
    putChanged(effects, after);
    return after;
  }

  function conditionOf(said: CaseReport, asset: Asset | undefined): FilingCondition {
    if (said.conditionId === undefined) {
      return desk.conditions.general(said.kind ?? (asset === undefined ? "event" : "component"));
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

  /** Of which the condition is a row. */
  function classesOf({ conditionId }: Pick<FilingCondition, "conditionId">): string[] {
    return deps.classes
      .map(({ slug }) => slug)
      .filter((slug) => desk.conditions.ofClass(slug, conditionId) !== undefined);
  }

  /** Of two covers side by side nobody knows which one is meant. */
  function onlyAssetNear({ lon, lat }: CaseReport, classes: readonly string[]): Asset | undefined {
    if (lon === undefined || lat === undefined || classes.length === 0) return undefined;
    const near = deps.assetsNear?.({ lon, lat }, LIMITS.duplicateDistanceMMax, classes) ?? [];
    return near.length === 1 ? near[0] : undefined;
  }

  function draftOf(
    said: CaseReport,
    condition: FilingCondition,
    asset: Asset | undefined,
    now: Instant,
  ): CaseDraft {
    const category = desk.conditions.categoryOf(condition, asset?.componentCode);
    return {
      ...gridSaid(said),
      ...(asset !== undefined && placeOf(asset)),
      ...placeSaid(said, asset),
      kind: condition.kind,
      categoryCode: said.categoryCode ?? category,
      conditionId: condition.conditionId,
      source: said.source,
      lifeSafety: condition.lifeSafety,
      ...desk.conditions.limitFor(condition, asset ?? gridSaid(said)),
      openedAt: now,
      reportCount: 1,
      ...(asset?.class !== undefined && { class: asset.class }),
      ...(said.description !== undefined && { description: said.description }),
      ...(said.address !== undefined && { address: said.address }),
      ...(said.reviewUntil !== undefined && { reviewUntil: said.reviewUntil }),
    };
  }

  return { report, joinReport, classesOf };
}

/** As whoever reports is answered. */
export function reportedCase({ case: theCase, fate, similar, publicNo }: Reported): ReportedCase {
  return {
    ...theCase,
    ...(fate === "joined" && { joined: true as const }),
    ...(fate === "repeated" && { repeated: true as const }),
    ...(similar.length > 0 && { similar }),
    ...(publicNo !== undefined && { publicNo }),
  };
}

function roleOf({ source, isDrill = false }: CaseReport, actor: CaseActor): CaseRole {
  const role = isDrill ? drillRole(actor.roles) : reportRole(actor.roles);
  if (role === undefined) {
    throw new GridwardenError(
      "ROLE_REFUSED",
      `'${actor.username}' may not report a case; it belongs to inspector, acceptor`,
    );
  }
  if (source !== "sensor") return role;
  throw new GridwardenError(
    "REQUEST_INVALID",
    "source 'sensor' is the platform's own; write patrol, hotline, citizen or another",
  );
}

/** Who answers for the centre has it practise. */
function drillRole(roles: readonly CaseRole[]): CaseRole | undefined {
  return (["shift-lead", "admin"] as const).find((role) => roles.includes(role));
}

/** @throws GridwardenError REQUEST_INVALID: nobody outside is told of a drill */
function checkDrill(said: CaseReport): void {
  if (said.isDrill !== true) return;
  const outside = (["reporter", "externalNo", "externalSystem", "answerBy"] as const).find(
    (field) => said[field] !== undefined,
  );
  if (outside === undefined) return;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field '${outside}': a drill has no reporter and no order of another system; leave it out`,
  );
}

function orderOf({ externalNo, externalSystem }: CaseReport): OrderKey | undefined {
  if (externalNo !== undefined && externalSystem !== undefined) {
    return { externalNo, externalSystem };
  }
  if (externalNo === undefined && externalSystem === undefined) return undefined;
  const missing = externalNo === undefined ? "externalNo" : "externalSystem";
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field '${missing}': got nothing, wanted it beside the other; a number counts within its system`,
  );
}

/** Crews look around there: a road is long. */
function placeNote({ placedAt }: CaseReport): { note?: string } {
  if (placedAt === undefined) return {};
  return { note: historyNote("placed-at", { place: placedAt }) };
}

function gridSaid({
  gridCell,
  responsibleGrid,
}: CaseReport): Pick<CaseDraft, "gridCell" | "responsibleGrid"> {
  return {
    ...(gridCell !== undefined && { gridCell }),
    ...(responsibleGrid !== undefined && { responsibleGrid }),
  };
}

function placeSaid(said: CaseReport, asset: Asset | undefined): { lon: number; lat: number } {
  const lon = said.lon ?? asset?.lon;
  const lat = said.lat ?? asset?.lat;
  if (lon !== undefined && lat !== undefined) return { lon, lat };
  throw new GridwardenError(
    "REQUEST_INVALID",
    "a report needs a place: write lon and lat, or an assetId",
  );
}
