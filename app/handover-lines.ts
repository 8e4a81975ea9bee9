/**
 * What the next shift must know, as lines: of open cases the urgent and the late ones, pledges,
 * supervision orders that want a reply, notices that stand, alarms that are shelved, devices that are
 * out of service. Pure; of each section the first lines and how many there are.
 */
import type { AlarmRecord } from "../model/alarm.ts";
import type { Case, CaseState } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import { lifeOf } from "../model/device-life.ts";
import type { HandoverLine, HandoverSnapshot, Pledge } from "../model/handover.ts";
import { LIMITS } from "../model/limits.ts";
import { type KeptNotice, NOTICE_TEXT } from "../model/notice.ts";
import type { DeviceEntry } from "../model/registry.ts";
import type { Supervision } from "../model/supervision.ts";

export interface HandoverFound {
  cases: readonly Case[];
  pledges: readonly Pledge[];
  supervisions: readonly Supervision[];
  notices: readonly KeptNotice[];
  shelved: readonly AlarmRecord[];
  devices: Iterable<DeviceEntry>;
}

/** Where the deadline runs. */
const RUNNING: readonly CaseState[] = ["DISPATCHED", "RETURN_REVIEW", "HANDLING"];

export function snapshotOf(found: HandoverFound, now: Instant): HandoverSnapshot {
  const cases = found.cases.filter(({ isDrill }) => isDrill !== true);
  return {
    at: now,
    sections: {
      urgent: part(cases.filter(isUrgent).map(caseLine), byUntil),
      late: part(cases.filter((each) => isLate(each, now)).map(caseLine), byUntil),
      pledges: part(found.pledges.map(pledgeLine), byUntil),
      supervisions: part(found.supervisions.map(supervisionLine), byUntil),
      notices: part(
        found.notices.filter(({ isDrill }) => isDrill !== true).map(noticeLine),
        byDanger,
      ),
      shelved: part(found.shelved.map(alarmLine), byUntil),
      devices: part(
        [...found.devices]
          .filter(({ device }) => ["installed", "maintenance"].includes(lifeOf(device)))
          .map(deviceLine),
        (a, b) => a.id.localeCompare(b.id),
      ),
    },
  };
}

type Order = (a: HandoverLine, b: HandoverLine) => number;

function part(lines: HandoverLine[], order: Order): { count: number; lines: HandoverLine[] } {
  const sorted = [...lines].sort(order);
  return { count: lines.length, lines: sorted.slice(0, LIMITS.handoverLinesMax) };
}

/** What ends first comes first; what has no end, last. */
const byUntil: Order = (a, b) =>
  Number(b.lifeSafety ?? false) - Number(a.lifeSafety ?? false) ||
  (a.until ?? Number.MAX_SAFE_INTEGER) - (b.until ?? Number.MAX_SAFE_INTEGER) ||
  a.id.localeCompare(b.id);
/** The newest first. */
const byDanger: Order = (a, b) =>
  Number(b.lifeSafety ?? false) - Number(a.lifeSafety ?? false) ||
  (b.since ?? 0) - (a.since ?? 0) ||
  a.id.localeCompare(b.id);

const isUrgent = ({ lifeSafety, limit }: Case): boolean =>
  lifeSafety || limit.unit === "urgent-hour";

const isLate = ({ state, deadline }: Case, now: Instant): boolean =>
  deadline !== undefined && deadline < now && RUNNING.includes(state);

function caseLine(theCase: Case): HandoverLine {
  const { caseNo, state, conditionId, lifeSafety, openedAt: since } = theCase;
  const { class: slug, description, assetId, address, unitId, crewId, deadline } = theCase;
  return {
    ...{ id: caseNo, caseNo, state, conditionId, lifeSafety, since },
    ...(slug !== undefined && { class: slug }),
    ...(description !== undefined && { text: description }),
    ...(assetId !== undefined && { assetId }),
    ...(address !== undefined && { address }),
    ...(unitId !== undefined && { unitId }),
    ...(crewId !== undefined && { crewId }),
    ...(deadline !== undefined && { until: deadline }),
  };
}

const pledgeLine = ({ pledgeId, text, caseNo, dueAt, madeAt, madeBy }: Pledge): HandoverLine => ({
  ...{ id: pledgeId, text, since: madeAt, until: dueAt, by: madeBy },
  ...(caseNo !== undefined && { caseNo }),
});

const supervisionLine = (order: Supervision): HandoverLine => ({
  ...{ id: order.supervisionNo, state: order.state, text: order.title, unitId: order.unitId },
  ...{ caseNo: order.firstCaseNo, lifeSafety: order.lifeSafety },
  ...{ since: order.issuedAt, until: order.deadline, by: order.orderingLeader },
});

const noticeLine = (notice: KeptNotice): HandoverLine => ({
  ...{ id: notice.noticeId, state: notice.kind, title: NOTICE_TEXT[notice.kind] },
  ...{ lifeSafety: notice.lifeSafety, since: notice.at },
  ...(notice.caseNo !== undefined && { caseNo: notice.caseNo }),
  ...(notice.unitId !== undefined && { unitId: notice.unitId }),
});

const alarmLine = (alarm: AlarmRecord): HandoverLine => ({
  ...{ id: alarm.alarmId, state: alarm.ruleId, class: alarm.class, lifeSafety: alarm.lifeSafety },
  since: alarm.raisedAt,
  ...(alarm.conditionId !== undefined && { conditionId: alarm.conditionId }),
  ...(alarm.assetId !== undefined && { assetId: alarm.assetId }),
  ...(alarm.shelvedUntil !== undefined && { until: alarm.shelvedUntil }),
  ...(alarm.shelveReason !== undefined && { reason: alarm.shelveReason }),
  ...(alarm.shelvedBy !== undefined && { by: alarm.shelvedBy }),
});

const deviceLine = ({ device, asset }: DeviceEntry): HandoverLine => ({
  ...{ id: device.deviceId, state: lifeOf(device), assetId: asset.assetId },
  ...(asset.class !== undefined && { class: asset.class }),
});
