import { describe, expect, test } from "vitest";
import { LIMITS } from "../model/limits.ts";
import { setUp } from "./called-server.ts";

const CSV = { type: "text/csv; charset=utf-8", body: "prefix,limitClass,note\r\n411524,A,\r\n" };

test("a table as JSON has its version, and of categories the code system", async () => {
  const { call } = await setUp();
  const conditions = await call("GET", "/api/v1/filing-conditions", { as: "viewer" });
  expect(conditions).toMatchObject({
    status: 200,
    body: { version: 3, items: [{ class: "manhole-cover", conditionId: "cover-displaced" }] },
  });
  expect(conditions.body).not.toHaveProperty("codeSystem");
  const categories = await call("GET", "/api/v1/categories");
  expect(categories.body).toMatchObject({ codeSystem: "GB/T 30428.2-2013", items: [{}] });
});

test("a table as a file begins with a byte order mark and has its version as ETag", async () => {
  const { call } = await setUp();
  const now = await call("GET", "/api/v1/limit-areas.csv");
  expect(now).toMatchObject({ status: 200, body: "\uFEFFlimit-areas\r\n" });
  expect(now.headers).toMatchObject({
    "content-type": "text/csv; charset=utf-8",
    etag: '"3"',
    "content-disposition": 'attachment; filename="limit-areas-3.csv"',
  });
  const then = await call("GET", "/api/v1/limit-areas.csv?version=1");
  expect(then.headers).toMatchObject({ etag: '"1"' });
});

test("versions are told with their times", async () => {
  const { call } = await setUp();
  const { body } = await call("GET", "/api/v1/categories/versions");
  expect(body.items).toEqual([
    expect.objectContaining({ version: 3, changedAt: "2026-11-22T08:30:00.000+08:00" }),
  ]);
});

test("a file is put with the version that was changed, and who put it", async () => {
  const { call, doubles } = await setUp();
  const answer = await call("PUT", "/api/v1/limit-areas?version=3", CSV);
  expect(answer).toMatchObject({ status: 200, body: { dryRun: false, version: 3, faults: [] } });
  expect(doubles.asked).toEqual([
    {
      what: "limit-areas.put",
      with: {
        text: CSV.body,
        wish: {
          version: 3,
          by: "admin",
          isLifeSafetyConfirmed: false,
          isDryRun: false,
          reason: undefined,
          setting: undefined,
        },
      },
    },
  ]);
});

test("life safety is confirmed with a reason, the code system is set with the categories", async () => {
  const { call, doubles } = await setUp();
  const query = "version=3&confirm=life-safety&reason=the+council+says+so";
  await call("PUT", `/api/v1/filing-conditions?${query}`, CSV);
  await call("PUT", "/api/v1/categories?dryRun=true&codeSystem=CJ/T%20214", CSV);
  expect(doubles.asked).toMatchObject([
    { with: { wish: { isLifeSafetyConfirmed: true, reason: "the council says so" } } },
    { with: { wish: { isDryRun: true, setting: "CJ/T 214" } } },
  ]);
});

describe("what is not taken", () => {
  test.each([
    ["no version", "limit-areas", ""],
    ["a confirmation without a reason", "filing-conditions", "version=3&confirm=life-safety"],
    ["another confirmation", "filing-conditions", "version=3&confirm=yes&reason=x"],
    ["a code system where there is none", "limit-areas", "version=3&codeSystem=CJ/T%20214"],
    ["a code system that is none", "categories", "version=3&codeSystem=GB"],
  ])("%s", async (_what, name, query) => {
    const { call, doubles } = await setUp();
    const answer = await call("PUT", `/api/v1/${name}?${query}`, CSV);
    expect(answer).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID" } });
    expect(doubles.asked).toEqual([]);
  });

  test("JSON", async () => {
    const { call } = await setUp();
    const answer = await call("PUT", "/api/v1/limit-areas?version=3", { body: { rows: [] } });
    expect(answer).toMatchObject({ status: 415, body: { code: "MEDIA_TYPE_REFUSED" } });
  });

  test("a file that is too large", async () => {
    const { call } = await setUp();
    const body = "x".repeat(LIMITS.cityTableBytesMax + 1);
    const answer = await call("PUT", "/api/v1/limit-areas?version=3", { ...CSV, body });
    expect(answer).toMatchObject({ status: 413, body: { code: "PAYLOAD_TOO_LARGE" } });
  });

  test("a file by somebody who is no administrator", async () => {
    const { call } = await setUp();
    for (const as of ["shift-lead", "leader", "engineer"]) {
      const answer = await call("PUT", "/api/v1/limit-areas?version=3", { ...CSV, as });
      expect(answer, as).toMatchObject({ status: 403, body: { code: "ROLE_REFUSED" } });
    }
  });
});
