import type { AlarmRecord } from "../model/alarm.ts";
import type { AuditEntry } from "../model/audit.ts";
import type { HolidayNotice, Kept, NamedCalendar } from "../model/calendar.ts";
import { Case } from "../model/case.ts";
import type { DeviceTask } from "../model/device-task.ts";
import { FileId, type StoredFile } from "../model/file.ts";
import { AlarmId, AssetId, CrewId, DeviceId, RuleId, ServiceId, UnitId } from "../model/ids.ts";
import type { KeptNotice } from "../model/notice.ts";
import { FoundPlace } from "../model/place.ts";
import { Asset, Device, Unit } from "../model/registry.ts";
import { Rule } from "../model/rule.ts";
import type { RuleTrust, VersionPrecision } from "../model/rule-trust.ts";
import type { BacktestFound, UnitLoad } from "./deps.ts";

export const NOW = Date.UTC(2026, 10, 22, 0, 30);

export const SAMPLE_ASSET = Asset.parse({
  assetId: "cover-1",
  class: "manhole-cover",
  componentCode: "4115240101000001",
  name: "污水井盖",
  lon: 115.41,
  lat: 31.8,
  attributes: { material: "iron" },
});
export const SAMPLE_DEVICE = Device.parse({
  deviceId: "dev-1",
  assetId: "cover-1",
  protocolPassword: "123456",
});
export const SAMPLE_ALARM = {
  alarmId: AlarmId.parse("alarm-1"),
  ruleId: RuleId.parse("manhole-cover.open"),
  ruleVersion: 1,
  assetId: AssetId.parse("cover-1"),
  deviceId: DeviceId.parse("dev-1"),
  class: "manhole-cover",
  severity: "critical",
  lifeSafety: true,
  state: "unacknowledged",
  raisedAt: NOW,
  evidence: { measurement: "isOpen", value: 1, observedAt: NOW, receivedAt: NOW, flags: 0 },
} satisfies AlarmRecord;
export const SAMPLE_CASE = Case.parse({
  caseNo: "4115242026112200001",
  kind: "component",
  categoryCode: "0101",
  conditionId: "cover-open",
  state: "DISPATCHED",
  version: 3,
  source: "sensor",
  lifeSafety: true,
  lon: 115.41,
  lat: 31.8,
  limit: { value: 2, unit: "urgent-hour" },
  openedAt: NOW,
  deadline: NOW + 7_200_000,
  reworkCount: 0,
});
export const SAMPLE_FILE: StoredFile = {
  fileId: FileId.parse("0f".repeat(16)),
  sha256: "ab".repeat(32),
  type: "image/jpeg",
  bytes: 5,
  moment: "after",
  name: "井盖 (1).jpg",
  width: 4,
  height: 3,
  exif: { takenAt: NOW },
  said: { takenAt: NOW - 1_000, lon: 115.41, lat: 31.8 },
  uploadedBy: "crew",
  uploadedAt: NOW,
};
export const SAMPLE_PDF: StoredFile = {
  fileId: FileId.parse("0e".repeat(16)),
  sha256: "cd".repeat(32),
  type: "application/pdf",
  bytes: 5,
  moment: "other",
  uploadedBy: "crew",
  uploadedAt: NOW,
};
export const SAMPLE_NOTICE: KeptNotice = {
  noticeId: "4115242026112200001-4-no-crew",
  kind: "no-crew",
  caseNo: SAMPLE_CASE.caseNo,
  unitId: UnitId.parse("works"),
  lifeSafety: true,
  at: NOW,
};
export const SAMPLE_LOAD: UnitLoad = {
  unitId: UnitId.parse("works"),
  name: "Works",
  orders: 3,
  handling: 1,
  overdue: 1,
  oldestWaitingAt: NOW - 60_000,
  standing: 1,
  crews: [
    {
      crewId: CrewId.parse("crew-1"),
      name: "Crew 1",
      onDuty: true,
      orders: 2,
      handling: 1,
      overdue: 0,
      position: { lon: 115.41, lat: 31.8, at: NOW - 30_000 },
      positionAgeMs: 30_000,
    },
  ],
};
export const SAMPLE_TASK: DeviceTask = {
  taskId: "task-1",
  kind: "battery-low",
  deviceId: SAMPLE_DEVICE.deviceId,
  assetId: SAMPLE_ASSET.assetId,
  ruleId: RuleId.parse("manhole-cover.battery-low"),
  alarmId: AlarmId.parse("alarm-2"),
  severity: "notice",
  state: "open",
  openedAt: NOW,
  count: 1,
};
export const SAMPLE_ENTRY: AuditEntry = {
  seq: 7,
  at: NOW,
  requestId: "request-1",
  actor: "acceptor",
  roles: ["acceptor"],
  action: "cases.report",
  route: "POST /api/v1/cases",
  subject: SAMPLE_CASE.caseNo,
  result: "done",
};
export const PLACE = { placeId: "place-1", kind: "road", name: "南京路", lon: 115.41, lat: 31.8 };
export const SAMPLE_PLACE = FoundPlace.parse({ ...PLACE, match: "exact" });
export const SAMPLE_CALENDAR: Kept<NamedCalendar> = {
  name: "office",
  title: { zh: "机关作息", en: "office hours" },
  days: "work-days",
  hours: [{ from: "08:00", to: "12:00" }],
  source: "a test",
  version: 0,
};
export const SAMPLE_HOLIDAYS: Kept<HolidayNotice> = {
  year: 2027,
  source: "a test",
  days: [{ date: "2027-01-01", kind: "off", name: "元旦" }],
  version: 0,
};
export const SAMPLE_RULE = Rule.parse({
  ruleId: "manhole-cover.open",
  version: 1,
  class: "manhole-cover",
  title: { zh: "井盖打开", en: "cover open" },
  condition: { kind: "boolean", measurement: "isOpen", abnormalWhen: true, period: "instant" },
  onDelayMs: 0,
  offDelayMs: 0,
  severity: "critical",
  lifeSafety: true,
  enabled: true,
  source: "city table",
});
export const SAMPLE_TRUST: RuleTrust = {
  labels: 10,
  precision: 0.4,
  floor: 0.5,
  isDistrusted: true,
  isImmediate: false,
};
export const SAMPLE_LABELS = { labels: 10, trueCount: 4, falseCount: 6, precision: 0.4 };
export const SAMPLE_PRECISION: VersionPrecision[] = [
  {
    version: 1,
    all: { ...SAMPLE_LABELS, interval: { low: 0.168, high: 0.687 } },
    recent: { ...SAMPLE_LABELS, interval: { low: 0.168, high: 0.687 } },
    isDistrusted: true,
  },
];
export const SAMPLE_SIDE = {
  alarms: [{ ...pick(SAMPLE_ALARM), returnedAt: NOW + 60_000 }],
  truncated: false,
  alarmCount: 1,
  assetsWithAlarms: 1,
  casesCount: 1,
  ordersPerDay: { mean: 1, max: 1 },
  bySeverity: { notice: 0, warning: 0, major: 0, critical: 1 },
};
export const SAMPLE_BACKTEST: BacktestFound = {
  ruleId: SAMPLE_RULE.ruleId,
  from: NOW - 86_400_000,
  to: NOW + 3_600_000,
  assets: 1,
  devices: 1,
  readings: 144,
  candidate: SAMPLE_SIDE,
  present: { ...SAMPLE_SIDE, alarms: [], alarmCount: 0 },
  onlyCandidate: SAMPLE_SIDE.alarms,
  onlyCandidateCount: 1,
  onlyPresent: [],
  onlyPresentCount: 0,
};
/** Signs in with the key that every one is given here. */
export const SAMPLE_SERVICE = {
  kind: "service" as const,
  serviceId: ServiceId.parse("vision"),
  publish: ["intake/video"],
  subscribe: ["hotline/#"],
};
export const CENTRE = Unit.parse({ unitId: "centre", name: "应急处置中心", kind: "department" });

function pick({ deviceId, assetId, severity, raisedAt, evidence }: typeof SAMPLE_ALARM) {
  return { deviceId, assetId, severity, raisedAt, evidence };
}
