/** Each refusal of the case machine, and of an assist and a supervision order, names its reason. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Case } from "../model/case.ts";
import { CASE_REASONS, type CaseReason } from "../model/case-reasons.ts";
import { CaseNo, CrewId, UnitId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { type CaseContext, refusalOf } from "./case-machine.ts";
import type { CaseRole } from "./case-words.ts";
import { caseAt } from "./doubles/case-at.ts";

const NOW = Date.UTC(2026, 10, 22, 4);
const DAY_MS = 86_400_000;

type Said = Omit<CaseContext, "actor">;
type Row = [CaseReason, CaseRole, string, Case, Said];

const at = (state: Case["state"], more: Partial<Case> = {}): Case => ({
  ...caseAt(state, NOW - 60_000),
  deadline: NOW + 60_000,
  unitId: UnitId.parse("road-unit"),
  ...more,
});
const crewId = CrewId.parse("crew-1");
const { crewId: _none, ...alone } = at("DISPATCHED");
const asked = { extensionAskedAt: NOW - 1, suspendAskedAt: NOW - 1 };
const other = { caseNo: CaseNo.parse("4115242026112200002"), state: "HANDLING" } as const;
const small = { ...other, lifeSafety: false };
const urgent = { ...other, lifeSafety: true };
const why = { reason: "because", note: "done" };
const calm = { lifeSafety: false };
const over = { deadline: NOW - 1 };
const closed = { closedAt: NOW - 9, outcome: "repaired" };

const ROWS: Row[] = [
  ["state", "admin", "close", at("REPORTED"), {}],
  ["role", "viewer", "close", at("PENDING_CLOSE"), {}],
  ["needs-reason", "acceptor", "reject", at("REPORTED"), {}],
  ["not-nothing-found", "shift-lead", "void", at("FEEDBACK"), why],
  ["needs-photo", "shift-lead", "void", at("FEEDBACK"), { ...why, outcome: "nothingFound" }],
  ["alarms-again", "shift-lead", "close", at("PENDING_CLOSE"), { ...why, hasRelapsed: true }],
  ["order-accepted", "crew", "acceptOrder", at("DISPATCHED", { crewId, acceptedAt: NOW }), {}],
  ["no-crew", "crew", "acceptOrder", alone, why],
  ["no-other-crew", "dispatcher", "redispatch", at("DISPATCHED"), { ...why, crewPlan: {} }],
  ["outcome-unknown", "unit", "feedback", at("HANDLING"), { ...why, outcome: "gone" }],
  [
    "repair-half",
    "unit",
    "feedback",
    at("HANDLING", { linkedCaseNo: other.caseNo }),
    { ...why, outcome: "madeSafe" },
  ],
  ["extension-pending", "unit", "requestExtension", at("HANDLING", asked), why],
  [
    "extensions-spent",
    "unit",
    "requestExtension",
    at("HANDLING", { extensionCount: LIMITS.caseExtensionsMax }),
    why,
  ],
  ["no-extension-pending", "leader", "approveExtension", at("HANDLING"), why],
  [
    "second-extension",
    "shift-lead",
    "approveExtension",
    at("HANDLING", { ...asked, extensionCount: 1 }),
    why,
  ],
  ["after-deadline", "unit", "requestExtension", at("HANDLING", over), why],
  ["suspension-pending", "unit", "requestSuspend", at("HANDLING", asked), why],
  ["suspended-once", "unit", "requestSuspend", at("HANDLING", { suspendCount: 1 }), why],
  ["no-suspension-pending", "leader", "approveSuspend", at("HANDLING"), why],
  ["until-missing", "unit", "requestSuspend", at("HANDLING"), why],
  ["until-outside", "unit", "requestSuspend", at("HANDLING"), { ...why, until: NOW - 1 }],
  ["arrived", "crew", "arrive", at("HANDLING", { arrivedAt: NOW - 1 }), {}],
  ["life-safety-on-the-spot", "inspector", "settle", at("REPORTED", { lifeSafety: true }), why],
  ["alarm-stands", "inspector", "settle", at("REPORTED", calm), { ...why, isAlarming: true }],
  ["needs-photo-pair", "inspector", "settle", at("REPORTED", calm), why],
  ["proof-missing", "inspector", "checkPass", at("CHECKING"), { isUnproven: true }],
  ["not-repaired", "system", "reopen", at("CLOSED", { ...closed, outcome: "nothingFound" }), why],
  ["disputed-once", "acceptor", "reopen", at("CLOSED", { ...closed, disputedAt: NOW }), why],
  ["disputed-late", "acceptor", "reopen", at("CLOSED", { closedAt: NOW - 40 * DAY_MS }), why],
  ["join-unnamed", "acceptor", "join", at("REPORTED"), why],
  ["join-itself", "acceptor", "join", at("REPORTED"), { ...why, into: at("REPORTED") }],
  [
    "join-drill",
    "acceptor",
    "join",
    at("REPORTED"),
    { ...why, into: { ...urgent, isDrill: true } },
  ],
  [
    "join-ended",
    "acceptor",
    "join",
    at("REPORTED"),
    { ...why, into: { ...urgent, state: "CLOSED" } },
  ],
  [
    "join-evidence",
    "acceptor",
    "join",
    at("REPORTED"),
    { ...why, into: urgent, hasEvidence: true },
  ],
  [
    "join-life-safety",
    "acceptor",
    "join",
    at("REPORTED", { lifeSafety: true }),
    { ...why, into: small },
  ],
];

test.each(ROWS)("refused by the reason '%s'", (reason, role, event, theCase, said) => {
  const context = { actor: { username: "somebody", roles: [role] }, ...said };
  const refusal = refusalOf(theCase, event, context, NOW);
  expect(refusal?.reason).toBe(reason);
  expect(Object.keys(refusal?.values ?? {}).sort()).toEqual([...CASE_REASONS[reason]].sort());
  // A reason is for who cannot read the sentence; the sentence says all that its values do.
  const { message = "" } = refusal ?? {};
  for (const value of Object.values(refusal?.values ?? {})) expect(message).toContain(`${value}`);
});

test("no reason is there that nothing gives", () => {
  const files = readdirSync(import.meta.dirname).filter((file) => /(?<!\.test)\.ts$/.test(file));
  const code = files
    .map((file) => readFileSync(`${import.meta.dirname}/${file}`, "utf8"))
    .join("\n");
  const mute = Object.keys(CASE_REASONS).filter((reason) => !code.includes(`"${reason}"`));
  expect(mute).toEqual([]);
  expect(new Set(ROWS.map(([reason]) => reason)).size).toBe(ROWS.length);
});
