/** Duplicates, hotlines and video analyses over HTTP: who may, what is handed on, who is known. */
import { describe, expect, test } from "vitest";
import { setUp } from "./called-server.ts";
import { SAMPLE_CASE } from "./samples.ts";

const KEY = "k".repeat(43);
const basic = (serviceId: string, key = KEY): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${serviceId}:${key}`).toString("base64")}`,
});
const VIDEO = {
  eventId: "e-1",
  camera: "cam-1",
  kind: "road-collapse",
  observedAt: "2026-11-22T08:00:00+08:00",
  lon: 115.4,
  lat: 31.8,
  confidence: 0.9,
  vendorField: true,
};

describe("who reported", () => {
  test.each([
    ["acceptor", true],
    ["shift-lead", true],
    ["inspector", true],
    ["admin", true],
    ["dispatcher", false],
    ["unit", false],
    ["crew", false],
    ["leader", false],
    ["engineer", false],
    ["viewer", false],
  ])("%s knows: %s", async (as, knows) => {
    const { call } = await setUp();
    const { body } = await call("GET", `/api/v1/cases/${SAMPLE_CASE.caseNo}`, { as });
    expect(body.reports !== undefined).toBe(knows);
    expect(JSON.stringify(body).includes("13800138000")).toBe(knows);
  });

  test("the report's answer offers what is near and does not say who reported", async () => {
    const { call, doubles } = await setUp(undefined, (changed) => {
      changed.deps.cases.report = async () => ({ ...SAMPLE_CASE, joined: true });
    });
    const reporter = { name: "王小明", phone: "13800138000" };
    const body = { lon: 115.4, lat: 31.8, reporter, externalNo: "1", externalSystem: "12345" };
    const made = await call("POST", "/api/v1/cases", { as: "acceptor", body });
    expect(made).toMatchObject({ status: 201, body: { joined: true } });
    expect(JSON.stringify([made.body, doubles.audits])).not.toMatch(/王小明|13800138000/);
    const wrong = await call("POST", "/api/v1/cases", {
      as: "acceptor",
      body: { ...body, reporter: { phone: "call me" } },
    });
    expect(wrong).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID" } });
  });
});

describe("duplicates", () => {
  test("a place is asked for what is near", async () => {
    const { call, doubles } = await setUp();
    const url = "/api/v1/cases/similar?lon=115.4&lat=31.8&conditionId=cover-rattle";
    const { body } = await call("GET", url);
    expect(body.items).toMatchObject([{ caseNo: SAMPLE_CASE.caseNo, distanceM: 12.5 }]);
    expect(doubles.asked.at(-1)).toEqual({
      what: "sources.similar",
      with: { lon: 115.4, lat: 31.8, conditionId: "cover-rattle" },
    });
    for (const place of ["lon=115.4", "lon=&lat=", "lon=115.4&lat=0x1"]) {
      expect((await call("GET", `/api/v1/cases/similar?${place}`)).status).toBe(400);
    }
  });

  test("a duplicate is joined under its key", async () => {
    const { call, doubles } = await setUp();
    const url = `/api/v1/cases/${SAMPLE_CASE.caseNo}/join`;
    const into = "4115242026112200002";
    const headers = { "idempotency-key": "k-1" };
    expect((await call("POST", url, { as: "acceptor", body: { into }, headers })).status).toBe(200);
    expect(doubles.asked.at(-1)).toMatchObject({
      what: "sources.join",
      with: { said: { caseNo: SAMPLE_CASE.caseNo, into }, key: { key: "k-1" } },
    });
    expect((await call("POST", url, { as: "acceptor", body: {} })).status).toBe(400);
  });
});

describe("hotline", () => {
  test("one order, an array, and an array too long", async () => {
    const { call, doubles } = await setUp();
    const url = "/api/v1/hotline/orders";
    const one = await call("POST", url, { as: "acceptor", body: { externalNo: "GD-1" } });
    expect(one).toMatchObject({
      status: 200,
      body: { opened: 1, joined: 0, repeated: 0, rejected: [], orders: [{ externalNo: "GD-1" }] },
    });
    await call("POST", url, { as: "acceptor", body: [{}, 1] });
    expect(doubles.asked.at(-1)).toMatchObject({
      with: { orders: [{}, 1], actor: { username: "acceptor", isService: false } },
    });
    const many = Array.from({ length: 501 }, () => ({}));
    expect((await call("POST", url, { as: "acceptor", body: many })).status).toBe(400);
  });

  test("one order that is rejected is an error with its code", async () => {
    const { call } = await setUp(undefined, ({ deps }) => {
      const rejected = [{ row: 1, code: "ASSET_NOT_FOUND" as const, message: "no asset" }];
      deps.sources.takeOrders = async () => ({ taken: [], rejected });
    });
    const url = "/api/v1/hotline/orders";
    const one = await call("POST", url, { as: "acceptor", body: {} });
    expect(one).toMatchObject({ status: 404, body: { code: "ASSET_NOT_FOUND" } });
    const several = await call("POST", url, { as: "acceptor", body: [{}] });
    expect(several).toMatchObject({ status: 200, body: { rejected: [{ row: 1 }] } });
  });

  test("a file is handed on as bytes; JSON is none", async () => {
    const { call, doubles } = await setUp();
    const url = "/api/v1/hotline/orders/import?system=12345";
    const sent = { as: "acceptor", body: Buffer.from([0xb9, 0xa4]), type: "text/csv" };
    const { status, body } = await call("POST", url, sent);
    expect([status, body.ignored]).toEqual([200, ["颜色"]]);
    expect(doubles.asked.at(-1)?.with).toMatchObject({
      file: { bytes: Buffer.from([0xb9, 0xa4]), system: "12345" },
    });
    const json = { as: "acceptor", body: "{}", type: "application/json" };
    expect((await call("POST", url, json)).status).toBe(415);
  });

  test("answers, as JSON with where to go on, and as a file", async () => {
    const { call, doubles } = await setUp();
    const { body } = await call("GET", "/api/v1/hotline/answers?open=true&system=12345");
    expect(body).toMatchObject({ items: [{ externalNo: "GD-1", position: 3 }], next: 3 });
    expect(doubles.asked.at(-1)?.with).toEqual({
      since: 0,
      system: "12345",
      isOpen: true,
      limit: 100,
    });
    const file = await call("GET", "/api/v1/hotline/answers.csv?since=2");
    expect(file.headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(file.body).toBe("\uFEFF工单编号\r\nGD-1\r\n");
    doubles.deps.sources.answers = async () => [];
    expect((await call("GET", "/api/v1/hotline/answers?since=7")).body).toEqual({
      items: [],
      next: 7,
    });
  });

  test("an answer is delivered, and an order is not solved, by its number", async () => {
    const { call, doubles } = await setUp();
    const number = encodeURIComponent("豫GD/1");
    const as = "acceptor";
    await call("POST", `/api/v1/hotline/answers/${number}/delivered`, { as });
    expect(doubles.asked.at(-1)?.with).toEqual({ externalNo: "豫GD/1" });
    const body = { reason: "still open", system: "12345" };
    await call("POST", `/api/v1/hotline/orders/${number}/unsolved`, { as, body });
    expect(doubles.asked.at(-1)?.with).toMatchObject({
      said: { externalNo: "豫GD/1", ...body },
    });
  });
});

describe("services", () => {
  test("one with the topic posts a video event in its own name, and it is entered", async () => {
    const { call, doubles } = await setUp();
    const sent = { as: "", body: VIDEO, headers: basic("vision") };
    expect(await call("POST", "/api/v1/intake/video", sent)).toMatchObject({
      status: 200,
      body: { fate: "opened", caseNo: SAMPLE_CASE.caseNo },
    });
    expect(doubles.asked.at(-1)?.with).toMatchObject({
      event: { observedAt: Date.parse(VIDEO.observedAt) },
      actor: { username: "vision", roles: [], isService: true },
    });
    expect(doubles.audits.at(-1)).toMatchObject({ actor: "vision", action: "intake.video" });
  });

  test.each([
    ["too many wrong keys", "/api/v1/intake/video", basic("guesser"), 429, "RATE_LIMITED"],
    ["a wrong key", "/api/v1/intake/video", basic("vision", "wrong"), 401, "TOKEN_REFUSED"],
    ["a person's name", "/api/v1/intake/video", basic("admin"), 401, "TOKEN_REFUSED"],
    ["a topic that is not its own", "/api/v1/hotline/orders", basic("vision"), 403, "ROLE_REFUSED"],
    ["a route for people alone", "/api/v1/cases", basic("vision"), 401, "TOKEN_REFUSED"],
    ["no name at all", "/api/v1/intake/video", {}, 401, "TOKEN_REFUSED"],
  ])("%s is refused", async (_title, url, headers, status, code) => {
    const { call, doubles } = await setUp();
    const sent = { as: "", body: VIDEO, headers: headers as Record<string, string> };
    expect(await call("POST", url, sent)).toMatchObject({ status, body: { code } });
    expect(doubles.asked).toEqual([]);
  });

  test("one that may subscribe to the answers reads them", async () => {
    const { call } = await setUp();
    const { status } = await call("GET", "/api/v1/hotline/answers", {
      as: "",
      headers: basic("vision"),
    });
    expect(status).toBe(200);
  });
});
