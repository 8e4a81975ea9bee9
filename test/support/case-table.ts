/**
 * The case machine as a table of Markdown, rendered by asking it: every state under every event it
 * takes, with whose it is and where it goes. `npx tsx test/support/case-table.ts` writes it into
 * the page of cases; a test compares.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { GUARD_TEXT } from "../../cases/case-guards.ts";
import { type CaseContext, type CaseStep, nextCase } from "../../cases/case-machine.ts";
import { CASE_ROWS } from "../../cases/case-table.ts";
import { CASE_EVENTS, CASE_ROLES, type CaseEvent, type CaseRow } from "../../cases/case-words.ts";
import { caseAt } from "../../cases/doubles/case-at.ts";
import { type Case, CaseState, NOTHING_FOUND } from "../../model/case.ts";
import { CaseNo, CrewId, UnitId } from "../../model/ids.ts";

const NOW = Date.UTC(2026, 10, 22, 4);
const TABLE_BEGIN = "<!-- rendered by test/support/case-table.ts -->";
const TABLE_END = "<!-- end -->";

const EVENT_ZH: Record<CaseEvent, string> = {
  report: "上报",
  sendVerify: "发核实",
  verifyResult: "核实反馈",
  confirm: "确认",
  accept: "受理",
  reject: "不予受理",
  void: "作废",
  file: "立案",
  refuse: "不予立案",
  dispatch: "派遣",
  consult: "提请会商",
  rule: "会商裁定",
  acceptOrder: "接单",
  declineOrder: "拒单",
  redispatch: "改派",
  start: "接收",
  arrive: "到场",
  return: "退回",
  acceptReturn: "同意退回",
  refuseReturn: "不同意退回",
  requestExtension: "申请延期",
  approveExtension: "同意延期",
  refuseExtension: "不同意延期",
  requestSuspend: "申请挂账",
  approveSuspend: "同意挂账",
  refuseSuspend: "不同意挂账",
  resume: "恢复",
  feedback: "反馈",
  sendCheck: "发核查",
  checkPass: "核查通过",
  rework: "返工",
  close: "结案",
  reopen: "恢复办理",
  settle: "自处置",
  forceClose: "强制结案",
  urge: "催办",
  supervise: "督办",
  join: "并案",
};

/** A case in the state with all that the row's guard asks of it. */
function caseFor(state: CaseState, row: CaseRow): Case {
  const isAsked = row.guard === "extension-asked" || row.guard === "suspension-asked";
  return caseAt(state, NOW - 60_000, {
    deadline: NOW + 60_000,
    ...(row.guard === "small-and-shown" && { lifeSafety: false }),
    ...(isAsked && { extensionAskedAt: NOW, suspendAskedAt: NOW, suspendAskedUntil: NOW + 1 }),
  });
}

/** Somebody who says all that the row could ask for. */
function saidFor(row: CaseRow, role: (typeof CASE_ROLES)[number]): CaseContext {
  const outcome = row.outcome ?? (row.guard === "nothing-found" ? NOTHING_FOUND : undefined);
  return {
    actor: { username: "somebody", roles: [role] },
    note: "seen",
    reason: "because",
    until: NOW + 1,
    plan: {
      // A ruling gives it to another; for who has it already it is a change.
      unitId: UnitId.parse(row.event === "rule" ? "power-unit" : "road-unit"),
      crewId: CrewId.parse(row.event === "rule" ? "crew-2" : "crew-1"),
      calendar: "office",
      deadline: NOW + 1,
      deadlineProvisional: false,
    },
    // Rework goes to the crew that had it, unless it is off duty.
    ...(row.event !== "rework" && { crewPlan: { crewId: CrewId.parse("crew-2") } }),
    movedDeadline: { deadline: NOW + 1, provisional: false },
    photos: { before: 1, after: 1, other: 0 },
    into: { ...caseAt("HANDLING", NOW), caseNo: CaseNo.parse("4115242026112200002") },
    ...(outcome !== undefined && { outcome }),
  };
}

/** A row for each pair of a state and an event that it takes; two where the outcome decides. */
export function caseRows(): string[] {
  return CaseState.options.flatMap((state) =>
    CASE_EVENTS.flatMap((event) =>
      CASE_ROWS.filter((row) => row.event === event && row.from.includes(state)).map((row) =>
        rendered(state, row),
      ),
    ),
  );
}

function rendered(state: CaseState, row: CaseRow): string {
  const steps = CASE_ROLES.map(
    (role) => [role, nextCase(caseFor(state, row), row.event, saidFor(row, role), NOW)] as const,
  );
  const to = row.to === "same" ? state : row.to;
  // Where a pair has two rows the role, or the outcome, says which is taken.
  const taken = steps.filter(([, step]) => step.kind === "moved" && step.case.state === to);
  const whose = taken.map(([role]) => role).filter((role) => role !== "admin");
  const step = taken[0]?.[1];
  const name = `\`${row.event}\` ${EVENT_ZH[row.event]}`;
  return cells([
    `\`${state}\``,
    name,
    toOf(state, step),
    whose.join(", "),
    wantsOf(row),
    toldOf(step),
  ]);
}

function toOf(state: CaseState, step: CaseStep | undefined): string {
  if (step?.kind !== "moved") throw new Error(`nobody may take a row from ${state}`);
  return step.case.state === state ? "stays" : `\`${step.case.state}\``;
}

function wantsOf({ outcome, needs, guard, steps }: CaseRow): string {
  const wants = [
    outcome === undefined ? "" : `the outcome \`${outcome}\``,
    needs === undefined ? "" : `\`${needs}\``,
    guard === undefined ? "" : GUARD_TEXT[guard],
    steps === undefined ? "" : `does ${steps.map((step) => `\`${step}\``).join(", ")} at once`,
  ];
  return wants.filter((text) => text !== "").join("; ");
}

function toldOf(step: CaseStep | undefined): string {
  return step?.kind === "moved" ? step.orders.map((kind) => `\`${kind}\``).join(", ") : "";
}

const cells = (texts: readonly string[]): string => `| ${texts.join(" | ")} |`;

/** The page with its table as the machine has it now. */
export function withTable(page: string): string {
  const begin = page.indexOf(TABLE_BEGIN) + TABLE_BEGIN.length;
  const end = page.indexOf(TABLE_END);
  const table = [
    cells(["state", "event", "to", "whose", "wants", "tells the crew"]),
    cells(["---", "---", "---", "---", "---", "---"]),
    ...caseRows(),
  ];
  return `${page.slice(0, begin)}\n\n${table.join("\n")}\n\n${page.slice(end)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = fileURLToPath(new URL("../../docs/cases.md", import.meta.url));
  writeFileSync(page, withTable(readFileSync(page, "utf8")));
}
