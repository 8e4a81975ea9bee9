/** Whatever code the platform may give has its words on the pages, and no page has words for another. */
import { expect, test } from "vitest";
import { ALARM_STATES } from "../../../model/alarm.ts";
import { AssistEvent, AssistState } from "../../../model/assist.ts";
import { CommandState } from "../../../model/command.ts";
import { DeviceLife, LifeEvent } from "../../../model/device-life.ts";
import { FIELD_FAULT_KINDS } from "../../../model/field-fault.ts";
import { PublicationKind, PublicationState } from "../../../model/publication.ts";
import { FLAG_BITS } from "../../../model/reading.ts";
import { DeviceFormat } from "../../../model/registry.ts";
import { Severity } from "../../../model/rule.ts";
import { Grade } from "../../../model/score-model.ts";
import { SupervisionLevel, SupervisionState } from "../../../model/supervision.ts";
import { sayAlarmState, saySeverity } from "../shared/alarm-words.ts";
import { sayKind } from "../shared/faults/kind-words.ts";
import { sayLife } from "../shared/life-words.ts";
import type { Say } from "../shared/words.ts";
import { sayCommandState, sayLifeEvent } from "./assets/device-words.ts";
import { flags } from "./assets/flag-words.ts";
import { sayExternalId, sayFormat } from "./assets/form-words.ts";
import { sayAssist, sayAssistEvent, sayLevel, saySupervision } from "./cases/case-page-words.ts";
import { sayBriefKind, sayBriefState, sayGrade } from "./evaluation/evaluation-words.ts";

test.each<[string, Say<string>, readonly string[]]>([
  ["state of an alarm", sayAlarmState, ALARM_STATES],
  ["severity", saySeverity, Severity.options],
  ["place in a device's life", sayLife, DeviceLife.options],
  ["step of a device's life", sayLifeEvent, LifeEvent.options],
  ["state of a command", sayCommandState, CommandState.options],
  ["format of a device", sayFormat, DeviceFormat.options],
  ["external id", sayExternalId, DeviceFormat.options],
  ["flag of a reading", flags, Object.keys(FLAG_BITS)],
  ["state of an assist", sayAssist, AssistState.options],
  ["step of an assist", sayAssistEvent, AssistEvent.options],
  ["state of a supervision order", saySupervision, SupervisionState.options],
  ["level of a supervision order", sayLevel, SupervisionLevel.options],
  ["kind of a brief", sayBriefKind, PublicationKind.options],
  ["state of a brief", sayBriefState, PublicationState.options],
  ["grade", sayGrade, Grade.options],
  ["kind of a field's fault", sayKind, FIELD_FAULT_KINDS],
])("every %s has its words, and no other", (_what, say, codes) => {
  expect(Object.keys(say.words).sort()).toEqual([...codes].sort());
});
