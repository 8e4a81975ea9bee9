/** What every call has in common: faults, limits of bodies, headers, the page, and what is open to all. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { setUp } from "./called-server.ts";
import { SAMPLE_CASE, SAMPLE_FILE, SAMPLE_PDF } from "./samples.ts";

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
    expect(headers).toMatchObject({
      "content-security-policy":
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; " +
        "worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; " +
        "form-action 'self'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
    const permissions = String(headers["permissions-policy"]).split(", ");
    expect(permissions).toEqual(
      expect.arrayContaining(["camera=(self)", "geolocation=(self)", "microphone=()"]),
    );
    const own = permissions.filter((each) => !each.endsWith("=()"));
    expect(own).toEqual(["camera=(self)", "geolocation=(self)"]);
    expect(headers["strict-transport-security"]).toBeUndefined();
  }
});

test("who came by TLS, also to a trusted proxy, stays with it; an untrusted one's word is nothing", async () => {
  const headers = { "x-forwarded-proto": "https" };
  const { call } = await setUp({ trustedProxies: ["127.0.0.1"] });
  const behind = (await call("GET", "/healthz", { headers })).headers;
  expect(behind["strict-transport-security"]).toBe("max-age=31536000");
  const { call: other } = await setUp({ trustedProxies: ["10.0.0.0/8"] });
  const before = (await other("GET", "/healthz", { headers })).headers;
  expect(before["strict-transport-security"]).toBeUndefined();
});

test("what was uploaded is shown in a box of its own, also where it is not there", async () => {
  const { call } = await setUp();
  const url = `/api/v1/files/${SAMPLE_FILE.fileId}`;
  for (const each of [url, `${url}/thumbnail`, "/api/v1/files/none"]) {
    const { headers } = await call("GET", each);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toMatch(/^default-src 'none'; sandbox; /);
    expect([policy.includes("'self'"), headers["x-content-type-options"]]).toEqual([
      false,
      "nosniff",
    ]);
  }
  const dispositionOf = async (fileId: string) =>
    String((await call("GET", `/api/v1/files/${fileId}`)).headers["content-disposition"]);
  expect(await dispositionOf(SAMPLE_FILE.fileId)).toMatch(/^inline; /);
  expect(await dispositionOf(SAMPLE_PDF.fileId)).toMatch(/^attachment; /);
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
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}
