import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../model/clock.ts";
import { timeZone } from "../../../model/local-time.ts";
import { deletion, keptBy } from "./retention.ts";
import { levelsIn } from "./rollup-levels.ts";
import { createSpans, spanMsMin } from "./rollup-spans.ts";
import { createSums, rowsStatement } from "./rollup-sums.ts";
import { touchedWindows } from "./rollups.ts";

const AT = Date.UTC(2026, 10, 20);
const levels = levelsIn(timeZone("Asia/Shanghai"));
const [five, hour] = levels;
const TAGS = ["cover 1", "manhole-cover", "device-1", null, null];
const GRID = "41152400101001";

const answered = (...values: (number | string | null)[][]) => [
  { name: "any", tags: {}, columns: [], values },
];

test("readings of a window are its mean, least, most, sum and count, those of other tags apart", () => {
  const sums = createSums(five, { source: "instant", measurements: ["tiltDeg", "isOpen"] });
  sums.add(answered([AT, 1, null, ...TAGS], [AT + 299_999, 2, 1, ...TAGS]));
  sums.add(answered([AT + 5, 6, null, ...TAGS], [AT + 300_000, 9, null, ...TAGS]));
  sums.add(answered([AT, 8, null, null, "manhole-cover", "device-1", GRID, "411524001"]));
  expect(sums.lines()).toEqual([
    String.raw`rolled_5m,asset=cover\ 1,class=manhole-cover,device=device-1 ` +
      "tiltDeg=3,tiltDeg_min=1,tiltDeg_max=6,tiltDeg_sum=9,tiltDeg_count=3i," +
      `isOpen=1,isOpen_min=1,isOpen_max=1,isOpen_sum=1,isOpen_count=1i ${AT}000000`,
    String.raw`rolled_5m,asset=cover\ 1,class=manhole-cover,device=device-1 ` +
      `tiltDeg=9,tiltDeg_min=9,tiltDeg_max=9,tiltDeg_sum=9,tiltDeg_count=1i ${AT + 300_000}000000`,
    `rolled_5m,class=manhole-cover,device=device-1,grid=${GRID},street=411524001 ` +
      `tiltDeg=8,tiltDeg_min=8,tiltDeg_max=8,tiltDeg_sum=8,tiltDeg_count=1i ${AT}000000`,
  ]);
});

test("a coarser window weighs each reading the same, not each finer window", () => {
  const sums = createSums(hour, { source: "rolled_5m", measurements: ["tiltDeg"] });
  sums.add(answered([AT, 1, 3, 20, 10, ...TAGS], [AT + 300_000, 40, 40, 40, 1, ...TAGS]));
  expect(sums.lines().join()).toContain(
    `tiltDeg=${60 / 11},tiltDeg_min=1,tiltDeg_max=40,tiltDeg_sum=60,tiltDeg_count=11i`,
  );
});

test("a sum that no number holds is left out, and takes nothing else with it", () => {
  const sums = createSums(five, { source: "instant", measurements: ["tiltDeg", "isOpen"] });
  const other = ["", "manhole-cover", "device-2", "", ""];
  sums.add(answered([AT, 1.5e308, 0, ...TAGS], [AT + 1, 1.5e308, 0, ...TAGS]));
  sums.add(answered([AT, 1.5e308, null, ...other], [AT + 1, 1.5e308, null, ...other]));
  const [only, ...rest] = sums.lines();
  expect(rest).toEqual([]);
  expect(only).toContain(" isOpen=0,");
  expect(only).not.toContain("tiltDeg");
});

test("bad readings are not asked for, and of roll-ups no quality", () => {
  const asked = { slug: "it's", measurements: ["tiltDeg"], from: AT, to: AT + 1 };
  expect(rowsStatement({ ...asked, source: "instant" }, 11)).toBe(
    `SELECT "tiltDeg", "asset", "class", "device", "grid", "street" FROM "instant" WHERE "class" = 'it\\'s' ` +
      `AND "quality" <> 'bad' AND time >= ${AT}ms AND time < ${AT + 1}ms LIMIT 11`,
  );
  expect(rowsStatement({ ...asked, source: "rolled_hour" }, 0)).toMatch(
    /^SELECT "tiltDeg_min", "tiltDeg_max", "tiltDeg_sum", "tiltDeg_count", .*'it\\'s' AND time/,
  );
});

test("a span is halved where it had too many rows, doubled where few, never beyond what was tried", () => {
  const spans = createSpans();
  const note = (askedMs: number, rows: number): number => {
    spans.note(five, "streetlight", { askedMs, rows });
    return spans.of(five, "streetlight") / MINUTE_MS;
  };
  expect(spans.of(five, "streetlight")).toBe(5 * MINUTE_MS);
  expect(note(5 * MINUTE_MS, 10)).toBe(10);
  // The windows that adjoined were fewer than the span holds.
  expect(note(5 * MINUTE_MS, 10)).toBe(10);
  expect(note(10 * MINUTE_MS, 10)).toBe(20);
  expect(note(20 * MINUTE_MS, 5_000)).toBe(20);
  expect(note(20 * MINUTE_MS, 10_001)).toBe(10);
  expect(note(DAY_MS, 0)).toBe(256 * 5);
  expect(spans.of(five, "manhole-cover")).toBe(5 * MINUTE_MS);
  expect([spanMsMin("instant"), spanMsMin("rolled_hour")]).toEqual([1_000, HOUR_MS]);
});

test("a batch touches the windows of its classes, and none of what has no class", () => {
  const rows = [
    [1, 0],
    [2, 1],
    [1, 299_999],
    [1, 300_000],
    [3, 0],
    [1, 0],
  ] as const;
  const columns = {
    length: rows.length,
    seriesId: Int32Array.from(rows, ([id]) => id),
    observedAt: Float64Array.from(rows, ([, at]) => AT + at),
  };
  const slugs = ["", "manhole-cover", "streetlight", ""];
  const touched = touchedWindows(columns, (id) => slugs[id] ?? "", five.indexOf);
  const first = five.indexOf(AT);
  expect(touched).toEqual(
    new Map([
      ["manhole-cover", new Set([first, first + 1])],
      ["streetlight", new Set([first])],
    ]),
  );
});

test("each level of each class is kept by the longest of its devices, roll-ups longer", () => {
  const series = [
    { deviceId: "cover-1", period: "instant", retentionDays: 40 },
    { deviceId: "cover-1", period: "hour", retentionDays: 40 },
    { deviceId: "cover-2", period: "instant", retentionDays: 100 },
    { deviceId: "lamp", period: "instant", retentionDays: 1_000 },
    { deviceId: "nobodys", period: "instant", retentionDays: 1 },
  ] as const;
  const slugs: Record<string, string> = { lamp: "streetlight", nobodys: "" };
  const now = AT + 123_456;
  const kept = keptBy(series, (id) => slugs[id] ?? "manhole-cover", now);
  const days = kept.map(({ name, slug, since }) => [name, slug, (AT - since) / DAY_MS]);
  expect(days).toEqual([
    ["instant", "manhole-cover", 100],
    ["rolled_5m", "manhole-cover", 200],
    ["rolled_hour", "manhole-cover", 500],
    ["rolled_day", "manhole-cover", 3_650],
    ["hour", "manhole-cover", 40],
    ["instant", "streetlight", 1_000],
    ["rolled_5m", "streetlight", 2_000],
    ["rolled_hour", "streetlight", 5_000],
    ["rolled_day", "streetlight", 5_000],
    ["instant", "", 30],
  ]);
  expect(kept.slice(0, 1).map(deletion)).toEqual([
    `DELETE FROM "instant" WHERE "class" = 'manhole-cover' AND time < ${AT - 100 * DAY_MS}ms`,
  ]);
});
