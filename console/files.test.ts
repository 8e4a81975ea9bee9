/** The calls of the files, before doubles: what they take, and the headers they answer with. */
import { request } from "node:http";
import { expect, onTestFinished, test, vi } from "vitest";
import { silentLog } from "../model/log.ts";
import { setUp } from "./called-server.ts";
import { createDoubles } from "./doubles.ts";
import { NOW, SAMPLE_CASE, SAMPLE_FILE, SAMPLE_PDF } from "./samples.ts";
import { buildServer } from "./server.ts";
import { createStreamHub } from "./stream-hub.ts";

const FILE = `/api/v1/files/${SAMPLE_FILE.fileId}`;
const SHOWN = {
  fileId: SAMPLE_FILE.fileId,
  type: "image/jpeg",
  takenAt: "2026-11-22T08:30:00.000+08:00",
  lon: 115.41,
  lat: 31.8,
  exif: { takenAt: "2026-11-22T08:30:00.000+08:00" },
  said: { takenAt: "2026-11-22T08:29:59.000+08:00", lon: 115.41, lat: 31.8 },
};

test("a file comes as bytes of any type, with what its sender says", async () => {
  const { call, doubles } = await setUp();
  const url = `/api/v1/files?name=a%20b.jpg&moment=after&takenAt=${NOW}&lon=115.4&lat=-31.8`;
  const headers = { "idempotency-key": "k-1" };
  const sent = await call("POST", url, { as: "crew", type: "image/jpeg", body: "bytes", headers });
  expect([sent.status, sent.body]).toEqual([201, expect.objectContaining(SHOWN)]);
  expect(doubles.asked.at(-1)).toMatchObject({
    what: "files.receive",
    with: {
      bytes: "bytes",
      name: "a b.jpg",
      moment: "after",
      contentType: "image/jpeg",
      said: { takenAt: NOW, lon: 115.4, lat: -31.8 },
      actor: { username: "crew" },
      key: { username: "crew", key: "k-1", digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
    },
  });
});

test("JSON is bytes here too, and no body is no bytes", async () => {
  const { call, doubles } = await setUp();
  await call("POST", "/api/v1/files", { type: "application/json", body: "{" });
  expect(doubles.asked.at(-1)?.with).toMatchObject({ bytes: "{", moment: "other" });
  await call("POST", "/api/v1/files");
  expect(doubles.asked.at(-1)?.with).toMatchObject({ bytes: "" });
});

test("a phone that loses its network while it sends is no fault of the platform's", async () => {
  const doubles = createDoubles();
  const logged: unknown[] = [];
  doubles.deps.log = { ...silentLog, error: (...said) => void logged.push(said) };
  let failed: unknown;
  const { receive } = doubles.deps.files;
  doubles.deps.files.receive = (...given) =>
    receive(...given).catch((error: unknown) => {
      failed = error;
      throw error;
    });
  const server = await buildServer(doubles.deps, createStreamHub(doubles.deps), {});
  onTestFinished(() => server.close());
  const codes: unknown[] = [];
  server.addHook("onError", async (_request, _reply, error) => void codes.push(error.code));
  const url = await server.listen({ port: 0, host: "127.0.0.1" });
  const headers = { authorization: "Bearer crew", "content-length": 1_000 };
  const sending = request(`${url}/api/v1/files`, { method: "POST", headers });
  sending.on("error", () => {});
  sending.write("half");
  setTimeout(() => sending.destroy(), 100);
  await vi.waitFor(() => expect(codes).toHaveLength(1), 5_000);
  expect(failed).toBeInstanceOf(Error);
  expect([codes, logged]).toEqual([["REQUEST_INVALID"], []]);
});

test.each([
  ["lon=115.4", "lat"],
  ["lon=&lat=", "lon"],
  ["lon=181&lat=0", "lon"],
  ["moment=later", "moment"],
  ["name=..%2Fetc%2Fpasswd", "name"],
  ["name=a%0Ab.jpg", "name"],
  ["takenAt=yesterday", "takenAt"],
  ["size=4", "size"],
])("what cannot be is refused by its field: %s", async (query, field) => {
  const { call } = await setUp();
  const { status, body } = await call("POST", `/api/v1/files?${query}`, { body: "bytes" });
  expect([status, body.code]).toEqual([400, "REQUEST_INVALID"]);
  expect(body.message).toContain(field);
});

test("a photo is shown, its name safe in its header; who has it is told so", async () => {
  const { call } = await setUp();
  const { status, body, headers } = await call("GET", FILE, { as: "viewer" });
  expect([status, body]).toEqual([200, "bytes"]);
  expect(headers).toMatchObject({
    "content-type": "image/jpeg",
    "content-length": "5",
    "content-disposition": "inline; filename*=UTF-8''%E4%BA%95%E7%9B%96%20%281%29.jpg",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-cache",
    etag: `"${SAMPLE_FILE.sha256}"`,
  });
  const again = await call("GET", FILE, {
    headers: { "if-none-match": `"${SAMPLE_FILE.sha256}"` },
  });
  expect([again.status, again.body]).toEqual([304, ""]);
});

test("a document is saved and not shown, and has no thumbnail", async () => {
  const { call } = await setUp();
  const url = `/api/v1/files/${SAMPLE_PDF.fileId}`;
  const { headers } = await call("GET", url);
  expect(headers["content-disposition"]).toBe(`attachment; filename*=UTF-8''${SAMPLE_PDF.fileId}`);
  expect(headers["content-type"]).toBe("application/pdf");
  const small = await call("GET", `${url}/thumbnail`);
  expect([small.status, small.body.code]).toEqual([404, "NOT_FOUND"]);
});

test("a thumbnail has one of three sizes", async () => {
  const { call, doubles } = await setUp();
  const { body, headers } = await call("GET", `${FILE}/thumbnail?size=160`);
  expect([body, headers["content-type"], headers.etag]).toEqual([
    "small",
    "image/jpeg",
    `"${SAMPLE_FILE.sha256}-160"`,
  ]);
  expect(doubles.asked.at(-1)).toEqual({ what: "files.thumbnail", with: "160" });
  expect((await call("GET", `${FILE}/thumbnail?size=1000`)).status).toBe(400);
});

test("an unknown file is not found, a wrong id is refused", async () => {
  const { call } = await setUp();
  const { status, body } = await call("GET", `/api/v1/files/${"1".repeat(32)}`);
  expect([status, body.code]).toEqual([404, "FILE_NOT_FOUND"]);
  expect((await call("GET", "/api/v1/files/..%2F..")).status).toBe(400);
});

test("a case shows its files with what speaks against them", async () => {
  const { call } = await setUp();
  const { body } = await call("GET", `/api/v1/cases/${SAMPLE_CASE.caseNo}`);
  expect(body.files).toEqual([
    expect.objectContaining({
      ...SHOWN,
      seq: 1,
      flags: ["no-time", "reused"],
      reusedFrom: SAMPLE_CASE.caseNo,
    }),
  ]);
});
