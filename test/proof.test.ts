/**
 * What time does, on a clock that runs ten minutes in a second: a repair is proven by readings and
 * by nothing else, a review that nobody answers is confirmed, and silence is an alarm only for the
 * time in which the platform was there to hear.
 */
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { type City, connect, foundCity } from "./support/city.ts";
import { type Api, signIn, startPlatform, type TestPlatform, until } from "./support/platform.ts";

const CLOCK = "2026-11-23T09:00:00+08:00,600";
const HOLD_MS = 10 * MINUTE_MS;
const REVIEW_MS = 15 * MINUTE_MS;
/** A lamp reports every quarter of an hour and is missed after three. */
const LAMP_SILENCE_MS = 45 * MINUTE_MS;

interface Step {
  event: string;
  to: string;
  role: string;
  at: string;
}

interface ShownCase {
  caseNo: string;
  assetId: string;
  conditionId: string;
  state: string;
  openedAt: string;
  history: Step[];
}

let rig: TestPlatform;
let city: City;
const clients: MqttClient[] = [];

beforeAll(async () => {
  rig = await startPlatform({ GRIDWARDEN_CLOCK: CLOCK });
  city = await foundCity(rig.api);
});

afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
  await rig.stop();
});

async function deviceOf(slug: string, deviceId: string, more?: Record<string, unknown>) {
  const key = await city.addDevice(slug, deviceId, more);
  const client = await connect(rig.ports.mqtt ?? 0, deviceId, key);
  clients.push(client);
  const topic = `v1/${slug}/${deviceId}/telemetry`;
  return (values: object) => client.publishAsync(topic, JSON.stringify({ values }), { qos: 1 });
}

async function now(api = rig.api): Promise<number> {
  return Date.parse((await api.get<{ now: string }>("/healthz")).body.now);
}

const caseOf = async (caseNo: string): Promise<ShownCase> =>
  (await rig.api.get<ShownCase>(`/api/v1/cases/${caseNo}`)).body;

const openCase = (assetId: string, conditionId: string): Promise<ShownCase> =>
  until(async () => {
    const { body } = await rig.api.get<{ items: ShownCase[] }>(
      `/api/v1/cases?status=open&assetId=${assetId}`,
    );
    return body.items.find((each) => each.conditionId === conditionId);
  }, `a case of ${assetId}`);

const move = (api: Api, caseNo: string, event: string, more: object = {}) =>
  api.post<{ state: string; code?: string }>(`/api/v1/cases/${caseNo}/transitions`, {
    event,
    ...more,
  });

/** Says `values` again and again until `look` finds what it looks for. */
async function saying<T>(
  say: () => Promise<unknown>,
  look: () => Promise<T | undefined | false>,
  what: string,
): Promise<T> {
  return until(async () => {
    await say();
    return look();
  }, what);
}

test("a repair waits for readings that are normal for the hold time; then a shift lead closes it", async () => {
  const say = await deviceOf("manhole-cover", "lid-1");
  await say({ tiltDeg: 40, isOpen: true });
  const { caseNo } = await openCase("asset-of-lid-1", "cover-displaced");
  const state = async () => (await caseOf(caseNo)).state;
  expect(await state()).toBe("DISPATCHED");
  expect((await move(rig.api, caseNo, "feedback", { note: "early" })).status).toBe(409);
  expect((await move(rig.api, caseNo, "start")).body.state).toBe("HANDLING");
  expect((await move(rig.api, caseNo, "feedback")).status).toBeGreaterThanOrEqual(400);
  const done = await move(rig.api, caseNo, "feedback", { note: "cover put back and locked" });
  expect(done.body.state).toBe("CHECKING");

  // Silence proves nothing.
  const silentUntil = (await now()) + HOLD_MS + 2 * MINUTE_MS;
  await until(async () => (await now()) > silentUntil, "the hold time in silence");
  expect(await state()).toBe("CHECKING");
  // A cover that is still open after the hold sends the crew back.
  const refuted = await saying(
    () => say({ tiltDeg: 40, isOpen: true }),
    async () => {
      const found = await caseOf(caseNo);
      return found.state === "HANDLING" && found;
    },
    "the crew's way back",
  );
  expect(refuted.history.at(-1)).toMatchObject({ event: "rework", role: "system" });
  expect((await move(rig.api, caseNo, "feedback", { note: "put back" })).body.state).toBe(
    "CHECKING",
  );

  const normalFrom = await now();
  const proven = await saying(
    () => say({ tiltDeg: 0.4, isOpen: false }),
    async () => {
      const found = await caseOf(caseNo);
      return found.state === "PENDING_CLOSE" && found;
    },
    "the proof",
  );
  const pass = proven.history.find(({ event }) => event === "checkPass");
  expect(pass).toMatchObject({ to: "PENDING_CLOSE", role: "system" });
  expect(Date.parse(pass?.at ?? "") - normalFrom).toBeGreaterThanOrEqual(HOLD_MS);

  const lead = await signedIn("lead-1", "shift-lead");
  const dispatcher = await signedIn("dispatcher-1", "dispatcher");
  expect(await move(dispatcher, caseNo, "close")).toMatchObject({
    status: 403,
    body: { code: "ROLE_REFUSED" },
  });
  expect((await move(lead, caseNo, "close")).body.state).toBe("CLOSED");
  expect((await caseOf(caseNo)).history.at(-1)).toMatchObject({ role: "shift-lead" });
});

async function signedIn(username: string, role: string): Promise<Api> {
  const password = `${username}-password`;
  const made = await rig.api.post("/api/v1/users", { username, password, roles: [role] });
  expect(made.status).toBeLessThan(300);
  return signIn(rig.ports.http, username, password);
}

test("a case for review that nobody answers is confirmed by the system after 15 minutes", async () => {
  const say = await deviceOf("sewage-plant", "outlet-1", { attributes: { point: "outlet" } });
  const found = await saying(
    () => say({ ph: 4.2 }),
    async () => {
      const { body } = await rig.api.get<{ items: ShownCase[] }>(
        "/api/v1/cases?assetId=asset-of-outlet-1",
      );
      return body.items[0];
    },
    "the case",
  );
  expect(found).toMatchObject({ conditionId: "effluent-ph", state: "REPORTED" });
  const confirmed = await until(async () => {
    const one = await caseOf(found.caseNo);
    return one.state === "DISPATCHED" && one;
  }, "the system's confirmation");
  const steps = confirmed.history.filter(({ event }) => event !== "report");
  expect(steps.map(({ event, role }) => `${event} by ${role}`)).toEqual([
    "accept by system",
    "file by system",
    "dispatch by system",
  ]);
  const waited = Date.parse(steps[0]?.at ?? "") - Date.parse(confirmed.openedAt);
  expect(waited).toBeGreaterThanOrEqual(REVIEW_MS);
});

interface ShownAlarm {
  deviceId: string;
  ruleId: string;
  state: string;
  raisedAt: string;
}

const silences = async (api: Api): Promise<ShownAlarm[]> => {
  const { body } = await api.get<{ items: ShownAlarm[] }>("/api/v1/alarms?limit=1000");
  return body.items.filter(({ ruleId }) => ruleId.endsWith(".no-data"));
};

test("a registered device that falls silent is missed; two days without the platform are not its silence", async () => {
  const first = await startPlatform({ GRIDWARDEN_CLOCK: "2026-11-23T09:00:00+08:00,60" });
  const there = await foundCity(first.api);
  const key = await there.addDevice("streetlight", "lamp-1");
  await there.addDevice("streetlight", "lamp-2");
  const lamp = await connect(first.ports.mqtt ?? 0, "lamp-1", key);
  const topic = "v1/streetlight/lamp-1/telemetry";
  await lamp.publishAsync(topic, '{"values":{"powerW":60}}', { qos: 1 });
  await lamp.endAsync(true);
  expect(await silences(first.api)).toEqual([]);
  const lastUp = await now(first.api);
  await first.stop("keep");

  // The same folder, two days later.
  const second = await startPlatform(
    { GRIDWARDEN_CLOCK: "2026-11-25T09:00:00+08:00,1200" },
    first.directory,
  );
  try {
    const startedAt = Date.parse("2026-11-25T09:00:00+08:00");
    const missed = await until(async () => {
      const found = await silences(second.api);
      return found.length >= 2 && found;
    }, "both to be missed");
    expect(missed.map(({ deviceId }) => deviceId).sort()).toEqual(["lamp-1", "lamp-2"]);
    // What it had been silent before the stop counts, the two days do not.
    const heardBefore = lastUp - Date.parse("2026-11-23T09:00:00+08:00");
    for (const { raisedAt } of missed) {
      const into = Date.parse(raisedAt) - startedAt;
      expect(into).toBeGreaterThanOrEqual(LAMP_SILENCE_MS - heardBefore - MINUTE_MS);
      expect(into).toBeLessThanOrEqual(LAMP_SILENCE_MS + HOUR_MS);
    }
    const back = await connect(second.ports.mqtt ?? 0, "lamp-1", key);
    clients.push(back);
    await back.publishAsync(topic, '{"values":{"powerW":60}}', { qos: 1 });
    const stateOf = async () =>
      (await silences(second.api)).find(({ deviceId }) => deviceId === "lamp-1")?.state;
    await until(async () => (await stateOf()) === "returned", "the alarm to be over");
  } finally {
    await second.stop();
  }
});
