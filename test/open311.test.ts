/**
 * Open311 over the running platform: from a service's key to a report and its stage, and that
 * nothing a reporter, or whoever works on a case, wrote is in any answer.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, startPlatform, type TestPlatform } from "./support/platform.ts";

interface Shown {
  service_request_id: string;
  status: string;
  status_notes: string;
  service_code: string;
  agency_responsible: string | null;
  expected_datetime: string | null;
  address_id: string | null;
  lat: number;
  service_notice: string | null;
}
interface CaseShown {
  state: string;
  source: string;
  kind: string;
  categoryCode: string;
  conditionId: string;
  address?: string;
  reportCount: number;
  reports: { reporter?: object; snapshotUrl?: string }[];
  history: { event: string; actor: string; role: string; note?: string }[];
  lon: number;
}

let running: TestPlatform;
let api: Api;
let apiKey = "";

beforeAll(async () => {
  running = await startPlatform();
  api = running.api;
  await api.post("/api/v1/units", { unitId: "drains", name: "排水所", kind: "department" });
  await api.post("/api/v1/assets", {
    assetId: "cover-1",
    class: "manhole-cover",
    componentCode: "4115240102000001",
    name: "井盖 1",
    lon: 115.41,
    lat: 31.8,
    maintenanceUnitId: "drains",
  });
  const places =
    "placeId,kind,name,lon,lat\nroad-1,road,北环路,115.48,31.88\nroad-2,road,建设路,115.47,31.87\n";
  await api.put("/api/v1/places/import", places, "text/csv");
  const topics = ["open311/requests"];
  const service = { serviceId: "city-app", publish: topics, subscribe: topics };
  const { body } = await api.post<{ key: string }>("/api/v1/services", service);
  apiKey = `city-app:${body.key}`;
});
afterAll(() => running.stop());

const urlOf = (path: string): string => `http://127.0.0.1:${running.ports.http}/open311/v2/${path}`;

async function answered(response: Response) {
  const text = await response.text();
  const body = JSON.parse(text) as Shown[] & { code: number; description: string }[];
  return { status: response.status, text, body };
}

async function get(path: string, query: Record<string, string> = {}) {
  const asked = new URLSearchParams({ api_key: apiKey, ...query });
  return await answered(await fetch(`${urlOf(path)}?${asked}`));
}

async function post(fields: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams({ api_key: apiKey, ...fields });
  return await answered(await fetch(urlOf("requests.json"), { method: "POST", body, headers }));
}

const numberOf = ({ body }: { body: Shown[] }): string => body[0]?.service_request_id ?? "none";
const caseOf = async (caseNo: string): Promise<CaseShown> =>
  (await api.get<CaseShown>(`/api/v1/cases/${caseNo}`)).body;

test("a report becomes a citizen's case, once, and its number tells the stage until it is refused", async () => {
  const fields = {
    service_code: "c-0102",
    address_id: "4115240102000001",
    description: "井盖响",
    last_name: "王",
    first_name: "小明",
    phone: "13800138000",
    email: "w@example.com",
    media_url: "https://p.example/1.jpg",
  };
  const made = await post(fields, { "idempotency-key": "r-1" });
  expect(made).toMatchObject({ status: 201, body: [{ service_notice: null, account_id: null }] });
  const caseNo = numberOf(made);
  expect(await post(fields, { "idempotency-key": "r-1" })).toEqual(made);
  expect(await post({ ...fields, phone: "1" }, { "idempotency-key": "r-1" })).toMatchObject({
    status: 400,
  });
  const found = await caseOf(caseNo);
  expect(found).toMatchObject({
    state: "REPORTED",
    source: "citizen",
    kind: "component",
    categoryCode: "0102",
    conditionId: "general-component",
    reportCount: 1,
    reports: [
      {
        reporter: { name: "王小明", phone: "13800138000", email: "w@example.com" },
        snapshotUrl: "https://p.example/1.jpg",
      },
    ],
    history: [{ event: "report", actor: "city-app", role: "acceptor" }],
  });
  const request = `requests/${caseNo}.json`;
  expect((await get(request)).body).toMatchObject([
    { status: "open", status_notes: "待确认 (reported)", address_id: "4115240102000001" },
  ]);
  await api.post(`/api/v1/cases/${caseNo}/transitions`, { event: "confirm" });
  const [dispatched] = (await get(request)).body;
  expect(dispatched).toMatchObject({
    status: "open",
    status_notes: "已派遣 (dispatched)",
    agency_responsible: "排水所",
    expected_datetime: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\+08:00$/),
  });
  const second = numberOf(await post({ service_code: "e-0505", lat: "31.9", long: "115.5" }));
  const why = { event: "reject", reason: "the caller, 李四, is mistaken" };
  await api.post(`/api/v1/cases/${second}/transitions`, why);
  expect((await get("requests.json", { status: "closed" })).body).toMatchObject([
    { service_request_id: second, status: "closed", status_notes: "不予受理 (not accepted)" },
  ]);
});

test("what is near is told and never merged", async () => {
  const place = { service_code: "e-0505", lat: "31.7", long: "115.3" };
  const first = numberOf(await post(place));
  const { body } = await post(place);
  expect(body[0]?.service_notice).toContain(first);
  expect(body[0]?.service_request_id).not.toBe(first);
  expect(await caseOf(first)).toMatchObject({ state: "REPORTED", reportCount: 1 });
  const listed = await get("requests.json", { service_code: "e-0505", status: "open" });
  expect(listed.body.map((each) => each.service_request_id).sort()).toEqual(
    [first, numberOf({ body })].sort(),
  );
});

test("an address alone is a place where it names one, and is not told back", async () => {
  const made = await post({ service_code: "e-0503", address_string: "城西北环路加油站旁" });
  expect(made.status).toBe(201);
  const found = await caseOf(numberOf(made));
  expect(found).toMatchObject({ lon: 115.48, address: "城西北环路加油站旁" });
  expect(found.history[0]?.note).toContain("北环路");
  const nowhere = await post({ service_code: "e-0503", address_string: "王小明家门口" });
  expect(nowhere).toMatchObject({ status: 400, body: [{ code: 400 }] });
  expect(nowhere.text).not.toContain("王小明");
  const crossing = await post({ service_code: "e-0503", address_string: "北环路与建设路口" });
  expect(crossing).toMatchObject({ status: 400 });
  expect(crossing.text).toContain("several places");
  for (const fields of [{}, { address_id: "4115240102000099" }]) {
    expect((await post({ service_code: "e-0503", ...fields })).status).toBe(400);
  }
});

test("every service of the list can be reported, and is defined", async () => {
  const { body } = await answered(await fetch(urlOf("services.json")));
  expect(body.length).toBeGreaterThan(20);
  const codes = body.map((each) => each.service_code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) {
    expect(code).toMatch(/^[ce]-\d{4}$/);
    expect((await answered(await fetch(urlOf(`services/${code}.json`)))).status).toBe(200);
  }
});

test("nothing that a reporter said is in any answer", async () => {
  const word = fc.stringMatching(/^[A-Z]{3}[a-z]{4,9}$/);
  const han = fc.string({ unit: fc.constantFrom(..."赵钱孙赢郑冯褚蒋沈韩"), minLength: 3 });
  const text = fc.oneof(word, han).map((said) => `${said}§`);
  const reports = fc.record({
    first_name: text,
    last_name: text,
    phone: fc.stringMatching(/^1[3-9]\d{9}$/),
    email: word.map((name) => `${name}@mail.example`),
    description: text,
    address_string: text,
    media_url: word.map((name) => `https://${name}.example/p.jpg`),
    device_id: text,
    account_id: text,
    service_code: fc.constantFrom("c-0102", "e-0505", "e-0503"),
    lat: fc.constantFrom("32.1", "32.2"),
    isPhoneWrong: fc.boolean(),
    closes: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(reports, async ({ isPhoneWrong, closes, ...said }) => {
      const fields = { ...said, long: "115.1", ...(isPhoneWrong && { phone: `${said.phone}x` }) };
      const made = await post(fields);
      expect(made.status).toBe(isPhoneWrong ? 400 : 201);
      const caseNo = numberOf(made);
      const reason = `${said.first_name} ${said.phone}`;
      if (closes)
        await api.post(`/api/v1/cases/${caseNo}/transitions`, { event: "reject", reason });
      const answers = [
        made,
        await get(`requests/${caseNo}.json`),
        await get("requests.json"),
        await get("requests.json", { service_request_id: caseNo }),
        await get(`tokens/${caseNo}.json`),
      ];
      const all = answers.map((each) => each.text).join("\n");
      const { service_code: _, lat: __, ...secret } = said;
      for (const each of Object.values(secret)) expect(all).not.toContain(each);
    }),
    { numRuns: 40 },
  );
}, 120_000);

test("a drill is nobody's request: not in the list, not by its number, not by its token", async () => {
  const asked = { assetId: "cover-1", conditionId: "cover-displaced", description: "night drill" };
  const { body } = await api.post<{ caseNo: string }>("/api/v1/drills", asked);
  const { status } = await get(`requests/${body.caseNo}.json`);
  expect(status).toBe(404);
  expect((await get(`tokens/${body.caseNo}.json`)).status).toBe(404);
  const byNumber = await get("requests.json", { service_request_id: body.caseNo });
  expect(byNumber.body).toEqual([]);
  const listed = await get("requests.json");
  expect(listed.body.map((each) => each.service_request_id)).not.toContain(body.caseNo);
});

test("a key that is guessed at waits, whatever is tried then", async () => {
  const statuses: number[] = [];
  for (let n = 0; n < 11; n += 1) {
    const response = await fetch(`${urlOf("requests.json")}?api_key=city-app:guess-${n}`);
    statuses.push(response.status);
  }
  expect(statuses).toEqual([...Array(10).fill(403), 429]);
});
