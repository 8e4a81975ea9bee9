import { afterEach, beforeEach, expect, test } from "vitest";
import { Crew, User } from "../model/registry.ts";
import { createDoubles, type Doubles } from "./doubles.ts";
import { SAMPLE_CASE } from "./samples.ts";
import { buildServer, type Server } from "./server.ts";
import { createStreamHub } from "./stream-hub.ts";

let doubles: Doubles;
let server: Server;

beforeEach(async () => {
  doubles = createDoubles();
  for (const [username, role, crewId] of [
    ["lin", "crew", "crew-1"],
    ["other", "crew", "crew-2"],
    ["guest", "viewer", undefined],
    ["hu", "inspector", undefined],
  ] as const) {
    const more = crewId === undefined ? {} : { crewId };
    doubles.users.set(username, User.parse({ username, roles: [role], unitId: "works", ...more }));
  }
  doubles.deps.registry.crews.get = (crewId) =>
    Crew.parse({ crewId, name: crewId, unitId: "works" });
  const { get } = doubles.deps.cases;
  doubles.deps.cases.get = async (caseNo) => {
    const found = await get(caseNo);
    return found && ({ ...found, case: { ...found.case, crewId: "crew-1" } } as typeof found);
  };
  server = await buildServer(doubles.deps, createStreamHub(doubles.deps), {});
});
afterEach(() => server.close());

async function asked(username: string, method: "GET" | "POST", url: string, body?: object) {
  const headers = { authorization: `Bearer ${username}` };
  const payload = body === undefined ? {} : { payload: body };
  const answer = await server.inject({ method, url, headers, ...payload });
  return { status: answer.statusCode, body: answer.json() };
}
const SITE = `/api/v1/cases/${SAMPLE_CASE.caseNo}/site`;

test.each([
  ["lin", ["0376-1234567"]],
  ["hu", ["0376-1234567"]],
  ["other", []],
  ["guest", []],
])("of a site %s is told the telephones %j", async (username, phones) => {
  const { status, body } = await asked(username, "GET", SITE);
  expect(status).toBe(200);
  expect(body.units).toEqual([{ unitId: "works", name: "Works", is: "owner", phones }]);
  expect(body.hazards[0]).toMatchObject({ isKnown: false, limit: { value: 10 } });
  expect(body.cutOffs[0]).toMatchObject({ kind: "valve", assetId: "cover-1", distanceM: 12 });
});

test("a case that is not there has no site", async () => {
  const url = "/api/v1/cases/4115242026112299999/site";
  expect(await asked("lin", "GET", url)).toMatchObject({
    status: 404,
    body: { code: "CASE_NOT_FOUND" },
  });
});

test.each([
  ["lon=115.41&lat=31.8", 200],
  ["lon=115.41", 400],
  ["lon=500&lat=31.8", 400],
  ["lon=115.41&lat=31.8&limit=101", 400],
])("what stands around %s is answered with %d", async (query, status) => {
  const answer = await asked("guest", "GET", `/api/v1/assets/near?${query}`);
  expect(answer.status).toBe(status);
  if (status === 200) expect(answer.body.items[0]).toMatchObject({ assetId: "cover-1" });
});

test("a crew says where it is itself, and nobody says it for it", async () => {
  const place = { lon: 115.41, lat: 31.8, accuracyM: 8 };
  const url = "/api/v1/crews/crew-1/position";
  expect(await asked("lin", "POST", url, place)).toEqual({ status: 200, body: { kept: true } });
  expect(doubles.asked.at(-1)).toEqual({
    what: "positions.say",
    with: { crewId: "crew-1", place },
  });
  expect(await asked("other", "POST", url, place)).toMatchObject({
    status: 403,
    body: { code: "ROLE_REFUSED" },
  });
  expect((await asked("hu", "POST", url, place)).status).toBe(403);
});

test.each([
  [{ lon: 181, lat: 31.8 }, "lon"],
  [{ lon: 115.4 }, "lat"],
  [{ lon: 115.4, lat: 31.8, accuracyM: -1 }, "accuracyM"],
  [{ lon: 115.4, lat: 31.8, at: "yesterday" }, "at"],
])("the place %j is refused by name", async (place, field) => {
  const answer = await asked("lin", "POST", "/api/v1/crews/crew-1/position", place);
  expect(answer).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID" } });
  expect(answer.body.message).toContain(field);
});
