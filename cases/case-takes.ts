/**
 * What may be done with a case as it stands, and by whom: the events that its machine takes, whose
 * each is, and which of them are this person's. Pure; the machine itself is asked, so that what is
 * shown and what is taken cannot differ. How long its stage has is told beside it.
 */
import type { HoldTime } from "../model/asset-class.ts";
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Stage } from "../model/notice.ts";
import { isWithinReach } from "./case-guards.ts";
import { allowedEvents, type CaseContext, refusalOf } from "./case-machine.ts";
import { stageDues } from "./case-stages.ts";
import { CASE_ROWS } from "./case-table.ts";
import type { CaseEvent, CaseRole } from "./case-words.ts";

export interface CaseTake {
  event: CaseEvent;
  /** Whose it is, the platform's own part left out; `admin` may do all. */
  roles: CaseRole[];
  isYours: boolean;
  /** A text without which it is refused. */
  needs?: "note" | "reason";
}

/** Events that the platform alone says are left out. */
export function takesOf(
  current: Case,
  actor: CaseContext["actor"],
  now: Instant,
): readonly CaseTake[] {
  return allowedEvents(current).flatMap((event) => {
    const rows = CASE_ROWS.filter(
      (row) =>
        row.event === event &&
        row.from.includes(current.state) &&
        isWithinReach(current, row.guard) &&
        row.roles.some((role) => role !== "system"),
    );
    const [first] = rows;
    if (first === undefined) return [];
    const roles = rows.flatMap((row) => row.roles).filter((role) => role !== "system");
    const refusal = refusalOf(current, event, { actor }, now);
    return [
      {
        event,
        roles: [...new Set(roles)],
        isYours: refusal?.code !== "ROLE_REFUSED",
        ...(first.needs !== undefined && { needs: first.needs }),
      },
    ];
  });
}

export interface CaseStage {
  stage: Stage;
  /** Later whoever has it is late. */
  until: Instant;
}

/** The limit of the stage that the case stands in, beside the crew's own; nothing where it has none. */
export function stageOf(
  theCase: Case,
  hold: HoldTime | undefined,
  zone: TimeZone,
  lostAt?: Instant,
): CaseStage | undefined {
  const last = stageDues(theCase, hold, zone, lostAt).at(-1);
  if (last === undefined) return undefined;
  return { stage: last.kind.slice(0, last.kind.lastIndexOf("-")) as Stage, until: last.at };
}
