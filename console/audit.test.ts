/** What the console enters into the audit trail, how it shows it, and the keys of repeated writes. */
import { describe, expect, test } from "vitest";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { setUp } from "./called-server.ts";
import { NOW, SAMPLE_CASE } from "./samples.ts";

const TRANSITIONS = `/api/v1/cases/${SAMPLE_CASE.caseNo}/transitions`;
const REPORT = { lon: 115, lat: 31 };
const KEY = { "idempotency-key": "phone-1:0001" };

describe("entries", () => {
  test("every write runs with its entry: who, what, by which route, about what", async () => {
    const { call, doubles } = await setUp();
    await call("POST", TRANSITIONS, { as: "unit", body: { event: "start" } });
    await call("POST", "/api/v1/units", {
      body: { unitId: "works", name: "市政", kind: "department" },
    });
    await call("DELETE", "/api/v1/assets/cover-1");
    expect(doubles.audits).toMatchObject([
      {
        actor: "unit",
        roles: ["unit"],
        action: "cases.transition",
        route: "POST /api/v1/cases/:caseNo/transitions",
        subject: SAMPLE_CASE.caseNo,
      },
      { actor: "admin", route: "POST /api/v1/units", subject: "works" },
      { actor: "admin", route: "DELETE /api/v1/assets/:assetId", subject: "cover-1" },
    ]);
    for (const { requestId } of doubles.audits) expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("of a new user the name is entered, and no password", async () => {
    const { call, doubles } = await setUp();
    const body = { username: "wang", password: "a secret word", roles: ["crew"], unitId: "works" };
    await call("POST", "/api/v1/users", { body });
    expect(doubles.audits).toMatchObject([{ action: "users.write", subject: "wang" }]);
    expect(JSON.stringify([doubles.audits, doubles.refusals])).not.toContain("secret");
  });

  test("what a transaction has kept is not entered again, what none has is entered beside", async () => {
    const { call, doubles } = await setUp({}, (double) => {
      const { during } = double.deps.audit;
      double.deps.audit.during = (pending, work) => {
        pending.isKept = pending.actor === "admin";
        during(pending, work);
      };
    });
    await call("POST", "/api/v1/cases", { body: REPORT });
    await call("POST", "/api/v1/cases", { as: "acceptor", body: REPORT });
    expect(doubles.refusals).toMatchObject([{ draft: { actor: "acceptor" }, result: "done" }]);
  });

  test("a refused write is entered with the code of its error", async () => {
    const { call, doubles } = await setUp({}, (double) => {
      double.deps.cases.transition = async () => {
        throw new GridwardenError("CASE_VERSION_CONFLICT", "somebody was first");
      };
    });
    await call("POST", TRANSITIONS, { body: { event: "start" } });
    await call("POST", "/api/v1/cases", { as: "viewer", body: REPORT });
    await call("POST", "/api/v1/units", { body: { unitId: "not / an id", password: "secret" } });
    expect(doubles.refusals).toMatchObject([
      { draft: { subject: SAMPLE_CASE.caseNo }, result: "CASE_VERSION_CONFLICT" },
      { draft: { actor: "viewer", action: "cases.report" }, result: "ROLE_REFUSED" },
      { draft: { route: "POST /api/v1/units" }, result: "REQUEST_INVALID" },
    ]);
    expect(doubles.refusals[2]?.draft).not.toHaveProperty("subject");
  });

  test("reading is not entered, nor a backtest, nor a call by nobody known", async () => {
    const { call, doubles } = await setUp();
    await call("GET", "/api/v1/cases");
    await call("POST", "/api/v1/rules/manhole-cover.open/backtest", {
      body: { from: NOW - 86_400_000, to: NOW },
    });
    await call("POST", "/api/v1/cases", { as: "stranger", body: REPORT });
    await call("POST", "/api/v1/cases", { as: "", body: REPORT });
    expect([doubles.audits, doubles.refusals]).toEqual([[], []]);
  });

  test("a sign-in runs with its entry; a refused one leaves none", async () => {
    const { call, doubles } = await setUp();
    for (const password of ["right password", "wrong"]) {
      await call("POST", "/api/v1/login", { as: "", body: { username: "crew", password } });
    }
    expect(doubles.audits[0]).toMatchObject({ actor: "crew", action: "sign-in", subject: "crew" });
    expect(doubles.refusals).toEqual([]);
  });
});

describe("the trail over HTTP", () => {
  test("entries are listed by time, actor and subject", async () => {
    const { call, doubles } = await setUp();
    const query = `from=${NOW}&to=${NOW + 1}&actor=acceptor&subject=x&limit=2`;
    const { body } = await call("GET", `/api/v1/audit?${query}`);
    expect(doubles.asked).toEqual([
      {
        what: "audit.list",
        with: { from: NOW, to: NOW + 1, actor: "acceptor", subject: "x", limit: 2 },
      },
    ]);
    expect(body.items).toEqual([
      {
        seq: 7,
        at: "2026-11-22T08:30:00.000+08:00",
        requestId: "request-1",
        actor: "acceptor",
        roles: ["acceptor"],
        action: "cases.report",
        route: "POST /api/v1/cases",
        subject: SAMPLE_CASE.caseNo,
        result: "done",
      },
    ]);
  });

  test("the chain is told as whole, or with its first broken record", async () => {
    const { call, doubles } = await setUp();
    const whole = await call("GET", "/api/v1/audit/verify");
    expect(whole.body).toEqual({ isUnbroken: true, areFilesChecked: false, ...doubles.chain });
    const broken = { kind: "changed", chainSeq: 5, caseNo: "1", seq: 2, message: "no" } as const;
    doubles.chain = { ...doubles.chain, broken, next: 9 };
    const { status, body } = await call("GET", "/api/v1/audit/verify?from=3");
    expect([status, body]).toEqual([
      200,
      { isUnbroken: false, areFilesChecked: false, ...doubles.chain },
    ]);
    expect(doubles.asked.map((asked) => asked.with)).toEqual([undefined, 3]);
  });
});

describe("Idempotency-Key", () => {
  const keysOf = (doubles: { asked: { with: unknown }[] }) =>
    doubles.asked.map((asked) => (asked.with as { key?: { digest: string } }).key);

  test("goes with the user's name and a digest of call and body to whoever writes", async () => {
    const { call, doubles } = await setUp();
    const send = (as: string, event: string) =>
      call("POST", TRANSITIONS, { as, body: { event }, headers: KEY });
    await send("unit", "start");
    await send("unit", "start");
    await send("unit", "feedback");
    await call("POST", "/api/v1/cases", { as: "acceptor", body: REPORT, headers: KEY });
    await call("POST", "/api/v1/cases", { as: "acceptor", body: REPORT });
    const [first, same, otherBody, otherCall, none] = keysOf(doubles);
    expect(first).toMatchObject({ username: "unit", key: "phone-1:0001" });
    expect(same).toEqual(first);
    expect(otherBody?.digest).not.toBe(first?.digest);
    expect(otherCall).toMatchObject({ username: "acceptor" });
    expect(none).toBeUndefined();
  });

  test("a body that means the same has the same digest", async () => {
    const { call, doubles } = await setUp();
    for (const body of ['{"lon":115,"lat":31}', '{ "lat": 31, "lon": 115, "source": "citizen" }']) {
      const type = "application/json";
      await call("POST", "/api/v1/cases", { body, type, headers: KEY });
    }
    const [first, second] = keysOf(doubles);
    expect(first).toEqual(second);
  });

  test.each(["", "with space", "k".repeat(LIMITS.idempotencyKeyLengthMax + 1)])(
    "'%s' is refused",
    async (key) => {
      const { call, doubles } = await setUp();
      const headers = { "idempotency-key": key };
      const { status, body } = await call("POST", "/api/v1/cases", { body: REPORT, headers });
      expect([status, body.code]).toEqual([400, "REQUEST_INVALID"]);
      expect(body.message).toContain("printable ASCII");
      expect(doubles.asked).toEqual([]);
    },
  );
});
