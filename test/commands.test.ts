/** Commands over the real platform: from the API through MQTT to a device, and its answer back. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Scenario } from "../firmware-sim/scenario.ts";
import { createSim, type Sim } from "../firmware-sim/sim.ts";
import { simulatedClock } from "../model/clock.ts";
import { silentLog } from "../model/log.ts";
import { type City, foundCity } from "./support/city.ts";
import { commandCalls, commandsOf, say, type Told } from "./support/command-calls.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

/** Broad day: no lamp is lit by itself. */
const NOON = "2026-11-23T12:00:00+08:00";
interface Batch {
  batchId: string;
  total: number;
  counts: Record<string, number>;
  failures: { deviceId: string; message: string }[];
}
let rig: TestPlatform;
let city: City;
let sim: Sim | undefined;

beforeAll(async () => {
  rig = await startPlatform({ GRIDWARDEN_CLOCK: `${NOON},1` });
  city = await foundCity(rig.api);
});
afterAll(async () => {
  await sim?.stop();
  await end();
  await rig.stop();
});

const { tell, toldOf, untilIs, newest, listen, service, end } = commandCalls(() => rig);

test("a simulated lamp is lit, dimmed and put out by command, and its readings show it", async () => {
  const key = await city.addDevice("streetlight", "lamp-1");
  const lamp = { deviceId: "lamp-1", assetId: "asset-of-lamp-1", class: "streetlight" } as const;
  const about = { name: "lamp", title: { zh: "", en: "" }, about: "", fleet: "county" as const };
  const suggested = { clock: `${NOON},1`, duration: "1h" };
  sim = createSim(
    { clock: simulatedClock(Date.parse(NOON), 1), log: silentLog },
    {
      brokerUrl: `mqtt://127.0.0.1:${rig.ports.mqtt}`,
      scenario: Scenario.parse({ ...about, suggested, faults: [] }),
      seed: 1,
      fleet: {
        ...{ areaCode: "411524", units: [], crews: [], gateways: [], assets: [] },
        devices: [{ ...lamp, attributes: { ratedW: 150 } }],
      },
      credentials: { devices: { "lamp-1": key }, gateways: {} },
    },
  );
  await sim.start();
  const shows = (what: (values: Record<string, number>) => boolean) =>
    until(async () => what(await newest("lamp-1")), "the lamp's readings", 45_000);
  await shows(({ isLit }) => isLit === 0);
  const on = await untilIs("lamp-1", await tell("lamp-1", { name: "on" }), "done");
  expect(on).toMatchObject({ tries: 1, createdBy: "admin" });
  await shows(({ isLit, powerW = 0 }) => isLit === 1 && powerW > 130);
  await untilIs("lamp-1", await tell("lamp-1", { name: "dim", args: { percent: 40 } }), "done");
  await shows(({ dimPercent, powerW = 0 }) => dimPercent === 40 && powerW < 75);
  await untilIs("lamp-1", await tell("lamp-1", { name: "off" }), "done");
  await shows(({ isLit, powerW = 9 }) => isLit === 0 && powerW < 5);
}, 150_000);

test("a device that is away is told when it comes, in order, and each answer is a result", async () => {
  const key = await city.addDevice("streetlight", "lamp-2");
  const first = await tell("lamp-2", { name: "on", ttlSeconds: 600 });
  const second = await tell("lamp-2", { name: "dim", args: { percent: 30 } });
  expect((await toldOf("lamp-2", first.commandId))?.state).toBe("queued");
  const topic = "v1/streetlight/lamp-2/command";
  const { client, heard } = await listen("lamp-2", key, topic);
  await until(() => heard.length > 0, "the first command");
  expect(heard[0]).toMatchObject({ topic, said: { id: first.commandId, name: "on", args: {} } });
  const expiresAt = Date.parse(heard[0]?.said.expiresAt ?? "");
  expect(expiresAt - Date.parse(NOON)).toBeGreaterThan(600_000);
  expect(heard.map(({ said }) => said.name)).not.toContain("dim");
  await say(client, `${topic}/ack`, { id: first.commandId, ok: true });
  await until(() => heard.some(({ said }) => said.id === second.commandId), "the second command");
  await say(client, `${topic}/ack`, { id: second.commandId, ok: false, message: "too hot" });
  await untilIs("lamp-2", first, "done");
  expect(await untilIs("lamp-2", second, "refused")).toMatchObject({ message: "too hot" });
  // Of two results the first stands.
  await say(client, `${topic}/ack`, { id: second.commandId, ok: true });
  await say(client, `${topic}/ack`, { id: "not-ours", ok: true });
  const shown = await until(async () => {
    const { body } = await rig.api.get<{ commandAnswers?: { id: string; ok: boolean }[] }>(
      "/api/v1/devices/lamp-2",
    );
    return body.commandAnswers?.length === 3 && body.commandAnswers;
  }, "all answers");
  expect(shown.map(({ id, ok }) => [id, ok])).toEqual(
    expect.arrayContaining([
      [first.commandId, true],
      [second.commandId, false],
      ["not-ours", true],
    ]),
  );
  await client.endAsync(true);
});

test("who only watches the topic is not the device: nothing goes out until it comes itself", async () => {
  const key = await city.addDevice("streetlight", "lamp-10");
  const watching = await service("watch", "v1/#");
  const topic = "v1/streetlight/lamp-10/command";
  const watcher = await listen("watch", watching, topic);
  const once = await tell("lamp-10", { name: "on", mode: "at-most-once" });
  await city.addDevice("streetlight", "lamp-14");
  const other = await tell("lamp-14", { name: "on", ttlSeconds: 2 });
  await untilIs("lamp-14", other, "expired");
  expect([watcher.heard, await toldOf("lamp-10", once.commandId)]).toMatchObject([
    [],
    { state: "queued" },
  ]);
  const lamp = await listen("lamp-10", key, topic);
  await until(() => lamp.heard.length === 1 && watcher.heard.length === 1, "the command");
});

test("until it is acknowledged it comes again under its id; at most once it does not", async () => {
  const key = await city.addDevice("streetlight", "lamp-3");
  const { heard, client } = await listen("lamp-3", key, "v1/streetlight/lamp-3/command");
  const once = await tell("lamp-3", { name: "off", mode: "at-most-once", ttlSeconds: 9 });
  const often = await tell("lamp-3", { name: "on", ttlSeconds: 60 });
  const timesOf = ({ commandId }: Told) => heard.filter(({ said }) => said.id === commandId).length;
  await until(() => timesOf(often) === 2, "the repeat", 20_000);
  expect(timesOf(once)).toBe(1);
  expect(await untilIs("lamp-3", once, "expired")).toMatchObject({
    message: "sent once; nobody answered, the device may have done it",
  });
  await say(client, "v1/streetlight/lamp-3/command/ack", { id: often.commandId, ok: true });
  await untilIs("lamp-3", often, "done");
}, 60_000);

test("a command may be cancelled, replaced by a newer one, and the queue has an end", async () => {
  await city.addDevice("streetlight", "lamp-4");
  const first = await tell("lamp-4", { name: "dim", args: { percent: 10 } });
  const cancel = async (commandId: string) => {
    const { token } = await login();
    const url = `http://127.0.0.1:${rig.ports.http}${commandsOf("lamp-4")}/${commandId}`;
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(url, { method: "DELETE", headers });
    return { status: answer.status, body: (await answer.json()) as Told & { code: string } };
  };
  const cancelled = await cancel(first.commandId);
  expect(cancelled).toMatchObject({ status: 200, body: { state: "cancelled" } });
  expect(await cancel(first.commandId)).toMatchObject({ status: 409 });
  expect((await cancel("nobody")).body.code).toBe("COMMAND_NOT_FOUND");
  const older = await tell("lamp-4", { name: "dim", args: { percent: 20 } });
  const newer = await tell("lamp-4", { name: "dim", args: { percent: 30 }, replaces: true });
  expect(await toldOf("lamp-4", older.commandId)).toMatchObject({
    state: "cancelled",
    message: `replaced by ${newer.commandId}`,
  });
  for (let n = 1; n < 20; n += 1) await tell("lamp-4", { name: "on" });
  const full = await rig.api.post<{ code: string }>(commandsOf("lamp-4"), { name: "on" });
  expect([full.status, full.body.code]).toEqual([429, "COMMAND_QUEUE_FULL"]);
  const page = await rig.api.get<{ items: Told[]; next?: string }>(
    `${commandsOf("lamp-4")}?limit=2`,
  );
  const rest = await rig.api.get<{ items: Told[] }>(
    `${commandsOf("lamp-4")}?limit=1000&cursor=${page.body.next}`,
  );
  expect([page.body.items.length, rest.body.items.length]).toEqual([2, 20]);
});

async function login() {
  const answer = await fetch(`http://127.0.0.1:${rig.ports.http}/api/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "admin", password: "for-tests-only" }),
  });
  return (await answer.json()) as { token: string };
}

test.each([
  ["gas-line", "gas-1", "open-valve", "valves and pumps are moved by who stands before them"],
  ["gas-line", "gas-2", "raw", "nothing is sent to devices of class 'gas-line'"],
  ["sewage-plant", "plant-1", "raw", "nothing is sent to devices of class 'sewage-plant'"],
  ["streetlight", "lamp-5", "open-valve", "is no command of class 'streetlight'"],
  ["waste-bin", "bin-1", "on", "'on' is no command of class 'waste-bin', which takes raw"],
])("%s %s: '%s' is refused and says why", async (slug, deviceId, name, why) => {
  await city.addDevice(slug, deviceId);
  const said = { name, args: name === "raw" ? { base64: "AQI=" } : {} };
  const { status, body } = await rig.api.post<{ code: string; message: string }>(
    commandsOf(deviceId),
    said,
  );
  expect([status, body.code]).toEqual([409, "COMMAND_REFUSED"]);
  expect(body.message).toContain(why);
});

test.each([
  [{ name: "dim" }, "field 'args.percent'"],
  [{ name: "dim", args: { percent: 101 } }, "field 'args.percent': got 101"],
  [{ name: "on", args: { percent: 5 } }, "'on' knows no 'percent'"],
  [{ name: "schedule", args: { entries: [{ at: "24:00", percent: 1 }] } }, "a local time of day"],
  [{ name: "raw", args: { base64: "A".repeat(400) } }, "at most 242 bytes"],
  [{ name: "raw", args: {} }, "either 'base64' or 'fields'"],
  [{ name: "on", ttlSeconds: 0 }, "ttlSeconds"],
])("%j is refused: %s", async (body, text) => {
  const answer = await rig.api.post<{ code: string; message: string }>(commandsOf("lamp-5"), body);
  expect([answer.status, answer.body.code]).toEqual([400, "REQUEST_INVALID"]);
  expect(answer.body.message).toContain(text);
});

test("a cabinet's lamps are told together, and how far they are can be read", async () => {
  const cabinet = {
    ...{ assetId: "cab-1", class: "lighting-cabinet", name: "cabinet", lon: 115.41, lat: 31.8 },
    componentCode: "4115242104000001",
  };
  expect((await rig.api.post("/api/v1/assets", cabinet)).status).toBe(201);
  const under = { parentAssetId: "cab-1" };
  const key = await city.addDevice("streetlight", "lamp-6", under);
  await city.addDevice("streetlight", "lamp-7", under);
  const silent = { device: { format: "senml" } };
  await city.addDevice("streetlight", "lamp-8", { ...under, ...silent });
  const { client } = await listen("lamp-6", key, "v1/streetlight/lamp-6/command");
  client.on("message", (topic, payload) => {
    void say(client, `${topic}/ack`, { id: JSON.parse(String(payload)).id, ok: true });
  });
  const asked = { name: "dim", args: { percent: 50 }, target: { cabinet: "cab-1" }, ttlSeconds: 3 };
  const { status, body: made } = await rig.api.post<Batch>("/api/v1/commands", asked);
  expect([status, made.total, made.counts.refused]).toEqual([201, 3, 1]);
  const done = await until(async () => {
    const { body } = await rig.api.get<Batch>(`/api/v1/commands/${made.batchId}`);
    return body.counts.done === 1 && body.counts.expired === 1 && body;
  }, "the batch to be over");
  expect(done.failures).toEqual([
    { deviceId: "lamp-7", message: "the device could not be reached in its time" },
    { deviceId: "lamp-8", message: expect.stringContaining("speaks 'senml'") },
  ]);
  const audit = await rig.api.get<{ items: { route: string; subject: string; actor: string }[] }>(
    "/api/v1/audit?limit=20",
  );
  expect(audit.body.items).toContainEqual(
    expect.objectContaining({
      ...{ route: "POST /api/v1/commands", subject: made.batchId, actor: "admin" },
    }),
  );
  expect((await rig.api.get("/api/v1/commands/none")).status).toBe(404);
});

test("a street's lamps are those of its grid; one on which somebody works is left out", async () => {
  const street = { unitId: "411524001", name: "Street", kind: "street" };
  expect((await rig.api.post("/api/v1/units", street)).status).toBe(201);
  const there = { gridCell: "41152400100101" };
  for (const lamp of ["lamp-11", "lamp-12"]) await city.addDevice("streetlight", lamp, there);
  await city.addDevice("waste-bin", "bin-11", there);
  await city.addDevice("streetlight", "lamp-13", { gridCell: "41152400200101" });
  const life = await rig.api.post("/api/v1/devices/lamp-12/life", { event: "maintain" });
  expect(life.status).toBe(200);
  const asked = { name: "off", target: { street: "411524001" } };
  const { body } = await rig.api.post<Batch>("/api/v1/commands", asked);
  expect([body.total, body.counts.queued, body.failures]).toEqual([
    ...[2, 1],
    [{ deviceId: "lamp-12", message: expect.stringContaining("somebody works on device") }],
  ]);
  expect((await tell("lamp-12", { name: "on" })).state).toBe("queued");
  await rig.api.post("/api/v1/devices/lamp-12/life", { event: "retire" });
  const gone = await rig.api.post<{ message: string }>(commandsOf("lamp-12"), { name: "on" });
  expect(gone.body.message).toContain("is 'retired'; it is told nothing");
});

test("what waits for a device is not told to what it has become meanwhile", async () => {
  const keys = new Map<string, string>();
  for (const lamp of ["lamp-15", "lamp-16"]) {
    keys.set(lamp, await city.addDevice("streetlight", lamp));
  }
  const raw = await tell("lamp-15", { name: "raw", args: { base64: "AQI=" } });
  const { body: batch } = await rig.api.post<Batch>("/api/v1/commands", {
    ...{ name: "off", target: { assetIds: ["asset-of-lamp-16"] } },
  });
  await city.addDevice("gas-line", "gas-3");
  const moved = await fetch(`http://127.0.0.1:${rig.ports.http}/api/v1/devices/lamp-15`, {
    method: "PATCH",
    headers: {
      authorization: `Bearer ${(await login()).token}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ assetId: "asset-of-gas-3" }),
  });
  expect(moved.status).toBe(200);
  await rig.api.post("/api/v1/devices/lamp-16/life", { event: "maintain" });
  const valve = await listen("lamp-15", keys.get("lamp-15") ?? "", "v1/gas-line/lamp-15/command");
  const open = await listen("lamp-16", keys.get("lamp-16") ?? "", "v1/streetlight/lamp-16/command");
  expect((await untilIs("lamp-15", raw, "refused")).message).toContain("of class 'gas-line'");
  const told = await until(async () => {
    const { body } = await rig.api.get<Batch>(`/api/v1/commands/${batch.batchId}`);
    return body.counts.refused === 1 && body;
  }, "the batch to be over");
  expect(told.failures[0]?.message).toContain("somebody works on device");
  expect([valve.heard, open.heard]).toEqual([[], []]);
});

test.each([
  [{ cabinet: "nowhere" }, "ASSET_NOT_FOUND"],
  [{ street: "works" }, "UNIT_NOT_FOUND"],
  [{ assetIds: ["asset-of-gas-1"] }, "COMMAND_REFUSED"],
  [{ class: "gas-line" }, "COMMAND_REFUSED"],
])("%j as a target: %s", async (target, code) => {
  const { body } = await rig.api.post<{ code: string }>("/api/v1/commands", { name: "on", target });
  expect(body.code).toBe(code);
});

test("what was queued is still told after a restart", async () => {
  const key = await city.addDevice("streetlight", "lamp-9");
  const command = await tell("lamp-9", { name: "on", ttlSeconds: 3_600 });
  await sim?.stop();
  sim = undefined;
  await rig.stop("keep");
  rig = await startPlatform({ GRIDWARDEN_CLOCK: `${NOON},1` }, rig.directory);
  const { heard } = await listen("lamp-9", key, "v1/streetlight/lamp-9/command");
  await until(() => heard.length === 1, "the command");
  expect(heard[0]?.said.id).toBe(command.commandId);
});
