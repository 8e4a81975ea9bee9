/** Cases on a real database in a folder of its own, with three covers, their units and crews. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { type Cases, createCases } from "../../cases/cases.ts";
import type { DutyView } from "../../cases/crew-plan.ts";
import type { CaseEffects } from "../../cases/desk-words.ts";
import type { DatabaseDoor } from "../../database/database.ts";
import type { AlarmHappening, ConditionHealth } from "../../model/alarm.ts";
import { AssetClass, FilingCondition } from "../../model/asset-class.ts";
import type { Case, LatestReading } from "../../model/case.ts";
import { HOUR_MS, MINUTE_MS } from "../../model/clock.ts";
import { FileId, type StoredFile } from "../../model/file.ts";
import { AlarmId, AssetId, CaseNo, CrewId, DeviceId, RuleId } from "../../model/ids.ts";
import { timeZone } from "../../model/local-time.ts";
import { silentLog } from "../../model/log.ts";
import { type MemoryMetrics, memoryMetrics } from "../../model/metrics.ts";
import type { AddressSaid } from "../../model/place.ts";
import { Asset, Crew, Unit } from "../../model/registry.ts";
import type { Steward } from "../../model/steward.ts";
import { createTestDatabase } from "./city-database.ts";

export const zone = timeZone("Asia/Shanghai");
/** A Monday at nine. */
export const MONDAY = Date.parse("2026-11-23T09:00+08:00");

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
    condition("flooding", {
      kind: "event",
      categoryCode: "0503",
      arriveWithinMs: 2 * HOUR_MS,
      relapseDays: 2,
    }),
    condition("effluent", { lifeSafety: true, hold: { kind: "daily-mean" } }),
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

export const assets = new Map(
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
export const newCrew = (crewId: string, unitId: string, classes?: string[]): Crew =>
  Crew.parse({ crewId, name: crewId, unitId, ...(classes && { classes }) });

export const person = (role: string, more: object = {}) => ({
  username: `a-${role}`,
  roles: [role as "admin"],
  ...more,
});
export const ADMIN = person("admin");
export const CREW_1 = person("crew", { crewId: CrewId.parse("crew-1") });
export const LEAD = person("shift-lead");

/** Rules of which an alarm is work on the sensor. */
const DEVICE_FAULTS: ReadonlySet<string> = new Set([
  "manhole-cover.battery-low",
  "manhole-cover.no-data",
]);

/** What a test may set, and what it was last given; all of it new before each test. */
interface Desk {
  cases: Cases;
  database: DatabaseDoor;
  metrics: MemoryMetrics;
  crews: Map<string, Crew>;
  units: Map<string, Unit>;
  stewards: Steward[];
  /** Files that people have sent; `photo` sends one. */
  sent: Map<string, StoredFile>;
  latest: LatestReading[];
  health: ConditionHealth;
  alarming: boolean;
  /** Assets that are out of service. */
  outOfService: Set<string>;
  /** As if no unit had a roster, unless a test says otherwise. */
  duty: DutyView;
  /** Of every rule, the one that stands. */
  ruleVersion: number;
  /** Counts from the next `reopen` on. */
  precisionFloor: number;
  /** What stands near every place. */
  near: Asset[];
  /** What every address says. */
  address: AddressSaid;
  /** Unit whose crews cannot be asked for, and what asking throws. */
  poison: { unitId: string; error: Error } | undefined;
}

/** Registers the opening before and the closing after each test of the file. */
export function openCaseDesk() {
  const desk = {} as Desk;
  let folder: string;
  let alarmCount: number;

  async function reopen(): Promise<void> {
    await desk.database?.close();
    desk.database = createTestDatabase(
      { log: silentLog, metrics: memoryMetrics() },
      { file: join(folder, "city.db") },
    );
    desk.metrics = memoryMetrics();
    desk.cases = makeCases(desk);
    await desk.database.open(desk.cases.migrations);
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "gridwarden-cases-"));
    alarmCount = 0;
    Object.assign(desk, {
      crews: new Map([["crew-1", newCrew("crew-1", "drains")]]),
      units: new Map(units),
      stewards: [],
      sent: new Map(),
      latest: [],
      health: { devices: [] },
      alarming: false,
      outOfService: new Set(),
      duty: {
        onDuty: () => undefined,
        nextDutyAt: () => undefined,
        dutyEndsAt: () => undefined,
        acceptMs: () => undefined,
        places: async () => new Map(),
      },
      ruleVersion: 1,
      precisionFloor: 0.5,
      near: [],
      address: { named: [], nearest: [] },
      poison: undefined,
    } satisfies Partial<Desk>);
    await reopen();
  });

  afterEach(async () => {
    await desk.database.close();
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
    desk.database.transaction((tx) => desk.cases.onAlarms(tx, happenings, now));
  const tick = (now: number): Promise<CaseEffects> =>
    desk.database.transaction((tx) => desk.cases.tick(tx, now));
  const get = (caseNo: string) => desk.cases.get(desk.database.reader, caseNo);

  async function say(
    caseNo: string,
    event: string,
    actor: Parameters<Cases["transition"]>[2],
    now: number,
    more: object = {},
  ): Promise<{ case: Case; effects: CaseEffects }> {
    const input = { caseNo, event, note: "done", reason: "because", ...more };
    return await desk.database.transaction((tx) => desk.cases.transition(tx, input, actor, now));
  }

  /** Sends a photo; answers its id. */
  function photo(by: { username: string }, more: Partial<StoredFile> = {}): FileId {
    const number = (desk.sent.size + 1).toString(16);
    const file: StoredFile = {
      fileId: FileId.parse(number.padStart(32, "0")),
      sha256: number.padStart(64, "0"),
      type: "image/jpeg",
      bytes: 1_000,
      moment: "after",
      uploadedBy: by.username,
      uploadedAt: MONDAY,
      ...more,
    };
    desk.sent.set(file.fileId, file);
    return file.fileId;
  }

  async function openOne(assetId = "cover-1", conditionId = "cover-open"): Promise<Case> {
    const { changed } = await tell([raised(assetId, conditionId)]);
    const [opened] = changed;
    if (opened === undefined) throw new Error("no case was opened");
    return opened;
  }

  return { desk, reopen, raised, tell, tick, get, say, openOne, photo };
}

function makeCases(desk: Desk): Cases {
  return createCases(
    {
      registry: {
        asset: (id) => {
          const asset = assets.get(id);
          const isOut = asset !== undefined && desk.outOfService.has(id);
          return isOut ? { ...asset, attributes: { outOfService: true } } : asset;
        },
        unit: (id) => desk.units.get(id),
        crew: (id) => desk.crews.get(id),
        crewsOf: (unitId) => {
          if (desk.poison?.unitId === unitId) throw desk.poison.error;
          return [...desk.crews.values()].filter((crew) => crew.unitId === unitId);
        },
      },
      duty: {
        onDuty: (unitId, at) => desk.duty.onDuty(unitId, at),
        nextDutyAt: (unitId, crewIds, after) => desk.duty.nextDutyAt(unitId, crewIds, after),
        dutyEndsAt: (unitId, crewId, at) => desk.duty.dutyEndsAt(unitId, crewId, at),
        acceptMs: (unitId, lifeSafety) => desk.duty.acceptMs(unitId, lifeSafety),
        places: (crewIds, now) => desk.duty.places(crewIds, now),
      },
      classes: [COVER],
      zone,
      log: silentLog,
      metrics: desk.metrics,
      stewards: { all: () => desk.stewards },
      sentFiles: {
        find: async (_sql, fileId) => desk.sent.get(fileId),
        attach: async (_tx, fileId, caseNo) => {
          const file = desk.sent.get(fileId);
          if (file !== undefined) desk.sent.set(fileId, { ...file, caseNo: CaseNo.parse(caseNo) });
        },
      },
      latest: () => desk.latest,
      health: () => desk.health,
      isAlarming: () => desk.alarming,
      isDeviceFault: (ruleId) => DEVICE_FAULTS.has(ruleId),
      ruleVersion: () => desk.ruleVersion,
      assetsNear: (_place, _metres, classes) =>
        desk.near.filter((asset) => classes.includes(asset.class ?? "")),
      placesOf: () => desk.address,
      assetByCode: (code) => [...assets.values()].find((each) => each.componentCode === code),
    },
    { areaCode: "411524", precisionFloor: desk.precisionFloor },
  );
}
