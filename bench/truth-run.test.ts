import { expect, test } from "vitest";
import { type AlarmAnswer, asAlarms, type CaseSeen, type TaskSeen } from "./truth-run.ts";

const at = (minutes: number): string =>
  new Date(Date.parse("2026-11-23T20:00:00+08:00") + minutes * 60_000).toISOString();
const lamp = (more: Partial<AlarmAnswer> = {}): AlarmAnswer => ({
  ...{ alarmId: "1", ruleId: "streetlight.dark", class: "streetlight", assetId: "lamp-1" },
  ...{ deviceId: "l-1", conditionId: "lamp-off", raisedAt: at(0) },
  ...more,
});
const opened = (minutes: number, more: Partial<CaseSeen> = {}): CaseSeen => ({
  ...{ caseNo: "1", assetId: "lamp-1", conditionId: "lamp-off", source: "sensor" },
  openedAt: at(minutes),
  ...more,
});
const task = (minutes: number): TaskSeen => ({
  ...{ taskId: "t", kind: "no-data", alarmId: "1", openedAt: at(minutes) },
});
const toldAt = (answer: AlarmAnswer, cases: CaseSeen[], tasks: TaskSeen[]): string | undefined => {
  const [alarm] = asAlarms([answer], new Set(["1"]), cases, tasks);
  return alarm?.toldAt === undefined ? undefined : new Date(alarm.toldAt).toISOString();
};

test.each<[string, AlarmAnswer, CaseSeen[], TaskSeen[], string]>([
  ["with its raise where nothing came of it", lamp(), [], [], at(0)],
  ["when its case was opened, if it was held until then", lamp(), [opened(20)], [], at(20)],
  ["when its task was opened", lamp(), [opened(20)], [task(5)], at(5)],
  ["with its raise where its case is older", lamp(), [opened(-60)], [], at(0)],
  [
    "with its raise where a case came after its end",
    lamp({ returnedAt: at(5) }),
    [opened(20)],
    [],
    at(0),
  ],
  [
    "with its raise where the case is another lamp's",
    lamp(),
    [opened(20, { assetId: "lamp-2" })],
    [],
    at(0),
  ],
  ["by the first of its cases", lamp(), [opened(40), opened(20)], [], at(20)],
])("an alarm is told %s", (_title, answer, cases, tasks, wanted) => {
  expect(toldAt(answer, cases, tasks)).toBe(wanted);
});

test("an alarm that the stream never told has no time of telling; it is over when it returned", () => {
  const [alarm] = asAlarms([lamp({ returnedAt: at(5), clearedAt: at(9) })], new Set(), [], []);
  expect(alarm?.toldAt).toBeUndefined();
  expect(alarm?.overAt).toBe(Date.parse(at(5)));
});
