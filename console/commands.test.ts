/** Commands to devices over HTTP: what the routes take, ask and answer, and who may send what. */
import { expect, test } from "vitest";
import { setUp } from "./called-server.ts";

const PATH = "/api/v1/devices/dev-1/commands";
const SHOWN = {
  ...{ commandId: "command-1", deviceId: "dev-1", name: "dim", args: { percent: 60 } },
  ...{ mode: "until-acknowledged", state: "sent", tries: 1, createdBy: "engineer" },
  createdAt: "2026-11-22T08:30:00.000+08:00",
  expiresAt: "2026-11-22T08:45:00.000+08:00",
  sentAt: "2026-11-22T08:30:01.000+08:00",
};

test("a command is taken with its defaults, and shown with its times in the platform's zone", async () => {
  const { call, doubles } = await setUp();
  const body = { name: "dim", args: { percent: 60 } };
  const answer = await call("POST", PATH, { as: "dispatcher", body });
  expect([answer.status, answer.body]).toEqual([201, SHOWN]);
  const { with: given } = doubles.asked.find(({ what }) => what === "commands.send") ?? {};
  expect(given).toEqual({
    deviceId: "dev-1",
    body: { ...body, ttlSeconds: 900, mode: "until-acknowledged", replaces: false },
    username: "dispatcher",
  });
});

test.each([
  [{}, "name"],
  [{ name: "on", ttlSeconds: 604_801 }, "ttlSeconds"],
  [{ name: "on", mode: "twice" }, "mode"],
  [{ name: "on", when: "now" }, "when"],
])("%j is refused, and the field is named", async (body, field) => {
  const { call } = await setUp();
  const answer = await call("POST", PATH, { as: "engineer", body });
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain(`'${field}'`);
});

test.each([
  ["POST", PATH, { name: "raw", args: {} }],
  ["POST", "/api/v1/commands", { name: "raw", target: { class: "waste-bin" } }],
] as const)("raw bytes at %s %s are the engineer's, not the dispatcher's", async (...row) => {
  const [method, path, body] = row;
  const { call } = await setUp();
  expect((await call(method, path, { as: "dispatcher", body })).status).toBe(403);
  expect((await call(method, path, { as: "engineer", body })).status).toBe(201);
  expect((await call(method, path, { as: "viewer", body: { ...body, name: "on" } })).status).toBe(
    403,
  );
});

test("a batch says how far it is; one of two targets at once is refused", async () => {
  const { call } = await setUp();
  const answer = await call("GET", "/api/v1/commands/batch-1", { as: "leader" });
  expect(answer.body).toMatchObject({
    ...{ batchId: "batch-1", total: 3, target: { cabinet: "cabinet-1" } },
    counts: { sent: 1, done: 1, refused: 1, queued: 0 },
    failures: [{ deviceId: "dev-3", message: "it is 'retired'" }],
    createdAt: "2026-11-22T08:30:00.000+08:00",
  });
  expect((await call("GET", "/api/v1/commands/none", { as: "leader" })).status).toBe(404);
  const body = { name: "on", target: { cabinet: "c", class: "streetlight" } };
  expect((await call("POST", "/api/v1/commands", { as: "engineer", body })).status).toBe(400);
});

test("a device's commands are listed, and one is cancelled", async () => {
  const { call, doubles } = await setUp();
  const page = await call("GET", `${PATH}?limit=1&cursor=9`, { as: "engineer" });
  expect(page.body).toEqual({ items: [SHOWN], next: "7" });
  expect(doubles.asked).toContainEqual({
    what: "commands.list",
    with: { deviceId: "dev-1", page: { limit: 1, cursor: "9" } },
  });
  const gone = await call("DELETE", `${PATH}/command-1`, { as: "dispatcher" });
  expect(gone.body).toMatchObject({
    state: "cancelled",
    endedAt: "2026-11-22T08:30:02.000+08:00",
  });
});

test("a client's own name of a call is handed on, and a batch is cancelled", async () => {
  const { call, doubles } = await setUp();
  const headers = { "idempotency-key": "k-1" };
  const body = { name: "on" };
  await call("POST", PATH, { as: "engineer", body, headers });
  await call("POST", "/api/v1/commands", {
    ...{ as: "engineer", headers, body: { ...body, target: { class: "streetlight" } } },
  });
  const keys = doubles.asked.map(({ with: given }) => (given as { key?: object }).key);
  const key = { username: "engineer", key: "k-1", digest: expect.stringMatching(/^[0-9a-f]{64}$/) };
  expect(keys).toEqual([key, key]);
  const bad = { as: "engineer", body, headers: { "idempotency-key": "a b" } };
  expect((await call("POST", PATH, bad)).status).toBe(400);
  const gone = await call("DELETE", "/api/v1/commands/batch-1", { as: "dispatcher" });
  expect([gone.status, gone.body]).toMatchObject([200, { counts: { cancelled: 1, sent: 0 } }]);
  expect((await call("DELETE", "/api/v1/commands/batch-1", { as: "leader" })).status).toBe(403);
});
