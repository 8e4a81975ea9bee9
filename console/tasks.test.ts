/** Device-repair tasks over HTTP: what the routes take, ask and answer. */
import { expect, test } from "vitest";
import { setUp } from "./called-server.ts";

test("tasks are listed by their filters, with their times in the platform's zone", async () => {
  const { call, doubles } = await setUp();
  const query = "state=open&assetId=cover-1&deviceId=dev-1&kind=battery-low&limit=7";
  const answer = await call("GET", `/api/v1/tasks?${query}`, { as: "viewer" });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    items: [
      {
        taskId: "task-1",
        kind: "battery-low",
        deviceId: "dev-1",
        assetId: "cover-1",
        ruleId: "manhole-cover.battery-low",
        alarmId: "alarm-2",
        severity: "notice",
        state: "open",
        openedAt: "2026-11-22T08:30:00.000+08:00",
        count: 1,
      },
    ],
  });
  expect(doubles.asked.at(-1)?.with).toEqual({
    state: "open",
    assetId: "cover-1",
    deviceId: "dev-1",
    kind: "battery-low",
    limit: 7,
  });
  const wrong = await call("GET", "/api/v1/tasks?state=over", { as: "viewer" });
  expect([wrong.status, wrong.body.code]).toEqual([400, "REQUEST_INVALID"]);
});

test("a task is ended in the name of who asks, with a note or without a body", async () => {
  const { call, doubles } = await setUp();
  const body = { note: "new battery" };
  const answer = await call("POST", "/api/v1/tasks/task-1/done", { as: "engineer", body });
  expect([answer.status, answer.body.state, answer.body.doneBy]).toEqual([200, "done", "engineer"]);
  expect(answer.body.doneAt).toBe("2026-11-22T08:30:00.000+08:00");
  expect(doubles.asked.at(-1)?.with).toMatchObject({
    said: { taskId: "task-1", note: "new battery" },
    actor: { username: "engineer" },
  });
  expect((await call("POST", "/api/v1/tasks/task-1/done", { as: "unit" })).status).toBe(200);
  expect((await call("POST", "/api/v1/tasks/task-1/done", { as: "crew" })).status).toBe(403);
});
