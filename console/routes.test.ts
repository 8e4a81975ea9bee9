import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { GridwardenError } from "../model/errors.ts";
import { createDoubles, type Doubles, NOW, SAMPLE_CASE } from "./doubles.ts";
import { buildServer, type Server, type ServerOptions } from "./server.ts";
import { createStreamHub } from "./stream-hub.ts";

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function setUp(
  options: ServerOptions = {},
  change: (doubles: Doubles) => void = () => {},
): Promise<{ server: Server; doubles: Doubles; call: Call }> {
  const doubles = createDoubles();
  change(doubles);
  const server = await buildServer(doubles.deps, createStreamHub(doubles.deps), options);
  cleanups.push(() => server.close());
  const call: Call = async (method, url, more = {}) => {
    const { as = "admin", body, type } = more;
    const response = await server.inject({
      method,
      url,
      headers: {
        ...(as === "" ? {} : { authorization: `Bearer ${as}` }),
        ...(type === undefined ? {} : { "content-type": type }),
      },
      ...(body === undefined ? {} : { payload: body as string | object }),
    });
    const text = response.body;
    const isJson = String(response.headers["content-type"]).startsWith("application/json");
    return {
      status: response.statusCode,
      body: isJson ? JSON.parse(text) : text,
      headers: response.headers,
    };
  };
  return { server, doubles, call };
}

type Method = "GET" | "POST" | "PATCH" | "DELETE" | "PUT";
type Call = (
  method: Method,
  url: string,
  more?: { as?: string; body?: unknown; type?: string },
) => Promise<{ status: number; body: Answer; headers: Record<string, unknown> }>;
/** Whatever a call answers; a test names what it expects of it. */
type Answer = {
  code?: string;
  message?: string;
  details?: Record<string, unknown>;
  items?: Record<string, unknown>[];
} & Record<string, unknown>;

test("a sign-in answers the token, its end with offset, and the user", async () => {
  const { call, doubles } = await setUp();
  const body = { username: "admin", password: "right password" };
  const answer = await call("POST", "/api/v1/login", { as: "", body });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    token: "admin",
    expiresAt: "2026-11-22T08:30:01.000+08:00",
    user: { username: "admin", roles: ["admin"] },
  });
  expect(doubles.asked[0]?.with).toEqual({ username: "admin", from: "127.0.0.1" });
});

test("a wrong password is LOGIN_REFUSED", async () => {
  const { call } = await setUp();
  const body = { username: "admin", password: "wrong" };
  const answer = await call("POST", "/api/v1/login", { as: "", body });
  expect([answer.status, answer.body.code]).toEqual([401, "LOGIN_REFUSED"]);
});

test("a refused sign-in for its number says when to come back", async () => {
  const { call } = await setUp({}, ({ deps }) => {
    deps.registry.login = async () => {
      throw new GridwardenError("RATE_LIMITED", "wait 7 s", { details: { retryAfterS: 7 } });
    };
  });
  const answer = await call("POST", "/api/v1/login", { body: { username: "a", password: "b" } });
  expect([answer.status, answer.body.code, answer.headers["retry-after"]]).toEqual([
    429,
    "RATE_LIMITED",
    "7",
  ]);
});

test("no token and an unknown one are TOKEN_REFUSED, before a body is read", async () => {
  const { call } = await setUp();
  for (const as of ["", "nobody"]) {
    const answer = await call("POST", "/api/v1/assets", { as, body: "{", type: "text/plain" });
    expect([answer.status, answer.body.code]).toEqual([401, "TOKEN_REFUSED"]);
    expect(answer.headers["www-authenticate"]).toBe("Bearer");
  }
});

test("a role that may not is ROLE_REFUSED with the roles that may", async () => {
  const { call } = await setUp();
  const answer = await call("POST", "/api/v1/units", { as: "viewer", body: {} });
  expect([answer.status, answer.body.code]).toEqual([403, "ROLE_REFUSED"]);
  expect(answer.body.details).toEqual({ action: "registry.write", allowed: ["admin"] });
});

test("an address that is not there is NOT_FOUND, also under /api and with a page", async () => {
  const { call } = await setUp({ webDirectory: page() });
  for (const url of ["/nothing", "/api/v1/nothing", "/api/v1/cases/1/2/3"]) {
    const answer = await call("GET", url);
    expect([answer.status, answer.body.code]).toEqual([404, "NOT_FOUND"]);
  }
  expect((await call("PUT", "/api/v1/units")).body.code).toBe("NOT_FOUND");
});

test("a fault of ours is INTERNAL with the request's id and no stack", async () => {
  const { call } = await setUp({}, ({ deps }) => {
    deps.cases.list = async () => {
      throw new Error("secret detail");
    };
  });
  const answer = await call("GET", "/api/v1/cases");
  expect([answer.status, answer.body.code]).toEqual([500, "INTERNAL"]);
  expect(JSON.stringify(answer.body)).not.toMatch(/secret|at /);
  expect(answer.body.message).toContain(String(answer.body.details?.requestId));
});

test("an answer that does not fit its schema is INTERNAL, not sent", async () => {
  const { call } = await setUp({}, ({ deps }) => {
    deps.cases.list = async () => ({ items: [{ ...SAMPLE_CASE, version: -1 }] });
  });
  expect((await call("GET", "/api/v1/cases")).body.code).toBe("INTERNAL");
});

test("a body beyond the limit is PAYLOAD_TOO_LARGE, an import may be larger", async () => {
  const { call } = await setUp({ requestBytesMax: 500, importBytesMax: 2_000 });
  const body = { username: "x".repeat(600), password: "y" };
  expect((await call("POST", "/api/v1/login", { body })).body.code).toBe("PAYLOAD_TOO_LARGE");
  const file = { body: "x".repeat(1_000), type: "text/csv" };
  expect((await call("POST", "/api/v1/assets/import", file)).status).toBe(200);
  const large = { body: "x".repeat(3_000), type: "text/csv" };
  const answer = await call("POST", "/api/v1/assets/import", large);
  expect([answer.status, answer.body.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
});

test("a body of a type that is not taken is MEDIA_TYPE_REFUSED with those that are", async () => {
  const { call } = await setUp();
  for (const url of ["/api/v1/units", "/api/v1/assets/import"]) {
    const answer = await call("POST", url, { body: "<unit/>", type: "application/xml" });
    expect([answer.status, answer.body.code]).toEqual([415, "MEDIA_TYPE_REFUSED"]);
    expect(answer.body.message).toContain("send application/json");
  }
});

const INVALID: [string, Method, string, unknown, string][] = [
  [
    "a field of a wrong kind",
    "POST",
    "/api/v1/units",
    { unitId: 7, name: "x", kind: "street" },
    "field 'unitId': got 7, wanted string",
  ],
  [
    "a choice that is none",
    "POST",
    "/api/v1/units",
    { unitId: "u", name: "x", kind: "club" },
    "field 'kind': got 'club', wanted one of \"department\"|",
  ],
  [
    "an id with a space",
    "POST",
    "/api/v1/units",
    { unitId: "a b", name: "x", kind: "street" },
    "field 'unitId': got 'a b', wanted 1 to 64 of A-Z",
  ],
  [
    "a field too many",
    "POST",
    "/api/v1/units",
    { unitId: "u", name: "x", kind: "street", colour: 1 },
    "field 'colour': not known in the body",
  ],
  ["no body", "POST", "/api/v1/units", undefined, "the body: got null, wanted object"],
  [
    "a short password, never repeated",
    "POST",
    "/api/v1/users",
    { username: "u", roles: ["viewer"], password: "9Kz" },
    "field 'password': got a value that is not shown, wanted at least 4 characters",
  ],
  [
    "a password too long",
    "POST",
    "/api/v1/users",
    { username: "u", roles: ["viewer"], password: "9Kz".repeat(67) },
    "field 'password': got a value that is not shown, wanted string to have <=200 characters",
  ],
  [
    "a place off the earth",
    "POST",
    "/api/v1/assets",
    { assetId: "a", componentCode: "4115240101000001", name: "n", lon: 200, lat: 0 },
    "field 'lon': got 200, wanted number to be <=180",
  ],
  [
    "a report without a place",
    "POST",
    "/api/v1/cases",
    { description: "a hole" },
    "field 'lon': got nothing, wanted a place",
  ],
  [
    "a report by a sensor",
    "POST",
    "/api/v1/cases",
    { description: "a", source: "sensor", lon: 1, lat: 1 },
    "field 'source': got 'sensor'",
  ],
  [
    "a page too long",
    "GET",
    "/api/v1/cases?limit=1001",
    undefined,
    "field 'limit': got '1001', wanted number to be <=1000",
  ],
  [
    "a page of no number",
    "GET",
    "/api/v1/cases?limit=ten",
    undefined,
    "field 'limit': got 'ten', wanted number",
  ],
  [
    "an unknown query",
    "GET",
    "/api/v1/cases?form=2026",
    undefined,
    "field 'form': not known in the query",
  ],
  [
    "a status that is none",
    "GET",
    "/api/v1/cases?status=lost",
    undefined,
    "field 'status': got 'lost'",
  ],
  [
    "a case number of letters",
    "GET",
    "/api/v1/cases/abc",
    undefined,
    "field 'caseNo': got 'abc', wanted 19 digits",
  ],
  [
    "a cursor of another list",
    "GET",
    "/api/v1/rules?cursor=x",
    undefined,
    "field 'cursor': got 'x'",
  ],
  [
    "neither asset nor device",
    "GET",
    "/api/v1/readings",
    undefined,
    "field 'assetId': got nothing, wanted one of assetId and deviceId",
  ],
  [
    "a time without offset",
    "GET",
    "/api/v1/readings?assetId=cover-1&from=2026-11-22T00:00:00",
    undefined,
    "field 'from': got '2026-11-22T00:00:00', wanted ISO 8601 with offset",
  ],
  [
    "from after to",
    "GET",
    "/api/v1/readings?assetId=cover-1&from=5&to=5",
    undefined,
    "field 'from': got '5', wanted a time before `to`",
  ],
  [
    "a bucket of weeks",
    "GET",
    "/api/v1/readings?assetId=cover-1&every=1w",
    undefined,
    "field 'every': got '1w', wanted a whole number and one of s m h d",
  ],
  [
    "a fn without buckets",
    "GET",
    "/api/v1/readings?assetId=cover-1&fn=max",
    undefined,
    "field 'fn': got 'max', wanted `every` beside it",
  ],
];

test.each(INVALID)("%s is REQUEST_INVALID and named", async (_what, method, url, body, text) => {
  const { call } = await setUp();
  const answer = await call(method, url, body === undefined ? {} : { body });
  expect([answer.status, answer.body.code]).toEqual([400, "REQUEST_INVALID"]);
  expect(answer.body.message).toContain(text);
  expect(answer.body.message).not.toContain("9Kz");
});

test("broken JSON and a bad address are REQUEST_INVALID", async () => {
  const { call } = await setUp();
  const json = { body: "{oops", type: "application/json" };
  for (const answer of [
    await call("POST", "/api/v1/units", json),
    await call("GET", "/api/v1/assets/%zz"),
  ]) {
    expect([answer.status, answer.body.code]).toEqual([400, "REQUEST_INVALID"]);
  }
});

test.each([
  ["GET", "/api/v1/assets/none", undefined, "ASSET_NOT_FOUND"],
  ["GET", "/api/v1/devices/none", undefined, "DEVICE_NOT_FOUND"],
  ["POST", "/api/v1/devices/none/key", undefined, "DEVICE_NOT_FOUND"],
  ["POST", "/api/v1/crews/none/key", undefined, "CREW_NOT_FOUND"],
  ["POST", "/api/v1/gateways/none/key", undefined, "GATEWAY_NOT_FOUND"],
  ["POST", "/api/v1/services/none/key", undefined, "NOT_FOUND"],
  ["GET", "/api/v1/rules/none", undefined, "RULE_NOT_FOUND"],
  ["POST", "/api/v1/alarms/none/acknowledge", {}, "ALARM_NOT_FOUND"],
  ["GET", "/api/v1/cases/0000000000000000000", undefined, "CASE_NOT_FOUND"],
  ["GET", "/api/v1/readings?assetId=none", undefined, "ASSET_NOT_FOUND"],
  ["GET", "/api/v1/readings?deviceId=none", undefined, "DEVICE_NOT_FOUND"],
  ["GET", "/api/v1/readings/latest?assetId=none", undefined, "ASSET_NOT_FOUND"],
  ["GET", "/api/v1/stream?assetId=none", undefined, "ASSET_NOT_FOUND"],
] as const)("%s %s with nothing there is a 404 by name", async (method, url, body, code) => {
  const { call } = await setUp();
  const answer = await call(method, url, body === undefined ? {} : { body });
  expect([answer.status, answer.body.code]).toEqual([404, code]);
});

test("a refused transition passes its details on", async () => {
  const { call } = await setUp({}, ({ deps }) => {
    deps.cases.transition = async () => {
      throw new GridwardenError("CASE_TRANSITION_REFUSED", "no", {
        details: { allowed: ["start"] },
      });
    };
  });
  const url = `/api/v1/cases/${SAMPLE_CASE.caseNo}/transitions`;
  const answer = await call("POST", url, { body: { event: "close" } });
  expect([answer.status, answer.body.details]).toEqual([409, { allowed: ["start"] }]);
});

test("a transition carries its fields and who asks to the cases", async () => {
  const { call, doubles } = await setUp();
  const url = `/api/v1/cases/${SAMPLE_CASE.caseNo}/transitions`;
  const until = "2026-12-01T00:00:00+08:00";
  const answer = await call("POST", url, {
    as: "unit",
    body: { event: "start", version: 3, until },
  });
  expect(answer.status).toBe(200);
  expect(doubles.asked.at(-1)?.with).toEqual({
    caseNo: SAMPLE_CASE.caseNo,
    transition: { event: "start", version: 3, until: Date.parse(until) },
    actor: { username: "unit", roles: ["unit"] },
  });
});

test("a case is shown with its times as ISO 8601 with offset, history and evidence", async () => {
  const { call } = await setUp();
  const { body } = await call("GET", `/api/v1/cases/${SAMPLE_CASE.caseNo}`);
  expect(body).toMatchObject({
    caseNo: SAMPLE_CASE.caseNo,
    openedAt: "2026-11-22T08:30:00.000+08:00",
    deadline: "2026-11-22T10:30:00.000+08:00",
    history: [{ event: "report", to: "REPORTED", at: "2026-11-22T08:30:00.000+08:00" }],
    evidence: [{ measurement: "isOpen", joinedAt: "2026-11-22T08:30:00.000+08:00" }],
  });
});

test("an alarm is acknowledged without a body, in the name of who asks", async () => {
  const { call, doubles } = await setUp();
  const answer = await call("POST", "/api/v1/alarms/alarm-1/acknowledge", { as: "engineer" });
  expect(answer.body).toMatchObject({
    state: "acknowledged",
    acknowledgedAt: "2026-11-22T08:30:00.000+08:00",
    evidence: { flags: [] },
  });
  expect(doubles.asked.at(-1)?.with).toEqual({ by: "engineer" });
});

test("what is made is answered with 201, and a key with it", async () => {
  const { call } = await setUp();
  const key = "k".repeat(43);
  const made: [string, Record<string, unknown>, Record<string, unknown>][] = [
    ["/api/v1/crews", { crewId: "c", name: "n", unitId: "centre" }, { crewId: "c", key }],
    ["/api/v1/gateways", { gatewayId: "g", name: "n" }, { gatewayId: "g", key }],
    [
      "/api/v1/services",
      { serviceId: "s", publish: [], subscribe: ["#"] },
      { serviceId: "s", key },
    ],
    ["/api/v1/devices", { deviceId: "d", assetId: "cover-1" }, { deviceId: "d", key }],
    [
      "/api/v1/users",
      { username: "u", roles: ["viewer"], password: "four" },
      { username: "u", roles: ["viewer"] },
    ],
  ];
  for (const [url, body, wanted] of made) {
    const answer = await call("POST", url, { body });
    expect([url, answer.status, answer.body]).toEqual([url, 201, wanted]);
  }
});

test("a device is shown with its class and without its protocol's password", async () => {
  const { call } = await setUp();
  const wanted = { deviceId: "dev-1", assetId: "cover-1", class: "manhole-cover" };
  expect((await call("GET", "/api/v1/devices/dev-1")).body).toEqual(wanted);
  expect((await call("GET", "/api/v1/devices")).body.items).toEqual([wanted]);
});

test("removing answers 204 and nothing else", async () => {
  const { call, doubles } = await setUp();
  for (const url of ["/api/v1/assets/cover-1", "/api/v1/devices/dev-1"]) {
    const answer = await call("DELETE", url);
    expect([answer.status, answer.body]).toEqual([204, ""]);
  }
  expect(doubles.asked.map(({ what }) => what)).toEqual(["assets.remove", "devices.remove"]);
});

test("a patch takes null for away and leaves the rest alone", async () => {
  const { call, doubles } = await setUp();
  const body = { gridCell: null, attributes: { material: null, height: 4 } };
  expect((await call("PATCH", "/api/v1/assets/cover-1", { body })).status).toBe(200);
  expect(doubles.asked.at(-1)?.with).toEqual({ assetId: "cover-1", patch: body });
});

test("a page names its next, and its limit is 100 unless another is asked", async () => {
  const { call, doubles } = await setUp();
  expect((await call("GET", "/api/v1/units")).body).toMatchObject({ next: "7" });
  await call("GET", "/api/v1/units?limit=5&cursor=7");
  expect(doubles.asked.map((asked) => asked.with)).toEqual([
    { limit: 100 },
    { limit: 5, cursor: "7" },
  ]);
});

test("rules are paged in their order", async () => {
  const { call } = await setUp();
  const first = await call("GET", "/api/v1/rules?limit=1");
  expect(first.body).toMatchObject({ items: [{ ruleId: "manhole-cover.open" }], next: "1" });
  const second = await call("GET", "/api/v1/rules?limit=1&cursor=1");
  expect(second.body.items).toMatchObject([{ ruleId: "streetlight.off" }]);
  expect(second.body).not.toHaveProperty("next");
});

test.each([
  ["text/csv; charset=utf-8", "csv"],
  ["application/geo+json", "geojson"],
  ["application/json", "geojson"],
])("an import as %s reaches the registry as %s, unread", async (type, format) => {
  const { call, doubles } = await setUp();
  const answer = await call("POST", "/api/v1/assets/import", { body: '{"a":1}', type });
  expect(answer.body).toEqual({ created: 1, updated: 0, rejected: [], ignored: [] });
  expect(doubles.asked.at(-1)?.with).toEqual({ format, text: '{"a":1}' });
});

test("devices are brought in as a list of anything; the registry judges each", async () => {
  const { call, doubles } = await setUp();
  const body = { devices: [{ deviceId: "dev-1" }, 7] };
  expect((await call("POST", "/api/v1/devices/import", { body })).status).toBe(200);
  expect(doubles.asked.at(-1)?.with).toEqual(body.devices);
});

test("a query for days asks for buckets from local midnight", async () => {
  const { call, doubles } = await setUp();
  doubles.series = [
    { deviceId: "dev-1", measurement: "tiltDeg", unit: "°", points: [[NOW, 1.5]], truncated: true },
  ];
  const from = "2026-11-20T05:00:00 08:00";
  const answer = await call(
    "GET",
    `/api/v1/readings?assetId=cover-1&measurement=tiltDeg&from=${from}&to=${NOW}&every=1d&fn=p95&quality=good`,
  );
  expect(answer.body).toEqual({ series: doubles.series });
  expect(doubles.asked.at(-1)?.with).toMatchObject({
    assetId: "cover-1",
    measurement: "tiltDeg",
    period: "instant",
    from: Date.parse("2026-11-20T05:00:00+08:00"),
    to: NOW,
    goodOnly: true,
    bucket: {
      fn: "p95",
      everyMs: 86_400_000,
      originMs: Date.parse("2026-11-20T00:00:00+08:00"),
    },
  });
});

test("a query without times is for the day before now, raw", async () => {
  const { call, doubles } = await setUp();
  await call("GET", "/api/v1/readings?deviceId=dev-1");
  const asked = doubles.asked.at(-1)?.with;
  expect(asked).toMatchObject({ deviceId: "dev-1", from: NOW - 86_400_000, to: NOW });
  expect(asked).not.toHaveProperty("bucket");
});

test("newest values carry quality and flags by name", async () => {
  const { call } = await setUp();
  const { body } = await call("GET", "/api/v1/readings/latest?assetId=cover-1");
  expect(body.items).toMatchObject([
    {
      value: 31.5,
      quality: "suspect",
      flags: ["range"],
      observedAt: "2026-11-22T08:30:00.000+08:00",
    },
  ]);
});

test("a dead letter is shown with its payload in base64", async () => {
  const { call } = await setUp();
  const { body } = await call("GET", "/api/v1/dead-letters");
  expect(body.items).toMatchObject([{ reason: "NOT_JSON", payload: "ew==", source: "mqtt" }]);
});

test("who knocks is listed with first and last time", async () => {
  const { call } = await setUp();
  const { body } = await call("GET", "/api/v1/knocking", { as: "engineer" });
  expect(body.items).toMatchObject([{ id: "MN1", lastAt: "2026-11-22T08:30:01.000+08:00" }]);
});

test("the map is one answer", async () => {
  const { call } = await setUp();
  const { body } = await call("GET", "/api/v1/map", { as: "viewer" });
  expect(body).toEqual({
    classes: [],
    grids: ["grid-1"],
    items: [["cover-1", -1, 0, 115.41, 31.8]],
  });
});

test("a report says of what kind it is only where a person said so", async () => {
  const { call, doubles } = await setUp();
  await call("POST", "/api/v1/cases", { as: "acceptor", body: { assetId: "cover-1" } });
  const told = { kind: "event", lon: 115, lat: 31 };
  await call("POST", "/api/v1/cases", { as: "acceptor", body: told });
  const reports = doubles.asked.map((asked) => (asked.with as { report: unknown }).report);
  expect(reports).toEqual([
    { source: "citizen", assetId: "cover-1" },
    { source: "citizen", ...told },
  ]);
});

test("health, readiness, metrics and the document are open to all", async () => {
  const { call, doubles } = await setUp({ version: "1.2.3" }, ({ deps }) => {
    deps.clockPair = "2026-11-22T00:00:00+08:00,60";
  });
  expect((await call("GET", "/healthz", { as: "" })).body).toEqual({
    status: "ok",
    now: "2026-11-22T08:30:00.000+08:00",
    clock: "2026-11-22T00:00:00+08:00,60",
    speed: 1,
  });
  expect((await call("GET", "/readyz", { as: "" })).status).toBe(200);
  doubles.isReady = false;
  const notReady = await call("GET", "/readyz", { as: "" });
  expect([notReady.status, notReady.body]).toEqual([
    503,
    { ready: false, details: { mqtt: false } },
  ]);
  const metrics = await call("GET", "/metrics", { as: "" });
  expect(metrics.headers["content-type"]).toContain("text/plain; version=0.0.4");
  expect(metrics.body).toContain("up 1");
  expect((await call("GET", "/openapi.json", { as: "" })).body.info).toMatchObject({
    version: "1.2.3",
  });
});

test("every answer forbids what the page does not need", async () => {
  const { call } = await setUp({ webDirectory: page() });
  for (const url of ["/", "/healthz", "/api/v1/units", "/nothing"]) {
    const { headers } = await call("GET", url);
    expect(headers["content-security-policy"]).toContain("script-src 'self'");
    expect(String(headers["content-security-policy"])).not.toContain("unsafe");
    expect(headers["x-content-type-options"]).toBe("nosniff");
  }
});

test("the page is served at / and its files beside it", async () => {
  const { call } = await setUp({ webDirectory: page() });
  const index = await call("GET", "/", { as: "" });
  expect([index.status, index.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
  expect(index.body).toContain("gridwarden");
  expect((await call("GET", "/../server.ts", { as: "" })).status).toBe(404);
});

test("answers are counted by route, not by address", async () => {
  const { call, doubles } = await setUp();
  await call("GET", "/api/v1/assets/cover-1");
  await call("GET", "/api/v1/assets/none");
  const route = "/api/v1/assets/:assetId";
  const count = (status: string): number =>
    doubles.meters.value("gridwarden_console_requests_total", { route, method: "GET", status });
  expect([count("2xx"), count("4xx")]).toEqual([1, 1]);
});

function page(): string {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-page-"));
  writeFileSync(join(directory, "index.html"), "<!doctype html><title>gridwarden</title>");
  cleanups.push(() => rmSync(directory, { recursive: true }));
  return directory;
}
