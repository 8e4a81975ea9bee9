/** What a line of a handover is about and where it leads. Pure. */
import type { HandoverLineItem, HandoverSectionName } from "../../shared/platform-types.ts";

/** In the order in which they are read. */
export const SECTIONS = [
  "urgent",
  "late",
  "pledges",
  "supervisions",
  "notices",
  "shelved",
  "devices",
] as const satisfies readonly HandoverSectionName[];

/** Where more is told of it, as parts of an address; nothing where nothing is. */
export function targetOf(
  section: HandoverSectionName,
  { id, caseNo, assetId }: HandoverLineItem,
): string[] | undefined {
  if (section === "devices") return ["devices", id];
  if (caseNo !== undefined) return ["cases", caseNo];
  return assetId === undefined ? undefined : ["assets", assetId];
}

/** How long until `until`, or since then; nothing of what has no end. */
export function leftOf(
  { until }: Pick<HandoverLineItem, "until">,
  at: number,
): { isLate: boolean; ms: number } | undefined {
  if (until === undefined) return undefined;
  const ms = Date.parse(until) - at;
  return { isLate: ms < 0, ms: Math.abs(ms) };
}

const MINUTE_MS = 60_000;

/** A time of day in the platform's zone as a field has it, `2026-11-28T08:00`, as an instant. */
export function instantOf(field: string, offsetMinutes: number): string | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(field)) return undefined;
  const wall = Date.parse(`${field}:00Z`);
  return new Date(wall - offsetMinutes * MINUTE_MS).toISOString();
}
