/** The centre's desk as JSON: instants become times with their offset. */
import type { CaseCall } from "../model/case-call.ts";
import type { Handover, HandoverLine, HandoverSnapshot, Pledge } from "../model/handover.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { CallAnswer, HandoverItem, PledgeAnswer, SnapshotAnswer } from "./schemas/desk.ts";

export const showCall = (call: CaseCall, zone: TimeZone): CallAnswer => ({
  ...call,
  at: zone.iso(call.at),
});

export function showSnapshot({ at, sections }: HandoverSnapshot, zone: TimeZone): SnapshotAnswer {
  const shown = Object.entries(sections).map(([name, { count, lines }]) => [
    name,
    { count, lines: lines.map((line) => showLine(line, zone)) },
  ]);
  return { at: zone.iso(at), sections: Object.fromEntries(shown) };
}

const showLine = ({ since, until, ...line }: HandoverLine, zone: TimeZone) => ({
  ...line,
  ...(since !== undefined && { since: zone.iso(since) }),
  ...(until !== undefined && { until: zone.iso(until) }),
});

export function showHandover(handover: Handover, zone: TimeZone): HandoverItem {
  const { handoverId, at, by, note, signedAt, signedBy } = handover;
  return {
    ...{ handoverId, at: zone.iso(at), by },
    ...(note !== undefined && { note }),
    ...(signedAt !== undefined && { signedAt: zone.iso(signedAt) }),
    ...(signedBy !== undefined && { signedBy }),
  };
}

export function showPledge({ doneAt, ...pledge }: Pledge, zone: TimeZone): PledgeAnswer {
  return {
    ...{ ...pledge, dueAt: zone.iso(pledge.dueAt), madeAt: zone.iso(pledge.madeAt) },
    ...(doneAt !== undefined && { doneAt: zone.iso(doneAt) }),
  };
}
