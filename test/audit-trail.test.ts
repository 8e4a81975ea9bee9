/**
 * The audit trail of the whole platform: entries in the transaction of their write, repeats under an
 * Idempotency-Key, two who want the same, and the history checked while the platform runs.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { runAudit } from "../app/audit-command.ts";
import { connect } from "./support/city.ts";
import { behindItsBack, placeOf } from "./support/city-database.ts";
import { ADMIN_PASSWORD, startPlatform, type TestPlatform, until } from "./support/platform.ts";

interface Entry {
  actor: string;
  action: string;
  subject?: string;
  result: string;
  requestId: string;
}
interface CaseShown {
  caseNo: string;
  version: number;
  state: string;
  code?: string;
  details?: { version?: number };
}

let running: TestPlatform;
let token = "";
let said = "";

beforeAll(async () => {
  running = await startPlatform();
  const login = await send<{ token: string }>("POST", "login", {
    username: "admin",
    password: ADMIN_PASSWORD,
  });
  token = login.body.token;
});
afterAll(() => running.stop());
beforeEach(() => {
  said = "";
  const hear = (text: string | Uint8Array): boolean => {
    said += text;
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(hear);
  vi.spyOn(process.stderr, "write").mockImplementation(hear);
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function send<T = CaseShown>(
  method: string,
  path: string,
  body?: object,
  key?: string,
): Promise<{ status: number; body: T }> {
  const response = await fetch(`http://127.0.0.1:${running.ports.http}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(key !== undefined && { "idempotency-key": key }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

const report = (description: string, key?: string) =>
  send("POST", "cases", { lon: 115.4, lat: 31.8, description }, key);
const entries = async (query = ""): Promise<Entry[]> =>
  (await send<{ items: Entry[] }>("GET", `audit?limit=1000${query}`)).body.items;
const verify = (...more: string[]) =>
  runAudit(["verify", ...more], () => placeOf(running.directory));

test("a write and its entry are there together, a refusal's entry comes soon", async () => {
  const { body: made } = await report("a hole in the road");
  expect(await entries(`&subject=${made.caseNo}`)).toMatchObject([
    { actor: "admin", action: "cases.report", result: "done" },
  ]);
  await send("POST", "units", { unitId: "works", name: "市政", kind: "department" });
  expect((await entries("&subject=works")).map(({ result }) => result)).toEqual(["done"]);
  const again = await send("POST", "units", { unitId: "works", name: "市政", kind: "department" });
  expect(again.status).toBe(409);
  const found = await until(async () => {
    const all = await entries("&subject=works");
    return all.length === 2 ? all : undefined;
  }, "the refusal's entry");
  expect(found[0]?.result).toBe("UNIT_EXISTS");
  expect((await entries("&actor=admin")).map(({ action }) => action)).toContain("sign-in");
  expect(JSON.stringify(await entries())).not.toContain(ADMIN_PASSWORD);
});

test("work that a write only sets off in the background is not taken for it", async () => {
  await report("it waits for a crew");
  await send("POST", "crews", { crewId: "crew-1", name: "一组", unitId: "works" });
  await send("POST", "crews", { crewId: "crew-2", name: "二组", unitId: "works" });
  const made = (await entries()).filter(({ subject }) => subject?.startsWith("crew-"));
  expect(made.map(({ subject, result }) => [subject, result])).toEqual([
    ["crew-2", "done"],
    ["crew-1", "done"],
  ]);
});

test("a repeat under one key is answered alike and done once, also at the same time", async () => {
  const [first, second] = await Promise.all([report("no light", "k-1"), report("no light", "k-1")]);
  const third = await report("no light", "k-1");
  expect([first.status, second.status, third.status]).toEqual([201, 201, 201]);
  expect([second.body, third.body]).toEqual([first.body, first.body]);
  const found = await entries(`&subject=${first.body.caseNo}`);
  expect(found.map(({ result }) => result)).toEqual(["repeated", "repeated", "done"]);
  const other = await report("another light", "k-1");
  expect([other.status, other.body.code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
  const { status } = await send("POST", `cases/${first.body.caseNo}/transitions`, {}, "k-1");
  expect(status).toBe(400);
});

test("a device is registered once under one key; a repeat gives it another key, kept nowhere", async () => {
  interface Made {
    deviceId: string;
    key: string;
    code?: string;
  }
  const cover = { assetId: "cover-k", class: "manhole-cover", componentCode: "4115240101000009" };
  await send("POST", "assets", { ...cover, name: "井盖", lon: 115.4, lat: 31.8 });
  const device = { deviceId: "mc-k", assetId: "cover-k" };
  const make = (key: string, more = {}) =>
    send<Made>("POST", "devices", { ...device, ...more }, key);
  const [first, second] = await Promise.all([make("d-1"), make("d-1")]);
  expect([first.status, second.status]).toEqual([201, 201]);
  expect([first.body.deviceId, second.body.deviceId]).toEqual(["mc-k", "mc-k"]);
  expect(first.body.key).not.toBe(second.body.key);
  const third = await make("d-1");
  const signsIn = async ({ body }: { body: Made }): Promise<boolean> => {
    const client = await connect(running.ports.mqtt ?? 0, "mc-k", body.key).catch(() => undefined);
    await client?.endAsync(true);
    return client !== undefined;
  };
  expect([await signsIn(second), await signsIn(third)]).toEqual([false, true]);
  const found = await entries("&subject=mc-k");
  expect(found.map(({ result }) => result)).toEqual(["done", "done", "done"]);
  const kept = await behindItsBack(running.directory, (tx) =>
    tx.all("select answer from idempotency_keys where key = 'd-1'"),
  );
  expect(kept).toEqual([{ answer: expect.stringMatching(/^\{"deviceId":"mc-k","at":\d+\}$/) }]);
  const other = await make("d-1", { vendor: "Milesight" });
  expect([other.status, other.body.code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
  const taken = await make("d-2");
  expect([taken.status, taken.body.code]).toEqual([409, "DEVICE_EXISTS"]);
});

test("of two who take the same version one wins, the other is told which one stands", async () => {
  const { body: made } = await report("a bin is full");
  const path = `cases/${made.caseNo}/transitions`;
  const answers = await Promise.all([
    send("POST", path, { event: "accept", version: made.version }),
    send("POST", path, { event: "reject", reason: "not ours", version: made.version }),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const [winner, loser] = answers[0].status === 200 ? answers : [answers[1], answers[0]];
  expect(loser.body).toMatchObject({
    code: "CASE_VERSION_CONFLICT",
    details: { version: winner.body.version },
  });
});

test("the history is checked over the API and by the command while the platform runs", async () => {
  const { body } = await send<Record<string, unknown>>("GET", "audit/verify");
  expect(body).toMatchObject({ isUnbroken: true });
  expect(await verify()).toBe(0);
  expect(said).toBe(`${body.records} records, unbroken, last hash ${body.lastHash}\n`);
  said = "";
  expect(await verify("--json")).toBe(0);
  const { isUnbroken: _, areFilesChecked: _files, ...same } = body;
  expect(JSON.parse(said)).toEqual(same);
  expect(await verify("--noted", `${body.lastSeq}:${body.lastHash}`)).toBe(0);
  expect(await verify("--noted", `1:${"0".repeat(64)}`)).toBe(1);
  expect(said).toContain("the history was written anew");
});

test("a record that was changed behind the platform's back is named by both", async () => {
  const { body: made } = await report("the sign has fallen");
  await behindItsBack(running.directory, (tx) =>
    tx.run("update case_history set actor = 'somebody' where case_no = ?", [made.caseNo]),
  );
  const { body } = await send<{ isUnbroken: boolean; broken: object }>("GET", "audit/verify");
  expect(body).toMatchObject({ isUnbroken: false, broken: { kind: "changed", seq: 1 } });
  expect(await verify()).toBe(1);
  expect(said).toMatch(/^broken: changed: the fields of record \d+ give the hash/);
  expect(said).toContain(`(case ${made.caseNo}, its record 1)`);
});

test.each([
  [["verify", "--data-dir", "/nowhere"], 2, "there is no such file"],
  [["verify", "--noted", "last"], 64, "--noted: got 'last'"],
  [["verify", "--quick"], 64, "--quick"],
  [["repair"], 64, "no command 'audit repair'"],
  [["--help"], 0, "--data-dir"],
])("audit %j ends with %i", async (args, exitCode, text) => {
  expect(await runAudit(args, () => ({ dataDirectory: "/nowhere" }))).toBe(exitCode);
  expect(said).toContain(text);
});
