/** Calls that are sent twice, and batches that are taken back, over the API. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { foundCity } from "./support/city.ts";
import { commandsOf } from "./support/command-calls.ts";
import { ADMIN_PASSWORD, startPlatform, type TestPlatform } from "./support/platform.ts";

const LAMPS = ["lamp-1", "lamp-2", "lamp-3"];
const target = { assetIds: LAMPS.map((lamp) => `asset-of-${lamp}`) };
let rig: TestPlatform;
let token = "";

beforeAll(async () => {
  rig = await startPlatform();
  const { body } = await rig.api.post<{ token: string }>("/api/v1/login", {
    ...{ username: "admin", password: ADMIN_PASSWORD },
  });
  token = body.token;
  const city = await foundCity(rig.api);
  for (const lamp of LAMPS) await city.addDevice("streetlight", lamp, {});
});
afterAll(async () => {
  await rig.stop();
});

interface Answer {
  commandId: string;
  batchId: string;
  code: string;
  counts: Record<string, number>;
}

async function call(method: string, path: string, body?: object, key?: string) {
  const response = await fetch(`http://127.0.0.1:${rig.ports.http}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(key === undefined ? {} : { "idempotency-key": key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}
const post = (path: string, body: object, key: string) => call("POST", path, body, key);
const remove = (path: string) => call("DELETE", path);
const told = async (lamp: string) =>
  (await rig.api.get<{ items: { commandId: string; state: string }[] }>(commandsOf(lamp))).body
    .items;

test("the same call under the same key is answered alike, and the device is told once", async () => {
  const path = commandsOf("lamp-1");
  const [first, atOnce] = await Promise.all([
    post(path, { name: "on" }, "k-1"),
    post(path, { name: "on" }, "k-1"),
  ]);
  const later = await post(path, { name: "on", ttlSeconds: 900 }, "k-1");
  expect([first.status, atOnce.body, later.body]).toEqual([201, first.body, first.body]);
  expect(await told("lamp-1")).toHaveLength(1);
  const other = await post(path, { name: "off" }, "k-1");
  expect([other.status, other.body.code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
  const elsewhere = await post(commandsOf("lamp-2"), { name: "on" }, "k-1");
  expect(elsewhere.body.code).toBe("IDEMPOTENCY_KEY_REUSED");
});

test("a call that was refused leaves no key", async () => {
  const path = commandsOf("lamp-2");
  const refused = await post(path, { name: "open-valve" }, "k-2");
  expect([refused.status, refused.body.code]).toEqual([409, "COMMAND_REFUSED"]);
  expect((await post(path, { name: "on" }, "k-2")).status).toBe(201);
});

test("a batch that is sent again is the same batch, and is cancelled whole", async () => {
  const body = { name: "dim", args: { percent: 30 }, target };
  const first = await post("/api/v1/commands", body, "night");
  const again = await post("/api/v1/commands", body, "night");
  expect([first.status, again.body]).toEqual([201, first.body]);
  expect(first.body).toMatchObject({ total: 3, counts: { queued: 3 } });
  expect(await told("lamp-3")).toHaveLength(1);
  const { batchId } = first.body;
  const [alone] = await told("lamp-3");
  await remove(`${commandsOf("lamp-3")}/${alone?.commandId}`);
  const gone = await remove(`/api/v1/commands/${batchId}`);
  expect([gone.status, gone.body]).toMatchObject([
    200,
    { batchId, total: 3, counts: { queued: 0, cancelled: 3 } },
  ]);
  expect((await told("lamp-2"))[0]).toMatchObject({
    state: "cancelled",
    message: "cancelled by admin",
  });
  const twice = await remove(`/api/v1/commands/${batchId}`);
  expect([twice.status, twice.body.code]).toEqual([409, "COMMAND_STATE_REFUSED"]);
  const none = await remove("/api/v1/commands/none");
  expect([none.status, none.body.code]).toEqual([404, "COMMAND_NOT_FOUND"]);
  expect((await post("/api/v1/commands", body, "night")).body).toEqual(first.body);
  expect(await told("lamp-1")).toHaveLength(2);
});
