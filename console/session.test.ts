/** Sessions of pages over HTTP: the cookie as it is set and read, and what a write by it must prove. */
import { expect, test } from "vitest";
import { type Method, setUp } from "./called-server.ts";

const PASSWORD = { username: "admin", password: "right password" };
/** As a page of the platform calls. */
const PAGE = { "x-gridwarden-page": "1" };
const cookie = (token: string) => ({ cookie: `gridwarden=${token}` });

test("a sign-in answers who it is and until when, and puts the token where no script can read it", async () => {
  const { call } = await setUp();
  const answer = await call("POST", "/api/v1/session", { as: "", body: PASSWORD });
  expect([answer.status, answer.body]).toMatchObject([
    200,
    { expiresAt: "2026-11-22T08:30:01.000+08:00", user: { username: "admin", roles: ["admin"] } },
  ]);
  expect(Object.keys(answer.body).sort()).toEqual(["actions", "expiresAt", "hasPassword", "user"]);
  expect(answer.headers["set-cookie"]).toBe(
    "gridwarden=admin; HttpOnly; SameSite=Strict; Path=/; Max-Age=1",
  );
});

test("over TLS, also before a trusted proxy, the cookie never goes over a plain line", async () => {
  const forwarded = { "x-forwarded-proto": "https" };
  const cookieOf = async (trustedProxies: string[]) => {
    const { call } = await setUp({ trustedProxies });
    const more = { as: "", body: PASSWORD, headers: forwarded };
    return (await call("POST", "/api/v1/session", more)).headers["set-cookie"];
  };
  expect(await cookieOf(["127.0.0.1"])).toMatch(/; Secure$/);
  expect(await cookieOf(["10.0.0.0/8"])).not.toContain("Secure");
});

test("a refused sign-in sets no cookie, and one after another ends the one before", async () => {
  const { call, doubles } = await setUp();
  const body = { ...PASSWORD, password: "wrong" };
  const refused = await call("POST", "/api/v1/session", { as: "", body });
  expect([refused.status, refused.body.code]).toEqual([401, "LOGIN_REFUSED"]);
  expect(refused.headers["set-cookie"]).toBeUndefined();
  await call("POST", "/api/v1/session", { as: "", body: PASSWORD, headers: cookie("crew") });
  expect(doubles.asked).toContainEqual({ what: "sessions.end", with: "crew" });
});

test("whose session it is, is told by cookie and by token alike; the cookie is told its end anew", async () => {
  const { call } = await setUp();
  const byCookie = await call("GET", "/api/v1/session", { as: "", headers: cookie("admin") });
  expect([byCookie.status, byCookie.body.user]).toMatchObject([200, { username: "admin" }]);
  expect(byCookie.headers["set-cookie"]).toContain("gridwarden=admin;");
  expect(byCookie.headers["set-cookie"]).toContain("Max-Age=3600");
  const byToken = await call("GET", "/api/v1/session");
  expect([byToken.status, byToken.headers["set-cookie"]]).toEqual([200, undefined]);
  for (const headers of [{}, cookie("nobody"), { cookie: "other=admin" }, cookie("a b")]) {
    const answer = await call("GET", "/api/v1/session", { as: "", headers });
    expect([answer.status, answer.body.code]).toEqual([401, "TOKEN_REFUSED"]);
  }
});

test("a session names what its user may do, and how far", async () => {
  const { call } = await setUp();
  const actionsOf = async (role: string) =>
    (await call("GET", "/api/v1/session", { as: "", headers: cookie(role) })).body.actions;
  expect(await actionsOf("unit")).toMatchObject({
    "cases.read": "all",
    "cases.transition": "own",
  });
  expect(await actionsOf("unit")).not.toHaveProperty("cases.join");
  expect(await actionsOf("viewer")).not.toHaveProperty("cases.transition");
});

test("a session says whether its user has a password to change", async () => {
  const { call } = await setUp();
  for (const [user, has] of [
    ["viewer", true],
    ["crew", false],
  ] as const) {
    expect((await call("GET", "/api/v1/session", { as: user })).body.hasPassword).toBe(has);
  }
});

test("of one's own password the session that asks is told to go on", async () => {
  const { call, doubles } = await setUp();
  const body = { password: "right password", newPassword: "another" };
  const headers = { ...cookie("viewer"), ...PAGE };
  const answer = await call("PUT", "/api/v1/me/password", { as: "", body, headers });
  expect([answer.status, answer.body]).toEqual([200, { ended: 2 }]);
  const asked = { username: "viewer", ...body, token: "viewer", from: "127.0.0.1" };
  expect(doubles.asked).toContainEqual({ what: "passwords.change", with: asked });
});

test("a password is set for others, and one's own only with the old one", async () => {
  const { call, doubles } = await setUp();
  const set = (username: string) =>
    call("PUT", `/api/v1/users/${username}/password`, { body: { password: "another" } });
  expect((await set("viewer")).body).toEqual({ ended: 1 });
  const own = await set("admin");
  expect([own.status, own.body.code]).toEqual([409, "PASSWORD_REFUSED"]);
  expect(doubles.asked.filter(({ what }) => what === "passwords.set")).toEqual([
    { what: "passwords.set", with: { username: "viewer", password: "another" } },
  ]);
});

test("who signs out by a header at somebody's page leaves that page its cookie", async () => {
  const { call } = await setUp();
  const headers = { ...cookie("admin"), ...PAGE };
  const answer = await call("DELETE", "/api/v1/session", { as: "viewer", headers });
  expect([answer.status, answer.headers["set-cookie"]]).toEqual([204, undefined]);
});

test("signing out ends the token and takes the cookie away", async () => {
  const { call, doubles } = await setUp();
  const headers = { ...cookie("admin"), ...PAGE };
  const answer = await call("DELETE", "/api/v1/session", { as: "", headers });
  expect([answer.status, answer.headers["set-cookie"]]).toEqual([
    204,
    "gridwarden=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0",
  ]);
  expect(doubles.asked).toContainEqual({ what: "sessions.end", with: "admin" });
});

test.each([
  ["a cookie among others", "a=1; gridwarden=admin;b=2", 200],
  ["one whose name ends alike", "xgridwarden=admin", 401],
  ["one in another's value", "a=gridwarden=admin", 401],
])("read is %s", async (_what, text, status) => {
  const { call } = await setUp();
  const answer = await call("GET", "/api/v1/units", { as: "", headers: { cookie: text } });
  expect(answer.status).toBe(status);
});

test("a header says who asks, whatever the cookie says", async () => {
  const { call } = await setUp();
  const withCookie = { headers: cookie("admin") };
  expect((await call("GET", "/api/v1/users", { as: "viewer", ...withCookie })).status).toBe(403);
  expect((await call("GET", "/api/v1/users", { as: "nobody", ...withCookie })).status).toBe(401);
  const basic = { authorization: "Basic eDp5", ...cookie("admin") };
  expect((await call("GET", "/api/v1/users", { as: "", headers: basic })).status).toBe(401);
});

test("a service's key is no cookie", async () => {
  const { call } = await setUp();
  const event = { url: "/api/v1/hotline/answers?since=0", key: "k".repeat(43) };
  const headers = cookie(event.key);
  expect((await call("GET", event.url, { as: "", headers })).status).toBe(401);
});

const UNIT = { unitId: "works", name: "Works", kind: "department" };
const HERE = "http://city.example:8080";
test.each([
  ["a page of ours", PAGE, 201],
  ["a page that says whence it comes", { ...PAGE, origin: HERE }, 201],
  ["another site's form", { origin: "https://evil.example" }, 403],
  ["a form of nobody knows whom", {}, 403],
  ["another word in the header", { "x-gridwarden-page": "0" }, 403],
  ["another site that sends the header", { ...PAGE, origin: "https://evil.example" }, 403],
  ["a sandboxed page", { ...PAGE, origin: "null" }, 403],
  ["another port of this host", { ...PAGE, origin: "http://city.example:3000" }, 403],
  ["a host whose name begins alike", { ...PAGE, origin: `${HERE}.evil.example` }, 403],
])("a write by cookie from %s is answered %s", async (_who, headers, status) => {
  const { call, doubles } = await setUp();
  const said = { host: "city.example:8080", ...cookie("admin"), ...headers };
  const answer = await call("POST", "/api/v1/units", { as: "", body: UNIT, headers: said });
  expect([answer.status, answer.body.code]).toEqual([
    status,
    status === 403 ? "CSRF_REFUSED" : undefined,
  ]);
  expect(doubles.asked.some(({ what }) => what === "units.create")).toBe(status === 201);
});

test.each<[Method, string]>([
  ["PUT", "/api/v1/units/works/roster"],
  ["PATCH", "/api/v1/assets/cover-1"],
  ["DELETE", "/api/v1/assets/cover-1"],
  ["DELETE", "/api/v1/session"],
])("a %s by cookie wants the header, too", async (method, url) => {
  const { call } = await setUp();
  const answer = await call(method, url, { as: "", headers: cookie("admin") });
  expect(answer.body.code).toBe("CSRF_REFUSED");
});

test("what only reads is open to a cookie alone, and a token wants no header", async () => {
  const { call } = await setUp();
  const elsewhere = { origin: "https://evil.example" };
  const read = await call("GET", "/api/v1/units", { as: "", headers: cookie("admin") });
  expect(read.status).toBe(200);
  const write = await call("POST", "/api/v1/units", { body: UNIT, headers: elsewhere });
  expect(write.status).toBe(201);
});

test("another site signs nobody in", async () => {
  const { call, doubles } = await setUp();
  const headers = { origin: "https://evil.example" };
  for (const [url, body] of [
    ["/api/v1/session", PASSWORD],
    ["/api/v1/session/code", { code: "crew" }],
  ] as const) {
    const answer = await call("POST", url, { as: "", body, headers });
    expect([answer.body.code, answer.headers["set-cookie"]]).toEqual(["CSRF_REFUSED", undefined]);
  }
  expect(doubles.asked).toEqual([]);
});

test("the scheme's own port is no other host", async () => {
  const { call } = await setUp();
  const headers = { ...cookie("admin"), ...PAGE, host: "city.example:80" };
  const said = { ...headers, origin: "http://city.example" };
  const answer = await call("POST", "/api/v1/units", { as: "", body: UNIT, headers: said });
  expect(answer.status).toBe(201);
});

test("a code signs in whom it is for, and the trail names it once it is known", async () => {
  const { call, doubles } = await setUp();
  const body = { code: "crew" };
  const answer = await call("POST", "/api/v1/session/code", { as: "", body });
  expect([answer.status, answer.body.user]).toMatchObject([200, { username: "crew" }]);
  expect(answer.headers["set-cookie"]).toContain("gridwarden=crew; HttpOnly; SameSite=Strict");
  expect(doubles.audits).toMatchObject([
    { actor: "crew", roles: ["crew"], action: "sign-in", subject: "crew" },
  ]);
  const wrong = await call("POST", "/api/v1/session/code", { as: "", body: { code: "none" } });
  expect([wrong.status, wrong.body.code]).toEqual([401, "SIGN_IN_CODE_REFUSED"]);
  expect(doubles.refusals).toEqual([]);
});
