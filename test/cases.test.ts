/** Cases on a real database: alarms and reports in, one case and one order out, over restarts. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CaseEffects } from "../cases/case-desk.ts";
import { type Cases, createCases } from "../cases/cases.ts";
import type { CaseReport } from "../cases/reporting.ts";
import { createDatabase, type DatabaseDoor } from "../database/database.ts";
import type { AlarmHappening, ConditionHealth } from "../model/alarm.ts";
import { AssetClass, FilingCondition } from "../model/asset-class.ts";
import { type Case, CaseState, type LatestReading } from "../model/case.ts";
import { caseView, evidenceView, historyView } from "../model/case-view.ts";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import { AlarmId, AssetId, CrewId, DeviceId, RuleId, UnitId } from "../model/ids.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { type MemoryMetrics, memoryMetrics } from "../model/metrics.ts";
import { Asset, Crew, Unit } from "../model/registry.ts";

const zone = timeZone("Asia/Shanghai");
/** A Monday at nine. */
const MONDAY = Date.parse("2026-11-23T09:00+08:00");

const condition = (conditionId: string, more: object): FilingCondition =>
  FilingCondition.parse({
    conditionId,
    kind: "component",
    categoryCode: "",
    title: { zh: conditionId, en: conditionId },
    closing: { zh: "恢复", en: "restored" },
    limit: { value: 2, unit: "urgent-hour" },
    filing: "immediate",
    lifeSafety: false,
    hold: { kind: "duration", ms: 10 * MINUTE_MS },
    source: "test",
    ...more,
  });

const COVER = AssetClass.parse({
  slug: "manhole-cover",
  title: { zh: "井盖", en: "manhole cover" },
  componentCategories: ["0102"],
  measurements: [
    {
      name: "h2sPpm",
      unit: "ppm",
      kind: "number",
      min: 0,
      max: 100,
      decimals: 1,
      title: { zh: "硫化氢", en: "hydrogen sulphide" },
    },
  ],
  reportPeriodMs: 600_000,
  rules: [],
  conditions: [
    condition("cover-open", { lifeSafety: true }),
    condition("cover-rattle", { filing: "review", limit: { value: 2, unit: "working-day" } }),
    condition("flooding", { kind: "event", categoryCode: "0503" }),
  ],
  hazards: [
    {
      measurements: ["h2sPpm"],
      ageMsMax: 600_000,
      text: { zh: "硫化氢", en: "hydrogen sulphide" },
    },
  ],
  retentionDays: 30,
});

const assets = new Map(
  [1, 2, 3].map((n) => {
    const asset = Asset.parse({
      assetId: `cover-${n}`,
      class: "manhole-cover",
      componentCode: `411524010200000${n}`,
      name: `井盖 ${n}`,
      lon: 114.7,
      lat: 32.1,
      gridCell: "41152400100101",
      ...(n < 3 && { maintenanceUnitId: "drains" }),
    });
    return [String(asset.assetId), asset];
  }),
);
const units = new Map(
  [
    { unitId: "city", name: "城管局", kind: "department" },
    { unitId: "drains", name: "排水", kind: "contractor", parentId: "city" },
    { unitId: "centre", name: "应急", kind: "department", calendar: "emergency" },
  ].map((raw) => [raw.unitId, Unit.parse(raw)]),
);
const newCrew = (crewId: string, unitId: string, classes?: string[]): Crew =>
  Crew.parse({ crewId, name: crewId, unitId, ...(classes && { classes }) });

const person = (role: string, more: object = {}) => ({
  username: `a-${role}`,
  roles: [role as "admin"],
  ...more,
});
const ADMIN = person("admin");
const CREW_1 = person("crew", { crewId: CrewId.parse("crew-1") });
const LEAD = person("shift-lead");

let folder: string;
let database: DatabaseDoor;
let cases: Cases;
let metrics: MemoryMetrics;
let crews: Map<string, Crew>;
let latest: LatestReading[];
let health: ConditionHealth;
let alarming: boolean;
/** Unit whose crews cannot be asked for, and what asking throws. */
let poison: { unitId: string; error: Error } | undefined;
let alarmCount = 0;

function makeCases(): Cases {
  metrics = memoryMetrics();
  return createCases(
    {
      registry: {
        asset: (id) => assets.get(id),
        unit: (id) => units.get(id),
        crew: (id) => crews.get(id),
        crewsOf: (unitId) => {
          if (poison?.unitId === unitId) throw poison.error;
          return [...crews.values()].filter((crew) => crew.unitId === unitId);
        },
      },
      classes: [COVER],
      zone,
      log: silentLog,
      metrics,
      latest: () => latest,
      health: () => health,
      isAlarming: () => alarming,
    },
    { areaCode: "411524" },
  );
}

async function reopen(): Promise<void> {
  await database?.close();
  database = createDatabase(
    { log: silentLog, metrics: memoryMetrics() },
    { file: join(folder, "city.db") },
  );
  cases = makeCases();
  await database.open(cases.migrations);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridwarden-cases-"));
  crews = new Map([["crew-1", newCrew("crew-1", "drains")]]);
  latest = [];
  health = { devices: [] };
  alarming = false;
  poison = undefined;
  alarmCount = 0;
  await reopen();
});

afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

function raised(assetId: string, conditionId: string | undefined, at = MONDAY): AlarmHappening {
  alarmCount += 1;
  return {
    kind: "raised",
    at,
    alarm: {
      alarmId: AlarmId.parse(`alarm-${alarmCount}`),
      ruleId: RuleId.parse("cover-tilt"),
      ruleVersion: 1,
      assetId: AssetId.parse(assetId),
      deviceId: DeviceId.parse(`${assetId}-sensor`),
      class: "manhole-cover",
      ...(conditionId !== undefined && { conditionId }),
      severity: "critical",
      lifeSafety: conditionId === "cover-open",
      state: "unacknowledged",
      raisedAt: at,
      evidence: { measurement: "tiltDeg", value: 31.5, observedAt: at, receivedAt: at, flags: 0 },
    },
  };
}

const tell = (happenings: AlarmHappening[], now = MONDAY): Promise<CaseEffects> =>
  database.transaction((tx) => cases.onAlarms(tx, happenings, now));
const tick = (now: number): Promise<CaseEffects> =>
  database.transaction((tx) => cases.tick(tx, now));
const get = (caseNo: string) => cases.get(database.reader, caseNo);

async function say(
  caseNo: string,
  event: string,
  actor: Parameters<Cases["transition"]>[2],
  now: number,
  more: object = {},
): Promise<{ case: Case; effects: CaseEffects }> {
  const input = { caseNo, event, note: "done", reason: "because", ...more };
  return await database.transaction((tx) => cases.transition(tx, input, actor, now));
}

async function openOne(assetId = "cover-1", conditionId = "cover-open"): Promise<Case> {
  const { changed } = await tell([raised(assetId, conditionId)]);
  const [opened] = changed;
  if (opened === undefined) throw new Error("no case was opened");
  return opened;
}

describe("alarms", () => {
  test("an immediate condition stands at DISPATCHED at once, with deadline, order and records", async () => {
    latest = [
      {
        deviceId: "cover-1-sensor",
        measurement: "h2sPpm",
        unit: "ppm",
        value: 12,
        observedAt: MONDAY - 60_000,
        receivedAt: MONDAY - 60_000,
        flags: 0,
      },
    ];
    const effects = await tell([raised("cover-1", "cover-open")], MONDAY + 20);
    expect(effects.changed).toHaveLength(1);
    expect(effects.changed[0]).toMatchObject({
      caseNo: "4115242026112300001",
      kind: "component",
      categoryCode: "0102",
      state: "DISPATCHED",
      source: "sensor",
      lifeSafety: true,
      unitId: "drains",
      crewId: "crew-1",
      openedAt: MONDAY,
      dispatchedAt: MONDAY + 20,
      deadline: MONDAY + 20 + 2 * HOUR_MS,
      gridCell: "41152400100101",
    });
    expect(effects.orders).toHaveLength(1);
    expect(effects.orders[0]).toMatchObject({
      kind: "dispatched",
      crewId: "crew-1",
      hazards: [{ measurement: "h2sPpm", value: 12, ageMs: 60_020, isKnown: true }],
    });
    const { history, evidence } = await get("4115242026112300001");
    expect(history.map(({ seq, event, to, role }) => [seq, event, to, role])).toEqual([
      [1, "report", "REPORTED", "system"],
      [2, "accept", "PENDING_FILING", "system"],
      [3, "file", "PENDING_DISPATCH", "system"],
      [4, "dispatch", "DISPATCHED", "system"],
    ]);
    expect(evidence).toMatchObject([{ alarmId: "alarm-1", value: 31.5, flags: [] }]);
  });

  test("a condition for review waits 15 minutes for a person, then the system confirms once", async () => {
    const opened = await openOne("cover-1", "cover-rattle");
    expect(opened).toMatchObject({ state: "REPORTED", reviewUntil: MONDAY + 15 * MINUTE_MS });
    expect(await cases.nextDue(database.reader)).toBe(MONDAY + 15 * MINUTE_MS);
    expect(await tick(MONDAY + 15 * MINUTE_MS - 1)).toMatchObject({ changed: [], orders: [] });
    await reopen();
    const late = MONDAY + 3 * HOUR_MS;
    const effects = await tick(late);
    expect(effects.changed).toMatchObject([{ state: "DISPATCHED", dispatchedAt: late }]);
    expect(effects.orders).toMatchObject([{ kind: "dispatched" }]);
    expect(zone.iso(effects.changed[0]?.deadline ?? 0)).toBe("2026-11-25T12:00:00.000+08:00");
    expect(await tick(late + 1)).toMatchObject({ changed: [], orders: [] });
  });

  test("a person who answers a review is before the system", async () => {
    const { caseNo } = await openOne("cover-1", "cover-rattle");
    const { case: voided, effects } = await say(caseNo, "void", LEAD, MONDAY + 1);
    expect(voided.state).toBe("VOIDED");
    expect(effects.orders).toEqual([]);
    expect(await cases.nextDue(database.reader)).toBeUndefined();
    expect(await tick(MONDAY + HOUR_MS)).toMatchObject({ changed: [], orders: [] });
  });

  test("another alarm of the same asset and condition joins: evidence and a line, no order", async () => {
    const { caseNo, version } = await openOne();
    const effects = await tell([raised("cover-1", "cover-open", MONDAY + 5)], MONDAY + 5);
    expect(effects).toMatchObject({ orders: [], changed: [{ caseNo, version }] });
    const { history, evidence } = await get(caseNo);
    expect(evidence.map(({ alarmId }) => alarmId)).toEqual(["alarm-1", "alarm-2"]);
    expect(history.at(-1)).toMatchObject({ seq: 5, event: "join", from: "DISPATCHED" });
    const others = [raised("cover-1", "flooding"), raised("cover-2", "cover-open")];
    expect((await tell(others)).changed.map((other) => other.caseNo.slice(-5))).toEqual([
      "00002",
      "00003",
    ]);
  });

  test("the next case of the same fault is opened once the first has ended", async () => {
    const first = await openOne();
    await say(first.caseNo, "forceClose", person("leader"), MONDAY + 1);
    const second = await openOne();
    expect(second.caseNo).not.toBe(first.caseNo);
    expect((await tell([raised("cover-1", "cover-open")])).orders).toEqual([]);
  });

  test("an alarm that returns or clears is noted beside its evidence and moves nothing", async () => {
    const happening = raised("cover-1", "cover-open");
    const [opened] = (await tell([happening])).changed;
    const over = { ...happening, kind: "returned" as const, at: MONDAY + 7 };
    const effects = await tell([over, { ...over, kind: "cleared", at: MONDAY + 9 }], MONDAY + 9);
    expect(effects).toEqual({ orders: [], changed: [], watch: [], unwatch: [] });
    const { case: theCase, evidence } = await get(opened?.caseNo ?? "");
    expect(theCase.state).toBe("DISPATCHED");
    expect(evidence).toMatchObject([
      { measurement: "tiltDeg", value: 31.5, returnedAt: MONDAY + 7, clearedAt: MONDAY + 9 },
    ]);
  });

  test("alarms that can open no case are counted and break nothing", async () => {
    const effects = await tell([
      raised("cover-1", undefined),
      raised("cover-1", "no-such-row"),
      raised("gone", "cover-open"),
      raised("cover-2", "cover-open"),
    ]);
    expect(effects.changed).toHaveLength(1);
    expect(metrics.value("gridwarden_cases_alarms_unfiled_total")).toBe(2);
  });

  test("a trusted sensor sends out what a person had only reported", async () => {
    const report = { kind: "component", conditionId: "cover-open", assetId: "cover-1" } as const;
    const { case: reported } = await database.transaction((tx) =>
      cases.report(tx, { ...report, source: "citizen" }, person("acceptor"), MONDAY),
    );
    const effects = await tell([raised("cover-1", "cover-open")], MONDAY + 1);
    expect(effects.changed).toMatchObject([{ caseNo: reported.caseNo, state: "DISPATCHED" }]);
    expect(effects.orders).toHaveLength(1);
  });

  test("told again, in any order and however often, every alarm counts once", async () => {
    const happenings = ["cover-1", "cover-2", "cover-3"].flatMap((assetId) =>
      ["cover-open", "cover-rattle"].map((conditionId) => raised(assetId, conditionId)),
    );
    const told = fc.array(fc.constantFrom(...happenings), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(told, async (batch) => {
        await tell(batch);
        const before = await cases.list(database.reader, {});
        const again = await tell(batch);
        expect(again).toEqual({ orders: [], changed: [], watch: [], unwatch: [] });
        expect(await cases.list(database.reader, {})).toEqual(before);
        const faults = new Set(before.items.map((each) => `${each.assetId} ${each.conditionId}`));
        expect(faults.size).toBe(before.items.length);
      }),
      { numRuns: 30 },
    );
  });

  test("a transaction that fails leaves no case, no number and no order behind", async () => {
    const happening = raised("cover-1", "cover-open");
    const failing = database.transaction(async (tx) => {
      await cases.onAlarms(tx, [happening], MONDAY);
      throw new Error("power cut");
    });
    await expect(failing).rejects.toThrow("power cut");
    await reopen();
    const effects = await tell([happening]);
    expect(effects.changed[0]?.caseNo).toBe("4115242026112300001");
    expect(effects.orders).toHaveLength(1);
  });

  test("the number's day is the local day of the report, and each day counts from one", async () => {
    const lateAtNight = Date.parse("2026-11-23T23:59:59.900+08:00");
    const numbers = [];
    for (const [n, at] of [lateAtNight, lateAtNight + 200, lateAtNight + 300].entries()) {
      const effects = await tell([raised(`cover-${n + 1}`, "cover-open", at)], at + 500);
      numbers.push(effects.changed[0]?.caseNo);
    }
    expect(numbers).toEqual(["4115242026112300001", "4115242026112400001", "4115242026112400002"]);
  });
});

describe("units and crews", () => {
  test("a case that nobody owns goes to the centre and waits there for a crew", async () => {
    const opened = await openOne("cover-3");
    expect(opened).toMatchObject({ unitId: "centre", state: "DISPATCHED", calendar: "emergency" });
    expect(opened).not.toHaveProperty("crewId");
    const { history } = await get(opened.caseNo);
    expect(history.at(-1)?.note).toContain("it stands at the unit");

    crews.set("bins", newCrew("bins", "centre", ["waste-bin"]));
    crews.set("night", newCrew("night", "centre", ["manhole-cover"]));
    const add = (crewId: string) =>
      database.transaction((tx) => cases.onCrewAdded(tx, crewId, MONDAY + 5));
    expect(await add("bins")).toMatchObject({ orders: [] });
    expect(await add("crew-1")).toMatchObject({ orders: [] });
    expect(await add("night")).toMatchObject({
      orders: [{ kind: "dispatched", crewId: "night", caseNo: opened.caseNo }],
      changed: [{ crewId: "night", version: opened.version + 1 }],
    });
    expect(await add("night")).toMatchObject({ orders: [], changed: [] });
  });

  test("orders spread over the crews of a unit by how many each has open", async () => {
    crews.set("crew-2", newCrew("crew-2", "drains"));
    const effects = await tell([
      raised("cover-1", "cover-open"),
      raised("cover-2", "cover-open"),
      raised("cover-1", "flooding"),
    ]);
    expect(effects.orders.map(({ crewId }) => crewId)).toEqual(["crew-1", "crew-2", "crew-1"]);
  });

  test("a dispatcher's wish goes before the rule, and must exist", async () => {
    crews.set("night", newCrew("night", "centre"));
    const { caseNo } = await openOne("cover-1", "cover-rattle");
    await say(caseNo, "accept", person("acceptor"), MONDAY + 1);
    await say(caseNo, "file", LEAD, MONDAY + 2);
    const dispatcher = person("dispatcher");
    const wish = (more: object) => say(caseNo, "dispatch", dispatcher, MONDAY + 3, more);
    await expect(wish({ unitId: "moon" })).rejects.toMatchObject({ code: "UNIT_NOT_FOUND" });
    await expect(wish({ crewId: "moon" })).rejects.toMatchObject({ code: "CREW_NOT_FOUND" });
    await expect(wish({ crewId: "night", unitId: "drains" })).rejects.toMatchObject({
      code: "REQUEST_INVALID",
    });
    const { case: dispatched } = await wish({ crewId: "night" });
    expect(dispatched).toMatchObject({ unitId: "centre", crewId: "night", state: "DISPATCHED" });
  });
});

describe("the crew's work and its proof", () => {
  async function fedBack(): Promise<Case> {
    const { caseNo } = await openOne();
    await say(caseNo, "start", CREW_1, MONDAY + MINUTE_MS);
    const { case: theCase, effects } = await say(
      caseNo,
      "feedback",
      CREW_1,
      MONDAY + 5 * MINUTE_MS,
    );
    expect(effects.watch).toEqual([
      { assetId: "cover-1", conditionId: "cover-open", since: MONDAY + 5 * MINUTE_MS },
    ]);
    return theCase;
  }
  const normal = (normalSince: number, lastGoodAt: number): ConditionHealth => ({
    devices: [{ deviceId: DeviceId.parse("cover-1-sensor"), normalSince, lastGoodAt }],
  });

  test("feedback goes to its check at once; the sensor passes it; the lead closes; the crew hears", async () => {
    const checking = await fedBack();
    expect(checking.state).toBe("CHECKING");
    const due = MONDAY + 15 * MINUTE_MS;
    expect(await cases.nextDue(database.reader)).toBe(due);
    health = normal(MONDAY + 4 * MINUTE_MS, due - 1);
    expect(await tick(due)).toMatchObject({ changed: [] });
    expect(await cases.nextDue(database.reader)).toBe(due + 5_000);
    health = normal(MONDAY + 4 * MINUTE_MS, due);
    expect(await tick(due + 4_999)).toMatchObject({ changed: [] });
    expect(await tick(due + 5_000)).toMatchObject({ changed: [{ state: "PENDING_CLOSE" }] });
    const { case: closed, effects } = await say(checking.caseNo, "close", LEAD, due + MINUTE_MS);
    expect(closed).toMatchObject({ state: "CLOSED", closedAt: due + MINUTE_MS });
    expect(effects.orders).toMatchObject([{ kind: "closed", crewId: "crew-1", hazards: [] }]);
    expect(effects.unwatch).toEqual([{ assetId: "cover-1", conditionId: "cover-open" }]);
    expect(await cases.nextDue(database.reader)).toBeUndefined();
    const { history } = await get(checking.caseNo);
    expect(history.slice(4).map(({ event, actor, role }) => [event, actor, role])).toEqual([
      ["start", "a-crew", "crew"],
      ["feedback", "a-crew", "crew"],
      ["sendCheck", "system", "system"],
      ["checkPass", "system", "system"],
      ["close", "a-shift-lead", "shift-lead"],
    ]);
  });

  test("what is watched is known after a restart", async () => {
    await fedBack();
    await reopen();
    expect(await cases.watches(database.reader)).toEqual([
      { assetId: "cover-1", conditionId: "cover-open", since: MONDAY + 5 * MINUTE_MS },
    ]);
    health = normal(MONDAY, MONDAY + HOUR_MS);
    expect(await tick(MONDAY + HOUR_MS)).toMatchObject({ changed: [{ state: "PENDING_CLOSE" }] });
  });

  test("a relapse keeps the lead from closing what the sensor passed, not what an inspector saw", async () => {
    const { caseNo } = await fedBack();
    health = normal(MONDAY, MONDAY + HOUR_MS);
    await tick(MONDAY + HOUR_MS);
    alarming = true;
    const close = () => say(caseNo, "close", LEAD, MONDAY + 2 * HOUR_MS);
    await expect(close()).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
      details: { allowed: ["rework", "close", "forceClose", "urge"] },
    });
    const dispatcher = person("dispatcher");
    const again = await say(caseNo, "rework", dispatcher, MONDAY + 2 * HOUR_MS);
    expect(again.case).toMatchObject({ state: "HANDLING", reworkCount: 1 });
    expect(again.effects.unwatch).toHaveLength(1);
    expect(again.effects.orders).toMatchObject([{ kind: "rework" }]);
    const back = await say(caseNo, "feedback", CREW_1, MONDAY + 3 * HOUR_MS);
    expect(back.effects.watch).toMatchObject([{ since: MONDAY + 3 * HOUR_MS }]);
    await say(caseNo, "checkPass", person("inspector"), MONDAY + 3 * HOUR_MS);
    expect((await close()).case.state).toBe("CLOSED");
  });

  test.each(["CHECKING", "PENDING_CLOSE", "FEEDBACK"])(
    "an alarm that joins at %s sends the crew back once and ends the watch",
    async (state) => {
      const { caseNo } = await fedBack();
      health = normal(MONDAY, MONDAY + HOUR_MS);
      if (state === "PENDING_CLOSE") await tick(MONDAY + HOUR_MS);
      if (state === "FEEDBACK") await rest(caseNo, "FEEDBACK");
      expect((await get(caseNo)).case.state).toBe(state);
      const at = MONDAY + 2 * HOUR_MS;
      const again = raised("cover-1", "cover-open", at);
      const effects = await tell([again, raised("cover-1", "cover-open", at)], at);
      expect(effects.orders).toMatchObject([{ kind: "rework", crewId: "crew-1", caseNo }]);
      expect(effects.unwatch).toEqual([{ assetId: "cover-1", conditionId: "cover-open" }]);
      expect(effects.changed).toMatchObject([{ caseNo, state: "HANDLING", reworkCount: 1 }]);
      expect(await cases.watches(database.reader)).toEqual([]);
      const { history, evidence } = await get(caseNo);
      expect(history.slice(-3).map(({ event, role }) => [event, role])).toEqual([
        ["join", "system"],
        ["rework", "system"],
        ["join", "system"],
      ]);
      expect(history.at(-2)?.reason).toContain(`alarm '${again.alarm.alarmId}'`);
      expect(evidence).toHaveLength(3);
      const back = await say(caseNo, "feedback", CREW_1, at + HOUR_MS);
      expect(back.case.state).toBe("CHECKING");
      expect(back.effects.watch).toMatchObject([{ since: at + HOUR_MS }]);
    },
  );

  /** Feedback goes on to its check at once; a case stands there only by another hand. */
  async function rest(caseNo: string, state: CaseState): Promise<void> {
    const { case: theCase } = await get(caseNo);
    const body = JSON.stringify({ ...theCase, state });
    await database.transaction((tx) =>
      tx.run("update cases set state = ?, body = ? where case_no = ?", [state, body, caseNo]),
    );
  }

  test("rework gives back the time that feedback and check took, no more", async () => {
    const { caseNo, deadline = 0 } = await openOne();
    await say(caseNo, "start", CREW_1, MONDAY);
    await say(caseNo, "feedback", CREW_1, MONDAY + HOUR_MS);
    const inspector = person("inspector");
    const { case: again } = await say(caseNo, "rework", inspector, MONDAY + 5 * HOUR_MS);
    expect(again.deadline).toBe(deadline + 4 * HOUR_MS);
    expect((await tick(MONDAY + 5 * HOUR_MS)).orders).toEqual([]);
    expect((await tick(deadline + 4 * HOUR_MS)).orders.map(({ kind }) => kind)).toEqual([
      "due-soon",
      "overdue",
    ]);
  });

  test("a case without sensors waits for its inspector", async () => {
    const report = { kind: "event", lon: 114.7, lat: 32.1, source: "hotline" } as const;
    const { case: reported } = await database.transaction((tx) =>
      cases.report(tx, report, person("acceptor"), MONDAY),
    );
    await say(reported.caseNo, "confirm", person("acceptor"), MONDAY, { unitId: "drains" });
    await say(reported.caseNo, "start", CREW_1, MONDAY);
    const { effects } = await say(reported.caseNo, "feedback", CREW_1, MONDAY);
    expect(effects.watch).toEqual([]);
    health = normal(0, MONDAY + 99 * HOUR_MS);
    expect((await tick(MONDAY + 99 * HOUR_MS)).changed).toEqual([]);
    const inspector = person("inspector");
    const { case: passed } = await say(reported.caseNo, "checkPass", inspector, MONDAY);
    expect(passed.state).toBe("PENDING_CLOSE");
  });
});

describe("dues", () => {
  test("the crew hears once before and once at the deadline, also after downtime", async () => {
    const { deadline = 0 } = await openOne();
    const soon = MONDAY + 96 * MINUTE_MS;
    expect(await cases.nextDue(database.reader)).toBe(soon);
    expect((await tick(soon - 1)).orders).toEqual([]);
    const first = await tick(soon);
    expect(first.orders).toMatchObject([{ kind: "due-soon", crewId: "crew-1" }]);
    expect(first.orders[0]?.orderId).toBe("4115242026112300001-due-soon");
    await reopen();
    expect((await tick(deadline + 9 * HOUR_MS)).orders.map(({ kind }) => kind)).toEqual([
      "overdue",
    ]);
    expect((await tick(deadline + 10 * HOUR_MS)).orders).toEqual([]);
  });

  test("both are told in order of their time where the platform was down through both", async () => {
    await openOne("cover-1");
    await openOne("cover-2");
    await reopen();
    const { orders } = await tick(MONDAY + 24 * HOUR_MS);
    expect(orders.map(({ kind, caseNo }) => `${kind} ${caseNo.slice(-1)}`)).toEqual([
      "due-soon 1",
      "due-soon 2",
      "overdue 1",
      "overdue 2",
    ]);
  });

  test("what a crew was told once is not told again after rework", async () => {
    const { caseNo } = await openOne();
    await say(caseNo, "start", CREW_1, MONDAY);
    const soon = MONDAY + 100 * MINUTE_MS;
    expect((await tick(soon)).orders).toMatchObject([{ kind: "due-soon" }]);
    await say(caseNo, "feedback", CREW_1, soon);
    await say(caseNo, "rework", person("inspector"), soon + HOUR_MS);
    const { orders } = await tick(MONDAY + 24 * HOUR_MS);
    expect(orders.map(({ kind }) => kind)).toEqual(["overdue"]);
  });

  test("a crew that has given feedback is not warned", async () => {
    const { caseNo } = await openOne();
    await say(caseNo, "start", CREW_1, MONDAY);
    await say(caseNo, "feedback", CREW_1, MONDAY);
    expect((await tick(MONDAY + 24 * HOUR_MS)).orders).toEqual([]);
  });
});

describe("what fails by itself", () => {
  const SET_ASIDE = "gridwarden_cases_set_aside_total";
  const down = new GridwardenError("DATABASE_FAILED", "the disk is full");

  test("an alarm is set aside whole, and the others are filed", async () => {
    poison = { unitId: "drains", error: new TypeError("a crew without a name") };
    const effects = await tell([
      raised("cover-1", "cover-open"),
      raised("cover-3", "cover-open"),
      raised("cover-2", "cover-rattle"),
    ]);
    expect(effects.changed.map(({ caseNo, assetId }) => [caseNo.slice(-5), assetId])).toEqual([
      ["00001", "cover-3"],
      ["00002", "cover-2"],
    ]);
    expect(effects.orders).toEqual([]);
    expect((await cases.list(database.reader, {})).items).toHaveLength(2);
    expect(metrics.value(SET_ASIDE, { what: "alarm" })).toBe(1);
    poison = undefined;
    expect((await tell([raised("cover-1", "cover-open")])).orders).toHaveLength(1);
  });

  test("a due is set aside, the others are done, and it is done later", async () => {
    const review = await openOne("cover-1", "cover-rattle");
    await openOne("cover-3", "cover-rattle");
    poison = { unitId: "drains", error: new GridwardenError("UNIT_NOT_FOUND", "gone") };
    const due = MONDAY + 15 * MINUTE_MS;
    const first = await tick(due);
    expect(first.changed).toMatchObject([{ assetId: "cover-3", state: "DISPATCHED" }]);
    expect(metrics.value(SET_ASIDE, { what: "due" })).toBe(1);
    expect((await get(review.caseNo)).history).toHaveLength(1);
    poison = undefined;
    expect(await cases.nextDue(database.reader)).toBe(due + 5 * MINUTE_MS);
    expect(await tick(due + 5 * MINUTE_MS - 1)).toMatchObject({ changed: [] });
    expect(await tick(due + 5 * MINUTE_MS)).toMatchObject({
      orders: [{ kind: "dispatched" }],
      changed: [{ caseNo: review.caseNo, state: "DISPATCHED" }],
    });
  });

  test("a check that cannot be judged is put off, also over a restart", async () => {
    const { caseNo } = await openOne();
    await say(caseNo, "start", CREW_1, MONDAY);
    await say(caseNo, "feedback", CREW_1, MONDAY);
    health = { devices: [undefined as never] };
    const due = MONDAY + 10 * MINUTE_MS;
    expect(await tick(due)).toEqual({ orders: [], changed: [], watch: [], unwatch: [] });
    expect(metrics.value(SET_ASIDE)).toBe(1);
    await reopen();
    expect(await cases.nextDue(database.reader)).toBe(due + 5 * MINUTE_MS);
  });

  test("a fault of the database is thrown on and sets nothing aside", async () => {
    await openOne("cover-1", "cover-rattle");
    poison = { unitId: "drains", error: down };
    await expect(tell([raised("cover-2", "cover-open")])).rejects.toBe(down);
    await expect(tick(MONDAY + HOUR_MS)).rejects.toBe(down);
    expect(metrics.value(SET_ASIDE)).toBe(0);
    poison = undefined;
    expect((await tick(MONDAY + HOUR_MS)).changed).toHaveLength(1);
  });
});

describe("refusals", () => {
  test("each has its code and says what would be taken", async () => {
    const { caseNo, version } = await openOne();
    await expect(say("4115242026112399999", "start", CREW_1, MONDAY)).rejects.toMatchObject({
      code: "CASE_NOT_FOUND",
      status: 404,
    });
    await expect(say(caseNo, "close", LEAD, MONDAY)).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
      status: 409,
      details: { allowed: ["start", "forceClose", "urge"] },
    });
    await expect(say(caseNo, "start", CREW_1, MONDAY, { version: 1 })).rejects.toMatchObject({
      code: "CASE_VERSION_CONFLICT",
      status: 409,
      details: { version },
    });
    await expect(say(caseNo, "start", person("viewer"), MONDAY)).rejects.toMatchObject({
      code: "ROLE_REFUSED",
      status: 403,
    });
    const { case: started } = await say(caseNo, "start", CREW_1, MONDAY, { version });
    expect(started.version).toBe(version + 1);
    await expect(say(caseNo, "feedback", CREW_1, MONDAY, { note: "" })).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
    });
  });

  test("the unit's own, those above it and its crew may act, a stranger may not", async () => {
    const tries: [object, boolean][] = [
      [person("unit", { unitId: UnitId.parse("drains") }), true],
      [person("unit", { unitId: UnitId.parse("city") }), true],
      [person("unit", { unitId: UnitId.parse("centre") }), false],
      [CREW_1, true],
      [person("crew", { crewId: CrewId.parse("crew-2") }), false],
      [ADMIN, true],
    ];
    for (const [actor, isAllowed] of tries) {
      const { caseNo } = await openOne();
      const started = say(caseNo, "start", actor as typeof ADMIN, MONDAY);
      if (isAllowed) expect((await started).case.state).toBe("HANDLING");
      else await expect(started).rejects.toMatchObject({ code: "ROLE_REFUSED" });
      await say(caseNo, "forceClose", ADMIN, MONDAY);
    }
  });
});

describe("reports", () => {
  const report = (said: Partial<CaseReport>, role = "acceptor") =>
    database.transaction((tx) =>
      cases.report(
        tx,
        { kind: "component", source: "citizen", ...said },
        person(role) as typeof ADMIN,
        MONDAY,
      ),
    );

  test("a report stands at REPORTED with a number; confirm dispatches it", async () => {
    const said = { assetId: "cover-1", description: "盖子响", address: "建设路 3 号" };
    const { case: reported, effects } = await report(said, "inspector");
    expect(reported).toMatchObject({
      caseNo: "4115242026112300001",
      state: "REPORTED",
      conditionId: "general-component",
      categoryCode: "0102",
      limit: { value: 1, unit: "working-day" },
      lon: 114.7,
      description: "盖子响",
    });
    expect(effects).toMatchObject({ orders: [], changed: [{ caseNo: reported.caseNo }] });
    expect((await tick(MONDAY + HOUR_MS)).changed).toEqual([]);
    const acceptor = person("acceptor");
    const { case: confirmed } = await say(reported.caseNo, "confirm", acceptor, MONDAY + 1);
    expect(confirmed).toMatchObject({ state: "DISPATCHED", unitId: "drains", crewId: "crew-1" });
  });

  test("a second report of the same row and asset joins; general ones stand apart", async () => {
    const first = await report({ assetId: "cover-1", conditionId: "cover-rattle" });
    const second = await report({ assetId: "cover-1", conditionId: "cover-rattle" });
    expect(second.case.caseNo).toBe(first.case.caseNo);
    const { history } = await get(first.case.caseNo);
    expect(history.at(-1)).toMatchObject({ event: "join", actor: "a-acceptor", role: "acceptor" });
    const bare = await report({ lon: 114.7, lat: 32.1, kind: undefined });
    expect(bare.case).toMatchObject({ kind: "event", conditionId: "general-event" });
    const general = [await report({ assetId: "cover-1" }), await report({ assetId: "cover-1" })];
    expect(new Set(general.map((each) => each.case.caseNo)).size).toBe(2);
  });

  test.each([
    ["an unknown asset", { assetId: "gone" }, "acceptor", "ASSET_NOT_FOUND"],
    ["an unknown row", { conditionId: "gone", lon: 1, lat: 1 }, "acceptor", "REQUEST_INVALID"],
    [
      "a row of the other kind",
      { assetId: "cover-1", conditionId: "flooding" },
      "acceptor",
      "REQUEST_INVALID",
    ],
    ["no place", {}, "acceptor", "REQUEST_INVALID"],
    ["a sensor's source", { source: "sensor", lon: 1, lat: 1 }, "acceptor", "REQUEST_INVALID"],
    ["a viewer's", { lon: 1, lat: 1 }, "viewer", "ROLE_REFUSED"],
  ] as const)("a report is refused: %s", async (_title, said, role, code) => {
    await expect(report(said, role)).rejects.toMatchObject({ code });
  });
});

describe("lists", () => {
  test("pages newest first by a cursor that later cases do not move", async () => {
    const numbers: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      const at = MONDAY + Math.floor(n / 2) * MINUTE_MS;
      const { changed } = await tell([raised("cover-1", "cover-open", at)], at);
      numbers.unshift(changed[0]?.caseNo ?? "");
      await say(numbers[0] ?? "", "forceClose", ADMIN, at);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await cases.list(database.reader, { limit: 2, cursor });
      seen.push(...page.items.map(({ caseNo }) => caseNo));
      cursor = page.next;
      if (seen.length === 2) await tell([raised("cover-2", "flooding", MONDAY + HOUR_MS)]);
    } while (cursor !== undefined);
    expect(seen).toEqual(numbers);
    await expect(cases.list(database.reader, { cursor: "x" })).rejects.toMatchObject({
      code: "REQUEST_INVALID",
    });
  });

  test("each filter finds its own", async () => {
    const open = await openOne("cover-1");
    const review = await openOne("cover-2", "cover-rattle");
    const ended = await openOne("cover-3");
    await say(ended.caseNo, "forceClose", ADMIN, MONDAY + 1);
    const found = async (filter: object): Promise<string[]> =>
      (await cases.list(database.reader, filter)).items.map(({ caseNo }) => caseNo).reverse();
    expect(await found({ status: "open" })).toEqual([open.caseNo, review.caseNo]);
    expect(await found({ status: "closed" })).toEqual([ended.caseNo]);
    expect(await found({ status: "REPORTED" })).toEqual([review.caseNo]);
    expect(await found({ status: "FORCE_CLOSED" })).toEqual([ended.caseNo]);
    expect(await found({ assetId: "cover-2" })).toEqual([review.caseNo]);
    expect(await found({ unitId: "centre" })).toEqual([ended.caseNo]);
    expect(await found({ crewId: "crew-1", status: "open" })).toEqual([open.caseNo]);
    expect(await found({ from: MONDAY, to: MONDAY + 1 })).toHaveLength(3);
    expect(await found({ to: MONDAY })).toEqual([]);
    await expect(found({ status: "lost" })).rejects.toMatchObject({ code: "REQUEST_INVALID" });
  });

  test("the outside sees times with their offset", async () => {
    const { caseNo } = await openOne();
    const found = await get(caseNo);
    const shown = {
      ...caseView(found.case, zone),
      history: found.history.map((entry) => historyView(entry, zone)),
      evidence: found.evidence.map((alarm) => evidenceView(alarm, zone)),
    };
    expect(shown).toMatchObject({
      openedAt: "2026-11-23T09:00:00.000+08:00",
      deadline: "2026-11-23T11:00:00.000+08:00",
      limit: { value: 2, unit: "urgent-hour" },
      history: [{ at: "2026-11-23T09:00:00.000+08:00" }, {}, {}, {}],
      evidence: [{ observedAt: "2026-11-23T09:00:00.000+08:00", value: 31.5 }],
    });
  });
});

test("whatever is said to a case, what ended stays ended and the list agrees", async () => {
  const events =
    "confirm accept reject void file refuse dispatch start feedback checkPass rework close forceClose urge";
  const path = fc.array(fc.constantFrom(...events.split(" ")), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(path, async (said) => {
      const opened = await openOne("cover-1", "cover-rattle");
      let last = opened.state;
      for (const event of said) {
        const result = await say(opened.caseNo, event, ADMIN, MONDAY).catch(
          (error: unknown) => error,
        );
        const { case: stands, history } = await get(opened.caseNo);
        if (result instanceof Error) {
          expect(result).toMatchObject({ code: "CASE_TRANSITION_REFUSED" });
          expect(stands.state).toBe(last);
        }
        expect(history.at(-1)?.to).toBe(stands.state);
        last = CaseState.parse(stands.state);
      }
      const isListed = (await cases.list(database.reader, { status: "open" })).items.length === 1;
      const ended = ["NOT_ACCEPTED", "NOT_FILED", "VOIDED", "CLOSED", "FORCE_CLOSED"].includes(
        last,
      );
      expect(isListed).toBe(!ended);
      const load = await database.reader.get<{ sum: number | null }>(
        "select sum(orders) as sum from case_crew_loads",
      );
      expect(load?.sum ?? 0).toBe(last === "DISPATCHED" || last === "HANDLING" ? 1 : 0);
      if (ended) return;
      const isFiled = last !== "REPORTED" && last !== "PENDING_FILING";
      await say(opened.caseNo, isFiled ? "forceClose" : "void", ADMIN, MONDAY);
    }),
    { numRuns: 60 },
  );
});
