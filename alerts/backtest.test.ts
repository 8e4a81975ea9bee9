/** A rule tried on the past, without a store: what it raises, and that live judging raises the same. */
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { AssetId, DeviceId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { FLAG_BITS, type Reading } from "../model/reading.ts";
import { Asset, Device, type DeviceEntry, type RegistryView } from "../model/registry.ts";
import { Rule } from "../model/rule.ts";
import { createAlerts } from "./alerts.ts";
import { type BacktestRequest, type BacktestResult, planBacktest } from "./backtest.ts";
import { casesOf, type HeldUntil, type TriedAlarm, unmatched } from "./backtest-tally.ts";

const START = Date.parse("2026-11-02T12:00:00+08:00");
const zone = timeZone("Asia/Shanghai");
const heldUntil: HeldUntil = (hold, at) => at + (hold.kind === "duration" ? hold.ms : DAY_MS);
const nowhere: Sql = {
  run: async () => ({ changes: 0 }),
  all: async () => [],
  get: async () => undefined,
};

let entries: Map<string, DeviceEntry>;
beforeEach(() => {
  entries = new Map();
});

const ofAsset = (assetId: string) =>
  [...entries.values()].filter(({ asset }) => asset.assetId === assetId);

const registry: RegistryView = {
  device: (deviceId) => entries.get(deviceId),
  deviceByExternalId: () => undefined,
  devices: () => entries.values(),
  asset: (assetId) => ofAsset(assetId)[0]?.asset,
  devicesOf: ofAsset,
  devicesOfGateway: () => [],
  partsOf: () => [],
  unit: () => undefined,
  crewsOf: () => [],
  crew: () => undefined,
};

function addDevice(deviceId: string, slug: string, more: object = {}): void {
  const asset = Asset.parse({
    assetId: `asset-${deviceId}`,
    class: slug,
    componentCode: "4115240101000001",
    name: deviceId,
    lon: 114.9,
    lat: 31.8,
    ...more,
  });
  const device = Device.parse({ deviceId, assetId: asset.assetId });
  entries.set(deviceId, { device, asset });
}

const RULES = new Map(
  ASSET_CLASSES.flatMap((each) => each.rules).map((rule) => [rule.ruleId, rule]),
);

function ruleOf(ruleId: string, change: object = {}): Rule {
  const rule = RULES.get(ruleId as Rule["ruleId"]);
  if (rule === undefined) throw new Error(`no rule ${ruleId}`);
  const { condition, ...rest } = change as { condition?: object };
  return Rule.parse({ ...rule, condition: { ...rule.condition, ...condition }, ...rest });
}

interface Said {
  minute: number;
  value: number;
  flags?: number;
  measurement?: string;
}

function readingsOf(deviceId: string, measurement: string, said: readonly Said[]): Reading[] {
  return said.map(({ minute, value, flags = 0, measurement: own = measurement }) => ({
    deviceId: DeviceId.parse(deviceId),
    measurement: own,
    period: "instant",
    observedAt: START + minute * MINUTE_MS,
    receivedAt: START + minute * MINUTE_MS,
    value,
    flags,
  }));
}

/** Hours from START. */
function ask(ruleId: string, hours: number, more: Partial<BacktestRequest> = {}): BacktestRequest {
  return { ruleId, from: START, to: START + hours * HOUR_MS, ...more };
}

function tryRule(
  request: BacktestRequest,
  readings: readonly Reading[],
  more: { alarmsMax?: number; deaf?: { since: Instant; until: Instant }[] } = {},
): BacktestResult {
  const deps = { registry, classes: ASSET_CLASSES, zone, heldUntil, deaf: [], ...more };
  const backtest = planBacktest(deps, request, (ruleId) => RULES.get(ruleId as Rule["ruleId"]));
  for (const { deviceIds, series, begin } of backtest.assets()) {
    const trial = begin();
    for (const deviceId of deviceIds) {
      const from = request.from - Math.max(...series.map(({ depthMs }) => depthMs));
      trial.feed(
        readings
          .filter((reading) => reading.deviceId === deviceId)
          .filter(({ observedAt }) => observedAt >= from && observedAt < request.to),
      );
    }
    trial.end();
  }
  return backtest.result();
}

function codeOf(work: () => unknown): unknown[] {
  try {
    work();
    return ["nothing"];
  } catch (error) {
    return error instanceof GridwardenError ? [error.code, error.message] : [error];
  }
}

const minutesOf = (alarms: readonly TriedAlarm[]) =>
  alarms.map(({ raisedAt, returnedAt }) => [
    (raisedAt - START) / MINUTE_MS,
    returnedAt === undefined ? undefined : (returnedAt - START) / MINUTE_MS,
  ]);

describe("what it refuses", () => {
  beforeEach(() => {
    addDevice("lid-1", "manhole-cover");
    addDevice("bin-1", "waste-bin");
  });
  const tilt = "manhole-cover.tilt";
  const refusals: [string, BacktestRequest, string, string][] = [
    ["a span that ends before it begins", ask(tilt, 0), "REQUEST_INVALID", "before 'to'"],
    ["a span of 401 days", ask(tilt, 401 * 24), "REQUEST_INVALID", "wanted at most 400"],
    ["a rule that is not there", ask("manhole-cover.none", 1), "RULE_NOT_FOUND", "none"],
    ["an asset that is not there", ask(tilt, 1, { assetIds: ["x"] }), "ASSET_NOT_FOUND", "'x'"],
    [
      "an asset of another class",
      ask(tilt, 1, { assetIds: ["asset-bin-1"] }),
      "REQUEST_INVALID",
      "of class 'waste-bin', wanted assets of 'manhole-cover'",
    ],
    [
      "a changed rule that is no sense, with every fault",
      ask(tilt, 1, {
        rule: {
          ...ruleOf(tilt, { condition: { raise: 5, clear: 8 }, onDelayMs: 1 }),
          version: undefined,
        },
      }),
      "RULE_INVALID",
      "condition.clear: got '8', wanted at most the raise level 5",
    ],
    [
      "a version that does not stand",
      ask(tilt, 1, { rule: { ...ruleOf(tilt), version: 7 } }),
      "RULE_VERSION_CONFLICT",
      "version 1",
    ],
  ];
  test.each(refusals)("%s", (_what, request, code, text) => {
    expect(codeOf(() => tryRule(request, []))).toEqual([code, expect.stringContaining(text)]);
  });
});

describe("what it raises", () => {
  test("the tried rule and the one that stands see the same readings; what only one raises is told", () => {
    addDevice("lid-1", "manhole-cover");
    addDevice("lid-2", "manhole-cover");
    const readings = [
      ...readingsOf("lid-1", "tiltDeg", [
        { minute: 0, value: 2 },
        { minute: 10, value: 12 },
        { minute: 20, value: 2 },
        { minute: 30, value: 2 },
        { minute: 100, value: 40 },
        { minute: 110, value: 41 },
      ]),
      ...readingsOf("lid-2", "tiltDeg", [{ minute: 5, value: 1 }]),
    ];
    const rule = ruleOf("manhole-cover.tilt", { condition: { raise: 15, clear: 12 } });
    const found = tryRule(ask("manhole-cover.tilt", 3, { rule }), readings);
    expect(found).toMatchObject({ assets: 2, devices: 2, readings: 7 });
    // Newest first; the off-delay is a minute.
    expect(minutesOf(found.present?.alarms ?? [])).toEqual([
      [100, undefined],
      [10, 21],
    ]);
    expect(minutesOf(found.candidate.alarms)).toEqual([[100, undefined]]);
    expect(minutesOf(found.onlyPresent)).toEqual([[10, 21]]);
    expect(found).toMatchObject({ onlyCandidate: [], onlyCandidateCount: 0, onlyPresentCount: 1 });
    expect(found.present).toMatchObject({
      alarmCount: 2,
      assetsWithAlarms: 1,
      casesCount: 2,
      bySeverity: { notice: 0, warning: 0, major: 0, critical: 2 },
      truncated: false,
    });
    expect(found.candidate.alarms[0]).toMatchObject({
      deviceId: "lid-1",
      assetId: "asset-lid-1",
      severity: "critical",
      evidence: {
        measurement: "tiltDeg",
        value: 40,
        observedAt: START + 100 * MINUTE_MS,
        flags: 0,
      },
    });
  });

  test("without a changed rule both are the one that stands; a new rule stands beside none", () => {
    addDevice("lid-1", "manhole-cover");
    const readings = readingsOf("lid-1", "tiltDeg", [{ minute: 1, value: 40 }]);
    const same = tryRule(ask("manhole-cover.tilt", 1), readings);
    expect(same.present).toEqual(same.candidate);
    expect([same.onlyCandidate, same.onlyPresent]).toEqual([[], []]);
    const rule = ruleOf("manhole-cover.tilt", { ruleId: "manhole-cover.tilt-2" });
    const made = tryRule(
      ask("manhole-cover.tilt-2", 1, { rule: { ...rule, version: undefined } }),
      readings,
    );
    expect(made).not.toHaveProperty("present");
    expect(made.candidate.alarmCount).toBe(1);
    expect([made.onlyCandidate, made.onlyPresent]).toEqual([[], []]);
  });

  test("an on-delay ends at its own end, also after the last reading, and not at 'to'", () => {
    addDevice("bin-1", "waste-bin");
    const rule = ruleOf("waste-bin.full", { onDelayMs: 20 * MINUTE_MS });
    const full = readingsOf("bin-1", "fillPercent", [
      { minute: 0, value: 96 },
      { minute: 50, value: 97 },
    ]);
    const raised = (hours: number, readings: Reading[]) =>
      minutesOf(tryRule(ask("waste-bin.full", hours, { rule }), readings).candidate.alarms);
    expect(raised(1, full)).toEqual([[20, undefined]]);
    expect(raised(1, full.slice(0, 1))).toEqual([[20, undefined]]);
    expect(raised(1 / 3, full)).toEqual([]);
    expect(raised(1 / 3 + 1 / 3600, full)).toEqual([[20, undefined]]);
  });

  test("a rule judges at its own hours, and binds only assets with its attributes", () => {
    addDevice("bin-1", "waste-bin");
    const during = { from: "19:30", to: "05:00" };
    const rule = ruleOf("waste-bin.full", { during, onDelayMs: 10 * MINUTE_MS });
    const full = [0, 60, 440, 460, 480].map((minute) => ({ minute, value: 99 }));
    // START is noon; it begins to judge at 19:30, which is minute 450.
    const request = ask("waste-bin.full", 12, { rule });
    const found = tryRule(request, readingsOf("bin-1", "fillPercent", full));
    expect(minutesOf(found.candidate.alarms)).toEqual([[470, undefined]]);
    addDevice("inlet", "sewage-plant", { attributes: { point: "inlet" } });
    addDevice("outlet", "sewage-plant", { attributes: { point: "outlet" } });
    const cod = ["inlet", "outlet"].flatMap((id) =>
      readingsOf(id, "codMgL", [{ minute: 5, value: 80 }]),
    );
    const plant = tryRule(ask("sewage-plant.cod-instant", 1), cod);
    expect(plant).toMatchObject({ assets: 1, devices: 1, readings: 1 });
    expect(plant.candidate.alarms[0]?.deviceId).toBe("outlet");
  });

  test("a suspect reading raises life safety past the dangerous end, and nothing else", () => {
    addDevice("bin-1", "waste-bin");
    const hot = { flags: FLAG_BITS.range };
    const readings = readingsOf("bin-1", "temperatureC", [
      { minute: 1, value: -100, ...hot },
      { minute: 2, value: 900, ...hot },
    ]);
    expect(minutesOf(tryRule(ask("waste-bin.fire", 1), readings).candidate.alarms)).toEqual([
      [2, undefined],
    ]);
    const tame = ruleOf("waste-bin.fire", { lifeSafety: false });
    const changed = tryRule(ask("waste-bin.fire", 1, { rule: tame }), readings);
    expect(changed.candidate.alarmCount).toBe(0);
  });

  test("what a rule looks back on is read from before the span; nothing before it raises", () => {
    addDevice("lid-1", "manhole-cover");
    const rule = ruleOf("manhole-cover.water-high", {
      condition: {
        signal: { kind: "rate", overMs: HOUR_MS, pointsMin: 4 },
        ...{ raise: 1, clear: 0.5 },
      },
      onDelayMs: 0,
    });
    const rising = readingsOf(
      "lid-1",
      "waterLevelCm",
      [-50, -40, -30, -20, -10, 0].map((minute) => ({ minute, value: 100 + minute * 2 })),
    );
    const request = ask("manhole-cover.water-high", 1, { rule });
    const found = tryRule(request, rising);
    expect(found.readings).toBe(1);
    expect(minutesOf(found.candidate.alarms)).toEqual([[0, undefined]]);
    expect(tryRule(request, rising.slice(-1)).candidate.alarmCount).toBe(0);
  });

  test("beside silence, too, the other rule is told the past that it looks back on", () => {
    addDevice("lid-1", "manhole-cover");
    const standing = ruleOf("manhole-cover.water-high", {
      condition: {
        signal: { kind: "rate", overMs: HOUR_MS, pointsMin: 4 },
        ...{ raise: 1, clear: 0.5 },
      },
      onDelayMs: 0,
    });
    const silent = Rule.parse({ ...standing, condition: { kind: "no-data", afterMs: HOUR_MS } });
    const deps = { registry, classes: ASSET_CLASSES, zone, heldUntil, deaf: [] };
    const { version: _its, ...rule } = silent;
    const request = ask("manhole-cover.water-high", 1, { rule });
    const [asset] = planBacktest(deps, request, () => standing).assets();
    expect(asset?.series).toEqual([{ deviceId: "lid-1", depthMs: HOUR_MS }]);
  });

  test("a ladder's alarm tells the most severe step it reached", () => {
    addDevice("lid-1", "manhole-cover");
    const rule = ruleOf("manhole-cover.water-high", {
      condition: { steps: [{ severity: "critical", raise: 180, clear: 170 }] },
      onDelayMs: 0,
    });
    const readings = readingsOf("lid-1", "waterLevelCm", [
      { minute: 1, value: 165 },
      { minute: 2, value: 185 },
      { minute: 3, value: 165 },
    ]);
    const { candidate } = tryRule(ask("manhole-cover.water-high", 1, { rule }), readings);
    expect(candidate.alarms.map(({ severity }) => severity)).toEqual(["critical"]);
    expect(candidate.bySeverity).toEqual({ notice: 0, warning: 0, major: 0, critical: 1 });
  });

  test("silence counts from the last word of any series, and from the beginning", () => {
    addDevice("lid-1", "manhole-cover");
    addDevice("lid-2", "manhole-cover");
    const readings = readingsOf("lid-1", "tiltDeg", [
      { minute: 60, value: 1 },
      { minute: 100, value: 1, measurement: "batteryPercent" },
      { minute: 400, value: 1 },
    ]);
    const { candidate } = tryRule(ask("manhole-cover.no-data", 8), readings);
    expect(candidate.alarms.map(({ deviceId }) => deviceId).sort()).toEqual(["lid-1", "lid-2"]);
    const of = (id: string) => minutesOf(candidate.alarms.filter((each) => each.deviceId === id));
    expect(of("lid-1")[0]?.[0]).toBe(280);
    expect(of("lid-1")[0]?.[1]).toBeCloseTo(400, 3);
    expect(of("lid-2")).toEqual([[180, undefined]]);
  });

  test("time in which nobody could be heard is no silence, as far as it is known", () => {
    addDevice("lid-1", "manhole-cover");
    const said = readingsOf("lid-1", "tiltDeg", [{ minute: 0, value: 1 }]);
    const deaf = [{ since: START + HOUR_MS, until: START + 3 * HOUR_MS }];
    const { candidate } = tryRule(ask("manhole-cover.no-data", 8), said, { deaf });
    expect(minutesOf(candidate.alarms)).toEqual([[300, undefined]]);
  });

  test("rules that raise more alarms than the limit are given up", () => {
    addDevice("lid-1", "manhole-cover");
    const rule = ruleOf("manhole-cover.tilt", { offDelayMs: 0 });
    const said = [1, 2, 3].flatMap((n) => [
      { minute: n * 10, value: 40 },
      { minute: n * 10 + 5, value: 1 },
    ]);
    const readings = readingsOf("lid-1", "tiltDeg", said);
    const request = ask("manhole-cover.tilt", 1, { rule });
    // Three of each rule.
    expect(tryRule(request, readings, { alarmsMax: 6 }).candidate.alarmCount).toBe(3);
    expect(codeOf(() => tryRule(request, readings, { alarmsMax: 5 }))).toEqual([
      "BACKTEST_TOO_LARGE",
      expect.stringContaining("more than 5 alarms"),
    ]);
  });

  test("a rule that is switched off binds nobody beside one that stands", () => {
    addDevice("lid-1", "manhole-cover");
    const rule = ruleOf("manhole-cover.tilt", { enabled: false });
    const readings = readingsOf("lid-1", "tiltDeg", [{ minute: 1, value: 40 }]);
    const found = tryRule(ask("manhole-cover.tilt", 1, { rule }), readings);
    expect([found.candidate.alarmCount, found.present?.alarmCount]).toEqual([0, 1]);
    expect(found.onlyPresentCount).toBe(1);
  });

  test("more alarms than a list holds are counted, and the newest are listed", () => {
    addDevice("bin-1", "waste-bin");
    const rule = ruleOf("waste-bin.full", { onDelayMs: 0, offDelayMs: 0 });
    const count = LIMITS.backtestAlarmsListedMax * 2 + 5;
    const said = Array.from({ length: count * 2 }, (_, minute) => ({
      minute,
      value: minute % 2 === 0 ? 99 : 10,
    }));
    const { candidate } = tryRule(
      ask("waste-bin.full", 100, { rule }),
      readingsOf("bin-1", "fillPercent", said),
    );
    expect(candidate).toMatchObject({ alarmCount: count, truncated: true });
    expect(candidate.alarms).toHaveLength(LIMITS.backtestAlarmsListedMax);
    expect(candidate.alarms[0]?.raisedAt).toBe(START + (count * 2 - 2) * MINUTE_MS);
    expect(candidate.alarms.at(-1)?.raisedAt).toBe(
      START + (count - LIMITS.backtestAlarmsListedMax) * 2 * MINUTE_MS,
    );
  });
});

describe("cases and orders", () => {
  test.each<[string, [number, number?][], number[]]>([
    ["none of no alarm", [], []],
    [
      "alarms that overlap are one",
      [
        [0, 10],
        [5, 30],
      ],
      [0],
    ],
    [
      "one that follows within the hold joins",
      [
        [0, 10],
        [40, 50],
        [75, 80],
      ],
      [0],
    ],
    [
      "one after it is another",
      [
        [0, 10],
        [41, 50],
      ],
      [0, 41],
    ],
    [
      "a long one covers what comes meanwhile",
      [
        [0, 100],
        [5, 6],
        [120, 121],
      ],
      [0],
    ],
    ["one that stands at the end takes all that follow", [[0], [500, 501]], [0]],
    [
      "in any order",
      [
        [41, 50],
        [0, 10],
      ],
      [0, 41],
    ],
  ])("%s", (_what, spans, openings) => {
    const alarms = spans.map(([raisedAt, end]) => alarm("d", raisedAt, end));
    expect(casesOf(alarms, (at) => at + 30)).toEqual(openings);
  });

  test("two devices of one asset make one case; a rule without a condition makes none", () => {
    addDevice("bin-1", "waste-bin");
    addDevice("bin-2", "waste-bin", { assetId: "asset-bin-1" });
    const readings = ["bin-1", "bin-2"].flatMap((id) =>
      readingsOf(id, "fillPercent", [{ minute: 1, value: 99 }]),
    );
    const full = tryRule(ask("waste-bin.full", 1), readings);
    expect(full).toMatchObject({
      ...{ assets: 1, devices: 2 },
      candidate: { alarmCount: 2, assetsWithAlarms: 1, casesCount: 1 },
    });
    expect(tryRule(ask("waste-bin.fill-high", 1), readings).candidate).toMatchObject({
      ...{ alarmCount: 2, casesCount: 0 },
      ordersPerDay: { mean: 0, max: 0 },
    });
  });

  test("orders are counted by local day over all assets, and spread over the span", () => {
    for (const id of ["bin-1", "bin-2", "bin-3"]) addDevice(id, "waste-bin");
    const at = (id: string, hour: number) =>
      readingsOf(id, "fillPercent", [
        { minute: hour * 60, value: 99 },
        { minute: hour * 60 + 10, value: 1 },
      ]);
    // Noon, so local midnight is hour 12: two before it, two after it.
    const readings = [
      ...at("bin-1", 1),
      ...at("bin-2", 11),
      ...at("bin-3", 13),
      ...at("bin-1", 30),
    ];
    const { candidate } = tryRule(ask("waste-bin.full", 48), readings);
    expect(candidate).toMatchObject({ casesCount: 4, ordersPerDay: { mean: 2, max: 2 } });
  });
});

function alarm(deviceId: string, raisedAt: Instant, returnedAt?: Instant): TriedAlarm {
  return {
    deviceId: DeviceId.parse(deviceId),
    assetId: AssetId.parse("asset-1"),
    severity: "major",
    raisedAt,
    ...(returnedAt === undefined ? {} : { returnedAt }),
  };
}

test.each<[string, [string, number, number?][], [string, number, number?][], number[]]>([
  ["the other has none", [["a", 0, 5]], [], [0]],
  ["the other's overlaps", [["a", 0, 5]], [["a", 4, 9]], []],
  ["the other's touches", [["a", 5, 9]], [["a", 0, 5]], []],
  ["the other's is of another device", [["a", 0, 5]], [["b", 0, 5]], [0]],
  [
    "the other's is before or after",
    [["a", 10, 15]],
    [
      ["a", 0, 9],
      ["a", 16, 20],
    ],
    [10],
  ],
  [
    "one long one matches many",
    [
      ["a", 0, 5],
      ["a", 10, 15],
      ["a", 40, 41],
    ],
    [["a", 3, 30]],
    [40],
  ],
  ["one that stands matches all that follow", [["a", 50, 60]], [["a", 3]], []],
])("an alarm is only one rule's where %s", (_what, mine, others, only) => {
  const make = (spans: typeof mine) => spans.map((span) => alarm(...span));
  expect(unmatched(make(mine), make(others)).map(({ raisedAt }) => raisedAt)).toEqual(only);
});

/** Rules of every kind of looking, on one measurement of one class. */
const LIVE_RULES = [
  ruleOf("waste-bin.full"),
  ruleOf("waste-bin.full", { onDelayMs: 0, offDelayMs: 0 }),
  ruleOf("waste-bin.full", { during: { from: "13:00", to: "15:30" }, offDelayMs: 25 * MINUTE_MS }),
  ruleOf("waste-bin.full", { count: { n: 2, m: 3 } }),
  ruleOf("waste-bin.full", { lifeSafety: true, onDelayMs: 0 }),
  ruleOf("waste-bin.full", {
    condition: { raise: 60, clear: 40, steps: [{ severity: "critical", raise: 95, clear: 85 }] },
  }),
  ruleOf("waste-bin.full", {
    condition: {
      signal: { kind: "window", fn: "mean", overMs: 2 * HOUR_MS, pointsMin: 2 },
      ...{ raise: 70, clear: 50 },
    },
  }),
  ruleOf("waste-bin.full", { latch: true, realarmMs: 10 * MINUTE_MS }),
  ruleOf("waste-bin.no-data", { condition: { afterMs: 45 * MINUTE_MS } }),
];

test("over what live judging judged in time it finds the same alarms", async () => {
  const said = fc.array(
    fc.record({
      gap: fc.integer({ min: 1, max: 70 }),
      value: fc.constantFrom(10, 45, 75, 90, 96, 100, 130),
      isSuspect: fc.boolean(),
      isOther: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(said, fc.constantFrom(...LIVE_RULES), async (steps, rule) => {
      entries = new Map();
      addDevice("bin-1", "waste-bin");
      let minute = 0;
      const readings = readingsOf(
        "bin-1",
        "fillPercent",
        steps.map(({ gap, value, isSuspect, isOther }) => {
          minute += gap;
          const flags = isSuspect || value > 100 ? FLAG_BITS.range : 0;
          return { minute, value, flags, ...(isOther ? { measurement: "batteryPercent" } : {}) };
        }),
      );
      const to = START + (minute + 30) * MINUTE_MS;
      const live = await judgedLive(rule, readings, to);
      const { ruleId } = rule;
      const request = { ruleId, from: START, to, rule: { ...rule, version: undefined } };
      const { candidate } = tryRule(request, readings);
      expect([...candidate.alarms].reverse()).toEqual(live);
    }),
    { numRuns: 400 },
  );
});

/** The alarms of the rule as the platform's own judging tells them, oldest first. */
async function judgedLive(
  rule: Rule,
  readings: readonly Reading[],
  to: Instant,
): Promise<TriedAlarm[]> {
  const alerts = createAlerts({
    ...{ registry, zone, log: silentLog, metrics: memoryMetrics() },
    classes: ASSET_CLASSES.map((each) =>
      each.slug === rule.class ? { ...each, rules: [rule] } : each,
    ),
  });
  await alerts.load(nowhere, { now: START });
  for (const reading of readings) {
    // Delays end between readings, as the clock tells them.
    for (let at = reading.receivedAt - 3 * MINUTE_MS; at < reading.receivedAt; at += MINUTE_MS) {
      if (at > START) alerts.tick(at);
    }
    alerts.heard(reading.deviceId, reading.receivedAt);
    alerts.judge([reading]);
  }
  alerts.tick(to - 1);
  alerts.tick(to - 1);
  const found = new Map<string, TriedAlarm>();
  const order = ["notice", "warning", "major", "critical"];
  for (const { alarm: record } of alerts.pending()) {
    const { alarmId, deviceId, assetId, severity, raisedAt, returnedAt, evidence } = record;
    if (deviceId === undefined || assetId === undefined) continue;
    const before = found.get(alarmId)?.severity ?? severity;
    found.set(alarmId, {
      ...{ deviceId, assetId, raisedAt },
      severity: order.indexOf(before) > order.indexOf(severity) ? before : severity,
      ...(returnedAt === undefined ? {} : { returnedAt }),
      ...(evidence === undefined ? {} : { evidence }),
    });
  }
  return [...found.values()];
}
