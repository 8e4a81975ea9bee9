/**
 * A rule that crews do not confirm, at the running platform: bins that say they are full and are
 * not. It falls below the floor, people are told, its cases wait for review also after a restart,
 * and a changed rule begins anew.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { LIMITS } from "../model/limits.ts";
import { connect, foundCity } from "./support/city.ts";
import { sendPhoto } from "./support/photos.ts";
import { type Api, signIn, startPlatform, type TestPlatform, until } from "./support/platform.ts";

const ENVIRONMENT = { GRIDWARDEN_CLOCK: "2026-11-23T09:00:00+08:00,600" };
const RULE = "/api/v1/rules/waste-bin.full";

interface ShownCase {
  caseNo: string;
  state: string;
}
interface ShownNotice {
  kind: string;
  role: string;
  ruleId?: string;
  ruleVersion?: number;
}

let rig: TestPlatform;
const keys = new Map<string, string>();

beforeAll(async () => {
  rig = await startPlatform(ENVIRONMENT);
  const city = await foundCity(rig.api);
  for (let n = 1; n <= LIMITS.fieldLabelsMin + 2; n += 1) {
    keys.set(`bin-${n}`, await city.addDevice("waste-bin", `bin-${n}`));
  }
});

afterAll(() => rig.stop());

/** The bin says that it is full; answers its case. */
async function fill(deviceId: string): Promise<ShownCase> {
  const client = await connect(rig.ports.mqtt ?? 0, deviceId, keys.get(deviceId) ?? "");
  const payload = JSON.stringify({ values: { fillPercent: 97 } });
  await client.publishAsync(`v1/waste-bin/${deviceId}/telemetry`, payload, { qos: 1 });
  await client.endAsync();
  return await until(async () => {
    const { body } = await rig.api.get<{ items: ShownCase[] }>(
      `/api/v1/cases?assetId=asset-of-${deviceId}`,
    );
    return body.items[0];
  }, `the case of ${deviceId}`);
}

const move = (caseNo: string, event: string, more: object = {}) =>
  rig.api.post<ShownCase>(`/api/v1/cases/${caseNo}/transitions`, { event, ...more });

async function findNothing({ caseNo }: ShownCase): Promise<void> {
  await move(caseNo, "start");
  const files = [await sendPhoto(rig.api, Number(caseNo.slice(-3)))];
  const found = { note: "half empty", outcome: "nothingFound", files };
  const fed = await move(caseNo, "feedback", found);
  expect(fed.body.state).toBe("FEEDBACK");
  const voided = await move(caseNo, "void");
  expect([voided.status, voided.body.state]).toEqual([200, "VOIDED"]);
}

async function noticesOf(api: Api): Promise<ShownNotice[]> {
  const { body } = await api.get<{ items: ShownNotice[] }>("/api/v1/notices?standing=true");
  return body.items;
}

test("a rule that crews do not confirm waits for review until it is changed", async () => {
  for (let n = 1; n <= LIMITS.fieldLabelsMin; n += 1) {
    const opened = await fill(`bin-${n}`);
    expect(opened.state).toBe("DISPATCHED");
    await findNothing(opened);
  }
  const distrusted = {
    trust: { labels: 10, precision: 0, floor: 0.5, isDistrusted: true, isImmediate: false },
  };
  expect((await rig.api.get(RULE)).body).toMatchObject({ version: 1, ...distrusted });
  const precision = await rig.api.get<{ versions: object[] }>(`${RULE}/precision`);
  expect(precision.body).toMatchObject({ ...distrusted, versions: [{ version: 1 }] });
  expect(precision.body.versions[0]).toMatchObject({
    all: { labels: 10, trueCount: 0, falseCount: 10, precision: 0, interval: { low: 0 } },
  });
  const metrics = await (await fetch(`http://127.0.0.1:${rig.ports.http}/metrics`)).text();
  expect(metrics).toContain('gridwarden_rule_precision{rule="waste-bin.full"} 0');

  await rig.api.post("/api/v1/users", {
    username: "rules-engineer",
    password: "rules-engineer-password",
    roles: ["engineer"],
  });
  const engineer = await signIn(rig.ports.http, "rules-engineer", "rules-engineer-password");
  expect(await noticesOf(engineer)).toMatchObject([
    { kind: "rule-distrusted", role: "engineer", ruleId: "waste-bin.full", ruleVersion: 1 },
  ]);

  await rig.stop("keep");
  rig = await startPlatform(ENVIRONMENT, rig.directory);
  expect((await fill("bin-11")).state).toBe("REPORTED");

  const { body } = await rig.api.get<{ ruleId: string; offDelayMs: number }>(RULE);
  const { ruleId: _inAddress, ...rule } = body;
  const put = await rig.api.replace<object>(RULE, { ...rule, offDelayMs: 120_000 });
  expect(put.body).toMatchObject({ version: 2, trust: { labels: 0, isImmediate: true } });
  expect((await fill("bin-12")).state).toBe("DISPATCHED");
  const former = await rig.api.get<{ versions: object[] }>(`${RULE}/precision`);
  expect(former.body.versions).toMatchObject([{ version: 1, isDistrusted: true }]);
});
