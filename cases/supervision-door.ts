/** What is said to the room of supervision orders, and what it answers: the words of its door. */
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { CaseNo } from "../model/ids.ts";
import type {
  Supervision,
  SupervisionDetails,
  SupervisionLevel,
  SupervisionSummary,
} from "../model/supervision.ts";
import type { CaseActor } from "./assignment.ts";
import type { CaseEffects } from "./desk-words.ts";
import type { DeadlineWish } from "./supervision-deadline.ts";
import type { SupervisionFilter, SupervisionPage } from "./supervision-list.ts";

/** The deadline is a time, or a number of working days by the unit's calendar. */
export interface SupervisionDraft extends DeadlineWish {
  level: SupervisionLevel;
  title: string;
  text: string;
  orderingLeader: string;
  accountableLeader: string;
  responsiblePerson: string;
  unitId: string;
  caseNos: readonly string[];
}

export interface SupervisionSaid extends DeadlineWish {
  supervisionNo: string;
  event: string;
  version?: number | undefined;
  note?: string | undefined;
  reason?: string | undefined;
  files?: readonly string[] | undefined;
}

export interface SupervisionWritten {
  supervision: Supervision;
  /** Of an `accept`: covered cases that have not ended. */
  openCaseNos?: CaseNo[];
  effects: CaseEffects;
}

export interface Supervisions {
  /** @throws GridwardenError ROLE_REFUSED, UNIT_NOT_FOUND, CASE_NOT_FOUND, REQUEST_INVALID,
   * RATE_LIMITED */
  issue(
    tx: Sql,
    draft: SupervisionDraft,
    actor: CaseActor,
    now: Instant,
  ): Promise<SupervisionWritten>;
  /** @throws GridwardenError SUPERVISION_NOT_FOUND, SUPERVISION_VERSION_CONFLICT,
   * SUPERVISION_TRANSITION_REFUSED, ROLE_REFUSED, REQUEST_INVALID, FILE_NOT_FOUND, FILE_NOT_YOURS */
  transition(
    tx: Sql,
    said: SupervisionSaid,
    actor: CaseActor,
    now: Instant,
  ): Promise<SupervisionWritten>;
  list(sql: Sql, filter: SupervisionFilter, now: Instant): Promise<SupervisionPage>;
  /** @throws GridwardenError SUPERVISION_NOT_FOUND */
  get(sql: Sql, supervisionNo: string): Promise<SupervisionDetails>;
  summary(
    sql: Sql,
    span: Pick<SupervisionFilter, "from" | "to" | "within">,
    now: Instant,
  ): Promise<SupervisionSummary>;
}
