/** What the console asks of the platform where several work on one case. */

import type { CaseLimit } from "../model/asset-class.ts";
import type { Assist } from "../model/assist.ts";
import type { RequestKey } from "../model/audit.ts";
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { CrewId, UnitId } from "../model/ids.ts";
import type { Ruling, RulingScope } from "../model/ruling.ts";
import type { Steward, StewardKind } from "../model/steward.ts";
import type { Actor, Page, PageRequest } from "./deps.ts";

export interface AssistsDoor {
  /** Newest first. */
  list(
    request: PageRequest & {
      unitId?: string | undefined;
      crewId?: string | undefined;
      state?: string | undefined;
    },
  ): Promise<Page<Assist>>;
  /** @throws CASE_NOT_FOUND, CASE_VERSION_CONFLICT, ROLE_REFUSED, ASSIST_STATE_REFUSED,
   * REQUEST_INVALID, UNIT_NOT_FOUND, CREW_NOT_FOUND, IDEMPOTENCY_KEY_REUSED */
  ask(
    caseNo: string,
    wish: {
      unitId: UnitId;
      crewId?: CrewId | undefined;
      task: string;
      limit?: CaseLimit | undefined;
      version?: number | undefined;
    },
    actor: Actor,
    key?: RequestKey,
  ): Promise<Assist>;
  /** @throws ASSIST_NOT_FOUND, ASSIST_VERSION_CONFLICT, ASSIST_STATE_REFUSED, ROLE_REFUSED,
   * CREW_NOT_FOUND, REQUEST_INVALID, IDEMPOTENCY_KEY_REUSED */
  transition(
    assistId: string,
    said: {
      event: string;
      version?: number | undefined;
      note?: string | undefined;
      reason?: string | undefined;
      crewId?: CrewId | undefined;
    },
    actor: Actor,
    key?: RequestKey,
  ): Promise<Assist>;
}

export interface RulingsDoor {
  /** Newest first, each as it stands. */
  list(
    request: PageRequest & { unitId?: string | undefined; categoryCode?: string | undefined },
  ): Promise<Page<Ruling>>;
  /** @throws CASE_NOT_FOUND, CASE_VERSION_CONFLICT, CASE_TRANSITION_REFUSED, ROLE_REFUSED,
   * UNIT_NOT_FOUND, REQUEST_INVALID, IDEMPOTENCY_KEY_REUSED */
  rule(
    caseNo: string,
    wish: {
      unitId: UnitId;
      reason: string;
      scope?: RulingScope | undefined;
      validUntil?: Instant | undefined;
      version?: number | undefined;
    },
    actor: Actor,
    key?: RequestKey,
  ): Promise<{ case: Case; ruling: Ruling }>;
  /** @throws RULING_NOT_FOUND, RULING_VERSION_CONFLICT */
  revoke(
    rulingId: string,
    said: { reason: string; version?: number | undefined },
    actor: Actor,
  ): Promise<Ruling>;
}

export interface StewardsDoor {
  list(
    request: PageRequest & {
      scopeKind?: StewardKind | undefined;
      scope?: string | undefined;
      username?: string | undefined;
      at?: Instant | undefined;
    },
  ): Page<Steward>;
  /** @throws STEWARD_EXISTS, UNIT_NOT_FOUND, REQUEST_INVALID */
  create(
    steward: Omit<Steward, "validFrom"> & { validFrom?: Instant | undefined },
  ): Promise<Steward>;
  /** @throws STEWARD_NOT_FOUND, REQUEST_INVALID */
  patch(
    stewardId: string,
    patch: {
      name?: string | undefined;
      phone?: string | null | undefined;
      username?: Steward["username"] | null | undefined;
      validUntil?: Instant | null | undefined;
    },
  ): Promise<Steward>;
  /** @throws STEWARD_NOT_FOUND */
  remove(stewardId: string): Promise<void>;
}
