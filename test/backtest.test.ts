/**
 * A rule tried on the past at the real platform, on a clock that runs ten minutes in a second: what
 * live judging raised is found again in the store, beside what a changed rule would have raised.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { runRules } from "../app/rules-command.ts";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { connect, foundCity } from "./support/city.ts";
import {
  ADMIN_PASSWORD,
  signIn,
  startPlatform,
  type TestPlatform,
  until,
} from "./support/platform.ts";
import { readLedger } from "./support/process.ts";

const STARTED = Date.parse("2026-11-23T09:00:00+08:00");
const RULE = "/api/v1/rules/manhole-cover.tilt";

interface Alarm {
  deviceId: string;
  ruleId?: string;
  severity: string;
  raisedAt: string;
  returnedAt?: string;
  evidence?: { value: number; flags: string[] };
}
interface Side {
  alarms: Alarm[];
  alarmCount: number;
  casesCount: number;
}
interface Found {
  code?: string;
  message?: string;
  details?: { faults: { path: string }[] };
  assets: number;
  devices: number;
  readings: number;
  candidate: Side;
  present?: Side;
  onlyCandidate: Alarm[];
  onlyPresent: Alarm[];
}

let rig: TestPlatform;
let ended: number;
const clients: MqttClient[] = [];

async function now(): Promise<number> {
  return Date.parse((await rig.api.get<{ now: string }>("/healthz")).body.now);
}

beforeAll(async () => {
  rig = await startPlatform({ GRIDWARDEN_CLOCK: "2026-11-23T09:00:00+08:00,600" });
  const city = await foundCity(rig.api);
  const tilts: Record<string, number[]> = {
    "lid-1": [1, 12, 12, 1, 1, 40, 41, 1, 1],
    "lid-2": [1, 2, 13, 1, 1, 1, 2, 1, 1],
    // Past the range on the dangerous side: suspect, and raises life safety.
    "lid-3": [1, 1, 1, 1, 200, 1, 1, 1, 1],
  };
  const says = new Map<string, (tiltDeg: number) => Promise<unknown>>();
  for (const deviceId of Object.keys(tilts)) {
    const key = await city.addDevice("manhole-cover", deviceId);
    const client = await connect(rig.ports.mqtt ?? 0, deviceId, key);
    clients.push(client);
    const topic = `v1/manhole-cover/${deviceId}/telemetry`;
    says.set(deviceId, (tiltDeg) =>
      client.publishAsync(topic, JSON.stringify({ values: { tiltDeg } }), { qos: 1 }),
    );
  }
  for (let round = 0; round < 9; round += 1) {
    const until2 = (await now()) + 3 * MINUTE_MS;
    for (const [deviceId, say] of says) await say(tilts[deviceId]?.[round] ?? 0);
    // The off-delay is a minute.
    await until(async () => (await now()) > until2, "some minutes");
  }
  await until(async () => {
    const { stored = 0, pendingUplinks } = await readLedger(rig.ports.http);
    return stored >= 27 && pendingUplinks === 0;
  }, "all to be stored");
  ended = await now();
});

afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
  await rig.stop();
});

const tryRule = (more: object = {}, path = RULE, api = rig.api) =>
  api.post<Found>(`${path}/backtest`, { from: STARTED, to: ended, ...more });

const asSeen = ({ deviceId, severity, raisedAt, returnedAt, evidence }: Alarm) => ({
  ...{ deviceId, severity, raisedAt, returnedAt },
  value: evidence?.value,
  flags: evidence?.flags,
});

async function changed(change: object): Promise<Record<string, unknown>> {
  const { body } = await rig.api.get<Record<string, unknown>>(RULE);
  const { ruleId: _inAddress, version: _theirs, ...rule } = body;
  return { ...rule, condition: { ...(rule.condition as object), ...change } };
}

test("it finds the alarms that live judging raised, with the same times and evidence", async () => {
  const { status, body } = await tryRule();
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body).toMatchObject({ assets: 3, devices: 3, readings: 27 });
  const { body: live } = await rig.api.get<{ items: Alarm[] }>("/api/v1/alarms?limit=100");
  const raised = live.items.filter(({ ruleId }) => ruleId === "manhole-cover.tilt");
  const inOrder = (alarms: Alarm[]) =>
    alarms
      .map(asSeen)
      .sort((a, b) => (`${a.deviceId}${a.raisedAt}` < `${b.deviceId}${b.raisedAt}` ? -1 : 1));
  expect(inOrder(body.candidate.alarms)).toEqual(inOrder(raised));
  expect(raised).toHaveLength(4);
  expect(body.present).toEqual(body.candidate);
});

test("a changed rule stands beside the one that stands, which goes on as it was", async () => {
  const { body } = await tryRule({ rule: await changed({ raise: 15, clear: 12 }) });
  expect([body.present?.alarmCount, body.candidate.alarmCount]).toEqual([4, 2]);
  expect(body.onlyCandidate).toEqual([]);
  expect(body.onlyPresent.map(({ deviceId }) => deviceId).sort()).toEqual(["lid-1", "lid-2"]);
  expect((await rig.api.get<{ version: number }>(RULE)).body.version).toBe(1);
  const named = await tryRule({ assetIds: ["asset-of-lid-2"] });
  expect(named.body).toMatchObject({ devices: 1, candidate: { alarmCount: 1 } });
});

test("a new rule is tried before it is there; silence too", async () => {
  const rule = await changed({ raise: 1.5, clear: 1.2 });
  const { body } = await tryRule({ rule }, "/api/v1/rules/manhole-cover.tilt-more");
  expect(body).not.toHaveProperty("present");
  expect(body.candidate.alarmCount).toBeGreaterThanOrEqual(5);
  const silent = await tryRule(
    {
      rule: {
        ...rule,
        lifeSafety: false,
        conditionId: undefined,
        condition: { kind: "no-data", afterMs: MINUTE_MS },
      },
    },
    "/api/v1/rules/manhole-cover.hush",
  );
  expect(silent.body.candidate.alarmCount).toBeGreaterThanOrEqual(3 * 8);
});

test("what makes no sense is refused as PUT refuses it, and what has no data says what there is", async () => {
  const senseless = await tryRule({ rule: await changed({ measurement: "tiltDegg" }) });
  expect([senseless.status, senseless.body.code]).toEqual([400, "RULE_INVALID"]);
  expect(senseless.body.details?.faults.map(({ path }) => path)).toEqual(["condition.measurement"]);
  const before = await tryRule({ from: STARTED - HOUR_MS, to: STARTED });
  expect([before.status, before.body.code]).toEqual([409, "BACKTEST_NO_DATA"]);
  expect(before.body.message).toContain("the store has them from 2026-11-23 to 2026-11-23");
  expect((await tryRule({ from: ended, to: STARTED })).body.code).toBe("REQUEST_INVALID");
  expect((await tryRule({}, "/api/v1/rules/manhole-cover.none")).body.code).toBe("RULE_NOT_FOUND");
});

test("it is for engineers and the administrator", async () => {
  const people = { username: "lead-1", password: "lead-1-password", roles: ["shift-lead"] };
  await rig.api.post("/api/v1/users", people);
  const lead = await signIn(rig.ports.http, people.username, people.password);
  expect((await tryRule({}, RULE, lead)).status).toBe(403);
});

test("the command line shows both rules in a table and tells its progress", async () => {
  const said = { out: "", err: "" };
  for (const [stream, to] of [
    ["stdout", "out"],
    ["stderr", "err"],
  ] as const) {
    const spy = vi.spyOn(process[stream], "write").mockImplementation((text) => {
      said[to] += String(text);
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }
  const where = ["--api", `http://127.0.0.1:${rig.ports.http}`, "--rule", "manhole-cover.tilt"];
  const span = ["--from", `${STARTED}`, "--to", new Date(ended).toISOString()];
  const who = ["--admin-password", ADMIN_PASSWORD];
  const change = ["--set", "condition.raise=15", "--set", "condition.clear=12"];
  expect(await runRules(["backtest", ...where, ...span, ...who, ...change])).toBe(0);
  const rows = said.out.split("\n").map((line) => line.trim().split(/\s{2,}/));
  expect(rows).toContainEqual(["as it stands", "as tried"]);
  expect(rows).toContainEqual(["alarms", "4", "2"]);
  expect(rows).toContainEqual(["alarms that the other has not", "2", "0"]);
  expect(said.out).toContain("asset-of-lid-2  lid-2  critical  tiltDeg 13");
  expect(said.err).toContain("devices 0 of 3");

  said.out = "";
  const file = join(rig.directory, "rule.json");
  writeFileSync(file, JSON.stringify(await changed({ raise: 39 })));
  expect(
    await runRules(["backtest", ...where, ...span, ...who, "--rule-file", file, "--json"]),
  ).toBe(0);
  expect(JSON.parse(said.out)).toMatchObject({ candidate: { alarmCount: 2 } });

  const refused = async (...args: string[]) => {
    said.err = "";
    return [await runRules(["backtest", ...args]), said.err];
  };
  expect(await refused(...where, ...who)).toEqual([64, expect.stringContaining("--from, --to")]);
  expect(await refused(...where, ...span, ...who, "--set", "condition.raise")).toEqual([
    64,
    expect.stringContaining("PATH=VALUE"),
  ]);
  expect(await refused(...where, ...span, ...who, "--set", "condition.raise=high")).toEqual([
    1,
    expect.stringContaining("REQUEST_INVALID"),
  ]);
  expect(await refused(...where, ...span, "--token", "none")).toEqual([
    1,
    expect.stringContaining("TOKEN_REFUSED"),
  ]);
  expect(await refused(...where, ...who, "--from", "0", "--to", "1")).toEqual([
    1,
    expect.stringContaining("BACKTEST_NO_DATA"),
  ]);
});
