import { expect, test } from "vitest";
import type { RuleItem } from "../../shared/platform-types.ts";
import { type EvidenceData, marksOf, plotsOf } from "./evidence-data.ts";

const rule = {
  ...{ ruleId: "manhole-cover.tilt", version: 1, class: "manhole-cover", enabled: true },
  ...{ title: { zh: "倾斜", en: "Tilt" }, severity: "major" },
  condition: {
    ...{ kind: "limit", measurement: "tiltDeg", period: "instant", direction: "above" },
    ...{ inclusive: false, raise: 10, clear: 8 },
  },
} as unknown as RuleItem;
const series = (deviceId: string, measurement: string) => ({
  ...{ deviceId, measurement, unit: "°" },
  points: [[1, 2]] as [number, number][],
});
const data = {
  rules: [rule],
  asset: { assetId: "cover-1", class: "manhole-cover" },
  curve: {
    ...{ from: "", to: "" },
    series: [series("a", "tiltDeg"), series("a", "isOpen"), series("b", "tiltDeg")],
  },
} as unknown as EvidenceData;

test("each measurement is a drawing of its own with the limit that its rule holds it against", () => {
  const plots = plotsOf(data).map(({ measurement, series: lines, limits }) => ({
    measurement,
    lines: lines.map(({ deviceId }) => deviceId),
    limits: limits.map(({ value }) => value),
  }));
  expect(plots).toEqual([
    { measurement: "tiltDeg", lines: ["a", "b"], limits: [10] },
    { measurement: "isOpen", lines: ["a"], limits: [] },
  ]);
});

test("without its asset the curve is shown without a limit", () => {
  const { asset: _, ...rest } = data;
  expect(plotsOf(rest)[0]?.limits).toEqual([]);
});

test("alarms are marked from when they joined until they were normal, the case until its end", () => {
  const detail = {
    evidence: [
      { joinedAt: "2026-11-22T08:00:00Z", returnedAt: "2026-11-22T09:00:00Z" },
      { joinedAt: "2026-11-22T08:30:00Z" },
    ],
    openedAt: "2026-11-22T08:00:01Z",
  } as Parameters<typeof marksOf>[0];
  const hour = Date.parse("2026-11-22T08:00:00Z");
  expect(marksOf(detail)).toEqual([
    { kind: "alarm", at: hour, until: hour + 3_600_000 },
    { kind: "alarm", at: hour + 1_800_000 },
    { kind: "case", at: hour + 1_000 },
  ]);
});
