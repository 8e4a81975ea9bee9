/**
 * A case as Open311 shows it. Of free text there is none: what a reporter, a crew or an acceptor
 * wrote may name people, so the description is the category's, the notes are the stage's, and
 * address and picture are left out. Pure.
 */
import { type Case, TERMINAL_STATES } from "../../model/case.ts";
import type { SimilarCase } from "../../model/case-report.ts";
import type { TimeZone } from "../../model/local-time.ts";
import { CASE_STATE_WORDS } from "../supervision-words.ts";
import type { RequestShown } from "./schema.ts";
import { type Service, serviceCodeOf } from "./services.ts";

export interface Shown {
  zone: TimeZone;
  services: ReadonlyMap<string, Service>;
  unitName(unitId: string): string | undefined;
  componentCodeOf(assetId: string): string | undefined;
}

export function showService({ serviceCode, kind, title, majorTitle }: Service) {
  return {
    service_code: serviceCode,
    service_name: title.zh,
    description: `${majorTitle} / ${title.zh} (${title.en})`,
    metadata: false as const,
    type: "realtime" as const,
    keywords: [title.zh, title.en, kind].join(", "),
    group: majorTitle,
  };
}

export function showRequest(theCase: Case, how: Shown): RequestShown {
  const { caseNo, state, kind, categoryCode, openedAt, stageSince, deadline, lat, lon } = theCase;
  const { assetId, unitId } = theCase;
  const serviceCode = serviceCodeOf(kind, categoryCode);
  const service = how.services.get(serviceCode);
  return {
    service_request_id: caseNo,
    status: TERMINAL_STATES.has(state) ? "closed" : "open",
    status_notes: notesOf(theCase),
    service_name: service?.title.zh ?? serviceCode,
    service_code: serviceCode,
    description: service === undefined ? serviceCode : showService(service).description,
    agency_responsible: (unitId === undefined ? undefined : how.unitName(unitId)) ?? null,
    service_notice: null,
    requested_datetime: how.zone.iso(openedAt),
    updated_datetime: how.zone.iso(stageSince ?? openedAt),
    expected_datetime: deadline === undefined ? null : how.zone.iso(deadline),
    address: null,
    address_id: (assetId === undefined ? undefined : how.componentCodeOf(assetId)) ?? null,
    zipcode: null,
    lat,
    long: lon,
    media_url: null,
  };
}

/** The stage in the field's words; of a duplicate, the case that has its report now. */
function notesOf({ state, mergedInto }: Pick<Case, "state" | "mergedInto">): string {
  const { zh, en } = CASE_STATE_WORDS[state];
  const stage = `${zh} (${en})`;
  return mergedInto === undefined ? stage : `${stage}: 并入 (joined to) ${mergedInto}`;
}

/** What may be the same is told by number; it is joined by a person or not at all. */
export function noticeOf(similar: readonly SimilarCase[] = []): string | null {
  if (similar.length === 0) return null;
  const numbers = similar.map(({ caseNo }) => caseNo).join(", ");
  return `附近可能有同一问题 (nearby, perhaps the same): ${numbers}`;
}
