import { expect, test } from "vitest";
import { createDoubles } from "./doubles.ts";
import { buildServer } from "./server.ts";
import { createStreamHub } from "./stream-hub.ts";

interface Operation {
  summary?: string;
  security?: unknown[];
  parameters?: { name: string; schema: Record<string, unknown> }[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, unknown>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> };
}

async function document(): Promise<Document> {
  const doubles = createDoubles();
  const server = await buildServer(doubles.deps, createStreamHub(doubles.deps), {});
  const response = await server.inject({ method: "GET", url: "/openapi.json" });
  await server.close();
  return response.json<Document>();
}

const CALLS = [
  "GET /healthz",
  "GET /readyz",
  "GET /metrics",
  "GET /openapi.json",
  "POST /api/v1/login",
  "POST /api/v1/session",
  "POST /api/v1/session/code",
  "GET /api/v1/session",
  "DELETE /api/v1/session",
  "POST /api/v1/notices/{noticeId}/acknowledge",
  "GET /api/v1/tasks",
  "POST /api/v1/tasks/{taskId}/done",
  "POST /api/v1/devices/{deviceId}/commands",
  "GET /api/v1/devices/{deviceId}/commands",
  "DELETE /api/v1/devices/{deviceId}/commands/{commandId}",
  "POST /api/v1/commands",
  "GET /api/v1/commands/{batchId}",
  "DELETE /api/v1/commands/{batchId}",
  "GET /api/v1/units",
  "POST /api/v1/units",
  "GET /api/v1/units/load",
  "GET /api/v1/units/{unitId}/roster",
  "PUT /api/v1/units/{unitId}/roster",
  "GET /api/v1/users/{username}/contacts",
  "PUT /api/v1/users/{username}/contacts",
  "GET /api/v1/crews/{crewId}/contacts",
  "PUT /api/v1/crews/{crewId}/contacts",
  "GET /api/v1/units/{unitId}/contacts",
  "PUT /api/v1/units/{unitId}/contacts",
  "GET /api/v1/me/contacts",
  "PUT /api/v1/me/contacts",
  "GET /api/v1/cases/{caseNo}/reaching",
  "POST /api/v1/cases/{caseNo}/reaching/take",
  "GET /api/v1/duty/reached",
  "POST /api/v1/drills",
  "POST /api/v1/crews/{crewId}/shift",
  "POST /api/v1/crews/{crewId}/position",
  "GET /api/v1/patrol-areas",
  "PUT /api/v1/patrol-areas/{username}",
  "GET /api/v1/patrol-areas/{username}/coverage",
  "GET /api/v1/me/patrol",
  "POST /api/v1/me/patrol",
  "GET /api/v1/cases/{caseNo}/site",
  "GET /api/v1/assets/near",
  "GET /api/v1/duty/attendance",
  "GET /api/v1/evaluation/models",
  "PUT /api/v1/evaluation/models/{modelId}",
  "GET /api/v1/evaluation/items",
  "POST /api/v1/evaluation/items",
  "POST /api/v1/evaluation/items/{itemId}/revoke",
  "POST /api/v1/intake/receipts/{channelId}",
  "GET /api/v1/intake/receipts/{channelId}",
  "GET /api/v1/crews",
  "POST /api/v1/crews",
  "POST /api/v1/crews/{crewId}/key",
  "POST /api/v1/crews/{crewId}/sign-in-codes",
  "DELETE /api/v1/crews/{crewId}/sessions",
  "GET /api/v1/users",
  "POST /api/v1/users",
  "DELETE /api/v1/users/{username}/sessions",
  "PUT /api/v1/users/{username}/password",
  "PUT /api/v1/me/password",
  "GET /api/v1/assets",
  "POST /api/v1/assets",
  "GET /api/v1/assets/{assetId}",
  "PATCH /api/v1/assets/{assetId}",
  "DELETE /api/v1/assets/{assetId}",
  "POST /api/v1/assets/import",
  "GET /api/v1/gateways",
  "POST /api/v1/gateways",
  "POST /api/v1/gateways/{gatewayId}/key",
  "GET /api/v1/services",
  "POST /api/v1/services",
  "POST /api/v1/services/{serviceId}/key",
  "GET /api/v1/devices",
  "POST /api/v1/devices",
  "POST /api/v1/devices/import",
  "GET /api/v1/devices/{deviceId}",
  "PATCH /api/v1/devices/{deviceId}",
  "DELETE /api/v1/devices/{deviceId}",
  "POST /api/v1/devices/adopt",
  "GET /api/v1/devices/labels.svg",
  "GET /api/v1/devices/{deviceId}/label.svg",
  "GET /api/v1/devices/{deviceId}/twin",
  "PUT /api/v1/devices/{deviceId}/twin",
  "POST /api/v1/devices/{deviceId}/replace",
  "GET /api/v1/devices/{deviceId}/life",
  "POST /api/v1/devices/{deviceId}/life",
  "POST /api/v1/devices/{deviceId}/key",
  "GET /api/v1/readings",
  "GET /api/v1/readings/latest",
  "GET /api/v1/rule-schema",
  "GET /api/v1/rules",
  "GET /api/v1/rules/{ruleId}/versions",
  "GET /api/v1/rules/{ruleId}/precision",
  "PUT /api/v1/rules/{ruleId}",
  "GET /api/v1/rules/{ruleId}",
  "POST /api/v1/rules/{ruleId}/backtest",
  "POST /api/v1/rules/{ruleId}/check",
  "GET /api/v1/alarms",
  "GET /api/v1/alarms/performance",
  "GET /api/v1/evaluation",
  "GET /api/v1/evaluation/cases",
  "GET /api/v1/evaluation/renewals",
  "GET /api/v1/evaluation/last-places",
  "GET /api/v1/evaluation/export",
  "GET /api/v1/evaluation/publications",
  "POST /api/v1/evaluation/publications",
  "GET /api/v1/evaluation/publications/{publicationId}",
  "GET /api/v1/evaluation/publications/{publicationId}/print",
  "GET /api/v1/evaluation/publications/{publicationId}/xlsx",
  "POST /api/v1/evaluation/publications/{publicationId}/approve",
  "POST /api/v1/evaluation/publications/{publicationId}/withdraw",
  "GET /public/ranks",
  "GET /public/ranks/{period}",
  "POST /api/v1/alarms/{alarmId}/acknowledge",
  "POST /api/v1/alarms/{alarmId}/shelve",
  "POST /api/v1/alarms/{alarmId}/unshelve",
  "GET /api/v1/cases",
  "POST /api/v1/cases",
  "GET /api/v1/cases/{caseNo}",
  "GET /api/v1/cases/similar",
  "POST /api/v1/cases/{caseNo}/join",
  "POST /api/v1/hotline/orders",
  "POST /api/v1/hotline/orders/import",
  "POST /api/v1/hotline/orders/{externalNo}/unsolved",
  "GET /api/v1/hotline/answers",
  "GET /api/v1/hotline/answers.csv",
  "POST /api/v1/hotline/answers/{externalNo}/delivered",
  "POST /api/v1/hotline/orders/{externalNo}/callback",
  "GET /api/v1/questions",
  "GET /api/v1/questions/outbox",
  "POST /api/v1/questions/{questionId}/answer",
  "GET /api/v1/public/reports/{publicNo}",
  "POST /api/v1/public/reports/{publicNo}/answer",
  "POST /api/v1/public/reports",
  "GET /api/v1/public/categories",
  "GET /api/v1/public/components/{code}",
  "GET /api/v1/public/layers",
  "GET /api/v1/public/layers/{layer}.geojson",
  "POST /api/v1/intake/video",
  "GET /api/v1/devices/{deviceId}/extras",
  "GET /api/v1/decoders",
  "GET /api/v1/decoders/{decoderId}",
  "PUT /api/v1/decoders/{decoderId}",
  "DELETE /api/v1/decoders/{decoderId}",
  "POST /api/v1/decoders/try",
  "GET /api/v1/intakes",
  "GET /api/v1/json-sources",
  "GET /api/v1/json-sources/{sourceId}",
  "PUT /api/v1/json-sources/{sourceId}",
  "DELETE /api/v1/json-sources/{sourceId}",
  "POST /api/v1/json-sources/try",
  "PUT /api/v1/intakes/{intakeId}",
  "DELETE /api/v1/intakes/{intakeId}",
  "POST /api/v1/intake/{format}",
  "GET /api/v1/intake/{format}",
  "GET /open311/v2/services.json",
  "GET /open311/v2/services/{code}.json",
  "GET /open311/v2/requests.json",
  "POST /open311/v2/requests.json",
  "GET /open311/v2/requests/{id}.json",
  "GET /open311/v2/tokens/{token}.json",
  "GET /api/v1/cases/{caseNo}/curve",
  "POST /api/v1/cases/{caseNo}/transitions",
  "POST /api/v1/files",
  "GET /api/v1/files/{fileId}",
  "GET /api/v1/files/{fileId}/thumbnail",
  ...["filing-conditions", "categories", "limit-areas"].flatMap((name) => [
    `GET /api/v1/${name}`,
    `GET /api/v1/${name}.csv`,
    `GET /api/v1/${name}/versions`,
    `PUT /api/v1/${name}`,
  ]),
  "GET /api/v1/supervisions",
  "POST /api/v1/supervisions",
  "GET /api/v1/supervisions/summary",
  "GET /api/v1/supervisions/{supervisionNo}",
  "GET /api/v1/supervisions/{supervisionNo}/print",
  "POST /api/v1/supervisions/{supervisionNo}/transitions",
  "POST /api/v1/cases/{caseNo}/urge",
  "GET /api/v1/assists",
  "POST /api/v1/cases/{caseNo}/assists",
  "POST /api/v1/assists/{assistId}/transitions",
  "GET /api/v1/rulings",
  "POST /api/v1/cases/{caseNo}/ruling",
  "POST /api/v1/rulings/{rulingId}/revoke",
  "GET /api/v1/stewards",
  "POST /api/v1/stewards",
  "PATCH /api/v1/stewards/{stewardId}",
  "DELETE /api/v1/stewards/{stewardId}",
  "GET /api/v1/stream",
  "GET /api/v1/dead-letters",
  "POST /api/v1/dead-letters/retry",
  "POST /api/v1/dead-letters/{letterId}/retry",
  "POST /api/v1/redecodings",
  "GET /api/v1/redecodings/{redecodingId}",
  "DELETE /api/v1/redecodings/{redecodingId}",
  "GET /api/v1/places",
  "POST /api/v1/places/import",
  "GET /api/v1/places/{placeId}",
  "DELETE /api/v1/places/{placeId}",
  "GET /api/v1/calendars",
  "GET /api/v1/calendars/{name}",
  "PUT /api/v1/calendars/{name}",
  "GET /api/v1/holidays/{year}",
  "PUT /api/v1/holidays/{year}",
  "GET /api/v1/calendar-overrides",
  "PUT /api/v1/calendar-overrides",
  "GET /api/v1/audit",
  "GET /api/v1/audit/verify",
  "GET /api/v1/knocking",
  "GET /api/v1/city/figures",
  "GET /api/v1/map",
  "GET /api/v1/classes",
  "GET /api/v1/notices",
  "GET /api/v1/cases/{caseNo}/calls",
  "POST /api/v1/cases/{caseNo}/calls",
  "GET /api/v1/alarms/near",
  "POST /api/v1/callers/reports",
  "GET /api/v1/handovers",
  "GET /api/v1/handovers/next",
  "GET /api/v1/handovers/{handoverId}",
  "POST /api/v1/handovers",
  "POST /api/v1/handovers/{handoverId}/sign",
  "POST /api/v1/pledges",
  "POST /api/v1/pledges/{pledgeId}/done",
];

test("the document names every call and no other", async () => {
  const { paths, openapi } = await document();
  const named = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(openapi).toMatch(/^3\.1/);
  expect(named.sort()).toEqual([...CALLS].sort());
});

test("every call says what it does and how it refuses", async () => {
  const { paths } = await document();
  for (const [path, operations] of Object.entries(paths)) {
    for (const operation of Object.values(operations)) {
      expect(operation.summary, path).toBeTruthy();
      if (path.startsWith("/api/") || path.startsWith("/open311/")) {
        expect(Object.keys(operation.responses), path).toEqual(
          expect.arrayContaining(["4XX", "5XX"]),
        );
      }
    }
  }
});

test("shapes and limits stand in the document as they are checked", async () => {
  const { paths, components } = await document();
  const limit = paths["/api/v1/units"]?.get?.parameters?.find(({ name }) => name === "limit");
  expect(limit?.schema).toMatchObject({ minimum: 1, maximum: 1000, default: 100 });
  for (const name of ["Asset", "Device", "Case", "Alarm", "Rule", "Error"]) {
    expect(components.schemas, name).toHaveProperty(name);
  }
  const types = Object.keys(paths["/api/v1/assets/import"]?.post?.requestBody?.content ?? {});
  expect(types).toEqual(["text/csv", "application/geo+json", "application/json"]);
  expect(paths["/api/v1/login"]?.post?.security).toEqual([]);
  expect(Object.keys(components.securitySchemes)).toEqual(["bearer", "session"]);
});

test("every reference leads to a schema that is there, and no schema stands there for nothing", async () => {
  const found = await document();
  const references = [
    ...JSON.stringify(found).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g),
  ];
  const named = new Set(references.map(([, name]) => name));
  expect([...named].sort()).toEqual(Object.keys(found.components.schemas).sort());
});
