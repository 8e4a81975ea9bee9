import fc from "fast-check";
import { expect, test } from "vitest";
import { CaseSource, CaseState } from "../../model/case.ts";
import { EVALUATED, packTimeline, unpackTimeline } from "./timeline.ts";

const instants = fc.integer({ min: 0, max: 4e12 });
const entries = fc.record({
  at: instants,
  event: fc.constantFrom(...EVALUATED),
  to: fc.constantFrom(...CaseState.options),
  isSystem: fc.boolean(),
  isSaid: fc.boolean(),
  unitId: fc.constantFrom("", "road", "lamps", "1"),
  crewId: fc.constantFrom("", "road-1", "lamps-1", "1"),
  deadline: fc.oneof(fc.constant(0), instants),
});
const timelines = fc.record({
  caseNo: fc.constant("case-1"),
  source: fc.constantFrom(...CaseSource.options),
  street: fc.constantFrom("", "411524001"),
  grid: fc.string(),
  isUrgent: fc.boolean(),
  entries: fc.array(entries, { maxLength: 12 }),
});

test("a timeline that is packed and unpacked is the same, whatever changed from entry to entry", () => {
  fc.assert(
    fc.property(timelines, (timeline) => {
      expect(unpackTimeline("case-1", packTimeline(timeline))).toEqual(timeline);
    }),
    { numRuns: 2_000 },
  );
});
