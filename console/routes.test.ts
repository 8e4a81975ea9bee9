/** What each route takes, asks of the rooms, and answers. */
import { expect, test } from "vitest";
import { GridwardenError } from "../model/errors.ts";
import { setUp } from "./called-server.ts";
import { NOW, SAMPLE_CASE, SAMPLE_PRECISION, SAMPLE_TRUST } from "./samples.ts";

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

test.each([
  ["GET", "/api/v1/assets/none", undefined, "ASSET_NOT_FOUND"],
  ["GET", "/api/v1/devices/none", undefined, "DEVICE_NOT_FOUND"],
  ["POST", "/api/v1/devices/none/key", undefined, "DEVICE_NOT_FOUND"],
  ["POST", "/api/v1/crews/none/key", undefined, "CREW_NOT_FOUND"],
  ["POST", "/api/v1/gateways/none/key", undefined, "GATEWAY_NOT_FOUND"],
  ["POST", "/api/v1/services/none/key", undefined, "NOT_FOUND"],
  ["GET", "/api/v1/rules/none", undefined, "RULE_NOT_FOUND"],
  ["POST", "/api/v1/alarms/none/acknowledge", {}, "ALARM_NOT_FOUND"],
  [
    "POST",
    "/api/v1/alarms/none/shelve",
    { until: "2026-12-01T00:00:00+08:00", reason: "calibration" },
    "ALARM_NOT_FOUND",
  ],
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

test.each([
  ["shift-lead", true],
  ["engineer", false],
])("a shelf carries until, reason and who asks: %s may hold life safety: %s", async (as, may) => {
  const { call, doubles } = await setUp();
  const until = "2026-12-01T00:00:00.000+08:00";
  const body = { until, reason: " calibration " };
  const answer = await call("POST", "/api/v1/alarms/alarm-1/shelve", { as, body });
  expect(answer.body).toMatchObject({
    state: "shelved",
    shelvedUntil: until,
    shelvedBy: as,
    shelveReason: "calibration",
  });
  expect(doubles.asked.at(-1)?.with).toEqual({
    until: Date.parse(until),
    reason: "calibration",
    by: as,
    mayShelveLifeSafety: may,
  });
});

test.each([
  [{ until: "2026-12-01T00:00:00+08:00" }],
  [{ until: "2026-12-01T00:00:00+08:00", reason: "  " }],
  [{ reason: "calibration" }],
])("a shelf without its time or its reason is refused: %j", async (body) => {
  const { call } = await setUp();
  const answer = await call("POST", "/api/v1/alarms/alarm-1/shelve", { body });
  expect([answer.status, answer.body.code]).toEqual([400, "REQUEST_INVALID"]);
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
  const shown = { deviceId: "dev-1", assetId: "cover-1", class: "manhole-cover" };
  const wanted = { ...shown, life: "in-service" };
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

test("a rule tells whether crews confirm it, and takes that back as it was read", async () => {
  const { call, doubles } = await setUp();
  const read = await call("GET", "/api/v1/rules/manhole-cover.open");
  expect(read.body).toMatchObject({ trust: SAMPLE_TRUST });
  const { ruleId: _inAddress, ...body } = read.body;
  const put = await call("PUT", "/api/v1/rules/manhole-cover.open", { body });
  expect(put.body).toMatchObject({ version: 2, trust: SAMPLE_TRUST });
  expect(doubles.asked.at(-1)?.with).not.toHaveProperty("rule.trust");
});

test("the precision of a rule is told by version, also of a rule that is gone", async () => {
  const { call } = await setUp();
  const url = (ruleId: string): string => `/api/v1/rules/${ruleId}/precision`;
  const answer = await call("GET", url("manhole-cover.open"));
  expect(answer.body).toEqual({
    ruleId: "manhole-cover.open",
    trust: SAMPLE_TRUST,
    simulated: { version: 1, trueCount: 11, falseCount: 0, precision: 1 },
    versions: SAMPLE_PRECISION,
  });
  const gone = await call("GET", url("gone"));
  expect(gone.body).toEqual({ ruleId: "gone", versions: SAMPLE_PRECISION });
  const never = await call("GET", url("never"));
  expect([never.status, never.body.code]).toEqual([404, "RULE_NOT_FOUND"]);
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

test("newest values of some devices are one answer: each its own, the asked measurements alone", async () => {
  const { call } = await setUp({}, ({ deps }) => {
    const latest = deps.readings.latest;
    deps.readings.latest = async (assetId) => {
      const [sample] = await latest(assetId);
      if (sample === undefined || assetId !== "cover-1") return [];
      return [sample, { ...sample, deviceId: "its neighbour" as typeof sample.deviceId }];
    };
  });
  const of = async (query: string): Promise<unknown> =>
    (await call("GET", `/api/v1/readings/latest?deviceIds=${query}`)).body.items;
  const own = [{ deviceId: "dev-1", measurement: "tiltDeg" }];
  expect(await of("none,dev-1,dev-1")).toMatchObject(own);
  expect(await of("dev-1&measurements=rssiDbm,tiltDeg")).toMatchObject(own);
  expect(await of("dev-1&measurements=rssiDbm")).toEqual([]);
  expect(await of("none")).toEqual([]);
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
    items: [["cover-1", -1, 0, 115.41, 31.8, 1]],
  });
});

test("the classes alone are asked for by pages that draw no map", async () => {
  const { call } = await setUp();
  const answer = await call("GET", "/api/v1/classes", { as: "viewer" });
  expect([answer.status, answer.body]).toEqual([200, { classes: [] }]);
});

test("a case says what it takes, whose that is, and until when its stage has", async () => {
  const { call } = await setUp();
  const { body } = await call("GET", `/api/v1/cases/${SAMPLE_CASE.caseNo}`, { as: "viewer" });
  expect([body.takes, body.stage]).toEqual([
    [{ event: "start", roles: ["unit", "crew"], isYours: true }],
    { stage: "check", until: "2026-11-22T08:30:00.000+08:00" },
  ]);
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
