/** What an item is compared with: the period before and the same one a year ago, with the ranks of then. */
import { expect, test } from "vitest";
import { HOUR_MS } from "../../model/clock.ts";
import { timeZone } from "../../model/local-time.ts";
import { Unit } from "../../model/registry.ts";
import { createGatherer } from "./evaluate.ts";
import { periodBefore, periodLastYear, periodOf } from "./period.ts";
import { SHIPPED_MODELS } from "./score-models.ts";
import type { CaseTimeline } from "./timeline.ts";
import type { KeptTimeline } from "./timeline-store.ts";

const zone = timeZone("Asia/Shanghai");
const unit = (unitId: string): Unit =>
  Unit.parse({ unitId, name: unitId, kind: "contractor", peerGroup: "works" });

/** Handled an hour after its dispatch, in time or not. */
function handled(unitId: string, at: number, isInTime: boolean, street = ""): KeptTimeline {
  const deadline = at + (isInTime ? 2 : 0.5) * HOUR_MS;
  const held = { unitId: "", crewId: "", deadline: 0, isSystem: false, isSaid: true };
  const sent = { ...held, unitId, deadline };
  const entries: CaseTimeline["entries"] = [
    { ...held, at, event: "report", to: "REPORTED" },
    { ...sent, at: at + 1, event: "dispatch", to: "DISPATCHED" },
    { ...sent, at: at + HOUR_MS, event: "feedback", to: "FEEDBACK" },
    { ...sent, at: at + 1.5 * HOUR_MS, event: "close", to: "CLOSED" },
  ];
  const place = { street, grid: "", isUrgent: false };
  const timeline = { caseNo: `${unitId}-${at}`, source: "patrol" as const, ...place, entries };
  return { timeline, firstSeq: at, endedAt: at + 1.5 * HOUR_MS };
}

function compared(
  period: string,
  cases: [key: string, day: string, isInTime: boolean][],
  subject: "unit" | "street" = "unit",
) {
  const asked = periodOf(period, zone);
  const gatherer = createGatherer({
    period: asked,
    before: periodBefore(asked, zone),
    lastYear: periodLastYear(asked, zone),
    ...{ subject, model: SHIPPED_MODELS.B, areaCode: "411524", now: asked.to },
  });
  for (const [key, day, isInTime] of cases) {
    const kept = handled(key, Date.parse(`${day}T08:00+08:00`), isInTime, key);
    gatherer.take(kept);
    gatherer.yearAgo?.take(kept);
  }
  const people = { units: [unit("a"), unit("b")], crews: [] };
  return gatherer.items(people).map(({ subjectId, rank, change, changeOnLastYear }) => ({
    ...{ subjectId, rank, change: change.rank, year: changeOnLastYear.rank },
    score: changeOnLastYear.score,
  }));
}

test("a month is held against the month before and against its own of last year", () => {
  const found = compared("2026-11", [
    ["a", "2026-11-05", true],
    ["b", "2026-11-06", false],
    ["a", "2026-10-05", false],
    ["b", "2026-10-06", true],
    ["a", "2025-11-05", true],
    ["b", "2025-11-06", true],
  ]);
  expect(found).toEqual([
    { subjectId: "a", rank: 1, change: -1, year: 0, score: 0 },
    { subjectId: "b", rank: 2, change: 1, year: 1, score: -20 },
  ]);
});

test("a street that is gone counts in the ranks of then, and is in no list of now", () => {
  const found = compared(
    "2026-11",
    [
      ["a", "2026-11-05", true],
      ["a", "2025-11-05", false],
      ["gone", "2025-11-06", true],
    ],
    "street",
  );
  expect(found).toEqual([{ subjectId: "a", rank: 1, change: null, year: -1, score: 20 }]);
});

test("a unit that is gone is in no list of now", () => {
  const found = compared("2026-11", [
    ["a", "2026-11-05", true],
    ["a", "2025-11-05", false],
    ["gone", "2025-11-06", true],
  ]);
  expect(found.map(({ subjectId }) => subjectId)).toEqual(["a", "b"]);
  // Without a unit of its own the group of who is gone is not known: it stands beside.
  expect(found[0]).toMatchObject({ rank: 1, year: 0, score: 20 });
});

test("where there was nothing a year ago there is no change", () => {
  const [a] = compared("2026-11", [["a", "2026-11-05", true]]);
  expect(a).toMatchObject({ rank: 1, change: null, year: null, score: null });
});

test("of a year the one before is the one of last year", () => {
  const found = compared("2026", [
    ["a", "2026-11-05", true],
    ["a", "2025-11-05", false],
  ]);
  expect(found[0]).toMatchObject({ score: 20, year: 0, change: 0 });
});
