/** Laws of every way through the machine, with deadlines counted as the desk counts them. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Case, CaseOutcome, type CaseState, TERMINAL_STATES } from "../model/case.ts";
import { HOUR_MS, type Instant } from "../model/clock.ts";
import { CrewId, UnitId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { calendarBook } from "./calendar.ts";
import { duesOf } from "./case-dues.ts";
import { allowedEvents, type CaseContext, nextCase } from "./case-machine.ts";
import { CASE_EVENTS, CASE_ROLES, type CaseRole } from "./case-words.ts";
import { addLimit } from "./deadline.ts";
import { createPlanner } from "./dispatch-plan.ts";

const zone = timeZone("Asia/Shanghai");
const calendars = calendarBook();
const MONDAY = Date.parse("2026-11-23T09:00+08:00");
const planner = createPlanner(
  {
    registry: {
      asset: () => undefined,
      unit: () => undefined,
      crew: () => undefined,
      crewsOf: () => [],
    },
    zone,
    log: silentLog,
  },
  calendars,
);

const reported = (limit: Case["limit"]): Case =>
  Case.parse({
    caseNo: "4115242026112300001",
    kind: "component",
    categoryCode: "0102",
    conditionId: "cover-open",
    state: "REPORTED",
    version: 1,
    source: "citizen",
    lifeSafety: false,
    lon: 114.7,
    lat: 32.1,
    limit,
    openedAt: MONDAY,
    reworkCount: 0,
  });

interface Said {
  /** Any event, or one of those that the case takes and that do not end it. */
  event: string | { pick: number };
  outcome: CaseOutcome | undefined;
  afterMs: number;
  role: CaseRole;
}

const words = fc.record<Said>({
  event: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...CASE_EVENTS) },
    { weight: 6, arbitrary: fc.record({ pick: fc.nat({ max: 999 }) }) },
  ),
  outcome: fc.constantFrom(undefined, ...CaseOutcome.options),
  afterMs: fc.integer({ min: 0, max: 4 * HOUR_MS }),
  role: fc.oneof(
    { weight: 6, arbitrary: fc.constant<CaseRole>("admin") },
    { weight: 1, arbitrary: fc.constantFrom<CaseRole>(...CASE_ROLES) },
  ),
});
const limits = fc.constantFrom<Case["limit"]>(
  { value: 2, unit: "urgent-hour" },
  { value: 4, unit: "working-hour" },
  { value: 2, unit: "working-day" },
);

const ENDING: readonly string[] = ["reject", "refuse", "void", "join", "forceClose"];

function eventOf(current: Case, { event }: Said): string {
  if (typeof event === "string") return event;
  const going = allowedEvents(current).filter((name) => !ENDING.includes(name));
  return going[event.pick % going.length] ?? "urge";
}

function contextOf(current: Case, said: Said, now: Instant): CaseContext {
  const { deadline, provisional } = addLimit(now, current.limit, calendars.named("office"), zone);
  const moved = planner.moveDeadline(current, eventOf(current, said), now);
  return {
    actor: { username: "somebody", roles: [said.role] },
    note: "seen",
    reason: "because",
    until: now + 20 * HOUR_MS,
    plan: {
      unitId: UnitId.parse("drains"),
      crewId: CrewId.parse("crew-1"),
      calendar: "office",
      deadline,
      deadlineProvisional: provisional,
      arriveBy: now + HOUR_MS / 2,
    },
    crewPlan: { crewId: CrewId.parse("crew-2") },
    photos: { before: 1, after: 1, other: 0 },
    ...(said.outcome !== undefined && { outcome: said.outcome }),
    ...(moved !== undefined && { movedDeadline: moved }),
  };
}

/** Calls `seen` at every step that is taken, with the case before and after it. */
function walk(
  limit: Case["limit"],
  path: readonly Said[],
  seen: (
    before: Case,
    step: Extract<ReturnType<typeof nextCase>, { kind: "moved" }>,
    now: Instant,
  ) => void,
): Case {
  let current = reported(limit);
  let now = MONDAY;
  for (const said of path) {
    now += said.afterMs;
    const step = nextCase(current, eventOf(current, said), contextOf(current, said, now), now);
    if (step.kind === "refused") {
      expect(step.message).not.toBe("");
      expect(step.allowed).toEqual(allowedEvents(current));
      continue;
    }
    seen(current, step, now);
    current = step.case;
  }
  return current;
}

const paths = fc.array(words, { maxLength: 60, size: "max" });
const runs = { numRuns: 120 };

test("the walks come through every state", () => {
  const seen = new Set<CaseState>();
  fc.assert(
    fc.property(limits, paths, (limit, path) => {
      walk(limit, path, (_before, { case: after }) => seen.add(after.state));
    }),
    { numRuns: 400 },
  );
  expect(seen.size).toBe(16);
});

test("a version rises by one with every record, and a step asks for each kind of order once", () => {
  fc.assert(
    fc.property(limits, paths, (limit, path) => {
      walk(limit, path, (before, { case: after, records, orders }) => {
        expect(TERMINAL_STATES.has(before.state)).toBe(records[0]?.event === "reopen");
        expect(after.version).toBe(before.version + records.length);
        expect(new Set(orders).size).toBe(orders.length);
        // One that goes from crew to crew is withdrawn here and given there.
        expect(orders.length).toBeLessThanOrEqual(after.crewId === before.crewId ? 1 : 2);
        expect(Case.safeParse(after).success).toBe(true);
      });
    }),
    runs,
  );
});

test("a deadline is never earlier than it was, but where the case is given out anew", () => {
  fc.assert(
    fc.property(limits, paths, (limit, path) => {
      walk(limit, path, (before, { case: after }) => {
        if (before.deadline === undefined || after.deadline === undefined) return;
        // What was reopened is given out anew.
        if (after.dispatchedAt !== before.dispatchedAt) return;
        expect(after.deadline).toBeGreaterThanOrEqual(before.deadline);
      });
    }),
    runs,
  );
});

test("a deadline goes only with an accepted return, and the bounds of the asking hold", () => {
  fc.assert(
    fc.property(limits, paths, (limit, path) => {
      walk(limit, path, (before, { case: after, records }) => {
        if (before.deadline !== undefined && after.deadline === undefined) {
          expect(records[0]?.event).toBe("acceptReturn");
        }
        expect(after.extensionCount ?? 0).toBeLessThanOrEqual(LIMITS.caseExtensionsMax);
        expect(after.suspendCount ?? 0).toBeLessThanOrEqual(1);
        const { reopenCount = 0, relapseCount = 0, disputedAt } = after;
        expect(reopenCount).toBe(relapseCount + (disputedAt === undefined ? 0 : 1));
        if (TERMINAL_STATES.has(after.state)) expect(after.closedAt).toBeDefined();
        else expect(after.closedAt).toBeUndefined();
        expect(after.state === "SUSPENDED").toBe(
          after.suspendUntil !== undefined && !TERMINAL_STATES.has(after.state),
        );
        const isAtUnit = after.state === "DISPATCHED" || after.state === "HANDLING";
        const isAsked = after.extensionAskedAt ?? after.suspendAskedAt;
        if (!isAtUnit) expect(isAsked).toBeUndefined();
      });
    }),
    runs,
  );
});

test("from wherever a walk ends there is a way to an end", () => {
  const waysOut: Partial<Record<CaseState, string>> = {
    REPORTED: "void",
    VERIFYING: "verifyResult",
    PENDING_FILING: "void",
  };
  fc.assert(
    fc.property(limits, paths, (limit, path) => {
      let current = walk(limit, path, () => {});
      for (let steps = 0; !TERMINAL_STATES.has(current.state) && steps < 3; steps += 1) {
        const event = waysOut[current.state] ?? "forceClose";
        const said: Said = { event, outcome: undefined, afterMs: 0, role: "admin" };
        const step = nextCase(current, event, contextOf(current, said, MONDAY), MONDAY);
        expect(step).toMatchObject({ kind: "moved" });
        if (step.kind === "moved") current = step.case;
      }
      expect(TERMINAL_STATES.has(current.state)).toBe(true);
      const left = allowedEvents(current);
      expect(left).toEqual(left.includes("reopen") ? ["reopen"] : []);
      if (left.length > 0) expect(current.state).toBe("CLOSED");
    }),
    runs,
  );
});

test("no state is waited in without a time at which somebody is told, unless it is asked for", () => {
  /** Waits for a person who has a notice. */
  const untimed: readonly CaseState[] = ["FEEDBACK"];
  fc.assert(
    fc.property(limits, paths, (limit, path) => {
      const current = walk(limit, path, () => {});
      const dues = duesOf(current, undefined, calendars, zone);
      const isTimed = !TERMINAL_STATES.has(current.state) && !untimed.includes(current.state);
      expect(dues.length > 0).toBe(isTimed);
      const keys = dues.map(({ kind, mark }) => `${kind}:${mark}`);
      expect(new Set(keys).size).toBe(keys.length);
    }),
    runs,
  );
});
