/**
 * A report while it is told: what has been typed and chosen, what it lacks, and how it is sent. Pure,
 * but for the place in which it outlives a reload.
 */
import { keep, kept } from "../../shared/kept.ts";
import type { ReportBody } from "../../shared/platform-types.ts";
import type { WhatItem } from "./what-search.ts";

export interface Where {
  label: string;
  lon: number;
  lat: number;
  placeId?: string;
  assetId?: string;
  street?: string;
  streetId?: string;
  gridCell?: string;
  grid?: string;
  /** Of an asset so many metres away. */
  gridOfM?: number;
}

export interface Draft {
  what?: WhatItem | undefined;
  whatText: string;
  where?: Where | undefined;
  whereText: string;
  description: string;
  name: string;
  phone: string;
  isUrgent: boolean;
  /** When its first key was typed, ms since 1970 of the platform's clock. */
  beganAt?: number | undefined;
}

export const EMPTY: Draft = {
  ...{ whatText: "", whereText: "", description: "", name: "", phone: "", isUrgent: false },
};

export function lackOf(draft: Draft): "what" | "where" | undefined {
  if (draft.what === undefined) return "what";
  return draft.where === undefined ? "where" : undefined;
}

const DESCRIPTION_MAX = 2000;

/** As the platform takes it. An asset says its own place; a place by name says its grid. */
export function reportOf(
  draft: Draft,
  { source, urgentMark }: { source: "citizen" | "patrol"; urgentMark: string },
): ReportBody | undefined {
  const { what, where, name, phone } = draft;
  if (what === undefined || where === undefined) return undefined;
  const description = `${draft.isUrgent ? urgentMark : ""}${draft.description.trim()}`.slice(
    0,
    DESCRIPTION_MAX,
  );
  const reporter = {
    ...(name.trim() !== "" && { name: name.trim() }),
    ...(phone.trim() !== "" && { phone: phone.trim() }),
  };
  return {
    source,
    kind: what.kind,
    ...(what.conditionId === undefined
      ? { categoryCode: what.categoryCode }
      : { conditionId: what.conditionId }),
    ...placeOf(where),
    ...(description !== "" && { description }),
    ...(Object.keys(reporter).length > 0 && { reporter }),
  } as ReportBody;
}

function placeOf({ assetId, placeId, lon, lat, label, street }: Where): object {
  if (assetId !== undefined) return { assetId };
  if (placeId !== undefined) return { placeId };
  return { lon, lat, address: [street, label].filter(Boolean).join(" ") };
}

const COORDINATES = /^\s*(-?\d{1,3}\.\d+)\s*[,\uff0c\s]\s*(-?\d{1,2}\.\d+)\s*$/;

/** Longitude and latitude as somebody types them; nothing of anything else. */
export function coordinatesIn(text: string): { lon: number; lat: number } | undefined {
  const found = COORDINATES.exec(text);
  if (found === null) return undefined;
  const [lon, lat] = [Number(found[1]), Number(found[2])];
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat } : undefined;
}

const PLACE = "intake";

export const keepDraft = (username: string, draft: Draft): void => keep(PLACE, username, draft);

/** What cannot be read is begun anew. */
export const keptDraft = (username: string): Draft => ({ ...EMPTY, ...kept(PLACE, username) });
