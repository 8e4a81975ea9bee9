/** The order's machine against its table, written out a second time, cell by cell. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { LIMITS } from "../model/limits.ts";
import { Supervision, SupervisionState } from "../model/supervision.ts";
import { CASE_ROLES, type CaseRole } from "./case-words.ts";
import { supervisionAt } from "./doubles/supervision-at.ts";
import {
  allowedEvents,
  issuingRole,
  nextSupervision,
  type SupervisionContext,
} from "./supervision-machine.ts";
import { SUPERVISION_EVENTS, SUPERVISION_ROWS } from "./supervision-table.ts";

const NOW = Date.UTC(2026, 10, 23, 1);
const TERMINAL: readonly SupervisionState[] = ["ACCEPTED", "CANCELLED"];

const said = (...roles: CaseRole[]): SupervisionContext => ({
  actor: { username: "somebody", roles },
  note: "修好了",
  reason: "because",
  deadline: { deadline: NOW + 86_400_000, warnAt: NOW + 70_000_000, deadlineSteps: [] },
});
const at = (state: SupervisionState, more: object = {}) => supervisionAt(state, NOW - 60_000, more);

/** `event: from > to: roles`, admin beside. */
const EXPECTED = `
acknowledge: ISSUED > ACKNOWLEDGED: unit
reply: ISSUED > REPLIED: unit
reply: ACKNOWLEDGED > REPLIED: unit
reply: SENT_BACK > REPLIED: unit
accept: REPLIED > ACCEPTED: leader shift-lead
sendBack: REPLIED > SENT_BACK: leader shift-lead
extend: ISSUED > ISSUED: leader
extend: ACKNOWLEDGED > ACKNOWLEDGED: leader
extend: SENT_BACK > SENT_BACK: leader
cancel: ISSUED > CANCELLED: leader
cancel: ACKNOWLEDGED > CANCELLED: leader
cancel: REPLIED > CANCELLED: leader
cancel: SENT_BACK > CANCELLED: leader
`;

const expected = new Map(
  EXPECTED.trim()
    .split("\n")
    .map((line) => {
      const [event = "", move = "", roles = ""] = line.split(": ");
      const [from = "", to = ""] = move.split(" > ");
      return [`${from} ${event}`, { to, roles: [...roles.split(" "), "admin"] }] as const;
    }),
);

test("every state, event and role is taken or refused as the table says", () => {
  const counts = { moved: 0, "wrong role": 0, "wrong state": 0 };
  for (const state of SupervisionState.options) {
    const takes = SUPERVISION_EVENTS.filter((event) => expected.has(`${state} ${event}`));
    expect(allowedEvents(at(state)), state).toEqual(takes);
    for (const event of SUPERVISION_EVENTS) {
      for (const role of CASE_ROLES) {
        const what = `${state} ${event} ${role}`;
        const cell = expected.get(`${state} ${event}`);
        const step = nextSupervision(at(state), event, said(role), NOW);
        if (step.kind === "refused") {
          expect(step.allowed, what).toEqual(takes);
          expect(step.message, what).toContain("DB41152420260001");
        }
        if (cell === undefined) {
          expect(step, what).toMatchObject({ code: "SUPERVISION_TRANSITION_REFUSED" });
          counts["wrong state"] += 1;
        } else if (cell.roles.includes(role)) {
          expect(step, what).toMatchObject({
            kind: "moved",
            supervision: { state: cell.to, version: 4 },
            record: { event, from: state, to: cell.to, role, actor: "somebody", at: NOW },
          });
          counts.moved += 1;
        } else {
          expect(step, what).toMatchObject({ code: "ROLE_REFUSED" });
          counts["wrong role"] += 1;
        }
      }
    }
  }
  // 13 rows of the table; a role more is one more refusal in each.
  const inRows = 13 * CASE_ROLES.length;
  const cells = 6 * SUPERVISION_EVENTS.length * CASE_ROLES.length;
  expect(counts).toEqual({
    moved: 28,
    "wrong role": inRows - 28,
    "wrong state": cells - inRows,
  });
});

test("an order is issued by a leader, a shift lead or the administrator", () => {
  const may = CASE_ROLES.filter((role) => issuingRole([role]) !== undefined);
  expect(may).toEqual(["admin", "shift-lead", "leader"]);
  expect(issuingRole(["shift-lead", "leader"])).toBe("leader");
});

test("what needs a word is refused without one, and the text says which", () => {
  const needing = SUPERVISION_ROWS.flatMap(({ event, from, needs }) =>
    needs === undefined ? [] : from.map((state) => ({ event, state, needs })),
  );
  expect(needing).toHaveLength(11);
  for (const { event, state, needs } of needing) {
    if (state === "none") continue;
    const { [needs]: _word, ...silent } = said("admin");
    for (const context of [silent, { ...silent, [needs]: " \n" }]) {
      const step = nextSupervision(at(state), event, context, NOW);
      expect(step).toMatchObject({ kind: "refused", code: "SUPERVISION_TRANSITION_REFUSED" });
      if (step.kind === "refused") expect(step.message).toContain(`'${needs}'`);
    }
  }
});

test.each([
  ["without a deadline", at("ISSUED"), undefined, "'until' or 'workingDays'"],
  ["to the present deadline", at("ISSUED"), NOW + 3_540_000, "later than the present one"],
  ["to what is over", at("ISSUED", { deadline: NOW - 9 }), NOW, "still to come"],
  [
    "once more than the bound",
    at("ISSUED", { extensionCount: LIMITS.supervisionExtensionsMax }),
    NOW + 86_400_000,
    "extended 2 times",
  ],
])("an extension %s is refused", (_name, order, deadline, text) => {
  const { deadline: _given, ...rest } = said("leader");
  const context =
    deadline === undefined
      ? rest
      : { ...rest, deadline: { deadline, warnAt: NOW, deadlineSteps: [] } };
  const step = nextSupervision(order, "extend", context, NOW);
  expect(step).toMatchObject({ kind: "refused", code: "SUPERVISION_TRANSITION_REFUSED" });
  if (step.kind === "refused") expect(step.message).toContain(text);
});

test("an order that has its extensions no longer names the event as one it takes", () => {
  const full = at("ISSUED", { extensionCount: LIMITS.supervisionExtensionsMax });
  expect(allowedEvents(full)).toEqual(["acknowledge", "reply", "cancel"]);
});

test("a reply stands until it is sent back, and stands in for the acknowledgement", () => {
  const replied = nextSupervision(at("ISSUED"), "reply", said("unit"), NOW);
  if (replied.kind === "refused") throw new Error(replied.message);
  expect(replied.supervision).toMatchObject({ acknowledgedAt: NOW, repliedAt: NOW });
  const back = nextSupervision(replied.supervision, "sendBack", said("leader"), NOW + 1);
  if (back.kind === "refused") throw new Error(back.message);
  expect(back.supervision).toMatchObject({ acknowledgedAt: NOW, sentBackCount: 1 });
  expect(back.supervision).not.toHaveProperty("repliedAt");
});

test("a role that is not the order's own is told whose it is", () => {
  const step = nextSupervision(at("ISSUED"), "reply", said("leader"), NOW);
  expect(step).toMatchObject({ kind: "refused", code: "ROLE_REFUSED" });
  if (step.kind === "refused") {
    expect(step.message).toContain("it belongs to unit of unit 'drains' or a unit above it");
  }
});

test("somebody without a role in the order is refused in every state, and told nothing of it", () => {
  for (const state of SupervisionState.options) {
    for (const event of [...SUPERVISION_EVENTS, "explode"]) {
      const step = nextSupervision(at(state), event, said(), NOW);
      expect(step).toMatchObject({ kind: "refused", code: "ROLE_REFUSED", allowed: [] });
      if (step.kind === "refused") expect(step.message).not.toContain(state);
    }
  }
});

test("no path leaves an end, versions only grow, records join end to end", () => {
  const events = fc.array(fc.constantFrom(...SUPERVISION_EVENTS), { maxLength: 30 });
  fc.assert(
    fc.property(events, (path) => {
      let current = at("ISSUED");
      for (const event of path) {
        const before = structuredClone(current);
        const later = Math.max(current.deadline, NOW) + 60_000;
        const wanted = { deadline: later, warnAt: NOW, deadlineSteps: [] };
        const context = { ...said("admin"), deadline: wanted };
        const step = nextSupervision(current, event, context, NOW);
        expect(current).toEqual(before);
        if (step.kind === "refused") {
          expect(allowedEvents(current)).not.toContain(event);
          continue;
        }
        expect(TERMINAL).not.toContain(current.state);
        expect(step.record).toMatchObject({ from: current.state, to: step.supervision.state });
        expect(step.supervision.version).toBe(current.version + 1);
        expect(Supervision.safeParse(step.supervision).success).toBe(true);
        current = step.supervision;
      }
    }),
  );
});
