import { expect, test } from "vitest";
import { HOUR_MS } from "../model/clock.ts";
import { casePoint } from "./happening-points.ts";

const OPENED = Date.parse("2026-11-27T08:00:00+08:00");
const TITLES = { rule: () => undefined, condition: () => ({ zh: "井盖缺失" }) };

function pointAt(hours: number, more: object = {}) {
  const body = { assetId: "cover-1", class: "manhole-cover", conditionId: "cover-displaced" };
  const said = { ...body, unitId: "works", source: "sensor", lifeSafety: true, openedAt: OPENED };
  return casePoint(
    {
      ...{ chain_seq: 7, case_no: "4115242026112700001", event: "feedback", to_state: "FEEDBACK" },
      ...{
        at: OPENED + hours * HOUR_MS,
        unit_id: null,
        body: JSON.stringify({ ...said, ...more }),
      },
    },
    TITLES,
    () => ({ grid: "41152400100101", street: "411524001" }),
  );
}

test("a step says how long the case was open and what its deadline had left", () => {
  const deadline = OPENED + 2 * HOUR_MS;
  expect(pointAt(1.5, { deadline })?.fields).toEqual({
    ...{ caseNo: "4115242026112700001", title: "井盖缺失" },
    ...{ hoursOpen: 1.5, hoursLeft: 0.5, inTime: 1 },
  });
  expect(pointAt(2, { deadline })?.fields).toMatchObject({ hoursLeft: 0, inTime: 1 });
  expect(pointAt(3, { deadline })?.fields).toMatchObject({ hoursLeft: -1, inTime: 0 });
});

test("without a deadline nothing is in time or late, and a drill is no point", () => {
  expect(pointAt(1)?.fields).not.toHaveProperty("inTime");
  expect(pointAt(1, { isDrill: true })).toBeUndefined();
});
