/**
 * A case as the outside sees it: times are ISO 8601 with the zone's offset, all else as it is.
 * Pure; the API, the live stream and the crew's order show the same shape.
 */
import type { Case, CaseEvidence, CaseHistoryEntry, CaseMember } from "./case.ts";
import type { TimeZone } from "./local-time.ts";

const CASE_TIMES = [
  "openedAt",
  "stageSince",
  "reviewUntil",
  "dispatchedAt",
  "deadline",
  "acceptUntil",
  "acceptedAt",
  "handoverAt",
  "nextDutyAt",
  "startedAt",
  "arriveBy",
  "arrivedAt",
  "disputedAt",
  "feedbackAt",
  "checkingSince",
  "closedAt",
  "madeSafeAt",
  "repairedAt",
  "consultAskedAt",
  "extensionAskedAt",
  "suspendAskedAt",
  "suspendAskedUntil",
  "suspendedAt",
  "suspendUntil",
  "lastSuspendUntil",
] as const satisfies readonly (keyof Case)[];

type Shown<T, Times extends keyof T> = { [Key in keyof T]: Key extends Times ? string : T[Key] };

export type CaseView = Shown<Case, (typeof CASE_TIMES)[number]>;
export type HistoryView = Shown<CaseHistoryEntry, "at">;
export type MemberView = Shown<CaseMember, "joinedAt">;
export type EvidenceView = Shown<CaseEvidence, (typeof EVIDENCE_TIMES)[number]>;

const EVIDENCE_TIMES = [
  "observedAt",
  "receivedAt",
  "joinedAt",
  "returnedAt",
  "clearedAt",
] as const satisfies readonly (keyof CaseEvidence)[];

export function caseView(theCase: Case, zone: TimeZone): CaseView {
  return withTimes(theCase, CASE_TIMES, zone);
}

export function historyView(entry: CaseHistoryEntry, zone: TimeZone): HistoryView {
  return withTimes(entry, ["at"], zone);
}

export function evidenceView(alarm: CaseEvidence, zone: TimeZone): EvidenceView {
  return withTimes(alarm, EVIDENCE_TIMES, zone);
}

export function memberView(member: CaseMember, zone: TimeZone): MemberView {
  return withTimes(member, ["joinedAt"], zone);
}

/** A record whose times are ISO 8601; those that are absent stay so. */
export function withTimes<T extends object, Times extends keyof T>(
  thing: T,
  times: readonly Times[],
  zone: TimeZone,
): Shown<T, Times> {
  const isTime = (key: string): boolean => (times as readonly PropertyKey[]).includes(key);
  const entries = Object.entries(thing).map(([key, value]) =>
    typeof value === "number" && isTime(key) ? [key, zone.iso(value)] : [key, value],
  );
  return Object.fromEntries(entries) as Shown<T, Times>;
}
