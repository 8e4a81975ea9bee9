/**
 * Uplinks that were decoded wrongly are decoded again, and dead letters are tried again, on the whole
 * platform over real MQTT: values stand in the place of others, and nobody is called for it.
 */
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect } from "./support/city.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

interface Job {
  redecodingId: string;
  state: string;
  uplinks: number;
  donePercent: number;
  values: Record<string, number>;
  unanswered: { measurement: string; readings: number }[];
  faults: { reason: string; count: number }[];
  message?: string;
  code?: string;
}
interface Letter {
  id: number;
  reason: string;
  text: string;
  topic: string;
}

let rig: TestPlatform;
let serviceKey: string;
let client: MqttClient;
/** All of them are an hour old at most, and minutes apart. */
const BEGUN = Date.now() - 600_000;
const timeOf = (index: number): number => BEGUN + index * 1_000;
const DAY = { from: Date.now() - 86_400_000, to: Date.now() + 86_400_000 };

async function start(directory?: string): Promise<void> {
  rig = await startPlatform({}, ...(directory === undefined ? [] : [directory]));
  if (serviceKey === undefined) {
    const right = { serviceId: "chirpstack", publish: ["application/#"], subscribe: [] };
    serviceKey = (await rig.api.post<{ key: string }>("/api/v1/services", right)).body.key;
  }
  client = await connect(rig.ports.mqtt ?? 0, "chirpstack", serviceKey);
}

beforeAll(() => start());
afterAll(async () => {
  await client.endAsync(true);
  await rig.stop();
});

/** A table that maps `t`, with what it is multiplied by. */
async function putDecoder(decoderId: string, scale: number, more: object[] = []): Promise<void> {
  const fields = [{ path: "t", measurement: "temperatureC", scale }, ...more];
  const decoder = { name: decoderId, kind: "table", mapping: { fields } };
  const answer = await rig.api.replace(`/api/v1/decoders/${decoderId}`, decoder);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
}

async function uplink(eui: string, index: number, object: object): Promise<void> {
  const body = {
    ...{ deduplicationId: `${eui}-${index}`, fCnt: index, fPort: 2, data: "AA==", object },
    time: new Date(timeOf(index)).toISOString(),
    rxInfo: [{ rssi: -97, snr: 7.5 }],
  };
  const topic = `application/a1/device/${eui}/event/up`;
  await client.publishAsync(topic, JSON.stringify(body), { qos: 1 });
}

async function curve(deviceId: string, measurement: string): Promise<[number, number][]> {
  const asked = `deviceId=${deviceId}&measurement=${measurement}&from=${DAY.from}&to=${DAY.to}`;
  const { body } = await rig.api.get<{ series: { points: [number, number][] }[] }>(
    `/api/v1/readings?${asked}`,
  );
  return body.series[0]?.points ?? [];
}

const latest = async (deviceId: string, measurement: string) => {
  const { body } = await rig.api.get<{ items: { measurement: string; value: number }[] }>(
    `/api/v1/readings/latest?assetId=asset-of-${deviceId}`,
  );
  return body.items.find((each) => each.measurement === measurement)?.value;
};

const letters = async (): Promise<Letter[]> =>
  (await rig.api.get<{ items: Letter[] }>("/api/v1/dead-letters")).body.items;

/** What anybody would be called for; that next year's holidays are missing is said when its time has come. */
async function told(): Promise<number[]> {
  const lists = ["alarms?state=unacknowledged", "cases", "notices", "tasks"];
  const pages = lists.map((path) => rig.api.get<{ items: { kind?: string }[] }>(`/api/v1/${path}`));
  return (await Promise.all(pages)).map(
    ({ body }) => body.items.filter(({ kind }) => kind !== "holidays-missing").length,
  );
}

const ledger = (): object => rig.platform.engine.stats().ledger;

async function redecoded(asked: object): Promise<Job> {
  const { status, body } = await rig.api.post<Job>("/api/v1/redecodings", { ...DAY, ...asked });
  expect([status, body.state]).toEqual([202, "waiting"]);
  return until(async () => {
    const job = await rig.api.get<Job>(`/api/v1/redecodings/${body.redecodingId}`);
    return job.body.state === "done" && job.body;
  }, "the re-decoding");
}

async function added(deviceId: string, eui: string, decoder: string): Promise<void> {
  const device = { format: "chirpstack", externalId: eui, decoder };
  const assetId = `asset-of-${deviceId}`;
  const place = { lon: 115.41, lat: 31.8, componentCode: `4115240305${eui.slice(-6)}` };
  for (const [path, body] of [
    ["assets", { assetId, class: "waste-bin", name: deviceId, ...place }],
    ["devices", { deviceId, assetId, ...device }],
  ] as const) {
    const { status, body: said } = await rig.api.post(`/api/v1/${path}`, body);
    expect([status, said]).toEqual([201, expect.anything()]);
  }
}

test("a corrected decoder replaces what it had decoded wrongly, and nobody is called", async () => {
  await putDecoder("bins", 0.5);
  await putDecoder("others", 0.5);
  await added("bin-1", "24e124713b000017", "bins");
  await added("bin-2", "24e124713b000018", "others");
  for (const index of [1, 2, 3]) {
    await uplink("24e124713b000017", index, { t: 72 + index });
    await uplink("24e124713b000018", index, { t: 20 });
  }
  await until(async () => (await curve("bin-1", "temperatureC")).length === 3, "the readings");
  await until(async () => (await curve("bin-2", "temperatureC")).length === 3, "the others");
  expect((await curve("bin-1", "temperatureC")).map(([, value]) => value)).toEqual([
    36.5, 37, 37.5,
  ]);
  const before = { ledger: ledger(), told: await told() };
  await putDecoder("bins", 1, [{ path: "t", measurement: "bodyC" }]);
  await putDecoder("others", 1);

  const job = await until(async () => {
    const done = await redecoded({ decoderId: "bins" });
    return done.uplinks === 6 && done;
  }, "all that was copied");

  expect(job).toMatchObject({ donePercent: 100, faults: [] });
  const { replaced, added: more, refused } = job.values;
  // Of what was copied before the last one an earlier one has some.
  expect([replaced, more, refused].every((each = 0) => each <= 3)).toBe(true);
  expect(await curve("bin-1", "temperatureC")).toEqual(
    [1, 2, 3].map((index) => [timeOf(index), 72 + index]),
  );
  expect((await curve("bin-1", "bodyC")).map(([, value]) => value)).toEqual([73, 74, 75]);
  expect((await curve("bin-1", "rssiDbm")).map(([, value]) => value)).toEqual([-97, -97, -97]);
  expect(await latest("bin-1", "temperatureC")).toBe(75);
  expect((await curve("bin-2", "temperatureC")).map(([, value]) => value)).toEqual([10, 10, 10]);
  // 75 degrees in a bin are a fire where they are live.
  expect({ ledger: ledger(), told: await told() }).toEqual(before);
});

test("decoded once more nothing changes, and after a restart all stands", async () => {
  const { values } = await redecoded({ deviceIds: ["bin-1"] });
  expect(values).toEqual({ replaced: 0, added: 0, same: 12, refused: 0 });
  await client.endAsync(true);
  await rig.stop("keep");
  await start(rig.directory);
  expect((await curve("bin-1", "temperatureC")).map(([, value]) => value)).toEqual([73, 74, 75]);
  expect(await latest("bin-1", "temperatureC")).toBe(75);
  const again = await redecoded({ format: "chirpstack" });
  expect(again).toMatchObject({ uplinks: 6, values: { replaced: 3, added: 0, refused: 0 } });
  expect((await curve("bin-2", "temperatureC")).map(([, value]) => value)).toEqual([20, 20, 20]);
});

test("a measurement that is not answered any more is told, and its readings stay", async () => {
  await putDecoder("bins", 1);
  const job = await redecoded({ deviceIds: ["bin-1"] });
  expect(job.unanswered).toEqual([{ measurement: "bodyC", readings: 3 }]);
  expect(job.values).toMatchObject({ replaced: 0, added: 0 });
  expect((await curve("bin-1", "bodyC")).map(([, value]) => value)).toEqual([73, 74, 75]);
  await putDecoder("bins", 1, [{ path: "t", measurement: "bodyC" }]);
});

test("a live reading that comes afterwards is judged as ever", async () => {
  const before = await told();
  await uplink("24e124713b000017", 590, { t: 80 });
  await until(async () => ((await told())[1] ?? 0) > (before[1] ?? 0), "the fire's case");
  expect(await latest("bin-1", "temperatureC")).toBe(80);
});

test("what is refused says why", async () => {
  const refused = async (asked: object): Promise<[number, string | undefined]> => {
    const { status, body } = await rig.api.post<Job>("/api/v1/redecodings", { ...DAY, ...asked });
    return [status, body.message];
  };
  const one = [400, expect.stringContaining("exactly one of 'deviceIds', 'decoderId' and")];
  expect(await refused({})).toEqual(one);
  expect(await refused({ decoderId: "bins", format: "chirpstack" })).toEqual(one);
  expect(await refused({ deviceIds: ["none"] })).toEqual([
    400,
    "field 'deviceIds': no registered device is meant",
  ]);
  expect(await refused({ format: "chirpstack", to: DAY.from })).toEqual([
    400,
    "field 'from': must lie before 'to'",
  ]);
  const { status, body } = await rig.api.get<Job>("/api/v1/redecodings/none");
  expect([status, body.code]).toEqual([404, "REDECODING_NOT_FOUND"]);
});

test("a dead letter is tried again once its device is registered: history, and no alarm", async () => {
  const eui = "24e124713b000019";
  for (const index of [11, 12]) await uplink(eui, index, { t: 90 });
  const found = await until(async () => {
    const list = (await letters()).filter(({ topic }) => topic.includes(eui));
    return list.length === 2 && list;
  }, "the letters");
  const letterId = found[0]?.id;
  const early = await rig.api.post<Job>(`/api/v1/dead-letters/${letterId}/retry`, {});
  expect(early.body).toMatchObject({ tried: 1, left: 0 });
  const before = { ledger: ledger(), told: await told() };
  await added("bin-3", eui, "bins");

  const one = await rig.api.post<Job>(`/api/v1/dead-letters/${letterId}/retry`, {});
  expect(one.body).toMatchObject({ tried: 1, left: 1, values: { stored: 4, duplicate: 0 } });
  const gone = await rig.api.post<Job>(`/api/v1/dead-letters/${letterId}/retry`, {});
  expect([gone.status, gone.body.code]).toEqual([404, "DEAD_LETTER_NOT_FOUND"]);
  const all = await rig.api.post<Job>("/api/v1/dead-letters/retry", { deviceId: "bin-3" });
  expect(all.body).toMatchObject({ tried: 1, left: 1, values: { stored: 4 } });

  expect((await letters()).filter(({ topic }) => topic.includes(eui))).toEqual([]);
  expect(await curve("bin-3", "temperatureC")).toEqual([11, 12].map((n) => [timeOf(n), 90]));
  expect({ ledger: ledger(), told: await told() }).toEqual(before);
});

test("a letter that fails again stays with its newest reason", async () => {
  const eui = "24e124713b000020";
  await uplink(eui, 21, { t: "hot" });
  const letter = async () => (await letters()).find(({ topic }) => topic.includes(eui));
  await until(letter, "the letter");
  await added("bin-4", eui, "bins");
  const format = { format: "chirpstack", reason: "DEVICE_UNKNOWN" };
  const { body } = await rig.api.post<Job>("/api/v1/dead-letters/retry", format);
  expect(body).toMatchObject({ tried: 1 });
  expect(await letter()).toMatchObject({ reason: "VALUE_INVALID" });
});
