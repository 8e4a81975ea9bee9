/** Requests that do not fit are refused, each fault named with what was got and wanted. */
import { expect, test } from "vitest";
import { type Method, setUp } from "./called-server.ts";

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
    "field 'kind': got 'club', wanted one of \"city\"|",
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
