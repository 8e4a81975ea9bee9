/**
 * Grafana's own alerts become cases: the example's template, filled in with the body that Grafana documents for a
 * webhook, is taken by the platform's intake under the service's key, each alert once.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform } from "./support/platform.ts";

const example = parse(
  readFileSync(new URL("../dashboards/examples/alerting.yaml", import.meta.url), "utf8"),
);
const [receiver] = example.contactPoints[0].receivers;

interface Alert {
  status: "firing" | "resolved";
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  fingerprint: string;
}

/** As documented for Grafana's webhook contact point. */
const notification = (alerts: Partial<Alert>[]) => ({
  receiver: "gridwarden",
  status: "firing",
  orgId: 1,
  alerts: alerts.map((alert) => ({
    ...{ status: "firing", annotations: {}, startsAt: "2026-11-27T09:51:03.157+08:00" },
    ...{ endsAt: "0001-01-01T00:00:00Z", generatorURL: "", silenceURL: "", values: { B: 44.2 } },
    ...alert,
  })) as Alert[],
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalURL: "https://grafana.city.example/",
  version: "1",
  groupKey: "{}:{}",
  truncatedAlerts: 0,
  title: "[FIRING:1]",
  state: "alerting",
});

/** What Grafana makes of the template: one dictionary for each firing alert. */
function filledIn({ alerts }: ReturnType<typeof notification>): Record<string, string>[] {
  const { template } = example.templates[0];
  const [, pairs = ""] = template.match(/coll\.Append \(coll\.Dict\n([\s\S]*?)\n {2}\) \$\$orders/);
  const fields = [...pairs.matchAll(/^ {4}"(\w+)" (.+)$/gm)];
  return alerts
    .filter(({ status }) => status === "firing")
    .map((alert) =>
      Object.fromEntries(fields.map(([, field = "", value = ""]) => [field, said(value, alert)])),
    );
}

function said(value: string, { labels, annotations, fingerprint, startsAt }: Alert): string {
  const [, text] = value.match(/^"(.*)"$/) ?? [];
  if (text !== undefined) return text;
  const [, map, key = ""] = value.match(/^\.(Labels|Annotations)\.(\w+)$/) ?? [];
  if (map !== undefined) return (map === "Labels" ? labels : annotations)[key] ?? "";
  if (value === `(printf "%s-%d" .Fingerprint .StartsAt.Unix)`) {
    return `${fingerprint}-${Math.floor(Date.parse(startsAt) / 1_000)}`;
  }
  throw new Error(`the test does not know what Grafana makes of ${value}`);
}

let platform: TestPlatform;
let key: string;

beforeAll(async () => {
  platform = await startPlatform();
  await (await foundCity(platform.api)).addDevice("manhole-cover", "cover-1");
  const body = { serviceId: "grafana", publish: ["intake/hotline"], subscribe: [] };
  const made = await platform.api.post<{ key: string }>("/api/v1/services", body);
  key = made.body.key;
});
afterAll(async () => {
  await platform.stop();
});

async function send(
  body: unknown,
  by = { username: receiver.settings.username, key },
): Promise<{ status: number; answer: Record<string, unknown> }> {
  const { settings } = receiver;
  const url = settings.url.replace("$GRIDWARDEN_URL", `http://127.0.0.1:${platform.ports.http}`);
  const basic = Buffer.from(`${by.username}:${by.key}`).toString("base64");
  const response = await fetch(url, {
    method: settings.httpMethod,
    headers: { authorization: `Basic ${basic}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

const WATER = {
  labels: { alertname: "水位超过均值", asset: "asset-of-cover-1", street: "411524001" },
  annotations: { summary: "cover-1 stands 40 cm above its mean" },
  fingerprint: "c6eadffa33fcdf37",
};

test("a firing alert is a case once, however often Grafana tells it; a resolved one is none", async () => {
  const told = notification([WATER, { ...WATER, status: "resolved", fingerprint: "aa" }]);
  const first = await send(filledIn(told));
  expect(first).toMatchObject({ status: 200, answer: { opened: 1, rejected: [] } });
  expect(await send(filledIn(told))).toMatchObject({ answer: { opened: 0, repeated: 1 } });
  const [order] = first.answer.orders as { caseNo: string }[];
  const { body } = await platform.api.get<Record<string, unknown>>(
    `/api/v1/cases/${order?.caseNo}`,
  );
  expect(body).toMatchObject({ source: "hotline", state: "REPORTED", assetId: "asset-of-cover-1" });
  expect(body.description).toContain("水位超过均值");
});

test("an alert without a place rejects itself and no other", async () => {
  const named = { ...WATER, fingerprint: "bb" };
  const nowhere = { ...WATER, labels: { alertname: "somewhere" }, fingerprint: "cc" };
  const { status, answer } = await send(filledIn(notification([nowhere, named])));
  expect(status).toBe(200);
  const rejected = [{ row: 1, externalNo: expect.stringContaining("cc-") }];
  expect(answer).toMatchObject({ opened: 1, rejected });
});

test("a service without the right to hand orders in is refused", async () => {
  const body = { serviceId: "stranger", publish: ["intake/video"], subscribe: [] };
  const { body: made } = await platform.api.post<{ key: string }>("/api/v1/services", body);
  const { status } = await send([{}], { username: "stranger", key: made.key });
  expect(status).toBe(403);
});
