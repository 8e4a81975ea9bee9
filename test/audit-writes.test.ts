/**
 * Every write of the API, done once at the running platform: each leaves its one entry in the audit
 * trail, with whom, which route, about what and `done`; and refused it leaves one, too. The list of
 * writes is the API's own document, so that a call that is new is missed here.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Given, type Said, writesOf } from "./support/every-write.ts";
import { ADMIN_PASSWORD, startPlatform, type TestPlatform, until } from "./support/platform.ts";

interface Entry {
  actor: string;
  action: string;
  route: string;
  subject?: string;
  result: string;
}
type Method = "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * Three read, with a long body; receipts of a gateway, reports of citizens and their answers are nobody's: what
 * follows is in the case's history. A push of a platform is an uplink; where people are is told, not done.
 */
const UNENTERED = [
  "POST /api/v1/rules/{ruleId}/backtest",
  "POST /api/v1/rules/{ruleId}/check",
  "POST /api/v1/decoders/try",
  "POST /api/v1/intake/receipts/{channelId}",
  "POST /api/v1/intake/{format}",
  "POST /api/v1/crews/{crewId}/position",
  "POST /api/v1/me/patrol",
  "POST /api/v1/json-sources/try",
  "POST /api/v1/public/reports/{publicNo}/answer",
  "POST /api/v1/public/reports",
];
/** There must be one, so that people are called; nobody need hear it. */
const CHANNELS = {
  channels: [
    { kind: "webhook", channelId: "hook", url: "http://127.0.0.1:9/", secret: "s".repeat(16) },
  ],
};

let rig: TestPlatform;
let script: ReturnType<typeof writesOf>;
let token = "";

beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-test-"));
  writeFileSync(join(directory, "channels.json"), JSON.stringify(CHANNELS));
  rig = await startPlatform({}, directory);
  script = writesOf(rig);
  token = await tokenOf("admin", ADMIN_PASSWORD);
});
afterAll(async () => {
  await script?.stop();
  await rig.stop();
});

async function tokenOf(username: string, password: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${rig.ports.http}/api/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  return ((await response.json()) as { token: string }).token;
}

async function send(method: string, path: string, given: Partial<Given>, as = token) {
  const { body, type = "application/json" } = given;
  const isJson = type === "application/json";
  const response = await fetch(`http://127.0.0.1:${rig.ports.http}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${as}`,
      ...(body !== undefined && { "content-type": type }),
    },
    ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as string) }),
  });
  const text = await response.text();
  return { status: response.status, text };
}

const addressOf = (call: string, ids: Said = {}): [Method, string] => {
  const [method = "", path = ""] = call.split(" ");
  return [method as Method, path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? "some-1")];
};
const routeOf = (call: string): string => call.replace(/\{(\w+)\}/g, ":$1");

async function writes(): Promise<string[]> {
  const { body } = await rig.api.get<{ paths: Record<string, object> }>("/openapi.json");
  const all = Object.entries(body.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  return all.filter((call) => !call.startsWith("GET ") && !UNENTERED.includes(call)).sort();
}

async function entriesOf(route: string): Promise<Entry[]> {
  const { body } = await rig.api.get<{ items: Entry[] }>("/api/v1/audit?limit=1000");
  return body.items.filter((entry) => entry.route === route);
}

test("every write that is done has one entry, with its route and what it is about", async () => {
  expect([...new Set(script.steps.map(([call]) => call))].sort()).toEqual(await writes());
  for (const [call, givenFor] of script.steps) {
    const given = await givenFor();
    const before = (await entriesOf(routeOf(call))).length;
    const [method, path] = addressOf(call, given.ids);
    const { status, text } = await send(method, `${path}${given.query ?? ""}`, given, given.as);
    expect([call, status < 300 ? "done" : text]).toEqual([call, "done"]);
    if (text !== "") given.keep?.(JSON.parse(text));
    const entries = await until(async () => {
      const all = await entriesOf(routeOf(call));
      return all.length > before && all;
    }, `the entry of ${call}`);
    expect([call, entries.length - before]).toEqual([call, 1]);
    expect([call, entries[0]]).toMatchObject([
      call,
      { actor: given.actor ?? "admin", result: "done" },
    ]);
    const { subject = "none" } = entries[0] ?? {};
    const isNamed = given.subject.startsWith("its ")
      ? text.includes(subject)
      : subject === given.subject;
    expect([call, subject, isNamed]).toEqual([call, subject, true]);
  }
}, 120_000);

/** Open to all, or refused to nobody who has signed in. */
const isOwnSession = (call: string): boolean => call.includes("/api/v1/session");

test("every write that is refused has one, too, with its code", async () => {
  const as = await tokenOf("wang", "secret-1");
  // A call without a valid sign-in names nobody; these are open to all, and answer otherwise.
  const others: Said = {
    "POST /api/v1/notices/{noticeId}/acknowledge": "NOTICE_NOT_FOUND",
    "POST /api/v1/cases/{caseNo}/urge": "REQUEST_INVALID",
    "PUT /api/v1/me/contacts": "REQUEST_INVALID",
    "PUT /api/v1/me/password": "REQUEST_INVALID",
  };
  const calls = (await writes()).filter((call) => !call.endsWith("/login") && !isOwnSession(call));
  for (const call of calls) {
    const [method, path] = addressOf(call);
    const { status } = await send(method, path, {}, as);
    expect([call, status]).not.toEqual([call, 200]);
  }
  const wanted = calls.map((call) => [routeOf(call), others[call] ?? "ROLE_REFUSED"]);
  const found = await until(async () => {
    const { body } = await rig.api.get<{ items: Entry[] }>("/api/v1/audit?limit=1000&actor=wang");
    const refusals = body.items.filter(({ action }) => action !== "sign-in");
    return refusals.length >= calls.length && refusals;
  }, "the entries");
  expect(found.map(({ route, result }) => [route, result]).sort()).toEqual(wanted.sort());
  const named = found.filter(({ route }) => route.includes(":"));
  for (const { route, subject } of named) expect([route, subject]).not.toEqual([route, undefined]);
});
