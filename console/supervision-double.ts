/** Stand-in for the room of supervision orders, for the console's tests; its texts try to be markup. */
import { GridwardenError } from "../model/errors.ts";
import { CaseNo } from "../model/ids.ts";
import { Supervision, type SupervisionDetails } from "../model/supervision.ts";
import type { ConsoleDeps } from "./deps.ts";

const ISSUED_AT = Date.UTC(2026, 10, 22, 0, 30);
const FIRST_CASE = CaseNo.parse("4115242026112200001");
export const HOSTILE = `<script>alert("1")</script>&'`;

export const SAMPLE_SUPERVISION = Supervision.parse({
  supervisionNo: "DB41152420260001",
  version: 2,
  state: "REPLIED",
  level: "urgent",
  title: `井盖 ${HOSTILE}`,
  text: `第一行\n${HOSTILE}`,
  issuedBy: "leader",
  orderingLeader: `王 ${HOSTILE}`,
  accountableLeader: `李 ${HOSTILE}`,
  responsiblePerson: `张 ${HOSTILE}`,
  unitId: "works",
  caseCount: 1,
  firstCaseNo: FIRST_CASE,
  lifeSafety: true,
  issuedAt: ISSUED_AT,
  deadline: ISSUED_AT + 86_400_000,
  warnAt: ISSUED_AT + 69_120_000,
  extensionCount: 0,
  acknowledgedAt: ISSUED_AT + 60_000,
  repliedAt: ISSUED_AT + 120_000,
  sentBackCount: 0,
});

const entry = { from: "ISSUED", to: "REPLIED", role: "unit", actor: `a${HOSTILE}` } as const;
export const SAMPLE_SUPERVISION_DETAILS: SupervisionDetails = {
  supervision: SAMPLE_SUPERVISION,
  unitName: `市政 ${HOSTILE}`,
  history: [
    { ...entry, seq: 1, event: "issue", from: undefined, to: "ISSUED", at: ISSUED_AT },
    {
      ...entry,
      seq: 2,
      event: "reply",
      at: ISSUED_AT + 120_000,
      note: `回复 ${HOSTILE}`,
      files: [`file-1 ${HOSTILE}`],
    },
    { ...entry, seq: 3, event: "sendBack", at: ISSUED_AT + 180_000, reason: HOSTILE },
  ],
  cases: [
    {
      caseNo: FIRST_CASE,
      title: { zh: `井盖打开 ${HOSTILE}`, en: "cover open" },
      address: `北路 ${HOSTILE}`,
      unitId: "works",
      stateAtIssue: "DISPATCHED",
      state: "CLOSED",
      deadline: ISSUED_AT + 7_200_000,
      closedAt: undefined,
    },
  ],
};

export function supervisionDouble(
  asked: { what: string; with: unknown }[],
): ConsoleDeps["supervisions"] {
  const ask = <T>(what: string, given: unknown, answer: T): T => {
    asked.push({ what: `supervisions.${what}`, with: given });
    return answer;
  };
  const counts = {
    issued: 2,
    answered: 1,
    answeredInTime: 1,
    accepted: 0,
    overdueOpen: 1,
    cancelled: 0,
    shareAnswered: 0.5,
  };
  return {
    list: async (request, actor) =>
      ask("list", { request, actor }, { items: [SAMPLE_SUPERVISION] }),
    get: async (supervisionNo, actor) => {
      if (supervisionNo !== SAMPLE_SUPERVISION.supervisionNo) {
        throw new GridwardenError("SUPERVISION_NOT_FOUND", `no order '${supervisionNo}'`);
      }
      return ask("get", actor, SAMPLE_SUPERVISION_DETAILS);
    },
    summary: async (span, actor) =>
      ask(
        "summary",
        { span, actor },
        {
          ...counts,
          units: [{ unitId: "works", unitName: "市政", ...counts }],
        },
      ),
    issue: async (draft, actor, key) =>
      ask("issue", { draft, actor, ...(key && { key }) }, SAMPLE_SUPERVISION),
    transition: async (supervisionNo, said, actor, key) =>
      ask(
        "transition",
        { supervisionNo, said, actor, ...(key && { key }) },
        said.event === "accept"
          ? { ...SAMPLE_SUPERVISION, openCaseNos: [FIRST_CASE] }
          : SAMPLE_SUPERVISION,
      ),
  };
}
