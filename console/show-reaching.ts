/** Escalations, messages and who is reached, as the API shows them: without a number or address. */
import type { TimeZone } from "../model/local-time.ts";
import { type Escalation, type Message, Who } from "../model/reaching.ts";
import type { ReachedUnit } from "./reaching-door.ts";

export function showEscalation(escalation: Escalation, zone: TimeZone) {
  const { caseNo, state, lifeSafety, isDrill, startedAt, round, nextAt, endedAt, takenBy } =
    escalation;
  const calls = Who.options.flatMap((who) => {
    const called = escalation.calls[who];
    if (called === undefined) return [];
    return [{ who, count: called.count, lastAt: zone.iso(called.lastAt) }];
  });
  return {
    ...{ caseNo, state, lifeSafety, isDrill, round, calls, startedAt: zone.iso(startedAt) },
    ...(nextAt !== undefined && { nextAt: zone.iso(nextAt) }),
    ...(endedAt !== undefined && { endedAt: zone.iso(endedAt) }),
    ...(takenBy !== undefined && { takenBy }),
  };
}

export function showMessage(message: Message, zone: TimeZone) {
  const { createdAt, dueAt, sentAt, settledAt, caseNo: _case, ...rest } = message;
  return {
    ...rest,
    createdAt: zone.iso(createdAt),
    dueAt: zone.iso(dueAt),
    ...(sentAt !== undefined && { sentAt: zone.iso(sentAt) }),
    ...(settledAt !== undefined && { settledAt: zone.iso(settledAt) }),
  };
}

export function showReached({ steps, ...unit }: ReachedUnit, zone: TimeZone) {
  return {
    ...unit,
    steps: steps.map(({ people, ...step }) => ({
      ...step,
      people: people.map(({ quietUntil, ...person }) => ({
        ...person,
        ...(quietUntil !== undefined && { quietUntil: zone.iso(quietUntil) }),
      })),
    })),
  };
}
