/** Open311 over HTTP before doubles: keys, forms, spans, errors, and what is shown of a case. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Case, CaseState, TERMINAL_STATES } from "../model/case.ts";
import { DAY_MS } from "../model/clock.ts";
import { ServiceId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { setUp } from "./called-server.ts";
import type { Doubles } from "./doubles.ts";
import { NOW, SAMPLE_CASE } from "./samples.ts";

const KEY = "k".repeat(43);
const FORM = "application/x-www-form-urlencoded";
const PLACE = "lat=31.8&long=115.41";
const V2 = "/open311/v2";

/** An id may have colons. */
const SERVICES = ["city:app", "reader", "other"];

async function open311(change: (doubles: Doubles) => void = () => {}) {
  const { call, doubles } = await setUp(undefined, (changed) => {
    changed.deps.registry.authenticateService = async (serviceId, key) => {
      if (!SERVICES.includes(serviceId) || key !== KEY) return undefined;
      const topics = serviceId === "other" ? ["intake/video"] : ["open311/requests"];
      return {
        kind: "service",
        serviceId: ServiceId.parse(serviceId),
        publish: serviceId === "reader" ? [] : topics,
        subscribe: topics,
      };
    };
    const { rows, ...table } = changed.deps.filingTables.categories.state();
    const known = rows.map((row) => ({ ...row, code: "0101" }));
    changed.deps.filingTables.categories.state = () => ({ ...table, rows: known });
    change(changed);
  });
  const get = (path: string, headers?: Record<string, string>) =>
    call("GET", `${V2}/${path}`, { as: "", ...(headers && { headers }) });
  const post = (body: string, headers?: Record<string, string>, type = FORM) =>
    call("POST", `${V2}/requests.json`, { as: "", body, type, ...(headers && { headers }) });
  return { get, post, call, doubles };
}
const keyed = (path: string, service = "city:app"): string =>
  `${path}${path.includes("?") ? "&" : "?"}api_key=${encodeURIComponent(`${service}:${KEY}`)}`;
const form = (rest: string, service = "city:app"): string =>
  `api_key=${encodeURIComponent(`${service}:${KEY}`)}&service_code=c-0101&${rest}`;

describe("services", () => {
  test("are the categories of the city's own system, by kind and code, for everybody", async () => {
    const { get } = await open311(({ deps }) => {
      const { rows } = deps.filingTables.categories.state();
      const [row] = rows;
      if (row === undefined) throw new TypeError("the double has a row");
      deps.filingTables.categories.state = () => ({
        version: 1,
        setting: row.system,
        rows: [
          { ...row, kind: "component", code: "0504" },
          { ...row, kind: "event", code: "0504" },
          { ...row, system: row.system === "CJ/T 214" ? "GB/T 30428.2-2013" : "CJ/T 214" },
        ],
      });
    });
    const { status, body, headers } = await get("services.json");
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(body).toMatchObject([
      { service_code: "c-0504", metadata: false, type: "realtime" },
      { service_code: "e-0504" },
    ]);
    expect(body).toHaveLength(2);
    expect(await get("services/e-0504.json")).toMatchObject({
      status: 200,
      body: { service_code: "e-0504", attributes: [] },
    });
    expect(await get("services/e-0505.json")).toMatchObject({
      status: 404,
      body: [{ code: 404, description: expect.stringContaining("is 'e-0504' meant") }],
    });
  });

  test("are of one jurisdiction", async () => {
    const { get } = await open311();
    expect((await get("services.json?jurisdiction_id=411524")).status).toBe(200);
    expect(await get("services.json?jurisdiction_id=boston.gov")).toMatchObject({
      status: 404,
      body: [{ code: 404, description: expect.stringContaining("'411524'") }],
    });
  });
});

describe("keys", () => {
  test.each([
    ["none", "requests.json", 403],
    ["a wrong one", `requests.json?api_key=city%3Aapp:${"x".repeat(43)}`, 403],
    ["no id", `requests.json?api_key=${KEY}`, 403],
    ["another topic's", keyed("requests.json", "other"), 403],
    ["the right one", keyed("requests.json"), 200],
    ["a reader's", keyed("requests.json", "reader"), 200],
  ])("%s: %s", async (_what, path, status) => {
    const { get } = await open311();
    const answer = await get(path);
    expect(answer.status).toBe(status);
    if (status !== 200) expect(answer.body).toMatchObject([{ code: 403 }]);
    expect(JSON.stringify(answer.body)).not.toContain(KEY);
  });

  test("a reader may not report; whoever may is known by the form, the address or Basic", async () => {
    const { post, call, doubles } = await open311();
    expect(await post(form(PLACE, "reader"))).toMatchObject({ status: 403, body: [{ code: 403 }] });
    expect(doubles.asked).toEqual([]);
    expect((await post(form(PLACE))).status).toBe(201);
    const body = `service_code=c-0101&${PLACE}`;
    const url = keyed(`${V2}/requests.json`);
    expect((await call("POST", url, { as: "", body, type: FORM })).status).toBe(201);
    const basic = Buffer.from(`reader:${KEY}`).toString("base64");
    const headers = { authorization: `Basic ${basic}` };
    expect((await call("GET", `${V2}/requests.json`, { as: "", headers })).status).toBe(200);
    expect(doubles.asked.filter(({ what }) => what === "open311.report")).toMatchObject([
      { with: { actor: { username: "city:app", roles: [], isService: true } } },
      { with: { actor: { username: "city:app" } } },
    ]);
  });

  test("who guesses waits as at any other call of a service", async () => {
    const { get } = await setUp().then(({ call }) => ({
      get: (path: string) => call("GET", `${V2}/${path}`, { as: "" }),
    }));
    expect(await get("requests.json?api_key=guesser:x")).toMatchObject({
      status: 429,
      body: [{ code: 429 }],
      headers: { "retry-after": "9" },
    });
  });

  test("a person's token lets an administrator in and no other role", async () => {
    const { call } = await setUp();
    expect((await call("GET", `${V2}/requests.json`, { as: "admin" })).status).toBe(200);
    expect((await call("GET", `${V2}/requests.json`, { as: "leader" })).status).toBe(403);
  });
});

describe("a report", () => {
  test("is handed on with who said it apart, under the client's key", async () => {
    const { post, doubles } = await open311();
    const body = form(
      `${PLACE}&address_id=4115240101000001&address_string=${encodeURIComponent("建设路 3 号")}` +
        `&description=%E4%BA%95%E7%9B%96%E7%A0%B4%E6%8D%9F+now&last_name=%E7%8E%8B` +
        "&first_name=%E5%B0%8F%E6%98%8E&phone=13800138000&email=w%40example.com" +
        "&media_url=https%3A%2F%2Fp.example%2F1.jpg&device_id=d&account_id=a&jurisdiction_id=411524",
    );
    const answer = await post(body, { "idempotency-key": "r-1" });
    expect(answer).toMatchObject({ status: 201 });
    expect(answer.body).toEqual([
      { service_request_id: SAMPLE_CASE.caseNo, service_notice: null, account_id: null },
    ]);
    const [{ with: given } = { with: undefined }] = doubles.asked;
    expect(given).toMatchObject({
      said: {
        kind: "component",
        categoryCode: "0101",
        lon: 115.41,
        lat: 31.8,
        address: "建设路 3 号",
        componentCode: "4115240101000001",
        description: "井盖破损 now",
        snapshotUrl: "https://p.example/1.jpg",
        reporter: { name: "王小明", phone: "13800138000", email: "w@example.com" },
      },
      key: { username: "city:app", key: "r-1" },
    });
    expect(JSON.stringify(doubles.audits)).not.toMatch(/王|138|example|建设路/);
    expect(doubles.audits).toMatchObject([
      { action: "open311.report", route: "POST /open311/v2/requests.json", actor: "city:app" },
    ]);
  });

  test("sent again under a new api_key or with it elsewhere is the same", async () => {
    const { post, call, doubles } = await open311();
    const headers = { "idempotency-key": "r-1" };
    await post(form(PLACE), headers);
    const body = `service_code=c-0101&${PLACE}&description=`;
    const url = keyed(`${V2}/requests.json`);
    await call("POST", url, { as: "", body, type: FORM, headers });
    const digests = doubles.asked.map((each) => (each.with as { key: { digest: string } }).key);
    expect(digests).toHaveLength(2);
    expect(digests[0]).toEqual(digests[1]);
  });

  test("with others near is told their numbers and nothing else of them", async () => {
    const { post } = await open311(({ deps }) => {
      deps.open311.report = async () => ({
        ...SAMPLE_CASE,
        similar: [
          {
            caseNo: SAMPLE_CASE.caseNo,
            distanceM: 3,
            ageMs: 1,
            state: "REPORTED",
            conditionId: "general-event",
            categoryCode: "0699",
            description: "ask 王小明",
          },
        ],
      });
    });
    const { body } = await post(form(PLACE));
    expect(body).toMatchObject([{ service_notice: expect.stringContaining(SAMPLE_CASE.caseNo) }]);
    expect(JSON.stringify(body)).not.toContain("王");
  });

  test.each([
    ["another service", "lat=1&long=1".concat("&x=1"), 400, "field 'x'"],
    ["half a place", "lat=31.8", 400, "field 'long'"],
    ["no number", "lat=north&long=115", 400, "field 'lat'"],
    ["a field twice", `${PLACE}&lat=1`, 400, "field 'lat': got it twice"],
    ["an attribute", `${PLACE}&attribute%5BWHISPAWN%5D=1`, 400, "attribute[WHISPAWN]"],
    ["no UTF-8", `${PLACE}&description=%D6%D0`, 400, "field 'description': wanted UTF-8"],
    ["no link", `${PLACE}&media_url=javascript%3Aalert(1)`, 400, "field 'media_url'"],
    ["another jurisdiction", `${PLACE}&jurisdiction_id=1`, 404, "no jurisdiction"],
    ["too long a text", `${PLACE}&description=${"a".repeat(2001)}`, 400, "description"],
    ["too long a form", `${PLACE}&description=${"a".repeat(70_000)}`, 413, "PAYLOAD_TOO_LARGE"],
  ])("with %s is refused", async (_what, rest, status, text) => {
    const { post, doubles } = await open311();
    const answer = await post(form(rest));
    expect(answer).toMatchObject({ status, body: [{ code: status }] });
    expect(JSON.stringify(answer.body)).toContain(text);
    expect(doubles.asked).toEqual([]);
  });

  test("of an unknown service is not found", async () => {
    const { post } = await open311();
    const body = form(PLACE).replace("c-0101", "0101");
    expect(await post(body)).toMatchObject({ status: 404, body: [{ code: 404 }] });
  });

  test("does not get back what it said of a person", async () => {
    const { post } = await open311();
    const long = "x".repeat(2001);
    const wrong = [
      "phone=callme-77-xxx",
      "email=xxx.one",
      "media_url=xxx",
      ...[
        "first_name",
        "last_name",
        "description",
        "address_string",
        "device_id",
        "account_id",
      ].map((name) => `${name}=${long}`),
    ];
    for (const field of wrong) {
      const { status, body } = await post(form(`${PLACE}&${field}`));
      expect([field, status]).toEqual([field, 400]);
      expect(JSON.stringify(body)).not.toContain("xxx");
    }
  });

  test("of whatever bytes is refused and harms nothing", async () => {
    const { call, doubles } = await open311();
    const url = keyed(`${V2}/requests.json`);
    const names = ["service_code", "lat", "long", "__proto__", "constructor", "api_key", "phone"];
    const field = fc.tuple(fc.constantFrom(...names), fc.string({ unit: "binary" }));
    const fields = fc
      .array(field, { maxLength: 6 })
      .map((all) => Buffer.from(all.map((each) => each.join("=")).join("&")));
    const bytes = fc.uint8Array({ maxLength: 64 }).map((some) => Buffer.from(some));
    const check = async (body: Buffer) => {
      const answer = await call("POST", url, { as: "", body, type: FORM });
      expect([400, 403, 404]).toContain(answer.status);
      expect(answer.body).toMatchObject([{ code: answer.status }]);
    };
    await fc.assert(fc.asyncProperty(fc.oneof(fields, bytes), check), { numRuns: 200 });
    expect(doubles.asked).toEqual([]);
  });

  test("as JSON is refused with what is wanted", async () => {
    const { post } = await open311();
    const body = JSON.stringify({ service_code: "c-0101", lat: 31.8, long: 115.41 });
    expect(await post(body, undefined, "application/json")).toMatchObject({
      status: 400,
      body: [{ code: 400, description: expect.stringContaining(FORM) }],
    });
  });
});

describe("a request", () => {
  const told = Case.parse({
    ...SAMPLE_CASE,
    description: "secret 1",
    address: "secret 2",
    assetId: "cover-1",
    unitId: "works",
    crewId: "secret-3",
    stageSince: NOW + 1_000,
    outcome: "secret 4",
  });
  const shown = async (theCase: Case) => {
    const { get } = await open311(({ deps }) => {
      const { get: find } = deps.cases;
      deps.cases.get = async (caseNo) => {
        const found = await find(caseNo);
        return found && { ...found, case: theCase };
      };
    });
    const { body } = await get(keyed(`requests/${SAMPLE_CASE.caseNo}.json`));
    return (body as unknown as Record<string, unknown>[])[0] ?? {};
  };

  test("has the specification's fields, with the stage and nothing that somebody wrote", async () => {
    const request = await shown(told);
    expect(request).toEqual({
      service_request_id: SAMPLE_CASE.caseNo,
      status: "open",
      status_notes: "已派遣 (dispatched)",
      service_name: expect.any(String),
      service_code: "c-0101",
      description: expect.any(String),
      agency_responsible: "Works",
      service_notice: null,
      requested_datetime: "2026-11-22T08:30:00.000+08:00",
      updated_datetime: "2026-11-22T08:30:01.000+08:00",
      expected_datetime: "2026-11-22T10:30:00.000+08:00",
      address: null,
      address_id: "4115240101000001",
      zipcode: null,
      lat: 31.8,
      long: 115.41,
      media_url: null,
    });
    expect(JSON.stringify(request)).not.toContain("secret");
  });

  test.each(CaseState.options)("at %s is open, or closed for good", async (state) => {
    const request = await shown({ ...told, state });
    expect(request.status).toBe(TERMINAL_STATES.has(state) ? "closed" : "open");
    expect(request.status_notes).toMatch(/^\p{Script=Han}+ \([a-z ]+\)$/u);
  });

  test("that was joined to another says to which", async () => {
    const into = Case.shape.caseNo.parse("4115242026112200002");
    const { status_notes: notes } = await shown({ ...told, state: "VOIDED", mergedInto: into });
    expect(notes).toBe(`已作废 (voided): 并入 (joined to) ${into}`);
  });

  test("before dispatch has neither agency nor time", async () => {
    const { unitId: _, deadline: __, assetId: ___, ...early } = told;
    expect(await shown({ ...early, state: "REPORTED", categoryCode: "9999" })).toMatchObject({
      agency_responsible: null,
      expected_datetime: null,
      address_id: null,
      service_code: "c-9999",
      service_name: "c-9999",
    });
  });

  test("is its own token; what is not there is not found", async () => {
    const { get } = await open311();
    const { caseNo } = SAMPLE_CASE;
    expect((await get(keyed(`tokens/${caseNo}.json`))).body).toEqual([
      { service_request_id: caseNo, token: caseNo },
    ]);
    for (const path of ["tokens/1.json", "requests/1.json", "nothing.json"]) {
      expect(await get(keyed(path)), path).toMatchObject({ status: 404, body: [{ code: 404 }] });
    }
    for (const path of ["services.xml", "requests.xml", `requests/${caseNo}.xml`]) {
      expect(await get(path), path).toMatchObject({
        status: 404,
        body: [{ code: 404, description: expect.stringContaining("JSON only") }],
      });
    }
  });
});

describe("a list", () => {
  const other = Case.parse({ ...SAMPLE_CASE, caseNo: "4115242026112200002", kind: "event" });
  /** Answers two pages of two cases; says what was asked. */
  async function listed(path: string) {
    const asked: Record<string, unknown>[] = [];
    const { get } = await open311(({ deps }) => {
      deps.cases.list = async (request) => {
        asked.push({ ...request });
        const next = request.cursor === undefined ? { next: "2" } : {};
        return { items: [SAMPLE_CASE, other], ...next };
      };
    });
    return { ...(await get(keyed(`requests.json${path}`))), asked };
  }

  test("is of the last 90 days where nothing is said", async () => {
    const { status, asked, body } = await listed("");
    expect(status).toBe(200);
    expect(body).toHaveLength(4);
    expect(asked[0]).toMatchObject({ from: NOW - 90 * DAY_MS, to: NOW + 1, limit: 1_000 });
  });

  test("one end gives the other, and both are inclusive", async () => {
    const start = await listed("?start_date=2026-11-01T00:00:00%2B08:00&status=open");
    const from = Date.parse("2026-11-01T00:00:00+08:00");
    expect(start.asked[0]).toMatchObject({ from, to: from + 90 * DAY_MS + 1, status: "open" });
    const end = await listed("?end_date=2026-11-01T00:00:00+08:00&status=open,closed");
    expect(end.asked[0]).toMatchObject({ from: from - 90 * DAY_MS, to: from + 1 });
    expect(end.asked[0]?.status).toBeUndefined();
  });

  test.each([
    ["?start_date=2026-01-01T00:00:00Z&end_date=2026-04-02T00:00:00Z", "91.0 days"],
    ["?start_date=2026-02-01T00:00:00Z&end_date=2026-01-01T00:00:00Z", "before the start"],
    ["?start_date=yesterday", "start_date"],
    ["?status=done", "status"],
    ["?page=2", "page"],
    [`?service_request_id=${Array.from({ length: 51 }, (_, n) => n).join(",")}`, "51"],
  ])("%s is refused", async (path, text) => {
    const { status, body, asked } = await listed(path);
    expect([status, asked]).toEqual([400, []]);
    expect(body).toMatchObject([{ code: 400 }]);
    if (!path.includes("request_id")) expect(JSON.stringify(body)).toContain(text);
  });

  test("by services reads on until it has them", async () => {
    const { body } = await listed("?service_code=c-0101");
    expect(body).toMatchObject([{ service_code: "c-0101" }, { service_code: "c-0101" }]);
    expect((await listed("?service_code=c-0101,e-1")).status).toBe(404);
  });

  test("by numbers has those that are there, and asks for nothing else", async () => {
    const { caseNo } = SAMPLE_CASE;
    const { body, asked } = await listed(`?service_request_id=${caseNo},1&status=closed`);
    expect(body).toMatchObject([{ service_request_id: caseNo, status: "open" }]);
    expect(asked).toEqual([]);
  });

  test("is 1,000 long at most, and says when it would look through too many", async () => {
    const answers = async (code: string, kind: Case["kind"]) => {
      let pages = 0;
      const { get } = await open311(({ deps }) => {
        deps.cases.list = async () => {
          pages += 1;
          return { items: Array(700).fill({ ...SAMPLE_CASE, kind }), next: "more" };
        };
      });
      return { ...(await get(keyed(`requests.json?service_code=${code}`))), pages: () => pages };
    };
    const full = await answers("c-0101", "component");
    expect([full.body.length, full.pages()]).toEqual([LIMITS.open311RequestsMax, 2]);
    const none = await answers("c-0101", "event");
    expect(none).toMatchObject({ status: 400, body: [{ code: 400 }] });
    expect(JSON.stringify(none.body)).toContain("shorter span");
    expect(none.pages()).toBe(Math.ceil(LIMITS.open311CasesReadMax / 700));
  });
});
