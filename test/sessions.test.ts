/**
 * Sessions at the running platform: a page signs in, watches and signs out; a crew's phone comes by
 * a code, may do what its crew may and no more, and is signed out when it is lost. One person's
 * sessions are ended from afar, and passwords are changed.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Action, scopeOf } from "../console/roles.ts";
import { ADMIN_PASSWORD, startPlatform, type TestPlatform, until } from "./support/platform.ts";

let rig: TestPlatform;
const PAGE = { "x-gridwarden-page": "1" };

interface Given {
  cookie?: string | undefined;
  body?: unknown;
}

beforeAll(async () => {
  rig = await startPlatform();
  const { post } = rig.api;
  for (const unitId of ["works", "water"]) {
    await post("/api/v1/units", { unitId, name: unitId, kind: "department" });
    await post("/api/v1/crews", { crewId: `${unitId}-1`, name: `${unitId} 1`, unitId });
    const user = { username: unitId, password: "secret-1", roles: ["unit"], unitId };
    await post("/api/v1/users", user);
  }
});
afterAll(() => rig.stop());

/** As a page calls. */
async function ask(method: string, path: string, { cookie, body }: Given = {}) {
  const response = await fetch(`http://127.0.0.1:${rig.ports.http}${path}`, {
    method,
    headers: {
      ...PAGE,
      ...(cookie !== undefined && { cookie }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  const [pair] = (response.headers.get("set-cookie") ?? "").split(";");
  return { status: response.status, body: answer, cookie: pair };
}

async function signIn(username: string, password: string): Promise<string> {
  const body = { username, password };
  return (await ask("POST", "/api/v1/session", { body })).cookie ?? "none";
}

/** A code of the crew, made by its lead, and the cookie of the phone that uses it. */
async function phoneOf(crewId: string): Promise<{ code: string; cookie: string }> {
  const lead = await signIn(crewId.replace("-1", ""), "secret-1");
  const made = await ask("POST", `/api/v1/crews/${crewId}/sign-in-codes`, { cookie: lead });
  expect([made.status, made.body.url]).toEqual([201, `/phone/#code=${String(made.body.code)}`]);
  const code = String(made.body.code);
  const { cookie = "none" } = await ask("POST", "/api/v1/session/code", { body: { code } });
  return { code, cookie };
}

/** Answers once the first beat has come; `ended` settles when the platform ends the stream. */
async function watch(cookie: string): Promise<{ ended: Promise<void> }> {
  const response = await fetch(`http://127.0.0.1:${rig.ports.http}/api/v1/stream`, {
    headers: { cookie },
  });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  const drain = async (): Promise<void> => {
    while (!(await reader.read()).done);
  };
  return { ended: drain() };
}

test("a page signs in, watches the stream, signs out, and the stream and the token end", async () => {
  const cookie = await signIn("admin", ADMIN_PASSWORD);
  expect((await ask("GET", "/api/v1/units", { cookie })).status).toBe(200);
  const stream = await watch(cookie);
  expect(await ask("DELETE", "/api/v1/session", { cookie })).toMatchObject({
    status: 204,
    cookie: "gridwarden=",
  });
  await stream.ended;
  for (const path of ["/api/v1/session", "/api/v1/units", "/api/v1/stream"]) {
    expect((await ask("GET", path, { cookie })).body.code).toBe("TOKEN_REFUSED");
  }
});

test("a session outlives a restart of the platform", async () => {
  const cookie = await signIn("works", "secret-1");
  await rig.stop("keep");
  rig = await startPlatform({}, rig.directory);
  const { body } = await ask("GET", "/api/v1/session", { cookie });
  expect(body.user).toEqual({
    username: "works",
    roles: ["unit"],
    unitId: "works",
    unitName: "works",
  });
});

test("a key of a service or of a crew is no cookie", async () => {
  const service = { serviceId: "line", publish: ["#"], subscribe: ["#"] };
  const made = await rig.api.post<{ key: string }>("/api/v1/services", service);
  const { body } = await rig.api.post<{ key: string }>("/api/v1/crews/works-1/key", undefined);
  for (const key of [made.body.key, body.key]) {
    const cookie = `gridwarden=${key}`;
    const answer = await ask("GET", "/api/v1/hotline/answers?since=0", { cookie });
    expect(answer.body.code).toBe("TOKEN_REFUSED");
  }
});

test("a unit makes codes of its own crews, and of no other's", async () => {
  const lead = await signIn("works", "secret-1");
  for (const [method, path] of [
    ["POST", "sign-in-codes"],
    ["DELETE", "sessions"],
  ] as const) {
    const refused = await ask(method, `/api/v1/crews/water-1/${path}`, { cookie: lead });
    expect([refused.status, refused.body.code]).toEqual([403, "ROLE_REFUSED"]);
    const unknown = await ask(method, `/api/v1/crews/none/${path}`, { cookie: lead });
    expect([unknown.status, unknown.body.code]).toEqual([404, "CREW_NOT_FOUND"]);
  }
});

test("a phone is its crew's, for 30 days, and its code is nobody's any more", async () => {
  const { code, cookie } = await phoneOf("works-1");
  const { body } = await ask("GET", "/api/v1/session", { cookie });
  expect(body.user).toEqual({
    username: "crew-works-1",
    roles: ["crew"],
    unitId: "works",
    crewId: "works-1",
    unitName: "works",
    crewName: "works 1",
  });
  const days = (Date.parse(String(body.expiresAt)) - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(30);
  const again = await ask("POST", "/api/v1/session/code", { body: { code } });
  expect([again.status, again.body.code, again.cookie]).toEqual([401, "SIGN_IN_CODE_REFUSED", ""]);
});

type Document = { paths: Record<string, Record<string, { "x-action"?: Action }>> };

test("a phone may make the calls of a crew and no others", async () => {
  const { cookie } = await phoneOf("works-1");
  const { body } = await rig.api.get<Document>("/openapi.json");
  const refused: string[] = [];
  const wanted: string[] = [];
  for (const [path, operations] of Object.entries(body.paths)) {
    for (const [method, { "x-action": action }] of Object.entries(operations)) {
      if (action === undefined || scopeOf(["crew"], action) !== undefined) continue;
      const call = `${method.toUpperCase()} ${path}`;
      wanted.push(call);
      const url = path.replace(/\{\w+\}/g, "some-1");
      const answer = await ask(method.toUpperCase(), url, { cookie });
      if (answer.status === 403 && answer.body.code !== "CSRF_REFUSED") refused.push(call);
    }
  }
  expect(refused).toEqual(wanted);
  expect(wanted).toContain("POST /api/v1/crews/{crewId}/sign-in-codes");
  const shift = { cookie, body: { state: "on" } };
  expect((await ask("POST", "/api/v1/crews/works-1/shift", shift)).status).toBe(200);
  expect((await ask("POST", "/api/v1/crews/water-1/shift", shift)).status).toBe(403);
  expect((await ask("GET", "/api/v1/cases", { cookie })).status).toBe(200);
});

test("a lost phone is signed out at once, with its stream; another crew's is not", async () => {
  const phone = await phoneOf("works-1");
  const other = await phoneOf("water-1");
  const lead = await signIn("works", "secret-1");
  const unused = await ask("POST", "/api/v1/crews/works-1/sign-in-codes", { cookie: lead });
  const stream = await watch(phone.cookie);
  const ended = await ask("DELETE", "/api/v1/crews/works-1/sessions", { cookie: lead });
  expect(ended.status).toBe(200);
  expect(ended.body.ended).toBeGreaterThan(0);
  await stream.ended;
  expect((await ask("GET", "/api/v1/session", phone)).status).toBe(401);
  expect((await ask("GET", "/api/v1/session", other)).status).toBe(200);
  const late = await ask("POST", "/api/v1/session/code", { body: { code: unused.body.code } });
  expect(late.body.code).toBe("SIGN_IN_CODE_REFUSED");
});

/** Of a program. */
async function tokenOf(username: string, password: string): Promise<string> {
  const answer = await rig.api.post<{ token: string }>("/api/v1/login", { username, password });
  return answer.body.token;
}

const byToken = async (token: string): Promise<number> => {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`http://127.0.0.1:${rig.ports.http}/api/v1/units`, { headers })).status;
};

test("an administrator ends all that somebody has, pages, programs and streams; nobody else's", async () => {
  const admin = await signIn("admin", ADMIN_PASSWORD);
  const cookie = await signIn("works", "secret-1");
  const token = await tokenOf("works", "secret-1");
  const other = await signIn("water", "secret-1");
  const stream = await watch(cookie);
  const path = "/api/v1/users/works/sessions";
  const refused = await ask("DELETE", path, { cookie: other });
  expect([refused.status, refused.body.code]).toEqual([403, "ROLE_REFUSED"]);
  expect(await byToken(token)).toBe(200);
  const ended = await ask("DELETE", path, { cookie: admin });
  expect(ended.status).toBe(200);
  expect(ended.body.ended).toBeGreaterThanOrEqual(2);
  await stream.ended;
  expect((await ask("GET", "/api/v1/units", { cookie })).body.code).toBe("TOKEN_REFUSED");
  expect(await byToken(token)).toBe(401);
  for (const each of [admin, other]) {
    expect((await ask("GET", "/api/v1/units", { cookie: each })).status).toBe(200);
  }
  const unknown = await ask("DELETE", "/api/v1/users/no/sessions", { cookie: admin });
  expect(unknown.body.code).toBe("USER_NOT_FOUND");
});

test("one's own password is changed with the old one; the page and its stream go on, all else ends", async () => {
  const cookie = await signIn("water", "secret-1");
  const elsewhere = await signIn("water", "secret-1");
  const token = await tokenOf("water", "secret-1");
  const stream = await watch(elsewhere);
  const change = (password: string, newPassword = "secret-2") =>
    ask("PUT", "/api/v1/me/password", { cookie, body: { password, newPassword } });
  const wrong = await change("guess");
  expect([wrong.status, wrong.body.code]).toEqual([403, "OLD_PASSWORD_WRONG"]);
  const short = await change("secret-1", "abc");
  expect([short.status, short.body.code]).toEqual([400, "REQUEST_INVALID"]);
  expect(JSON.stringify(short.body)).not.toContain("abc");
  const { status, body } = await change("secret-1");
  expect(status).toBe(200);
  expect(body.ended).toBeGreaterThanOrEqual(2);
  await stream.ended;
  expect((await ask("GET", "/api/v1/units", { cookie })).status).toBe(200);
  expect((await ask("GET", "/api/v1/units", { cookie: elsewhere })).status).toBe(401);
  expect(await byToken(token)).toBe(401);
  expect(await signIn("water", "secret-1")).toBe("");
  expect(await signIn("water", "secret-2")).not.toBe("");
});

test("an administrator sets somebody another password, and not the own one so", async () => {
  const admin = await signIn("admin", ADMIN_PASSWORD);
  const cookie = await signIn("works", "secret-1");
  const set = (username: string) =>
    ask("PUT", `/api/v1/users/${username}/password`, {
      cookie: admin,
      body: { password: "set-by-admin" },
    });
  expect((await set("works")).status).toBe(200);
  expect((await ask("GET", "/api/v1/units", { cookie })).status).toBe(401);
  expect(await signIn("works", "set-by-admin")).not.toBe("");
  for (const username of ["admin", "crew-works-1"]) {
    const refused = await set(username);
    expect([username, refused.status, refused.body.code]).toEqual([
      username,
      409,
      "PASSWORD_REFUSED",
    ]);
  }
});

test("the trail has who signed in and out, who made a code and who ended a crew's sessions", async () => {
  interface Entry {
    actor: string;
    action: string;
    subject?: string;
    route: string;
  }
  const entries = await until(async () => {
    const { body } = await rig.api.get<{ items: Entry[] }>("/api/v1/audit?limit=1000");
    return body.items.length > 0 && body.items;
  }, "the trail");
  for (const wanted of [
    { actor: "admin", action: "sign-in", route: "POST /api/v1/session" },
    { actor: "admin", action: "sign-out", route: "DELETE /api/v1/session" },
    { actor: "crew-works-1", action: "sign-in", route: "POST /api/v1/session/code" },
    { actor: "works", action: "crew-sessions.write", subject: "works-1" },
    { actor: "works", subject: "works-1", route: "DELETE /api/v1/crews/:crewId/sessions" },
    { actor: "admin", subject: "works", route: "DELETE /api/v1/users/:username/sessions" },
    { actor: "admin", subject: "works", route: "PUT /api/v1/users/:username/password" },
    { actor: "water", action: "passwords.own", result: "OLD_PASSWORD_WRONG" },
    { actor: "water", action: "passwords.own", result: "done" },
  ]) {
    expect(entries).toContainEqual(expect.objectContaining(wanted));
  }
  expect(entries.filter(({ actor }) => actor === "")).toEqual([]);
  expect(JSON.stringify(entries)).not.toMatch(/#code=|secret-|set-by-admin/);
});
