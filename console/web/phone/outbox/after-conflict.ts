/**
 * A case has another version than the phone expected. Pure: says whether the thing was done already,
 * may be said again as it is (the case only became newer), or is a person's matter.
 */
import type { CaseDetail } from "../../shared/platform-types.ts";
import type { Entry, Refusal } from "./outbox-machine.ts";

type Standing = Pick<CaseDetail, "state" | "version" | "crewId"> & {
  history: Pick<CaseDetail["history"][number], "event" | "actor" | "at">[];
};

export type AfterConflict =
  | { kind: "done"; version: number }
  | { kind: "again" }
  | { kind: "refused"; refusal: Refusal };

/** A phone's clock and the platform's may differ by so much. */
const SKEW_MS = 2 * 60_000;

export function afterConflict(
  entry: Entry,
  standing: Standing,
  username: string,
  refusal: Refusal,
): AfterConflict {
  const { act, at, status } = entry;
  if (act.kind !== "transition") return { kind: "refused", refusal };
  const { version } = standing;
  // An earlier sending may have come, its answer not; by now the platform has forgotten its key.
  const isMine = ({ event, actor, at: when }: Standing["history"][number]): boolean =>
    event === act.event && actor === username && Date.parse(when) >= at - SKEW_MS;
  if (status.tries > 0 && standing.history.some(isMine)) return { kind: "done", version };
  const isAsSeen =
    standing.state === act.seen.state && isSameCrew(act.seen.crewId, standing.crewId);
  return isAsSeen ? { kind: "again" } : { kind: "refused", refusal };
}

/** An order that nobody had may have come to somebody since. */
const isSameCrew = (seen: string | undefined, now: string | undefined): boolean =>
  seen === now || (seen !== undefined && now === undefined);
