/** The centre's desk, for tests of the console: one call, one handover that nobody has signed, one pledge. */
import { GridwardenError } from "../model/errors.ts";
import type { Handover, HandoverSnapshot, Pledge } from "../model/handover.ts";
import type { ConsoleDeps } from "./deps.ts";
import type { HandoversDoor, IntakeDeskDoor } from "./desk-door.ts";

type Asked = { what: string; with: unknown }[];

export function deskDoubles(
  asked: Asked,
  {
    now,
    caseNo,
    alarm,
  }: { now: number; caseNo: string; alarm: Awaited<ReturnType<ConsoleDeps["alarms"]["get"]>> },
): { intakeDesk: IntakeDeskDoor; handovers: HandoversDoor } {
  const note = (what: string, given: unknown): void => void asked.push({ what, with: given });
  const call = { caseNo, seq: 1, at: now, by: "wang", phone: "13800000000", text: "still open" };
  return {
    intakeDesk: {
      calls: async () => [call],
      addCall: async (of, said, by, key) => {
        note("calls.add", { caseNo: of, said, by, ...(key && { key }) });
        return { ...call, ...said };
      },
      alarmsNear: async (place) => {
        note("alarms.near", place);
        return alarm === undefined ? [] : [{ ...alarm, distanceM: 12.5 }];
      },
      reportsBy: async (phone) => {
        note("reports.by", phone);
        return [{ caseNo, at: now, description: "a hole" }];
      },
    },
    handovers: handoversDouble(note, { now, caseNo }),
  };
}

function handoversDouble(
  note: (what: string, given: unknown) => void,
  { now, caseNo }: { now: number; caseNo: string },
): HandoversDoor {
  const none = { count: 0, lines: [] };
  const line = { id: caseNo, caseNo, state: "HANDLING", lifeSafety: true, since: now, until: now };
  const snapshot: HandoverSnapshot = {
    at: now,
    sections: {
      ...{ urgent: { count: 1, lines: [line] }, late: none, pledges: none, supervisions: none },
      ...{ notices: none, shelved: none, devices: none },
    },
  };
  const handover: Handover = { handoverId: "HO-1", at: now, by: "chen", note: "a quiet night" };
  const pledge: Pledge = {
    ...{ pledgeId: "PL-1", text: "call her back", dueAt: now, madeAt: now, madeBy: "chen" },
  };
  return {
    next: async () => snapshot,
    list: async (request) => {
      note("handovers.list", request);
      return { items: [handover] };
    },
    get: async (handoverId) => {
      if (handoverId === handover.handoverId) return { ...handover, snapshot };
      throw new GridwardenError("HANDOVER_NOT_FOUND", `no handover has the id '${handoverId}'`);
    },
    add: async (said, actor, key) => {
      note("handovers.add", { said, actor, ...(key && { key }) });
      return { ...handover, snapshot };
    },
    sign: async (handoverId, actor, key) => {
      note("handovers.sign", { handoverId, actor, ...(key && { key }) });
      return { ...handover, snapshot, signedAt: now, signedBy: actor.username };
    },
    addPledge: async (said, actor, key) => {
      note("pledges.add", { said, actor, ...(key && { key }) });
      return pledge;
    },
    donePledge: async (pledgeId, actor, key) => {
      note("pledges.done", { pledgeId, actor, ...(key && { key }) });
      return { ...pledge, doneAt: now, doneBy: actor.username };
    },
  };
}
