import { beforeEach, expect, test } from "vitest";
import { createDoubles, type Doubles } from "./doubles.ts";
import { NOW, SAMPLE_CASE } from "./samples.ts";
import { buildServer, type Server } from "./server.ts";
import { createStreamHub } from "./stream-hub.ts";
import { SAMPLE_ASSIST, SAMPLE_RULING } from "./together-doubles.ts";

let doubles: Doubles;
let server: Server;

beforeEach(async () => {
  doubles = createDoubles();
  server = await buildServer(doubles.deps, createStreamHub(doubles.deps), {});
  return () => server.close();
});

const ISO = "2026-11-22T08:30:00.000+08:00";
const caseUrl = `/api/v1/cases/${SAMPLE_CASE.caseNo}`;

type Method = "GET" | "POST" | "PATCH" | "DELETE";
const call = (role: string, method: Method, url: string, payload?: object, headers = {}) =>
  server.inject({
    method,
    url,
    headers: { authorization: `Bearer ${role}`, ...headers },
    ...(payload !== undefined && { payload }),
  });
const lastAsked = (what: string) => doubles.asked.filter((each) => each.what === what).at(-1)?.with;

test("a unit is asked to assist; the answer has its id and its times", async () => {
  const body = { unitId: "power", task: " cut the power ", version: 3 };
  const key = { "idempotency-key": "ask-1" };
  const response = await call("dispatcher", "POST", `${caseUrl}/assists`, body, key);
  expect(response.statusCode).toBe(201);
  expect(response.json()).toMatchObject({
    assistId: SAMPLE_ASSIST.assistId,
    state: "ASKED",
    askedAt: ISO,
    deadline: "2026-11-22T10:30:00.000+08:00",
  });
  expect(lastAsked("assists.ask")).toMatchObject({
    caseNo: SAMPLE_CASE.caseNo,
    wish: { unitId: "power", task: "cut the power", version: 3 },
    actor: { username: "dispatcher" },
    key: { key: "ask-1", username: "dispatcher" },
  });
});

test.each([
  [{ task: "cut the power" }, "unitId"],
  [{ unitId: "power", task: " " }, "task"],
  [{ unitId: "power", task: "x", limit: { value: 2, unit: "moon" } }, "limit.unit"],
  [{ unitId: "power", task: "x", limit: { value: 1e300, unit: "working-day" } }, "limit.value"],
  [{ unitId: "power", task: "x", more: 1 }, "more"],
])("a wish %j is refused by the name of its field '%s'", async (body, field) => {
  const response = await call("dispatcher", "POST", `${caseUrl}/assists`, body);
  expect(response.statusCode).toBe(400);
  expect(response.json().message).toContain(field);
});

test("an assist is moved on by an event, and listed by unit, crew and state", async () => {
  const url = `/api/v1/assists/${SAMPLE_ASSIST.assistId}/transitions`;
  const moved = await call("crew", "POST", url, { event: "start", version: 1 });
  expect(moved.json()).toMatchObject({ state: "STARTED", startedAt: ISO });
  const unknown = await call("crew", "POST", url.replace("-a1", "-a2"), { event: "start" });
  expect([unknown.statusCode, unknown.json().code]).toEqual([404, "ASSIST_NOT_FOUND"]);
  const list = await call("viewer", "GET", "/api/v1/assists?unitId=power&crewId=p&state=open");
  expect(list.json().items).toHaveLength(1);
  expect(lastAsked("assists.list")).toMatchObject({ unitId: "power", crewId: "p", state: "open" });
  const bad = await call("viewer", "GET", "/api/v1/assists?state=moon");
  expect(bad.statusCode).toBe(400);
});

test("a ruling answers the case and what was ruled, and is revoked with a reason", async () => {
  const body = {
    unitId: "roads",
    reason: "it lies in the carriageway",
    scope: { categoryCode: "0101", gridPrefix: "411524001" },
    validUntil: "2027-11-22T08:30:00+08:00",
  };
  const made = await call("leader", "POST", `${caseUrl}/ruling`, body);
  expect(made.statusCode).toBe(201);
  expect(made.json()).toMatchObject({
    case: { caseNo: SAMPLE_CASE.caseNo },
    ruling: { rulingId: SAMPLE_RULING.rulingId, ruledAt: ISO, ruledBy: "leader" },
  });
  expect(lastAsked("rulings.rule")).toMatchObject({
    wish: { scope: body.scope, validUntil: NOW + 365 * 86_400_000 },
  });
  const bad = await call("leader", "POST", `${caseUrl}/ruling`, { ...body, scope: { area: "x" } });
  expect([bad.statusCode, bad.json().message]).toEqual([400, expect.stringContaining("area")]);
  const url = `/api/v1/rulings/${SAMPLE_RULING.rulingId}/revoke`;
  expect((await call("leader", "POST", url, {})).statusCode).toBe(400);
  const revoked = await call("shift-lead", "POST", url, { reason: "moved", version: 1 });
  expect(revoked.json()).toMatchObject({ version: 2, revokedAt: ISO });
  const list = await call("viewer", "GET", "/api/v1/rulings?categoryCode=0101&unitId=roads");
  expect(list.json().items).toMatchObject([{ rulingId: SAMPLE_RULING.rulingId }]);
});

test("a steward is registered, changed and ended by the administrator", async () => {
  const body = { stewardId: "street-1", name: "Wang Wei", scopeKind: "street", scope: "411524001" };
  const made = await call("admin", "POST", "/api/v1/stewards", body);
  expect([made.statusCode, made.json().validFrom]).toEqual([201, ISO]);
  expect(lastAsked("stewards.create")).toEqual(body);
  const bad = await call("admin", "POST", "/api/v1/stewards", { ...body, scopeKind: "moon" });
  expect([bad.statusCode, bad.json().message]).toEqual([400, expect.stringContaining("scopeKind")]);
  const patch = { phone: null, validUntil: ISO };
  await call("admin", "PATCH", "/api/v1/stewards/street-1", patch);
  expect(lastAsked("stewards.patch")).toEqual({
    stewardId: "street-1",
    patch: { phone: null, validUntil: NOW },
  });
  const scope = await call("admin", "PATCH", "/api/v1/stewards/street-1", { scope: "x" });
  expect(scope.statusCode).toBe(400);
  const gone = await call("admin", "DELETE", "/api/v1/stewards/street-1");
  expect(gone.statusCode).toBe(204);
  const list = await call("viewer", "GET", `/api/v1/stewards?scopeKind=street&at=${NOW}`);
  expect(list.json().items).toMatchObject([{ name: "Wang Wei" }]);
});

test("anybody may try to urge; the case answers whether it is theirs", async () => {
  const urged = await call("viewer", "POST", `${caseUrl}/urge`, { note: "children play there" });
  expect(urged.statusCode).toBe(200);
  expect(lastAsked("cases.transition")).toMatchObject({
    caseNo: SAMPLE_CASE.caseNo,
    transition: { event: "urge", note: "children play there" },
    actor: { username: "viewer" },
  });
});

test("a case shows its assists and its stewards", async () => {
  const { assists, stewards } = (await call("viewer", "GET", caseUrl)).json();
  expect(assists).toMatchObject([{ assistId: SAMPLE_ASSIST.assistId, askedAt: ISO }]);
  expect(stewards).toMatchObject([{ stewardId: "street-1", validFrom: ISO }]);
});

test("each write is entered in the trail under what it is about", async () => {
  await call("admin", "POST", `${caseUrl}/assists`, { unitId: "power", task: "x" });
  await call("admin", "POST", `/api/v1/rulings/${SAMPLE_RULING.rulingId}/revoke`, { reason: "x" });
  await call("admin", "DELETE", "/api/v1/stewards/street-1");
  expect(doubles.audits.map(({ action, subject }) => [action, subject])).toEqual([
    ["assists.ask", SAMPLE_CASE.caseNo],
    ["rulings.write", SAMPLE_RULING.rulingId],
    ["registry.write", "street-1"],
  ]);
});
