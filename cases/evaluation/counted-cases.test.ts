/** Pages of the cases behind a figure, and what counts as often as it happened. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { HOUR_MS } from "../../model/clock.ts";
import { timeZone } from "../../model/local-time.ts";
import { createCaseCounter } from "./counted-cases.ts";
import { periodOf } from "./period.ts";
import type { CaseTimeline } from "./timeline.ts";
import { type KeptTimeline, NEVER } from "./timeline-store.ts";

const period = periodOf("2026-11", timeZone("Asia/Shanghai"));
const NOON = Date.parse("2026-11-05T12:00+08:00");

/** Dispatched so often, each time after a return that was accepted. */
function dispatched(caseNo: string, times: number, unitId = "works"): KeptTimeline {
  const held = { unitId: "", crewId: "", deadline: 0, isSystem: false, isSaid: true };
  const entries: CaseTimeline["entries"] = [{ ...held, at: NOON, event: "report", to: "REPORTED" }];
  for (let n = 1; n <= times; n += 1) {
    const at = NOON + n * HOUR_MS;
    entries.push(
      { ...held, unitId, deadline: at * 2, at, event: "dispatch", to: "DISPATCHED" },
      { ...held, at: at + 1, event: "acceptReturn", to: "PENDING_DISPATCH" },
    );
  }
  const place = { street: "", grid: "", isUrgent: false };
  const timeline = { caseNo, source: "patrol" as const, ...place, entries };
  return { timeline, firstSeq: 1, endedAt: NEVER };
}

const asked = (limit: number, cursor?: string) =>
  createCaseCounter({
    ...{ period, subject: "unit" as const, subjectId: "works", indicator: "dispatched" },
    ...{ areaCode: "411524", now: period.to, limit, cursor },
  });

test("a case that was dispatched three times is three dispatches, and is named once", () => {
  const counter = asked(10);
  counter.take(dispatched("a", 3));
  counter.take(dispatched("b", 1, "drains"));
  counter.take(dispatched("c", 0));
  expect(counter.page()).toEqual({
    asOf: period.to,
    total: 3,
    items: [{ caseNo: "a", count: 3, reportedAt: NOON, state: "PENDING_DISPATCH" }],
  });
});

test("pages of any size, of cases in any order, hold every case once, by its number", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 10, max: 99 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 7 }),
      (numbers, limit) => {
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const counter = asked(limit, cursor);
          for (const n of numbers) counter.take(dispatched(`${n}`, 1));
          const page = counter.page();
          expect(page.total).toBe(numbers.length);
          expect(page.items.length).toBeLessThanOrEqual(limit);
          seen.push(...page.items.map(({ caseNo }) => caseNo));
          expect(seen.length).toBeLessThanOrEqual(numbers.length);
          cursor = page.next;
        } while (cursor !== undefined);
        expect(seen).toEqual(numbers.map(String).sort());
      },
    ),
  );
});
