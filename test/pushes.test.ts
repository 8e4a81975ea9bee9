/** Pushes of other platforms over real HTTP: from the call to the reading, the order and the twin of it. */
import { createHash } from "node:crypto";
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type City, type CrewOrder, crewPhone, foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

const IMEI = "861050040000017";
const TOKEN = "tokenOfTheCity000";

let rig: TestPlatform;
let city: City;
let phone: { orders: CrewOrder[]; client: MqttClient };
let secret = "";

beforeAll(async () => {
  rig = await startPlatform();
  city = await foundCity(rig.api);
  phone = await crewPhone(rig.ports.mqtt ?? 0, city.crewKey);
  await city.addDevice("manhole-cover", "cover-1", {
    device: { format: "ctwing", externalId: IMEI },
  });
  await city.addDevice("waste-bin", "bin-1", {
    device: { format: "ctwing", externalId: "5e5a54e224b9436f93900c27f0787f61" },
  });
  await city.addDevice("manhole-cover", "cover-2", {
    device: { format: "onenet", externalId: "Hk3v9:cover-18" },
  });
});

afterAll(async () => {
  await phone.client.endAsync(true);
  await rig.stop();
});

const at = (path: string): string => `http://127.0.0.1:${rig.ports.http}/api/v1/intake/${path}`;

async function push(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(at(path), {
    method: "POST",
    headers: { "content-type": "application/json;charset=UTF-8", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const latest = async (deviceId: string): Promise<Record<string, number>> => {
  const path = `/api/v1/readings/latest?assetId=asset-of-${deviceId}`;
  const { body } = await rig.api.get<{ items: { measurement: string; value: number }[] }>(path);
  return Object.fromEntries(body.items.map(({ measurement, value }) => [measurement, value]));
};

interface Letter {
  source: string;
  topic: string;
  reason: string;
  message?: string;
  payload: string;
}
const letters = async (): Promise<Letter[]> =>
  (await rig.api.get<{ items: Letter[] }>("/api/v1/dead-letters")).body.items;

describe("CTWing", () => {
  const report = { messageType: "dataReport", topic: "v1/up/ad19", IMEI, timestamp: Date.now() };

  test("a secret is made and shown once; a list of intakes never has it", async () => {
    const put = await rig.api.replace<{ secret: string }>("/api/v1/intakes/covers", {
      format: "ctwing",
      name: "井盖",
    });
    secret = put.body.secret;
    expect(secret).toMatch(/^[0-9a-f]{32}$/);
    const listed = await rig.api.get<{ items: object[] }>("/api/v1/intakes");
    expect(listed.body.items).toEqual([{ intakeId: "covers", format: "ctwing", name: "井盖" }]);
  });

  test("two devices in one push: a reading each, and an open lid is an order", async () => {
    const answer = await push(`ctwing?key=${secret}`, [
      { ...report, payload: { isOpen: 1, tiltDeg: 40 } },
      { ...report, IMEI: "", deviceId: "5e5a54e224b9436f93900c27f0787f61", payload: { fill: 3 } },
      { ...report, IMEI: "861050040000099", payload: { tiltDeg: 1 } },
    ]);
    expect(answer).toEqual({ status: 200, body: { accepted: true } });
    const order = await until(
      () => phone.orders.find((each) => each.case.assetId === "asset-of-cover-1"),
      "the crew's order",
    );
    expect(order.case).toMatchObject({ state: "DISPATCHED", categoryCode: "0102" });
    expect(await latest("cover-1")).toEqual({ isOpen: 1, tiltDeg: 40 });
    expect(await until(async () => (await latest("bin-1")).fill, "the bin's reading")).toBe(3);
    const letter = await until(async () => (await letters())[0], "the letter");
    expect(letter).toMatchObject({
      ...{ source: "http", topic: "intake/ctwing/covers", reason: "DEVICE_UNKNOWN" },
    });
    expect(JSON.parse(Buffer.from(letter.payload, "base64").toString())).toMatchObject({
      IMEI: "861050040000099",
    });
    const knocks = await rig.api.get<{ items: object[] }>("/api/v1/knocking");
    expect(knocks.body.items).toMatchObject([
      { format: "ctwing", id: "861050040000099", sender: "covers" },
    ]);
  });

  test("the same push again changes nothing", async () => {
    const ledger = () => rig.platform.engine.stats().ledger;
    const before = { ...ledger() };
    const sent = { ...report, payload: { isOpen: 1, tiltDeg: 40 } };
    await push("ctwing", sent, { authorization: `Bearer ${secret}` });
    const after = await until(
      () => ledger().duplicate > before.duplicate && ledger(),
      "the duplicates",
    );
    expect(after).toMatchObject({ stored: before.stored, conflict: before.conflict });
    expect(
      phone.orders.filter(({ case: { assetId } }) => assetId === "asset-of-cover-1"),
    ).toHaveLength(1);
  });

  test("bytes that nothing decodes, and a body that is no JSON, are put aside with the cure", async () => {
    await push(`ctwing?key=${secret}`, { ...report, payload: { APPdata: "AQFWMS4wAAA=" } });
    await push(`ctwing?key=${secret}`, "not json");
    const reasons = await until(async () => {
      const found = (await letters()).map(({ reason }) => reason);
      return found.includes("NOT_JSON") && found;
    }, "the letters");
    expect(reasons).toContain("FRAME_UNSUPPORTED");
  });

  test.each([
    ["without a secret", "ctwing", 401, "INTAKE_REFUSED"],
    ["with a wrong one", "ctwing?key=wrong", 401, "INTAKE_REFUSED"],
    ["of a format that is not pushed", "chirpstack", 400, "REQUEST_INVALID"],
  ])("a push %s is refused and nothing of it is kept", async (_what, path, status, code) => {
    const before = rig.platform.engine.stats().ledger.journaled;
    expect(await push(path, report)).toMatchObject({ status, body: { code } });
    expect(rig.platform.engine.stats().ledger.journaled).toBe(before);
  });

  test("a push of any content type is taken, one that is too large is not", async () => {
    const plain = { "content-type": "text/plain" };
    expect((await push(`ctwing?key=${secret}`, report, plain)).status).toBe(200);
    const large = " ".repeat(1024 * 1024 + 1);
    expect(await push(`ctwing?key=${secret}`, large)).toMatchObject({
      ...{ status: 413, body: { code: "PAYLOAD_TOO_LARGE" } },
    });
  });

  test("another secret ends the old one at once, and so does removing the intake", async () => {
    const old = secret;
    const put = await rig.api.replace<{ secret?: string }>("/api/v1/intakes/covers", {
      ...{ format: "ctwing", secret: "chosenAtThePlatform" },
    });
    expect(put.body.secret).toBeUndefined();
    expect((await push(`ctwing?key=${old}`, report)).status).toBe(401);
    expect((await push("ctwing?key=chosenAtThePlatform", report)).status).toBe(200);
    const path = `http://127.0.0.1:${rig.ports.http}/api/v1`;
    const login = await fetch(`${path}/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: "admin", password: "for-tests-only" }),
    });
    const { token } = (await login.json()) as { token: string };
    const headers = { authorization: `Bearer ${token}` };
    const gone = await fetch(`${path}/intakes/covers`, { method: "DELETE", headers });
    expect(gone.status).toBe(204);
    expect((await push("ctwing?key=chosenAtThePlatform", report)).status).toBe(401);
  });
});

describe("OneNET", () => {
  const sign = (nonce: string, msg: string): string =>
    createHash("md5").update(`${TOKEN}${nonce}${msg}`).digest("base64");

  beforeAll(async () => {
    await rig.api.replace("/api/v1/intakes/city", { format: "onenet", secret: TOKEN });
  });

  test("asks the address first, and hears its message back as plain text", async () => {
    const query = new URLSearchParams({ msg: "f00d-7", nonce: "abcdefgh" });
    const forged = await fetch(at(`onenet?${query}&signature=AAAA`));
    expect(forged.status).toBe(401);
    query.set("signature", sign("abcdefgh", "f00d-7"));
    const answer = await fetch(at(`onenet?${query}`));
    expect([answer.status, await answer.text()]).toEqual([200, "f00d-7"]);
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  test("pushes values under its signature", async () => {
    const msg = JSON.stringify({
      ...{ productId: "Hk3v9", deviceName: "cover-18" },
      ...{ messageType: "notify", notifyType: "property" },
      data: { params: { waterLevelCm: { value: "12 cm", time: Date.now() } } },
    });
    const signed = { msg, nonce: "zyxwvuts", signature: sign("zyxwvuts", msg), id: "1", time: 1 };
    expect((await push("onenet", { ...signed, nonce: "zyxwvutt" })).status).toBe(401);
    expect((await push("onenet", signed)).status).toBe(200);
    await until(async () => (await latest("cover-2")).waterLevelCm, "the reading");
    expect(await latest("cover-2")).toEqual({ waterLevelCm: 12 });
  });
});

test("an intake outlives the platform's end", async () => {
  const restarted = await rig.stop("keep").then(() => startPlatform({}, rig.directory));
  rig = restarted;
  const listed = await rig.api.get<{ items: object[] }>("/api/v1/intakes");
  expect(listed.body.items).toEqual([{ intakeId: "city", format: "onenet" }]);
});
