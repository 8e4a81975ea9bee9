/** Tasks of calibrations on a real database: opened when a date has come, over when it is another. */
import { expect, test } from "vitest";
import type { CalibrationOverdue } from "../cases/calibration-tasks.ts";
import { DAY_MS, MINUTE_MS } from "../model/clock.ts";
import { ADMIN, MONDAY, openCaseDesk } from "./support/case-desk.ts";

const { desk } = openCaseDesk();
const late = (deviceId: string, dueAt = MONDAY - DAY_MS): CalibrationOverdue => ({
  ...{ deviceId, assetId: "cover-1", dueAt },
});

async function look(overdue: CalibrationOverdue[], at = MONDAY): Promise<[number, number]> {
  const tasks = desk.cases.calibrationTasks;
  const changes = await tasks.changes(desk.database.reader, overdue);
  await desk.database.transaction((tx) => tasks.write(tx, changes, at));
  return [changes.opened.length, changes.ended.length];
}
const list = async (filter: object = {}) =>
  (await desk.cases.tasks.list(desk.database.reader, { kind: "calibration-due", ...filter })).items;

test("a date that has come is a task of no alarm, once, and everybody's page takes it", async () => {
  expect(await look([late("d-1"), late("d-2")])).toEqual([2, 0]);
  expect(await look([late("d-1"), late("d-2")], MONDAY + 1)).toEqual([0, 0]);
  const [task] = await list({ deviceId: "d-1" });
  expect(task).toEqual({
    taskId: expect.stringMatching(/^task-calibration-[0-9a-f]{24}$/),
    ...{ kind: "calibration-due", deviceId: "d-1", assetId: "cover-1", severity: "notice" },
    ...{ state: "open", openedAt: MONDAY, count: 1 },
  });
  const first = await desk.cases.tasks.list(desk.database.reader, { limit: 1 });
  const next = await desk.cases.tasks.list(desk.database.reader, { cursor: first.next });
  expect(next.items).toHaveLength(1);
});

test("with another date, or out of use, it is ended by the system; late again it is another", async () => {
  await look([late("d-1"), late("d-2")]);
  expect(await look([late("d-2")], MONDAY + MINUTE_MS)).toEqual([0, 1]);
  expect(await list({ deviceId: "d-1" })).toMatchObject([
    { state: "done", doneBy: "system", doneAt: MONDAY + MINUTE_MS },
  ]);
  expect(await look([late("d-1", MONDAY), late("d-2")], MONDAY + 2)).toEqual([1, 0]);
  expect(await list({ deviceId: "d-1", state: "open" })).toHaveLength(1);
  // Late by another date while its task is open, it is the same work.
  expect(await look([late("d-1", MONDAY + 1), late("d-2")], MONDAY + 3)).toEqual([0, 0]);
});

test("ended by hand it is not opened again for the same date", async () => {
  await look([late("d-1")]);
  const [task] = await list();
  const said = { taskId: task?.taskId ?? "", note: "span gas 50 % LEL" };
  await desk.database.transaction((tx) => desk.cases.tasks.done(tx, said, ADMIN, MONDAY));
  expect(await look([late("d-1")])).toEqual([0, 0]);
  expect(await list()).toMatchObject([{ state: "done", doneBy: ADMIN.username, note: said.note }]);
});
