/**
 * Rules changed at the running platform: they count at once, survive a restart, are refused with
 * every fault named, and what they look back on is known again after a restart.
 */
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import type { Rule } from "../model/rule.ts";
import { type City, connect, foundCity } from "./support/city.ts";
import { type Api, signIn, startPlatform, type TestPlatform, until } from "./support/platform.ts";

interface ShownAlarm {
  ruleId: string;
  ruleVersion: number;
  assetId: string;
  severity: string;
  state: string;
  evidence?: { value: number };
}

let rig: TestPlatform;
let city: City;
let clients: MqttClient[] = [];

beforeAll(async () => {
  rig = await startPlatform();
  city = await foundCity(rig.api);
});

afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
  await rig.stop();
});

const keys = new Map<string, string>();

async function sensor(slug: string, deviceId: string, more: Record<string, unknown> = {}) {
  const key = keys.get(deviceId) ?? (await city.addDevice(slug, deviceId, more));
  keys.set(deviceId, key);
  const client = await connect(rig.ports.mqtt ?? 0, deviceId, key);
  clients.push(client);
  return (elements: object) =>
    client.publishAsync(`v1/${slug}/${deviceId}/telemetry`, JSON.stringify(elements), { qos: 1 });
}

const alarmsOf = async (deviceId: string): Promise<ShownAlarm[]> =>
  (await rig.api.get<{ items: ShownAlarm[] }>(`/api/v1/alarms?assetId=asset-of-${deviceId}`)).body
    .items;

const alarmOf = (deviceId: string, ruleId: string): Promise<ShownAlarm> =>
  until(
    async () => (await alarmsOf(deviceId)).find((alarm) => alarm.ruleId === ruleId),
    `an alarm of ${ruleId}`,
  );

const ruleOf = async (ruleId: string): Promise<Rule> =>
  (await rig.api.get<Rule>(`/api/v1/rules/${ruleId}`)).body;

/** What stands, without what the address says. */
function bodyOf({ ruleId: _id, ...rule }: Rule) {
  return rule;
}

async function put(ruleId: string, body: object, api: Api = rig.api) {
  return api.replace<Rule & { code?: string; message: string; details?: { faults: unknown[] } }>(
    `/api/v1/rules/${ruleId}`,
    body,
  );
}

test("a changed level counts for the next reading, and the alarm keeps the version that raised it", async () => {
  const say = await sensor("manhole-cover", "lid-1");
  await say({ values: { o2Percent: 19.8 } });
  const rule = await ruleOf("manhole-cover.o2-low");
  expect(rule.version).toBe(1);
  const changed = { ...bodyOf(rule), condition: { ...rule.condition, raise: 20, clear: 20.5 } };
  const answer = await put("manhole-cover.o2-low", changed);
  expect(answer).toMatchObject({ status: 200, body: { version: 2 } });
  await say({ values: { o2Percent: 19.8 } });
  expect(await alarmOf("lid-1", "manhole-cover.o2-low")).toMatchObject({
    ruleVersion: 2,
    evidence: { value: 19.8 },
  });
  // Somebody who saw version 1 does not overwrite version 2.
  const late = await put("manhole-cover.o2-low", changed);
  expect(late).toMatchObject({ status: 409, body: { code: "RULE_VERSION_CONFLICT" } });
  const versions = await rig.api.get<{ items: { changedBy: string; rule: Rule }[] }>(
    "/api/v1/rules/manhole-cover.o2-low/versions",
  );
  expect(versions.body.items).toMatchObject([{ changedBy: "admin", rule: { version: 2 } }]);
});

test("a rule that is no sense is refused with every fault, and the running one stays", async () => {
  const rule = await ruleOf("waste-bin.full");
  const broken = {
    ...bodyOf(rule),
    condition: { ...rule.condition, measurement: "fillPercents" },
    conditionId: "bin-ful",
  };
  const answer = await put("waste-bin.full", broken);
  expect(answer.status).toBe(400);
  expect(answer.body.code).toBe("RULE_INVALID");
  expect(answer.body.details?.faults).toEqual([
    {
      path: "condition.measurement",
      wanted: "a measurement of class 'waste-bin'",
      got: "fillPercents",
      nearest: "fillPercent",
      ...{ reason: "measurement", values: { class: "waste-bin" } },
    },
    {
      path: "conditionId",
      wanted: "a filing condition of the class",
      got: "bin-ful",
      nearest: "bin-full",
      ...{ reason: "condition", values: {} },
    },
  ]);
  expect(await put("waste-bin.full", { ...bodyOf(rule), severity: "terrible" })).toMatchObject({
    status: 400,
    body: { code: "REQUEST_INVALID", message: expect.stringContaining("severity") },
  });
  expect(await ruleOf("waste-bin.full")).toEqual(rule);
});

test("only engineers and the administrator change rules", async () => {
  const people = { username: "lead-1", password: "lead-1-password", roles: ["shift-lead"] };
  await rig.api.post("/api/v1/users", people);
  const lead = await signIn(rig.ports.http, people.username, people.password);
  const rule = await ruleOf("waste-bin.full");
  expect(await put("waste-bin.full", bodyOf(rule), lead)).toMatchObject({ status: 403 });
});

test("an override binds the assets it names; one that names nobody is listed and harms nothing", async () => {
  const [loose, strict] = [
    await sensor("waste-bin", "bin-1"),
    await sensor("waste-bin", "bin-2", { responsibleGrid: "grid-7" }),
  ];
  const rule = await ruleOf("waste-bin.fill-high");
  const { condition } = rule;
  const set = { condition: { ...condition, raise: 30, clear: 20 }, onDelayMs: 0 };
  const overrides = [
    { responsibleGrid: "grid-7", set, source: "market street" },
    { assetId: "nobody", set: { enabled: false }, source: "a slip of the pen" },
  ];
  const answer = await put("waste-bin.fill-high", { ...bodyOf(rule), overrides });
  expect(answer.body).toMatchObject({ version: 2, strayOverrides: ["nobody"] });
  for (const say of [loose, strict]) await say({ values: { fillPercent: 40 } });
  expect(await alarmOf("bin-2", "waste-bin.fill-high")).toMatchObject({ severity: "notice" });
  expect(await alarmsOf("bin-1")).toEqual([]);
});

test("a rule that is switched off ends its alarms", async () => {
  const rule = await ruleOf("waste-bin.fill-high");
  await put("waste-bin.fill-high", { ...bodyOf(rule), enabled: false });
  await until(
    async () => (await alarmsOf("bin-2")).every(({ state }) => state === "normal"),
    "the alarm's end",
  );
});

test("a new rule with a ladder goes up and down with its asset's own depth", async () => {
  const title = { zh: "水位", en: "level" };
  const made = await put("manhole-cover.own-level", {
    class: "manhole-cover",
    title,
    condition: {
      kind: "limit",
      measurement: "waterLevelCm",
      period: "instant",
      direction: "above",
      inclusive: true,
      raise: { attribute: "depthCm", times: 0.5 },
      clear: { attribute: "depthCm", times: 0.4 },
      steps: [
        {
          severity: "critical",
          raise: { attribute: "depthCm", times: 0.9 },
          clear: { attribute: "depthCm", times: 0.8 },
        },
      ],
    },
    onDelayMs: 0,
    offDelayMs: 0,
    severity: "warning",
    lifeSafety: false,
    enabled: true,
    source: "the street's own",
  });
  expect(made).toMatchObject({ status: 200, body: { version: 1 } });
  const say = await sensor("manhole-cover", "lid-deep", { attributes: { depthCm: 100 } });
  const severity = async () => (await alarmOf("lid-deep", "manhole-cover.own-level")).severity;
  await say({ values: { waterLevelCm: 55 } });
  expect(await severity()).toBe("warning");
  await say({ values: { waterLevelCm: 95 } });
  await until(async () => (await severity()) === "critical", "the way up");
  await say({ values: { waterLevelCm: 85 } });
  await say({ values: { waterLevelCm: 60 } });
  await until(async () => (await severity()) === "warning", "the way down");
  expect(await alarmsOf("lid-deep")).toHaveLength(1);
});

test("after a restart a changed rule stands, and one that looks back knows its past", async () => {
  const title = { zh: "升温", en: "heating up" };
  const rate = await put("waste-bin.heating", {
    class: "waste-bin",
    title,
    condition: {
      kind: "limit",
      measurement: "temperatureC",
      period: "instant",
      signal: { kind: "rate", overMs: HOUR_MS, pointsMin: 4 },
      direction: "above",
      inclusive: true,
      raise: 0.5,
      clear: 0.1,
    },
    onDelayMs: 0,
    offDelayMs: 0,
    severity: "major",
    lifeSafety: false,
    enabled: true,
    source: "test",
  });
  expect(rate.status).toBe(200);
  let say = await sensor("waste-bin", "bin-hot");
  const now = Date.now();
  const warm = (minutesAgo: number, temperatureC: number) => ({
    observedAt: now - minutesAgo * MINUTE_MS,
    values: { temperatureC },
  });
  // Backfill is history: it raises nothing, and it is part of the past.
  await say([warm(50, 10), warm(40, 16), warm(30, 22)]);
  await until(async () => {
    const latest = await rig.api.get<{ items: unknown[] }>(
      "/api/v1/readings/latest?assetId=asset-of-bin-hot",
    );
    return latest.body.items.length > 0;
  }, "the readings");
  expect(await alarmsOf("bin-hot")).toEqual([]);

  for (const client of clients) await client.endAsync(true);
  clients = [];
  await rig.stop("keep");
  rig = await startPlatform({}, rig.directory);
  expect(await ruleOf("waste-bin.heating")).toMatchObject({ version: 1 });
  expect(await ruleOf("manhole-cover.o2-low")).toMatchObject({ version: 2 });
  say = await sensor("waste-bin", "bin-hot");
  await say(warm(0, 40));
  expect(await alarmOf("bin-hot", "waste-bin.heating")).toMatchObject({ severity: "major" });
});

test("what a rule may be is told as JSON Schema", async () => {
  const { body } = await rig.api.get<{ type: string; required: string[] }>("/api/v1/rule-schema");
  expect(body.type).toBe("object");
  expect(body.required).toEqual(expect.arrayContaining(["ruleId", "condition", "source"]));
});
