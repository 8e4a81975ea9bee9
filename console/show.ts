/** Records as the API shows them: instants become ISO 8601 in the platform's zone, flags names. */
import type { AlarmRecord } from "../model/alarm.ts";
import type { Case, LatestReading } from "../model/case.ts";
import { caseView, evidenceView, historyView, memberView } from "../model/case-view.ts";
import type { Instant } from "../model/clock.ts";
import type { DeviceTask } from "../model/device-task.ts";
import type { TimeZone } from "../model/local-time.ts";
import { type KeptNotice, NOTICE_ROLE, NOTICE_TEXT } from "../model/notice.ts";
import { type Flag, flagNames, type Quality, qualityOf } from "../model/reading.ts";
import type { CaseTurn, CaseWithHistory, DeadLetterShown, KnockShown } from "./deps.ts";
import type { AlarmAnswer } from "./schemas/alarms.ts";
import type { CaseAnswer, CaseDetailAnswer } from "./schemas/cases.ts";
import type { NoticeAnswer } from "./schemas/notices.ts";
import type { TaskAnswer } from "./schemas/tasks.ts";
import { showCaseFile } from "./show-files.ts";
import { showAssist, showSteward } from "./show-together.ts";

export function showPage<From, To>(
  page: { readonly items: readonly From[]; readonly next?: string | undefined },
  show: (item: From) => To,
): { items: To[]; next?: string } {
  const items = page.items.map(show);
  return page.next === undefined ? { items } : { items, next: page.next };
}

export interface LatestAnswered {
  deviceId: string;
  measurement: string;
  unit: string;
  value: number;
  observedAt: string;
  receivedAt: string;
  quality: Quality;
  flags: Flag[];
}

export function showLatest(reading: LatestReading, zone: TimeZone): LatestAnswered {
  const { deviceId, measurement, unit, value, observedAt, receivedAt, flags } = reading;
  return {
    deviceId,
    measurement,
    unit,
    value,
    observedAt: zone.iso(observedAt),
    receivedAt: zone.iso(receivedAt),
    quality: qualityOf(flags),
    flags: flagNames(flags),
  };
}

export function showAlarm(alarm: AlarmRecord, zone: TimeZone): AlarmAnswer {
  const { evidence, raisedAt, acknowledgedAt, returnedAt, clearedAt, shelvedUntil, ...rest } =
    alarm;
  return {
    ...rest,
    raisedAt: zone.iso(raisedAt),
    ...isoIfThere("acknowledgedAt", acknowledgedAt, zone),
    ...isoIfThere("returnedAt", returnedAt, zone),
    ...isoIfThere("clearedAt", clearedAt, zone),
    ...isoIfThere("shelvedUntil", shelvedUntil, zone),
    ...(evidence === undefined
      ? {}
      : {
          evidence: {
            ...evidence,
            observedAt: zone.iso(evidence.observedAt),
            receivedAt: zone.iso(evidence.receivedAt),
            flags: flagNames(evidence.flags),
          },
        }),
  };
}

export function showCase(given: Case, zone: TimeZone): CaseAnswer {
  return caseView(given, zone);
}

export function showCaseDetail(
  found: CaseWithHistory,
  { takes, stage }: CaseTurn,
  zone: TimeZone,
): CaseDetailAnswer {
  return {
    ...caseView(found.case, zone),
    history: found.history.map((entry) => historyView(entry, zone)),
    evidence: found.evidence.map((alarm) => evidenceView(alarm, zone)),
    members: found.members.map((member) => memberView(member, zone)),
    assists: found.assists.map((assist) => showAssist(assist, zone)),
    stewards: found.stewards.map((steward) => showSteward(steward, zone)),
    files: found.files.map((file) => showCaseFile(file, zone)),
    takes: [...takes],
    ...(stage !== undefined && { stage: { ...stage, until: zone.iso(stage.until) } }),
  };
}

export function showTask({ openedAt, doneAt, ...rest }: DeviceTask, zone: TimeZone): TaskAnswer {
  return { ...rest, openedAt: zone.iso(openedAt), ...isoIfThere("doneAt", doneAt, zone) };
}

export function showNotice(notice: KeptNotice, zone: TimeZone): NoticeAnswer {
  const { at, doneAt, unitId, ...rest } = notice;
  return {
    ...rest,
    ...(unitId === undefined ? {} : { unitId }),
    role: NOTICE_ROLE[notice.kind],
    text: noticeText(notice),
    at: zone.iso(at),
    ...isoIfThere("doneAt", doneAt, zone),
  };
}

/** A drill says so before all else. */
function noticeText({ kind, isDrill = false }: KeptNotice): { zh: string; en: string } {
  const { zh, en } = NOTICE_TEXT[kind];
  return isDrill ? { zh: `【演练】${zh}`, en: `DRILL: ${en}` } : { zh, en };
}

export function showDeadLetter(letter: DeadLetterShown, zone: TimeZone) {
  const { id, receivedAt, source, sender, topic, reason, text, payload, payloadBytes } = letter;
  return {
    id,
    time: zone.iso(receivedAt),
    source,
    sender,
    topic,
    reason,
    text,
    payload: Buffer.from(payload).toString("base64"),
    payloadBytes,
  };
}

export function showKnock(knock: KnockShown, zone: TimeZone) {
  return { ...knock, firstAt: zone.iso(knock.firstAt), lastAt: zone.iso(knock.lastAt) };
}

export function isoIfThere<Name extends string>(
  name: Name,
  at: Instant | undefined,
  zone: TimeZone,
): { [Key in Name]?: string } {
  return at === undefined ? {} : ({ [name]: zone.iso(at) } as { [Key in Name]?: string });
}
