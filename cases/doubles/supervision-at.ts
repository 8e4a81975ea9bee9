/** A supervision order in any state, for tests of the machine. */
import { Supervision, type SupervisionState } from "../../model/supervision.ts";

export function supervisionAt(state: SupervisionState, issuedAt: number, more: object = {}) {
  return Supervision.parse({
    supervisionNo: "DB41152420260001",
    version: 3,
    state,
    level: "important",
    title: "井盖专项整治",
    text: "限期修复并回复。",
    issuedBy: "a-leader",
    orderingLeader: "王市长",
    accountableLeader: "李局长",
    responsiblePerson: "张工",
    unitId: "drains",
    caseCount: 1,
    firstCaseNo: "4115242026112200001",
    lifeSafety: false,
    issuedAt,
    deadline: issuedAt + 3_600_000,
    warnAt: issuedAt + 2_880_000,
    extensionCount: 0,
    sentBackCount: 0,
    ...(state === "REPLIED" && { acknowledgedAt: issuedAt, repliedAt: issuedAt }),
    ...more,
  });
}
