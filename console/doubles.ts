/**
 * Stand-ins for the rooms that the console asks, for its tests: small, in memory, and told by the
 * test what to answer. A user's token is its name.
 */
import { Readable } from "node:stream";
import type { AlarmPerformance } from "../model/alarm-performance.ts";
import type { AuditDraft, ChainReport, PendingAudit } from "../model/audit.ts";
import { type ManualClock, manualClock } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import { AssetId, CrewId, DeviceId, RuleId, Username } from "../model/ids.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { type MemoryMetrics, memoryMetrics } from "../model/metrics.ts";
import { NamedPlace } from "../model/place.ts";
import { type DeviceEntry, Role, type User } from "../model/registry.ts";
import { commandsDouble } from "./command-double.ts";
import { decodersDouble } from "./decoder-double.ts";
import type {
  Actor,
  AnsweredSeries,
  CaseFilter,
  ConsoleDeps,
  Page,
  SeriesRequest,
  StreamEvent,
} from "./deps.ts";
import { deskDoubles } from "./desk-double.ts";
import { evaluationDouble } from "./evaluation-double.ts";
import { evaluationMarksDouble } from "./evaluation-marks-double.ts";
import { intakesDouble } from "./intake-double.ts";
import { jsonSourcesDouble } from "./json-source-double.ts";
import { lastPlacesDouble } from "./last-places-double.ts";
import { pageOfList } from "./list-page.ts";
import { open311Double } from "./open311/double.ts";
import { patrolsDouble } from "./patrol-double.ts";
import { citizensDouble } from "./public/double.ts";
import { citizenReportsDouble, publicLayersDouble } from "./public/report-double.ts";
import { publicationsDouble } from "./publication-double.ts";
import { reachingDouble } from "./reaching-double.ts";
import { redecodingsDouble, retriesDouble } from "./redecoding-double.ts";
import { renewalsDouble } from "./renewals-double.ts";
import {
  CENTRE,
  NOW,
  PLACE,
  SAMPLE_ALARM,
  SAMPLE_ASSET,
  SAMPLE_BACKTEST,
  SAMPLE_CALENDAR,
  SAMPLE_CASE,
  SAMPLE_DEVICE,
  SAMPLE_ENTRY,
  SAMPLE_FILE,
  SAMPLE_HOLIDAYS,
  SAMPLE_LOAD,
  SAMPLE_NOTICE,
  SAMPLE_PDF,
  SAMPLE_PLACE,
  SAMPLE_PRECISION,
  SAMPLE_RULE,
  SAMPLE_SERVICE,
  SAMPLE_TASK,
  SAMPLE_TRUST,
} from "./samples.ts";
import { passwordsDouble, sessionsDouble } from "./session-double.ts";
import { positionsDouble, sitesDouble } from "./site-double.ts";
import { sourcesDouble } from "./source-double.ts";
import { supervisionDouble } from "./supervision-double.ts";
import { filingTablesDouble } from "./table-double.ts";
import {
  SAMPLE_ASSIST,
  SAMPLE_STEWARD,
  stewardsDouble,
  togetherDoubles,
} from "./together-doubles.ts";

export interface Doubles {
  deps: ConsoleDeps;
  clock: ManualClock;
  meters: MemoryMetrics;
  /** What was asked of the rooms, in order. */
  asked: { what: string; with: unknown }[];
  users: Map<string, User>;
  series: AnsweredSeries[];
  isReady: boolean;
  listeners: Set<(event: StreamEvent) => void>;
  /** Writes that have begun, and those that no transaction has kept. */
  audits: PendingAudit[];
  refusals: { draft: AuditDraft; result: string }[];
  chain: ChainReport;
}

export function createDoubles(): Doubles {
  const clock = manualClock(NOW);
  const meters = memoryMetrics();
  const doubles: Omit<Doubles, "deps"> = {
    clock,
    meters,
    asked: [],
    users: new Map(
      Role.options.map((role) => [role, { username: Username.parse(role), roles: [role] }]),
    ),
    series: [],
    isReady: true,
    listeners: new Set(),
    audits: [],
    refusals: [],
    chain: { records: 2, lastSeq: 2, lastHash: "a".repeat(64) },
  };
  const deps: ConsoleDeps = {
    registry: registryDouble(doubles),
    ...roomDoubles(doubles),
    evaluationMarks: evaluationMarksDouble(doubles.asked, NOW),
    reaching: reachingDouble(doubles.asked, { caseNo: SAMPLE_CASE.caseNo, now: NOW }),
    filingTables: filingTablesDouble(doubles.asked, NOW),
    ...deskDoubles(doubles.asked, { now: NOW, caseNo: SAMPLE_CASE.caseNo, alarm: SAMPLE_ALARM }),
    intakes: intakesDouble(doubles.asked),
    decoders: decodersDouble(doubles.asked),
    redecodings: redecodingsDouble(doubles.asked, NOW),
    retries: retriesDouble(doubles.asked),
    jsonSources: jsonSourcesDouble(doubles.asked, NOW),
    commands: commandsDouble(doubles.asked),
    sources: sourcesDouble(doubles.asked, SAMPLE_CASE, NOW),
    open311: open311Double(doubles.asked, SAMPLE_CASE),
    publications: publicationsDouble(doubles.asked),
    citizens: citizensDouble(doubles.asked, SAMPLE_CASE, NOW),
    citizenReports: citizenReportsDouble(doubles.asked),
    publicLayers: publicLayersDouble(),
    onboarding: {
      adopt: async (said) => {
        doubles.asked.push({ what: "adopt", with: said });
        return { deviceId: said.deviceId ?? said.id, key: "k".repeat(43) };
      },
    },
    heardAt: () => undefined,
    knocking: () => [
      {
        format: "hj212",
        id: "MN1",
        sender: "10.0.0.9",
        firstAt: NOW,
        lastAt: NOW + 1_000,
        count: 2,
      },
    ],
    sites: sitesDouble(SAMPLE_ASSET),
    positions: positionsDouble(doubles.asked),
    classes: () => [],
    cityFigures: async () => ({
      ...{ at: NOW, lighting: { due: 50, heard: 48, lit: 47 } },
      outlets: { all: 3, measured: 2, within: 2 },
    }),
    map: () => ({ classes: [], grids: ["grid-1"], items: [["cover-1", -1, 0, 115.41, 31.8, 1]] }),
    health: () => ({ ready: doubles.isReady, details: { mqtt: doubles.isReady } }),
    metrics: async () => "# HELP up Whether it is up.\nup 1\n",
    clock,
    zone: timeZone("Asia/Shanghai"),
    log: silentLog,
    meters,
  };
  return Object.assign(doubles, { deps });
}

function registryDouble(doubles: Omit<Doubles, "deps">): ConsoleDeps["registry"] {
  const ask = <T>(what: string, given: unknown, answer: T): T => {
    doubles.asked.push({ what, with: given });
    return answer;
  };
  const entry: DeviceEntry = { device: SAMPLE_DEVICE, asset: SAMPLE_ASSET };
  const one = <T>(thing: T): Page<T> => ({ items: [thing] });
  const none = <T>(): Page<T> => ({ items: [] });
  const key = "k".repeat(43);
  return {
    async login(username, password, from) {
      doubles.asked.push({ what: "login", with: { username, from } });
      const user = doubles.users.get(username);
      if (user === undefined || password !== "right password") {
        throw new GridwardenError("LOGIN_REFUSED", "the user name or the password is wrong");
      }
      return { token: username, expiresAt: NOW + 1_000, user };
    },
    userOfToken: async (token) => doubles.users.get(token),
    sessions: sessionsDouble(doubles),
    passwords: passwordsDouble(doubles.asked),
    async authenticateService(serviceId, given, from) {
      if (serviceId === "guesser" && from !== "") {
        throw new GridwardenError("RATE_LIMITED", "too many failed", {
          details: { retryAfterS: 9 },
        });
      }
      return serviceId === "vision" && given === key ? SAMPLE_SERVICE : undefined;
    },
    newKey: async (username) => ask("newKey", username, { key }),
    asset: (assetId) => (assetId === SAMPLE_ASSET.assetId ? SAMPLE_ASSET : undefined),
    device: (deviceId) => (deviceId === SAMPLE_DEVICE.deviceId ? entry : undefined),
    unit: (unitId) => (unitId === CENTRE.unitId ? CENTRE : undefined),
    units: {
      list: (request) => ask("units.list", request, { items: [CENTRE], next: "7" }),
      under: (unitId) => [unitId],
      create: async (unit) => ask("units.create", unit, unit),
    },
    crews: {
      list: (request) => ask("crews.list", request, none()),
      get: () => undefined,
      create: async ({ crewId }) => ask("crews.create", crewId, { crewId, key }),
    },
    users: {
      list: () => one({ username: Username.parse("admin"), roles: ["admin" as const] }),
      create: async ({ password: _, ...user }) => ask("users.create", user, user),
    },
    assets: {
      list: (request) => ask("assets.list", request, one(SAMPLE_ASSET)),
      create: async (asset) => ask("assets.create", asset, asset),
      patch: async (assetId, patch) => ask("assets.patch", { assetId, patch }, SAMPLE_ASSET),
      remove: async (assetId) => ask("assets.remove", assetId, undefined),
    },
    deviceRegister: {
      list: (request) => ask("devices.list", request, one(SAMPLE_DEVICE)),
      create: async ({ deviceId }, name) =>
        ask("devices.create", name === undefined ? deviceId : { deviceId, name }, {
          deviceId,
          key,
        }),
      patch: async (deviceId, patch) => ask("devices.patch", { deviceId, patch }, SAMPLE_DEVICE),
      remove: async (deviceId) => ask("devices.remove", deviceId, undefined),
    },
    deviceLives: {
      move: async (deviceId, said) => ask("devices.move", { deviceId, said }, SAMPLE_DEVICE),
      historyOf: async () => [],
    },
    deviceTwins: {
      of: async () => ({ wanted: {}, reported: {}, versions: { wanted: 0, reported: 0 } }),
      want: async (deviceId, { wanted, by }) =>
        ask(
          "twins.want",
          { deviceId, wanted },
          {
            ...{ wanted, wantedBy: by, wantedAt: NOW, reported: {} },
            versions: { wanted: 1, reported: 0 },
          },
        ),
    },
    replaceDevice: async (replaced, said) =>
      ask("devices.replace", { replaced, said }, { deviceId: said.newDeviceId, key, replaced }),
    stewards: stewardsDouble(doubles.asked),
    patrols: patrolsDouble(doubles.asked, NOW, SAMPLE_ASSET),
    gateways: {
      list: () => none(),
      get: () => undefined,
      create: async ({ gatewayId }) => ask("gateways.create", gatewayId, { gatewayId, key }),
    },
    services: {
      list: () => none(),
      get: () => undefined,
      create: async ({ serviceId }) => ask("services.create", serviceId, { serviceId, key }),
    },
    presence: {
      statusesOf: async () => new Map(),
      placesOf: async () => new Map(),
    },
    places: {
      search: (search) => ask("places.search", search, [SAMPLE_PLACE]),
      get: (placeId) => (placeId === SAMPLE_PLACE.placeId ? NamedPlace.parse(PLACE) : undefined),
      located: () => SAMPLE_PLACE,
      importFile: async (file) =>
        ask("places.importFile", file, { created: 1, updated: 0, rejected: [], ignored: [] }),
      remove: async (placeId) => ask("places.remove", placeId, undefined),
    },
    importAssets: async (file) =>
      ask("importAssets", file, { created: 1, updated: 0, rejected: [], ignored: [] }),
    importDeviceFile: async (text) =>
      ask("importDeviceFile", text, {
        ...{ created: 1, updated: 0, rejected: [], ignored: [] },
        keys: [{ deviceId: "dev-1", key }],
      }),
    importDevices: async (devices) =>
      ask("importDevices", devices, { created: [{ deviceId: "dev-1", key }], rejected: [] }),
  };
}

const SAMPLE_FIGURE = { value: 1, target: 1, sense: "atMost", isMet: true } as const;
const SAMPLE_PERFORMANCE: AlarmPerformance = {
  from: NOW,
  to: NOW,
  raised: 144,
  averagePer10Min: SAMPLE_FIGURE,
  peakPer10Min: { ...SAMPLE_FIGURE, at: NOW },
  floodShare: SAMPLE_FIGURE,
  bySeverity: {
    notice: { ...SAMPLE_FIGURE, count: 144 },
    warning: { ...SAMPLE_FIGURE, count: 0 },
    major: { ...SAMPLE_FIGURE, count: 0 },
    critical: { ...SAMPLE_FIGURE, count: 0 },
  },
  worstShare: SAMPLE_FIGURE,
  worstActors: [
    {
      deviceId: DeviceId.parse("dev-1"),
      assetId: AssetId.parse("cover-1"),
      ruleId: SAMPLE_ALARM.ruleId,
      count: 144,
      share: 1,
    },
  ],
  chattering: SAMPLE_FIGURE,
  standing: 1,
  stale: SAMPLE_FIGURE,
  staleAlarms: [],
  units: [{ unitId: "works", raised: 144, averagePer10Min: SAMPLE_FIGURE }],
};

function roomDoubles(
  doubles: Omit<Doubles, "deps">,
): Pick<
  ConsoleDeps,
  | "readings"
  | "rules"
  | "alarms"
  | "performance"
  | "evaluation"
  | "renewals"
  | "lastPlaces"
  | "duty"
  | "cases"
  | "tasks"
  | "files"
  | "notices"
  | "supervisions"
  | "assists"
  | "rulings"
  | "deadLetters"
  | "audit"
  | "calendars"
  | "stream"
> {
  const { asked } = doubles;
  return {
    readings: {
      latest: () => [
        {
          deviceId: "dev-1",
          measurement: "tiltDeg",
          unit: "°",
          value: 31.5,
          observedAt: NOW,
          receivedAt: NOW,
          flags: 1 << 4,
        },
      ],
      query: async (request: SeriesRequest) => {
        asked.push({ what: "readings.query", with: request });
        return doubles.series;
      },
    },
    rules: {
      list: () => [SAMPLE_RULE, { ...SAMPLE_RULE, ruleId: RuleId.parse("streetlight.off") }],
      get: (ruleId) => (ruleId === SAMPLE_RULE.ruleId ? SAMPLE_RULE : undefined),
      strays: ({ overrides }) => (overrides ?? []).map(({ assetId }) => `${assetId}`),
      versions: async () => [{ rule: SAMPLE_RULE, changedAt: NOW, changedBy: "engineer" }],
      trust: async () => SAMPLE_TRUST,
      precision: async (ruleId) => (ruleId === "never" ? [] : SAMPLE_PRECISION),
      put: async (rule, by) => {
        asked.push({ what: "rules.put", with: { rule, by } });
        return { ...rule, version: 2 };
      },
      check: (rule) => void asked.push({ what: "rules.check", with: rule }),
      backtest: async (request, { onProgress }) => {
        asked.push({ what: "rules.backtest", with: request });
        onProgress({ devicesDone: 0, devices: 1, readings: 0 });
        return SAMPLE_BACKTEST;
      },
    },
    alarms: {
      list: (request) => {
        asked.push({ what: "alarms.list", with: request });
        return { items: [SAMPLE_ALARM] };
      },
      get: async (alarmId) => (alarmId === SAMPLE_ALARM.alarmId ? SAMPLE_ALARM : undefined),
      acknowledge: (alarmId, how) => {
        if (alarmId !== SAMPLE_ALARM.alarmId) {
          throw new GridwardenError("ALARM_NOT_FOUND", `no alarm has the id '${alarmId}'`);
        }
        asked.push({ what: "alarms.acknowledge", with: how });
        return { ...SAMPLE_ALARM, state: "acknowledged", acknowledgedAt: NOW };
      },
      shelve: (alarmId, how) => {
        if (alarmId !== SAMPLE_ALARM.alarmId) {
          throw new GridwardenError("ALARM_NOT_FOUND", `no alarm has the id '${alarmId}'`);
        }
        asked.push({ what: "alarms.shelve", with: how });
        const { until: shelvedUntil, by: shelvedBy, reason: shelveReason } = how;
        return { ...SAMPLE_ALARM, state: "shelved", shelvedUntil, shelvedBy, shelveReason };
      },
      unshelve: (alarmId) => {
        asked.push({ what: "alarms.unshelve", with: alarmId });
        return SAMPLE_ALARM;
      },
    },
    evaluation: evaluationDouble(asked),
    renewals: renewalsDouble(asked),
    lastPlaces: lastPlacesDouble(asked),
    performance: {
      alarms: async (span) => {
        asked.push({ what: "performance.alarms", with: span });
        return { ...SAMPLE_PERFORMANCE, ...span };
      },
      load: async () => [
        { state: "calm", per10Min: 14, gathered: 3 },
        { crewId: "crew-1", state: "flood", since: NOW, per10Min: 12, gathered: 3 },
      ],
    },
    duty: {
      roster: () => ({
        unitId: SAMPLE_LOAD.unitId,
        onDuty: [CrewId.parse("crew-1")],
        warnings: [],
      }),
      putRoster: async (unitId, roster) => {
        asked.push({ what: "duty.putRoster", with: { unitId, roster } });
        const warnings = ["nobody on duty Sunday 02:00-06:00"];
        return { unitId: SAMPLE_LOAD.unitId, roster, onDuty: [], warnings };
      },
      shift: async (said, by) => {
        asked.push({ what: "duty.shift", with: { said, by } });
        return { crewId: CrewId.parse(said.crewId), state: said.state, at: NOW, by };
      },
      unitOfCrew: () => "works",
      attendance: async (unitId, span) => {
        asked.push({ what: "duty.attendance", with: { unitId, span } });
        const crewId = CrewId.parse("crew-1");
        return [{ crewId, state: "absent", from: NOW, to: NOW + 3_600_000, isRunning: false }];
      },
      load: async (request) => {
        asked.push({ what: "duty.load", with: request });
        return { items: [SAMPLE_LOAD] };
      },
    },
    cases: {
      list: async (request: CaseFilter) => {
        asked.push({ what: "cases.list", with: request });
        return { items: [SAMPLE_CASE] };
      },
      get: async (caseNo) => (caseNo === SAMPLE_CASE.caseNo ? caseWithHistory() : undefined),
      turn: async () => ({
        takes: [{ event: "start", roles: ["unit", "crew"], isYours: true }],
        stage: { stage: "check", until: NOW },
      }),
      curve: async (caseNo) => {
        asked.push({ what: "cases.curve", with: caseNo });
        const points: [number, number][] = [[NOW - 1_000, 31.5]];
        const series = [{ deviceId: "cover-1-lid", measurement: "tiltDeg", unit: "°", points }];
        return { from: NOW - 3_600_000, to: NOW, series };
      },
      report: async (report, actor: Actor, key) => {
        asked.push({ what: "cases.report", with: { report, actor, ...(key && { key }) } });
        return SAMPLE_CASE;
      },
      transition: async (caseNo, transition, actor: Actor, key) => {
        const given = { caseNo, transition, actor, ...(key && { key }) };
        asked.push({ what: "cases.transition", with: given });
        return SAMPLE_CASE;
      },
    },
    tasks: {
      list: async (request) => {
        asked.push({ what: "tasks.list", with: request });
        return { items: [SAMPLE_TASK] };
      },
      done: async (said, actor) => {
        asked.push({ what: "tasks.done", with: { said, actor } });
        return { ...SAMPLE_TASK, state: "done", doneAt: NOW, doneBy: actor.username };
      },
    },
    supervisions: supervisionDouble(asked),
    ...togetherDoubles(asked, SAMPLE_CASE),
    notices: {
      list: async (request, actor) => {
        asked.push({ what: "notices.list", with: { request, actor } });
        return { items: [SAMPLE_NOTICE] };
      },
      acknowledge: async (noticeId, actor) => {
        if (noticeId !== SAMPLE_NOTICE.noticeId) {
          throw new GridwardenError("NOTICE_NOT_FOUND", `no notice has the id '${noticeId}'`);
        }
        asked.push({ what: "notices.acknowledge", with: actor });
        return { ...SAMPLE_NOTICE, doneAt: NOW, doneBy: actor.username };
      },
    },
    files: {
      receive: async ({ parts, ...upload }, actor, key) => {
        const chunks: Uint8Array[] = [];
        for await (const part of parts) chunks.push(part);
        const bytes = Buffer.concat(chunks).toString("latin1");
        asked.push({
          what: "files.receive",
          with: { ...upload, bytes, actor, ...(key && { key }) },
        });
        return SAMPLE_FILE;
      },
      find: async (fileId) => {
        const found = [SAMPLE_FILE, SAMPLE_PDF].find((file) => file.fileId === fileId);
        if (found !== undefined) return found;
        throw new GridwardenError("FILE_NOT_FOUND", `no file has the id '${fileId}'`);
      },
      bytes: async () => Readable.from([Buffer.from("bytes")]),
      thumbnail: async (file, size) => {
        asked.push({ what: "files.thumbnail", with: size });
        return file === SAMPLE_PDF ? undefined : Buffer.from("small");
      },
    },
    deadLetters: {
      list: async (request) =>
        pageOfList(
          [
            {
              id: 1,
              receivedAt: NOW,
              source: "mqtt",
              sender: "dev-1",
              topic: "v1/manhole-cover/dev-1/telemetry",
              reason: "NOT_JSON" as const,
              text: "the payload is not JSON",
              payload: Buffer.from("{"),
              payloadBytes: 1,
            },
          ],
          request,
        ),
    },
    calendars: {
      list: async () => [SAMPLE_CALENDAR],
      get: async (name, version) => {
        asked.push({ what: "calendars.get", with: { name, version } });
        return SAMPLE_CALENDAR;
      },
      put: async (calendar, said) => {
        asked.push({ what: "calendars.put", with: { calendar, said } });
        return { ...calendar, version: 1, changedAt: NOW, changedBy: said.by };
      },
      holidays: async (year) => ({ ...SAMPLE_HOLIDAYS, year }),
      putHolidays: async (year, said, by) => {
        asked.push({ what: "calendars.putHolidays", with: { year, said, by } });
        const warnings = [{ row: 2, message: "a weekday" }];
        return { kept: { ...SAMPLE_HOLIDAYS, year, version: 1 }, warnings };
      },
      overrides: async () => ({ rows: [{ class: "waste-bin", calendar: "office" }], version: 0 }),
      putOverrides: async (said, by) => {
        asked.push({ what: "calendars.putOverrides", with: { said, by } });
        return { kept: { rows: [], version: 1 }, warnings: [] };
      },
    },
    audit: {
      during(pending, work) {
        doubles.audits.push(pending);
        work();
      },
      beside: (draft, result) => void doubles.refusals.push({ draft, result }),
      list: async (filter) => {
        asked.push({ what: "audit.list", with: filter });
        return { items: [SAMPLE_ENTRY] };
      },
      verify: async (from) => {
        asked.push({ what: "audit.verify", with: from });
        return doubles.chain;
      },
    },
    stream: {
      subscribe(listener) {
        doubles.listeners.add(listener);
        return () => void doubles.listeners.delete(listener);
      },
    },
  };
}

function caseWithHistory() {
  return {
    case: SAMPLE_CASE,
    history: [
      {
        seq: 1,
        caseNo: SAMPLE_CASE.caseNo,
        event: "report",
        from: undefined,
        to: "REPORTED" as const,
        actor: "system",
        role: "system",
        at: NOW,
      },
    ],
    evidence: [
      {
        alarmId: SAMPLE_ALARM.alarmId,
        ruleId: SAMPLE_ALARM.ruleId,
        ruleVersion: 1,
        deviceId: "dev-1",
        measurement: "isOpen",
        value: 1,
        observedAt: NOW,
        receivedAt: NOW,
        flags: [],
        joinedAt: NOW,
      },
    ],
    members: [],
    assists: [SAMPLE_ASSIST],
    stewards: [SAMPLE_STEWARD],
    files: [
      {
        ...SAMPLE_FILE,
        caseNo: SAMPLE_CASE.caseNo,
        seq: 1,
        attachedAt: NOW,
        attachedBy: "crew",
        flags: ["no-time" as const, "reused" as const],
        reusedFrom: SAMPLE_CASE.caseNo,
      },
    ],
  };
}
