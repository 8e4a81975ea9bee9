/**
 * What the console asks of the rest of the platform, in its own words; app/ hands it in.
 * Everything it is told here is in instants and records; it alone turns them into JSON.
 */
import type { Readable } from "node:stream";
import type { AlarmEvidence, AlarmRecord, AlarmState } from "../model/alarm.ts";
import type { AlarmPerformance, OrderLoad } from "../model/alarm-performance.ts";
import type { AssetClass } from "../model/asset-class.ts";
import type { Assist } from "../model/assist.ts";
import type {
  AuditDraft,
  AuditEntry,
  AuditFilter,
  ChainReport,
  PendingAudit,
  RequestKey,
} from "../model/audit.ts";
import type {
  CalendarOverride,
  HolidayNotice,
  Kept,
  NamedCalendar,
  RowFault,
} from "../model/calendar.ts";
import type {
  Case,
  CaseCurve,
  CaseEvidence,
  CaseHistoryEntry,
  CaseMember,
  LatestReading,
} from "../model/case.ts";
import type { ReportedCase } from "../model/case-report.ts";
import type { CityFigures } from "../model/city-figures.ts";
import type { Clock, DurationMs, Instant } from "../model/clock.ts";
import type { DeviceTask, DeviceTaskState } from "../model/device-task.ts";
import type { DeadLetterReason } from "../model/errors.ts";
import type { CountedCases, Evaluation } from "../model/evaluation.ts";
import type { EvaluationItemRecord, NewItem } from "../model/evaluation-item.ts";
import type { CaseFile, StoredFile, ThumbnailSize } from "../model/file.ts";
import type { Place } from "../model/geography.ts";
import type { Identity } from "../model/identity.ts";
import type { CaseNo } from "../model/ids.ts";
import type { LastPlaces } from "../model/last-place.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { KeptNotice, Notice } from "../model/notice.ts";
import type { FoundPlace, NamedPlace, PlaceKind } from "../model/place.ts";
import type { CrewPlace, DeviceStatus } from "../model/presence.ts";
import type { Period, Reading } from "../model/reading.ts";
import type { Asset, Crew, DeviceEntry, Gateway, Service, Unit, User } from "../model/registry.ts";
import type { NamedRenewal, RenewalPage } from "../model/renewal.ts";
import type { Roster } from "../model/roster.ts";
import type { Rule, Severity } from "../model/rule.ts";
import type { RuleTrust, VersionPrecision } from "../model/rule-trust.ts";
import type { ScoreModel } from "../model/score-model.ts";
import type { Attendance, ShiftMark } from "../model/shift.ts";
import type { Steward } from "../model/steward.ts";
import type {
  Supervision,
  SupervisionDetails,
  SupervisionState,
  SupervisionSummary,
} from "../model/supervision.ts";
import type { CommandsDoor } from "./command-door.ts";
import type { DecodersDoor } from "./decoder-door.ts";
import type { HandoversDoor, IntakeDeskDoor } from "./desk-door.ts";
import type { DevicesDoor, OnboardingDoor } from "./device-door.ts";
import type { IntakesDoor } from "./intake-door.ts";
import type { JsonSourcesDoor } from "./json-source-door.ts";
import type { Open311Door } from "./open311/door.ts";
import type { PatrolsDoor } from "./patrol-door.ts";
import type { CitizensDoor } from "./public/door.ts";
import type { CitizenReportsDoor, PublicLayersDoor } from "./public/report-door.ts";
import type { PublicationsDoor } from "./publication-door.ts";
import type { ReachingDoor } from "./reaching-door.ts";
import type { RedecodingsDoor, RetriesDoor } from "./redecoding-door.ts";
import type { AssetPatchBody } from "./schemas/assets.ts";
import type { CaseReportBody, TransitionBody } from "./schemas/cases.ts";
import type { CountedCasesQuery, EvaluationQuery } from "./schemas/evaluation.ts";
import type { LastPlacesQuery } from "./schemas/last-places.ts";
import type { Aggregate } from "./schemas/readings.ts";
import type { RenewalQuery } from "./schemas/renewals.ts";
import type { SupervisionBody, SupervisionTransitionBody } from "./schemas/supervisions.ts";
import type { PasswordsDoor, SessionsDoor } from "./session-door.ts";
import type { PositionsDoor, SitesDoor } from "./site-door.ts";
import type { SourcesDoor } from "./source-door.ts";
import type { FilingTablesDoor } from "./table-door.ts";
import type { AssistsDoor, RulingsDoor, StewardsDoor } from "./together-deps.ts";

export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

export interface Page<T> {
  items: T[];
  next?: string | undefined;
}

type MaybePromise<T> = T | Promise<T>;

export interface RegistryDoor extends DevicesDoor {
  login(
    username: string,
    password: string,
    from: string,
  ): Promise<{ token: string; expiresAt: Instant; user: User }>;
  userOfToken(token: string): Promise<User | undefined>;
  readonly sessions: SessionsDoor;
  readonly passwords: PasswordsDoor;
  /** A service may call some routes by its key. @throws RATE_LIMITED after many failures */
  authenticateService(
    serviceId: string,
    key: string,
    from: string,
  ): Promise<Extract<Identity, { kind: "service" }> | undefined>;
  /** A new key for a device, gateway, crew or service. */
  newKey(username: string): Promise<{ key: string }>;
  asset(assetId: string): Asset | undefined;
  device(deviceId: string): DeviceEntry | undefined;
  unit(unitId: string): Unit | undefined;
  readonly units: {
    list(request: PageRequest): Page<Unit>;
    /** The unit and all below it. */
    under(unitId: string): readonly string[];
    create(unit: Unit): Promise<Unit>;
  };
  readonly crews: {
    list(request: PageRequest & { unitId?: string | undefined }): Page<Crew>;
    get(crewId: string): Crew | undefined;
    create(crew: Crew): Promise<{ crewId: string; key: string }>;
  };
  readonly users: {
    list(request: PageRequest): Page<User>;
    create(user: User & { password: string }): Promise<User>;
  };
  readonly assets: {
    list(request: PageRequest & AssetFilter): Page<Asset>;
    create(asset: Asset): Promise<Asset>;
    patch(assetId: string, patch: AssetPatchBody): Promise<Asset>;
    remove(assetId: string): Promise<void>;
  };
  readonly stewards: StewardsDoor;
  readonly patrols: PatrolsDoor;
  readonly gateways: {
    list(request: PageRequest): Page<Gateway>;
    get(gatewayId: string): Gateway | undefined;
    create(gateway: Gateway): Promise<{ gatewayId: string; key: string }>;
  };
  readonly services: {
    list(request: PageRequest): Page<Service>;
    get(serviceId: string): Service | undefined;
    create(service: Service): Promise<{ serviceId: string; key: string }>;
  };
  readonly places: {
    /** The best first. */
    search(search: {
      q: string;
      kind?: PlaceKind | undefined;
      near?: Place | undefined;
      limit: number;
    }): FoundPlace[];
    get(placeId: string): NamedPlace | undefined;
    /** With its street, community and grid. */
    located(place: NamedPlace): FoundPlace;
    importFile(file: { format: "csv" | "geojson"; text: string }): Promise<{
      created: number;
      updated: number;
      rejected: RejectedRow[];
      ignored: string[];
    }>;
    /** @throws PLACE_NOT_FOUND */
    remove(placeId: string): Promise<void>;
  };
  /** What devices and crews last told of themselves; who told nothing is absent. */
  readonly presence: {
    statusesOf(deviceIds: readonly string[]): Promise<ReadonlyMap<string, DeviceStatus>>;
    placesOf(crewIds: readonly string[], now: Instant): Promise<ReadonlyMap<string, CrewPlace>>;
  };
  importAssets(file: { format: "csv" | "geojson"; text: string }): Promise<{
    created: number;
    updated: number;
    rejected: RejectedRow[];
    ignored: string[];
  }>;
  importDevices(devices: readonly unknown[]): Promise<{
    created: { deviceId: string; key: string }[];
    rejected: RejectedRow[];
  }>;
}

interface AssetFilter {
  class?: string | undefined;
  parentAssetId?: string | undefined;
  responsibleGrid?: string | undefined;
  unitId?: string | undefined;
  hasDevices?: boolean | undefined;
  q?: string | undefined;
  street?: string | undefined;
  among?: ReadonlySet<string> | undefined;
}

export interface RejectedRow {
  row: number;
  line?: number;
  code: string;
  message: string;
}

/** Exactly one of `assetId` and `deviceId` is there, and is registered. */
export interface SeriesRequest {
  assetId?: string | undefined;
  deviceId?: string | undefined;
  /** All measurements when absent. */
  measurement?: string | undefined;
  period: Period;
  /** Inclusive. */
  from: Instant;
  /** Exclusive. */
  to: Instant;
  /** Raw when absent. Buckets begin at multiples of `everyMs` counted from `originMs`. */
  bucket?: { fn: Aggregate; everyMs: DurationMs; originMs: Instant };
  goodOnly: boolean;
}

export interface AnsweredSeries {
  deviceId: string;
  measurement: string;
  unit: string;
  /** [ms since 1970, value], oldest first. */
  points: [number, number][];
  truncated?: boolean;
}

interface ReadingsDoor {
  latest(assetId: string): MaybePromise<readonly LatestReading[]>;
  query(request: SeriesRequest): Promise<readonly AnsweredSeries[]>;
}

/** A rule as somebody puts it: the version, where it is there, must be the one that stands. */
export type RuleInput = Omit<Rule, "version"> & { version?: number | undefined };

interface RulesDoor {
  list(): readonly Rule[];
  get(ruleId: string): Rule | undefined;
  /** assetIds of overrides whose asset is not there. */
  strays(rule: Rule): string[];
  versions(
    ruleId: string,
  ): Promise<readonly { rule: Rule; changedAt: Instant; changedBy: string }[]>;
  /** What crews found of the version that stands, and what follows of it. */
  trust(rule: Rule): Promise<RuleTrust>;
  /** Newest version first; those without a label are absent. */
  precision(ruleId: string): Promise<readonly VersionPrecision[]>;
  /** @throws RULE_INVALID, RULE_VERSION_CONFLICT */
  put(rule: RuleInput, by: string): Promise<Rule>;
  /** Whether `put` would take it. @throws as `put` */
  check(rule: RuleInput): void;
  /**
   * Tries a rule on stored readings; progress is told once the request is found good, and then from
   * time to time. @throws the codes of `put`, RULE_NOT_FOUND, ASSET_NOT_FOUND, REQUEST_INVALID,
   * RATE_LIMITED, BACKTEST_NO_DATA, BACKTEST_TOO_LARGE, STORE_FAILED
   */
  backtest(
    request: BacktestRequest,
    watch: { signal: AbortSignal; onProgress(progress: object): void },
  ): Promise<BacktestFound>;
}

export interface BacktestRequest {
  ruleId: Rule["ruleId"];
  from: Instant;
  to: Instant;
  /** The one that stands when absent. */
  rule?: RuleInput;
  /** All of the rule's class when absent. */
  assetIds?: readonly string[];
}

interface TriedAlarm {
  deviceId: string;
  assetId: string;
  severity: Severity;
  raisedAt: Instant;
  returnedAt?: Instant;
  evidence?: AlarmEvidence;
}

interface BacktestSide {
  alarms: TriedAlarm[];
  truncated: boolean;
  alarmCount: number;
  assetsWithAlarms: number;
  casesCount: number;
  ordersPerDay: { mean: number; max: number };
  bySeverity: Record<Severity, number>;
}

export interface BacktestFound {
  ruleId: string;
  from: Instant;
  to: Instant;
  assets: number;
  devices: number;
  readings: number;
  candidate: BacktestSide;
  present?: BacktestSide;
  onlyCandidate: TriedAlarm[];
  onlyCandidateCount: number;
  onlyPresent: TriedAlarm[];
  onlyPresentCount: number;
}

interface AlarmsDoor {
  list(request: {
    limit: number;
    cursor?: string;
    state?: AlarmState;
    assetId?: string;
  }): MaybePromise<Page<AlarmRecord>>;
  get(alarmId: string): Promise<AlarmRecord | undefined>;
  /** @throws ALARM_NOT_FOUND, ALARM_STATE_REFUSED */
  acknowledge(
    alarmId: string,
    how: { by: string; note?: string | undefined },
  ): MaybePromise<AlarmRecord>;
  /** @throws ALARM_NOT_FOUND, ALARM_STATE_REFUSED, REQUEST_INVALID, ROLE_REFUSED */
  shelve(
    alarmId: string,
    how: { until: Instant; reason: string; by: string; mayShelveLifeSafety: boolean },
  ): MaybePromise<AlarmRecord>;
  /** @throws ALARM_NOT_FOUND, ALARM_STATE_REFUSED */
  unshelve(alarmId: string): MaybePromise<AlarmRecord>;
}

interface WorkInHand {
  orders: number;
  handling: number;
  overdue: number;
  oldestWaitingAt?: Instant;
}

export interface UnitLoad extends WorkInHand {
  unitId: Unit["unitId"];
  name: string;
  standing: number;
  crews: (WorkInHand &
    Pick<Crew, "crewId" | "name"> & {
      onDuty: boolean;
      position?: CrewPlace;
      positionAgeMs?: number;
    })[];
}

interface RosterShown {
  unitId: Unit["unitId"];
  roster?: Roster;
  onDuty: Crew["crewId"][];
  warnings: string[];
}

interface DutyDoor {
  /** @throws UNIT_NOT_FOUND */
  roster(unitId: string): RosterShown;
  /** @throws UNIT_NOT_FOUND, REQUEST_INVALID */
  putRoster(unitId: string, roster: Roster): Promise<RosterShown>;
  /** @throws CREW_NOT_FOUND */
  shift(
    said: { crewId: string; state: "on" | "off"; note?: string | undefined },
    by: string,
  ): Promise<ShiftMark>;
  unitOfCrew(crewId: string): string | undefined;
  /** @throws UNIT_NOT_FOUND, REQUEST_INVALID */
  attendance(unitId: string, span: { from: Instant; to: Instant }): Promise<Attendance[]>;
  /** With ids only of those units. */
  load(request: PageRequest & { unitIds?: readonly string[] | undefined }): Promise<Page<UnitLoad>>;
}

interface EvaluationDoor {
  /** @throws REQUEST_INVALID */
  read(query: EvaluationQuery): Promise<Evaluation>;
  /** @throws REQUEST_INVALID */
  cases(query: CountedCasesQuery): Promise<CountedCases>;
}

export interface KeptScoreModel {
  modelId: string;
  version: number;
  model: ScoreModel;
  changedAt?: Instant;
  changedBy?: string;
}

interface EvaluationMarksDoor {
  models(): Promise<KeptScoreModel[]>;
  /** @throws TABLE_VERSION_CONFLICT */
  putModel(
    modelId: string,
    model: ScoreModel,
    said: { by: string; version?: number | undefined },
  ): Promise<KeptScoreModel>;
  /** The oldest first. */
  items(): Promise<EvaluationItemRecord[]>;
  /** @throws REQUEST_INVALID, IDEMPOTENCY_KEY_REUSED */
  add(
    items: readonly NewItem[],
    by: { by: string; role: string },
    key?: RequestKey,
  ): Promise<EvaluationItemRecord[]>;
  /** @throws TABLE_INVALID too */
  addFile(
    csv: string,
    by: { by: string; role: string },
    key?: RequestKey,
  ): Promise<EvaluationItemRecord[]>;
  /** @throws ITEM_NOT_FOUND, ITEM_REVOKED */
  revoke(
    itemId: string,
    reason: string,
    by: { by: string; role: string },
  ): Promise<EvaluationItemRecord>;
}

interface LastPlacesDoor {
  /** @throws REQUEST_INVALID */
  read(query: LastPlacesQuery): Promise<LastPlaces>;
}

interface RenewalsDoor {
  /** Of these units alone, all when absent. @throws UNIT_NOT_FOUND, REQUEST_INVALID */
  list(
    query: RenewalQuery & { within?: ReadonlySet<string> | undefined },
  ): Promise<RenewalPage<NamedRenewal>>;
}

interface PerformanceDoor {
  alarms(span: { from: Instant; to: Instant }): Promise<AlarmPerformance>;
  load(): Promise<readonly OrderLoad[]>;
}

export interface CaseFilter {
  /** `open` is every state that is not terminal, `closed` every other. */
  status?: string | undefined;
  assetId?: string | undefined;
  unitId?: string | undefined;
  crewId?: string | undefined;
  /** Opened at or after. */
  from?: Instant | undefined;
  /** Opened before. */
  to?: Instant | undefined;
  /** Drills alone, or none of them. */
  drill?: boolean | undefined;
}

export interface CaseWithHistory {
  case: Case;
  history: readonly CaseHistoryEntry[];
  evidence: readonly CaseEvidence[];
  members: readonly CaseMember[];
  assists: readonly Assist[];
  stewards: readonly Steward[];
  files: readonly CaseFile[];
}

export interface Actor {
  username: string;
  roles: User["roles"];
  unitId?: NonNullable<User["unitId"]>;
  crewId?: NonNullable<User["crewId"]>;
}

export interface CaseTurn {
  takes: readonly {
    event: string;
    /** Whose it is, the platform's own part left out. */
    roles: string[];
    isYours: boolean;
    needs?: "note" | "reason";
  }[];
  /** Of the stage that it stands in, where that has a limit. */
  stage?: { stage: string; until: Instant };
}

interface CasesDoor {
  list(request: PageRequest & CaseFilter): Promise<Page<Case>>;
  get(caseNo: string): Promise<CaseWithHistory | undefined>;
  /** What it takes as it stands, and which of that from this person. */
  turn(theCase: Case, actor: Actor): Promise<CaseTurn>;
  /** @throws CASE_NOT_FOUND, STORE_FAILED */
  curve(caseNo: string): Promise<CaseCurve>;
  /** Under a key that was used before, both answer what they answered then.
   * @throws IDEMPOTENCY_KEY_REUSED */
  report(
    report: CaseReportBody & { isDrill?: true },
    actor: Actor,
    key?: RequestKey,
  ): Promise<ReportedCase>;
  /** @throws CASE_NOT_FOUND, CASE_TRANSITION_REFUSED, CASE_VERSION_CONFLICT, ROLE_REFUSED,
   * IDEMPOTENCY_KEY_REUSED */
  transition(
    caseNo: string,
    transition: TransitionBody,
    actor: Actor,
    key?: RequestKey,
  ): Promise<Case>;
}

/** A file on its way; `contentType` is the header's word. */
export interface FileUpload extends Pick<StoredFile, "moment" | "name" | "said"> {
  parts: AsyncIterable<Uint8Array>;
  contentType?: string | undefined;
}

interface FilesDoor {
  /** Under a key that was used before it answers what it answered then.
   * @throws FILE_TYPE_REFUSED, FILE_DAMAGED, FILE_STORE_FULL, FILE_STORE_FAILED,
   * PAYLOAD_TOO_LARGE, RATE_LIMITED, IDEMPOTENCY_KEY_REUSED */
  receive(upload: FileUpload, actor: Actor, key?: RequestKey): Promise<StoredFile>;
  /** @throws FILE_NOT_FOUND, also of what is somebody else's and at no case yet */
  find(fileId: string, actor: Actor): Promise<StoredFile>;
  /** @throws FILE_STORE_FAILED */
  bytes(file: StoredFile): Promise<Readable>;
  /** Nothing of a document. @throws FILE_STORE_FAILED, RATE_LIMITED */
  thumbnail(file: StoredFile, size: ThumbnailSize): Promise<Buffer | undefined>;
}

/** Said of a put beside its rows; the version is the one that is changed. */
interface TableSaid {
  csv?: string | undefined;
  version?: number | undefined;
}

interface CalendarsDoor {
  list(): Promise<Kept<NamedCalendar>[]>;
  /** @throws CALENDAR_NOT_FOUND */
  get(name: string, version?: number): Promise<Kept<NamedCalendar>>;
  /** @throws TABLE_INVALID, TABLE_VERSION_CONFLICT */
  put(
    calendar: NamedCalendar,
    said: { by: string; version?: number | undefined },
  ): Promise<Kept<NamedCalendar>>;
  /** @throws CALENDAR_NOT_FOUND */
  holidays(year: number, version?: number): Promise<Kept<HolidayNotice>>;
  /** @throws TABLE_INVALID, TABLE_VERSION_CONFLICT */
  putHolidays(
    year: number,
    said: TableSaid & {
      source?: string | undefined;
      days?: { date: string; kind: string; name?: string | undefined }[] | undefined;
    },
    by: string,
  ): Promise<{ kept: Kept<HolidayNotice>; warnings: RowFault[] }>;
  overrides(version?: number): Promise<Kept<{ rows: CalendarOverride[] }>>;
  /** @throws TABLE_INVALID, TABLE_VERSION_CONFLICT */
  putOverrides(
    said: TableSaid & {
      rows?:
        | { class?: string | undefined; areaPrefix?: string | undefined; calendar: string }[]
        | undefined;
    },
    by: string,
  ): Promise<{ kept: Kept<{ rows: CalendarOverride[] }>; warnings: RowFault[] }>;
}

interface AuditDoor {
  /** Runs `work`; the first transaction that commits below it keeps the entry and marks it kept. */
  during(pending: PendingAudit, work: () => void): void;
  /** Of a write that no transaction has kept; written soon. */
  beside(draft: AuditDraft, result: string): void;
  /** Newest first. */
  list(filter: AuditFilter): Promise<Page<AuditEntry>>;
  /** Walks along the history's chain from this record on. @throws RATE_LIMITED */
  verify(from?: number): Promise<ChainReport>;
}

export interface DeadLetterShown {
  id: string | number;
  receivedAt: Instant;
  source: string;
  sender: string;
  topic: string;
  reason: DeadLetterReason;
  text: string;
  /** The bytes at fault, up to a bound. */
  payload: Uint8Array;
  /** How many there were. */
  payloadBytes: number;
}

export interface TaskFilter {
  state?: DeviceTaskState | undefined;
  assetId?: string | undefined;
  deviceId?: string | undefined;
  kind?: string | undefined;
}

interface TasksDoor {
  /** Newest first. */
  list(request: PageRequest & TaskFilter): Promise<Page<DeviceTask>>;
  /** @throws TASK_NOT_FOUND, ROLE_REFUSED */
  done(said: { taskId: string; note?: string | undefined }, actor: Actor): Promise<DeviceTask>;
}

export interface SupervisionFilter {
  state?: SupervisionState | undefined;
  unitId?: string | undefined;
  caseNo?: string | undefined;
  overdue?: boolean | undefined;
  /** Issued at or after. */
  from?: Instant | undefined;
  /** Issued before. */
  to?: Instant | undefined;
}

/** Of a unit's people, their own orders and those of the units below. */
interface SupervisionsDoor {
  list(request: PageRequest & SupervisionFilter, actor: Actor): Promise<Page<Supervision>>;
  /** @throws SUPERVISION_NOT_FOUND, ROLE_REFUSED */
  get(supervisionNo: string, actor: Actor): Promise<SupervisionDetails>;
  summary(span: Pick<SupervisionFilter, "from" | "to">, actor: Actor): Promise<SupervisionSummary>;
  /** Under a key that was used before, both answer what they answered then.
   * @throws ROLE_REFUSED, UNIT_NOT_FOUND, CASE_NOT_FOUND, REQUEST_INVALID, IDEMPOTENCY_KEY_REUSED */
  issue(
    draft: Omit<SupervisionBody, "deadline"> & { until?: Instant | undefined },
    actor: Actor,
    key?: RequestKey,
  ): Promise<Supervision>;
  /** @throws SUPERVISION_NOT_FOUND, SUPERVISION_TRANSITION_REFUSED, SUPERVISION_VERSION_CONFLICT,
   * ROLE_REFUSED, REQUEST_INVALID, FILE_NOT_FOUND, FILE_NOT_YOURS, IDEMPOTENCY_KEY_REUSED */
  transition(
    supervisionNo: string,
    said: SupervisionTransitionBody,
    actor: Actor,
    key?: RequestKey,
  ): Promise<Supervision & { openCaseNos?: CaseNo[] }>;
}

interface NoticesDoor {
  /** Those that the user may see, newest first. */
  list(
    request: PageRequest & { standing?: boolean | undefined },
    actor: Actor,
  ): Promise<Page<KeptNotice>>;
  /** @throws NOTICE_NOT_FOUND */
  acknowledge(noticeId: string, actor: Actor): Promise<KeptNotice>;
}

interface DeadLettersDoor {
  list(request: PageRequest): Promise<{
    readonly items: readonly DeadLetterShown[];
    readonly next?: string | undefined;
  }>;
}

/** Somebody unknown who tried to be heard. */
export interface KnockShown {
  readonly format: string;
  /** The deviceId, or the id that its format knows it by. */
  readonly id: string;
  readonly sender: string;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  readonly count: number;
}

/** What the page's map draws, as small as it can be. */
interface MapShown {
  classes: {
    slug: string;
    title: { zh: string; en: string };
    measurements: AssetClass["measurements"];
    conditions: { conditionId: string; title: { zh: string; en: string } }[];
  }[];
  /** Names of the responsibility grids. */
  grids: string[];
  /** assetId, index of the class or -1, index of the grid or -1, lon, lat, 1 where it has a device. */
  items: [string, number, number, number, number, 0 | 1][];
}

/** What the live stream is fed with; readings come as many as there are and are sampled here. */
export type StreamEvent =
  | { kind: "readings"; readings: readonly Reading[] }
  | { kind: "alarm"; alarm: AlarmRecord }
  | { kind: "case"; case: Case }
  | { kind: "notice"; notice: Notice };

export interface StreamDoor {
  /** Called while somebody watches, and only then. Answers how to stop. */
  subscribe(listener: (event: StreamEvent) => void): () => void;
}

interface Health {
  ready: boolean;
  details: Record<string, unknown>;
}

export interface ConsoleDeps {
  registry: RegistryDoor;
  readings: ReadingsDoor;
  rules: RulesDoor;
  alarms: AlarmsDoor;
  performance: PerformanceDoor;
  evaluation: EvaluationDoor;
  evaluationMarks: EvaluationMarksDoor;
  renewals: RenewalsDoor;
  lastPlaces: LastPlacesDoor;
  publications: PublicationsDoor;
  duty: DutyDoor;
  reaching: ReachingDoor;
  cases: CasesDoor;
  sites: SitesDoor;
  positions: PositionsDoor;
  filingTables: FilingTablesDoor;
  sources: SourcesDoor;
  intakeDesk: IntakeDeskDoor;
  handovers: HandoversDoor;
  intakes: IntakesDoor;
  decoders: DecodersDoor;
  redecodings: RedecodingsDoor;
  retries: RetriesDoor;
  jsonSources: JsonSourcesDoor;
  open311: Open311Door;
  citizens: CitizensDoor;
  citizenReports: CitizenReportsDoor;
  publicLayers: PublicLayersDoor;
  tasks: TasksDoor;
  notices: NoticesDoor;
  supervisions: SupervisionsDoor;
  assists: AssistsDoor;
  rulings: RulingsDoor;
  deadLetters: DeadLettersDoor;
  files: FilesDoor;
  calendars: CalendarsDoor;
  audit: AuditDoor;
  commands: CommandsDoor;
  /** When a device that has readings was last heard, as far as is known. */
  heardAt(deviceId: string): Instant | undefined;
  /** Newest first. */
  knocking(): readonly KnockShown[];
  onboarding: OnboardingDoor;
  /** Counted at most some seconds ago. */
  cityFigures(): Promise<CityFigures>;
  map(): MaybePromise<MapShown>;
  /** As the map has them, for pages that draw none. */
  classes(): MapShown["classes"];
  stream: StreamDoor;
  health(): MaybePromise<Health>;
  /** The platform's metrics as Prometheus reads them. */
  metrics(): Promise<string>;
  /** The `<ISO start>,<speed>` the platform was started with, if not on the wall's time. */
  clockPair?: string | undefined;
  clock: Clock;
  zone: TimeZone;
  log: Log;
  /** Where the console counts its own. */
  meters: Metrics;
}
