import fc from "fast-check";
import { expect, test } from "vitest";
import type { Case, CaseEvidence } from "../model/case.ts";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { curvePlan, thinCurve } from "./case-curve.ts";

const NINE = Date.parse("2026-11-23T09:00+08:00");

const alarm = (more: Partial<CaseEvidence>): CaseEvidence =>
  ({
    alarmId: "a-1",
    ruleId: "manhole-cover.tilt",
    ruleVersion: 1,
    deviceId: "lid-1",
    measurement: "tiltDeg",
    observedAt: NINE,
    joinedAt: NINE + 1_000,
    ...more,
  }) as CaseEvidence;

const theCase = (closedAt?: number): Case =>
  ({ caseNo: "4115242026112300001", ...(closedAt !== undefined && { closedAt }) }) as Case;

test("a curve goes from an hour before the first telling reading to now, and to an hour after the end at most", () => {
  const now = NINE + 5 * HOUR_MS;
  expect(curvePlan(theCase(), [alarm({})], now)).toMatchObject({
    from: NINE - HOUR_MS,
    to: now + 1,
  });
  expect(curvePlan(theCase(NINE + HOUR_MS), [alarm({})], now)?.to).toBe(NINE + 2 * HOUR_MS + 1);
  const justEnded = NINE + HOUR_MS + MINUTE_MS;
  expect(curvePlan(theCase(NINE + HOUR_MS), [alarm({})], justEnded)?.to).toBe(justEnded + 1);
});

test("each sensor and measurement is shown once, in the order of the alarms; silence shows nothing", () => {
  const second = alarm({ deviceId: "lid-2", observedAt: NINE - HOUR_MS });
  const silent = alarm({ deviceId: "lid-3" });
  delete silent.measurement;
  const plan = curvePlan(
    theCase(),
    [alarm({}), second, alarm({ alarmId: "a-2" as never }), silent],
    NINE,
  );
  expect(plan?.subjects).toEqual([
    { deviceId: "lid-1", measurement: "tiltDeg" },
    { deviceId: "lid-2", measurement: "tiltDeg" },
  ]);
  expect(plan?.from).toBe(NINE - 2 * HOUR_MS);
  expect(curvePlan(theCase(), [silent], NINE)).toBeUndefined();
});

test("more sensors than a curve shows are left out", () => {
  const many = Array.from({ length: 40 }, (_, n) => alarm({ deviceId: `lid-${n}` }));
  expect(curvePlan(theCase(), many, NINE)?.subjects).toHaveLength(16);
});

test("thinned, a curve keeps its ends, its peaks and its order, and is no longer than asked", () => {
  const points = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), {
    minLength: 1,
    maxLength: 400,
  });
  fc.assert(
    fc.property(points, fc.integer({ min: 4, max: 60 }), (values, max) => {
      const curve = values.map((value, n): [number, number] => [NINE + n, value]);
      const thin = thinCurve(curve, max);
      expect(thin.length).toBeLessThanOrEqual(max);
      expect(thin[0]).toEqual(curve[0]);
      expect(thin.at(-1)).toEqual(curve.at(-1));
      const spread = (of: readonly [number, number][]) => {
        const read = of.map(([, value]) => value);
        return [Math.min(...read), Math.max(...read)];
      };
      expect(spread(thin)).toEqual(spread(curve));
      expect(thin.map(([at]) => at)).toEqual(thin.map(([at]) => at).toSorted((a, b) => a - b));
      if (curve.length <= max) expect(thin).toEqual(curve);
    }),
  );
});
