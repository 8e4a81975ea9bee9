import { expect, test } from "vitest";
import { Case } from "../model/case.ts";
import { HANDOVER_SECTIONS, HandoverSnapshot } from "../model/handover.ts";
import { LIMITS } from "../model/limits.ts";
import { type KeptNotice, NOTICE_TEXT } from "../model/notice.ts";
import { Asset, Device } from "../model/registry.ts";
import { type HandoverFound, snapshotOf } from "./handover-lines.ts";

const NOW = Date.UTC(2026, 10, 28, 0, 0);
const HOUR = 3_600_000;

const NONE: HandoverFound = {
  ...{ cases: [], pledges: [], supervisions: [], notices: [], shelved: [], devices: [] },
};

const caseOf = (number: number, more: object = {}): Case =>
  Case.parse({
    caseNo: `411524202611280${String(number).padStart(4, "0")}`,
    ...{ kind: "event", categoryCode: "0205", conditionId: "general-event", state: "HANDLING" },
    ...{ version: 1, source: "citizen", lifeSafety: false, lon: 115.41, lat: 31.8 },
    limit: { value: 1, unit: "working-day" },
    ...{ openedAt: NOW - HOUR, reworkCount: 0 },
    ...more,
  });
const idsOf = (found: Partial<HandoverFound>, section: (typeof HANDOVER_SECTIONS)[number]) =>
  snapshotOf({ ...NONE, ...found }, NOW).sections[section].lines.map(({ id }) => id);

test("a snapshot has every section, and what is kept is read again as it was", () => {
  const notice = {
    ...{ noticeId: "n-1", kind: "no-crew", unitId: undefined, lifeSafety: true, at: NOW },
  } as KeptNotice;
  const made = snapshotOf({ ...NONE, cases: [caseOf(1)], notices: [notice] }, NOW);
  expect(Object.keys(made.sections)).toEqual([...HANDOVER_SECTIONS]);
  expect(HandoverSnapshot.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
  expect(made.sections.notices.lines).toMatchObject([{ title: NOTICE_TEXT["no-crew"] }]);
});

test("urgent is what protects lives or has urgent hours, life safety first, then by its deadline", () => {
  const urgent = { limit: { value: 2, unit: "urgent-hour" } };
  const cases = [
    caseOf(1),
    caseOf(2, { ...urgent, deadline: NOW + 2 * HOUR }),
    caseOf(3, { ...urgent, deadline: NOW + HOUR }),
    caseOf(4, { lifeSafety: true }),
    caseOf(5, { lifeSafety: true, isDrill: true }),
  ];
  expect(idsOf({ cases }, "urgent").map((id) => id.slice(-1))).toEqual(["4", "3", "2"]);
});

test("late is what is past its deadline while that runs", () => {
  const late = { deadline: NOW - 1 };
  const cases = [
    caseOf(1, late),
    caseOf(2, { deadline: NOW }),
    caseOf(3, { ...late, state: "SUSPENDED" }),
    caseOf(4, { ...late, state: "FEEDBACK" }),
    caseOf(5, { deadline: NOW - HOUR, state: "DISPATCHED" }),
  ];
  expect(idsOf({ cases }, "late").map((id) => id.slice(-1))).toEqual(["5", "1"]);
});

test("of devices those that are installed or in maintenance are told", () => {
  const asset = Asset.parse({
    ...{ assetId: "bin-1", class: "waste-bin", componentCode: "4115240305000001", name: "b" },
    ...{ lon: 115.41, lat: 31.8 },
  });
  const devices = ["stock", "installed", "in-service", "maintenance", "retired"].map((life) => ({
    device: Device.parse({ deviceId: life, assetId: "bin-1", life }),
    asset,
  }));
  expect(idsOf({ devices }, "devices")).toEqual(["installed", "maintenance"]);
});

test("more lines than the limit are counted and left out", () => {
  const cases = Array.from({ length: LIMITS.handoverLinesMax + 3 }, (_, at) =>
    caseOf(at, { lifeSafety: true }),
  );
  const { urgent } = snapshotOf({ ...NONE, cases }, NOW).sections;
  expect(urgent.count).toBe(LIMITS.handoverLinesMax + 3);
  expect(urgent.lines).toHaveLength(LIMITS.handoverLinesMax);
});
