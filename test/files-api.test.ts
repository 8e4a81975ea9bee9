/**
 * Files at the running platform: sent, attached, asked for, checked by `audit verify`, and sent again
 * under a key.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { runAudit } from "../app/audit-command.ts";
import { jpeg, PDF } from "../files/doubles/pictures.ts";
import { LIMITS } from "../model/limits.ts";
import { placeOf } from "./support/city-database.ts";
import { sendPhoto } from "./support/photos.ts";
import { ADMIN_PASSWORD, signIn, startPlatform, type TestPlatform } from "./support/platform.ts";

interface Sent {
  fileId: string;
  sha256: string;
  code?: string;
  message?: string;
}
interface CaseShown {
  caseNo: string;
  state: string;
  code?: string;
  files: { fileId: string; flags: string[]; seq: number }[];
}

let rig: TestPlatform;
let token = "";
let base = "";

beforeAll(async () => {
  rig = await startPlatform();
  base = `http://127.0.0.1:${rig.ports.http}/api/v1`;
  const login = await fetch(`${base}/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "admin", password: ADMIN_PASSWORD }),
  });
  token = ((await login.json()) as { token: string }).token;
});
afterAll(() => rig.stop());
afterEach(() => {
  vi.restoreAllMocks();
});

async function send(bytes: Buffer, headers: Record<string, string> = {}, query = "") {
  const answer = await fetch(`${base}/files${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, ...headers },
    body: new Uint8Array(bytes),
  });
  return { status: answer.status, body: (await answer.json()) as Sent };
}
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${base}/${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } });

async function report(files: string[]): Promise<CaseShown> {
  const said = { lon: 115.4, lat: 31.8, description: "a hole in the road", files };
  return (await rig.api.post<CaseShown>("/api/v1/cases", said)).body;
}
async function verify(...more: string[]): Promise<{ exitCode: number; said: string }> {
  let said = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said += text;
    return true;
  });
  const args = ["verify", ...more];
  return { exitCode: await runAudit(args, () => placeOf(rig.directory)), said };
}
const pathOf = (sha256: string): string => join(rig.directory, "files", sha256.slice(0, 2), sha256);

test("a photo is sent, attached, shown at its case and given back as it came", async () => {
  const bytes = await jpeg(1);
  const { status, body } = await send(bytes, { "content-type": "image/jpeg" });
  expect([status, body]).toMatchObject([201, { type: "image/jpeg", width: 320 }]);
  const { caseNo } = await report([body.fileId]);
  const { body: shown } = await rig.api.get<CaseShown>(`/api/v1/cases/${caseNo}`);
  expect(shown.files).toMatchObject([{ fileId: body.fileId, flags: ["no-time", "no-place"] }]);
  const whole = await get(`files/${body.fileId}`);
  expect(Buffer.from(await whole.arrayBuffer())).toEqual(bytes);
  const etag = whole.headers.get("etag") ?? "";
  expect((await get(`files/${body.fileId}`, { "if-none-match": etag })).status).toBe(304);
  const small = await get(`files/${body.fileId}/thumbnail?size=160`);
  expect([small.status, small.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
});

test("what is at no case yet is shown to its sender and to admin alone", async () => {
  const said = { username: "li", password: "for-tests-only", roles: ["inspector"] };
  await rig.api.post("/api/v1/users", said);
  const li = await signIn(rig.ports.http, "li");
  const own = await sendPhoto(li, 21);
  const mine = await sendPhoto(rig.api, 22);
  const status = async (of: typeof li, fileId: string) =>
    (await of.get(`/api/v1/files/${fileId}`)).status;
  expect(await status(li, own)).toBe(200);
  expect(await status(rig.api, own)).toBe(200);
  expect(await status(li, mine)).toBe(404);
  await report([mine]);
  expect(await status(li, mine)).toBe(200);
  expect(await report([own])).toMatchObject({ code: "FILE_NOT_YOURS" });
});

test("a repeat under one key is one file; the same key for other bytes is refused", async () => {
  const key = { "idempotency-key": "photo-1" };
  const [first, second] = await Promise.all([send(PDF, key), send(PDF, key)]);
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.body.fileId).toBe(first.body.fileId);
  const other = await send(await jpeg(31), key);
  expect([other.status, other.body.code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
  const { body } = await rig.api.get<{ items: { result: string; action: string }[] }>(
    `/api/v1/audit?subject=${first.body.fileId}`,
  );
  expect(body.items.map(({ action, result }) => [action, result])).toEqual([
    ["files.write", "repeated"],
    ["files.write", "done"],
  ]);
});

test("a lie about its type is refused and its sender hears what it is, also of a large one", async () => {
  const lie = await send(await jpeg(41), { "content-type": "image/png" }, "?name=a.png");
  expect([lie.status, lie.body]).toMatchObject([
    415,
    { code: "FILE_TYPE_REFUSED", message: "the header says 'image/png', the bytes are image/jpeg" },
  ]);
  const large = await send(Buffer.alloc(LIMITS.fileBytesMax + 1_000_000));
  expect([large.status, large.body.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
});

test("a body without a length is bounded, too", async () => {
  const status = await new Promise<number>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, "transfer-encoding": "chunked" };
    const sending = httpRequest(`${base}/files`, { method: "POST", headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sending.on("error", reject);
    const chunk = Buffer.alloc(1024 * 1024);
    for (let n = 0; n < 12; n += 1) sending.write(chunk);
    sending.end();
  });
  expect(status).toBe(413);
});

test("a file that was swapped, and one that is gone, are named by audit verify", async () => {
  const [swapped, gone] = [await send(await jpeg(51)), await send(await jpeg(52))];
  const { caseNo } = await report([swapped.body.fileId, gone.body.fileId]);
  const sound = await verify();
  expect(sound.exitCode).toBe(0);
  expect(sound.said).toMatch(/unbroken, last hash [0-9a-f]{64}\n\d+ files, each as it came\n$/);
  writeFileSync(pathOf(swapped.body.sha256), await jpeg(53));
  rmSync(pathOf(gone.body.sha256));
  const { exitCode, said } = await verify();
  expect(exitCode).toBe(1);
  expect(said).toContain(
    `broken: file-changed: file ${swapped.body.fileId} with the hash ${swapped.body.sha256} has the hash `,
  );
  expect(said).toContain(
    `broken: file-missing: file ${gone.body.fileId} with the hash ${gone.body.sha256} is not on disk (case ${caseNo}, its record 2)`,
  );
  expect(JSON.parse((await verify("--json")).said)).toMatchObject({
    files: { faults: [{ kind: "file-changed" }, { kind: "file-missing" }] },
  });
  expect((await verify("--records-only")).exitCode).toBe(0);
  const lost = await get(`files/${gone.body.fileId}`);
  expect([lost.status, await lost.json()]).toMatchObject([503, { code: "FILE_STORE_FAILED" }]);
});

test("the data folder of a first start gets its folder of files", async () => {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-first-"));
  const first = await startPlatform({}, directory);
  expect(existsSync(join(directory, "files", "new"))).toBe(true);
  await first.stop();
});
