/** Supervision orders as the API shows them: instants become ISO 8601 in the platform's zone. */
import type { Instant } from "../model/clock.ts";
import type { TimeZone } from "../model/local-time.ts";
import { AWAITING_REPLY, type Supervision, type SupervisionDetails } from "../model/supervision.ts";
import { present } from "./list-page.ts";
import type { SupervisionAnswer, SupervisionDetailAnswer } from "./schemas/supervisions.ts";

export function isOverdue({ state, deadline }: Supervision, now: Instant): boolean {
  return AWAITING_REPLY.has(state) && deadline < now;
}

export function showSupervision(
  order: Supervision,
  zone: TimeZone,
  now: Instant,
): SupervisionAnswer {
  const { warnAt: _at, firstCaseNo: _first, deadlineSteps: _steps, ...rest } = order;
  const { issuedAt, deadline, acknowledgedAt, repliedAt, endedAt, ...kept } = rest;
  const iso = isoIn(zone);
  return present({
    ...kept,
    issuedAt: zone.iso(issuedAt),
    deadline: zone.iso(deadline),
    acknowledgedAt: iso(acknowledgedAt),
    repliedAt: iso(repliedAt),
    endedAt: iso(endedAt),
    isOverdue: isOverdue(order, now),
  });
}

export function showSupervisionDetail(
  found: SupervisionDetails,
  zone: TimeZone,
  now: Instant,
): SupervisionDetailAnswer {
  const iso = isoIn(zone);
  return present({
    ...showSupervision(found.supervision, zone, now),
    unitName: found.unitName,
    history: found.history.map(({ at, deadline, ...entry }) =>
      present({ ...entry, at: zone.iso(at), deadline: iso(deadline) }),
    ),
    cases: found.cases.map(({ deadline, closedAt, ...theCase }) =>
      present({ ...theCase, deadline: iso(deadline), closedAt: iso(closedAt) }),
    ),
  });
}

const isoIn =
  (zone: TimeZone) =>
  (at: Instant | undefined): string | undefined =>
    at === undefined ? undefined : zone.iso(at);
