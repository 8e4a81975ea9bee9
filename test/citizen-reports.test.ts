/**
 * Citizens who report without signing in, over the running platform: a photo loses what its file says,
 * a report stands as every other, its reporter follows and is asked by his own link, and nothing
 * private is in any public answer. Layers show what the city has marked and no more.
 */
import fc from "fast-check";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EXIF_AT_COVER, jpeg } from "../files/doubles/pictures.ts";
import { ADMIN_PASSWORD, type Api, startPlatform, type TestPlatform } from "./support/platform.ts";

interface CaseShown {
  caseNo: string;
  state: string;
  source: string;
  assetId?: string;
  categoryCode: string;
  reports?: { publicNo?: string; reporter?: { phone?: string } }[];
  files: { fileId: string; exif?: object; uploadedBy: string }[];
  history: { event: string; actor: string; outcome?: string }[];
}
interface Taken {
  publicNo: string;
  state: string;
  link: string;
  code?: string;
  message?: string;
}

const PLATE = "4115240102000001";
const SAID = {
  description: "盖子没了，王小明看见的",
  address: "人民路 7 号",
  phone: "13800138000",
};
/** What no public answer has, whoever asks for what. */
const SECRETS = [...Object.values(SAID), "王小明", "secret-word", "井盖 1", "cover-1", "because"];

let running: TestPlatform;
let api: Api;
let token = "";
let senderKey = "";

beforeAll(async () => {
  running = await startPlatform();
  api = running.api;
  const login = { username: "admin", password: ADMIN_PASSWORD };
  token = (await api.post<{ token: string }>("/api/v1/login", login)).body.token;
  const sender = { serviceId: "sms", publish: [], subscribe: ["questions/outbox"] };
  senderKey = (await api.post<{ key: string }>("/api/v1/services", sender)).body.key;
  await api.post("/api/v1/units", { unitId: "drains", name: "排水所", kind: "department" });
  await api.post("/api/v1/units", { unitId: "411524001", name: "城关街道", kind: "street" });
  const place = { lon: 115.41, lat: 31.8, gridCell: "41152400100101" };
  const cover = { assetId: "cover-1", class: "manhole-cover", componentCode: PLATE };
  await asset({ ...cover, name: "井盖 1", ...place, attributes: { keeper: "secret-word" } });
  const toilet = { public: true, layer: "toilets", hours: "24/7", keeper: "secret-word" };
  await asset({ ...place, assetId: "wc-1", name: "东门公厕", ...coded(2), attributes: toilet });
  const shut = { layer: "toilets", hours: "24/7" };
  await asset({ ...place, assetId: "wc-2", name: "内部厕所", ...coded(3), attributes: shut });
});
afterAll(() => running.stop());

const coded = (n: number) => ({ componentCode: `411524019900000${n}` });
async function asset(body: object): Promise<void> {
  expect((await api.post("/api/v1/assets", body)).status).toBe(201);
}

const url = (path: string): string => `http://127.0.0.1:${running.ports.http}/api/v1/${path}`;
/** By the administrator, else as the header says. */
const call = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url(path), { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });

async function open(path: string, body?: unknown, key?: string) {
  const response = await fetch(url(`public/${path}`), {
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(key !== undefined && { "idempotency-key": key }),
    },
  });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) as Taken };
}
const base64 = async (seed: number): Promise<string> =>
  Buffer.from(await jpeg(seed, { exif: EXIF_AT_COVER })).toString("base64");
async function caseOf(publicNo: string): Promise<CaseShown> {
  const { body } = await api.get<{ items: { caseNo: string }[] }>("/api/v1/cases?limit=100");
  for (const { caseNo } of body.items) {
    const found = (await api.get<CaseShown>(`/api/v1/cases/${caseNo}`)).body;
    if (found.reports?.some((each) => each.publicNo === publicNo) === true) return found;
  }
  throw new Error(`no case has the report ${publicNo}`);
}
async function close(caseNo: string, from: string): Promise<void> {
  const whole = ["confirm", "start", "feedback", "checkPass", "close"];
  for (const event of from === "REPORTED" ? whole : ["checkPass", "close"]) {
    const said = { event, note: "done", reason: "because" };
    const { status, body } = await api.post(`/api/v1/cases/${caseNo}/transitions`, said);
    expect([event, status, body]).toMatchObject([event, 200, {}]);
  }
}

test("a report with a photo is a case at REPORTED; sent again by a bad network it is one", async () => {
  const report = { ...SAID, assetCode: PLATE, photos: [await base64(1)] };
  const [first, again] = [
    await open("reports", report, "k".repeat(16)),
    await open("reports", report, "k".repeat(16)),
  ];
  expect(first.status).toBe(201);
  expect(again.body).toEqual(first.body);
  expect(Object.keys(first.body).sort()).toEqual(["link", "publicNo", "state"]);
  const found = await caseOf(first.body.publicNo);
  expect(found).toMatchObject({ state: "REPORTED", source: "citizen", assetId: "cover-1" });
  expect(found.categoryCode).toBe("0102");
  expect(found.reports).toMatchObject([{ reporter: { phone: SAID.phone } }]);
  expect(found.files).toMatchObject([{ uploadedBy: "the reporter" }]);
  expect(found.files[0]?.exif).toBeUndefined();
  const bytes = await (await call(`files/${found.files[0]?.fileId}`)).arrayBuffer();
  const { exif, width, format } = await sharp(Buffer.from(bytes)).metadata();
  expect({ exif, width, format }).toEqual({ exif: undefined, width: 320, format: "jpeg" });
});

test("under a condition that is open already the report joins it", async () => {
  const report = { conditionId: "cover-broken", assetCode: PLATE };
  expect((await open("reports", report)).body.state).toBe("received");
  const { body } = await open("reports", report);
  expect(body.state).toBe("joined");
  expect((await caseOf(body.publicNo)).reports).toHaveLength(2);
});

test.each<[string, object, number, string]>([
  ["in the sea", { description: "x", lon: 120, lat: 20 }, 422, "PLACE_OUTSIDE"],
  ["nowhere", { description: "x" }, 400, "REQUEST_INVALID"],
  ["at an address of none", { description: "x", address: "Elm St" }, 400, "REQUEST_INVALID"],
  ["of a plate of none", { description: "x", assetCode: "1" }, 404, "ASSET_NOT_FOUND"],
  [
    "with a document",
    { description: "x", assetCode: PLATE, photos: [Buffer.from("%PDF-1.4").toString("base64")] },
    415,
    "FILE_TYPE_REFUSED",
  ],
  [
    "with half a photo",
    { description: "x", assetCode: PLATE, photos: ["/9j/4AAQSkZJRgABAQAAAQABAAD"] },
    422,
    "FILE_DAMAGED",
  ],
])("a report %s is refused in words and leaves no case", async (_, body, status, code) => {
  const before = await api.get<{ items: unknown[] }>("/api/v1/cases?limit=100");
  const refused = await open("reports", body);
  expect([refused.status, refused.body.code]).toEqual([status, code]);
  const after = await api.get<{ items: unknown[] }>("/api/v1/cases?limit=100");
  expect(after.body.items).toHaveLength(before.body.items.length);
});

test("its reporter follows by his link without a telephone number, and not solved reopens it once", async () => {
  const { body } = await open("reports", { description: "盖子响", assetCode: PLATE });
  const { publicNo, link } = body;
  const told = async () => (await open(`reports/${publicNo}?t=${link}`)).body;
  expect(await told()).toMatchObject({ standing: "underWay" });
  expect(await told()).not.toHaveProperty("question");
  const answer = { token: link, solved: "no", satisfied: 1 };
  expect((await open(`reports/${publicNo}/answer`, answer)).status).toBe(404);
  const { caseNo } = await caseOf(publicNo);
  await close(caseNo, "REPORTED");
  expect(await told()).toMatchObject({ standing: "closed", question: { state: "asked" } });
  expect((await open(`reports/${publicNo}`)).body).not.toHaveProperty("question");
  expect((await open(`reports/${publicNo}?t=${link.slice(1)}A`)).status).toBe(404);
  expect((await open(`reports/${publicNo}/answer`, answer)).body).toEqual({ state: "answered" });
  const again = await caseOf(publicNo);
  expect(again.state).toBe("CHECKING");
  expect(again.history.map(({ event, actor }) => [event, actor])).toContainEqual([
    "reopen",
    "the reporter",
  ]);
  expect((await open(`reports/${publicNo}/answer`, answer)).body.code).toBe("QUESTION_CLOSED");
  await close(caseNo, "CHECKING");
  // The same link asks after the next close, too.
  expect(await told()).toMatchObject({ question: { state: "asked" } });
});

test("nobody is written to about a report that only its page can answer", async () => {
  const { body } = await api.get<{ items: { way: string }[] }>("/api/v1/questions?state=asked");
  expect(body.items).toContainEqual(expect.objectContaining({ way: "page" }));
  const basic = `Basic ${Buffer.from(`sms:${senderKey}`).toString("base64")}`;
  const sent = await call("questions/outbox", { headers: { authorization: basic } });
  expect(await sent.json()).toMatchObject({ items: [] });
});

test("a layer has what is marked; what the mark is taken from is gone", async () => {
  expect((await open("layers")).body).toEqual({ items: [{ layer: "toilets", count: 1 }] });
  expect((await open("layers/toilets.geojson")).body).toEqual({
    type: "FeatureCollection",
    features: [
      {
        type: "Feature",
        geometry: { type: "Point", coordinates: [115.41, 31.8] },
        properties: { name: "东门公厕", hours: "24/7" },
      },
    ],
  });
  const change = async (attributes: object): Promise<void> => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ attributes });
    expect((await call("assets/wc-1", { method: "PATCH", headers, body })).status).toBe(200);
  };
  await change({ public: false, layer: "toilets" });
  expect((await open("layers")).body).toEqual({ items: [] });
  expect((await open("layers/toilets.geojson")).status).toBe(404);
  await change({ public: true, layer: "toilets", keeper: "secret-word" });
  expect((await open("layers")).body).toEqual({ items: [{ layer: "toilets", count: 1 }] });
});

test("no public answer says anything private, whatever is asked", async () => {
  const { publicNo, link } = (await open("reports", { ...SAID, assetCode: PLATE })).body;
  const { caseNo } = await caseOf(publicNo);
  const words = [
    publicNo,
    PLATE,
    caseNo,
    link,
    "cover-1",
    "toilets",
    "%",
    "'",
    "..",
    "13800138000",
  ];
  const asked = fc.record({
    call: fc.constantFrom("reports/", "components/", "layers/"),
    word: fc.constantFrom(...words),
    more: fc.constantFrom("", ".geojson", `?t=${link}`, "?t=x", "?fields=all", "/answer"),
  });
  await fc.assert(
    fc.asyncProperty(asked, async ({ call, word, more }) => {
      const { text } = await open(`${call}${encodeURIComponent(word)}${more}`);
      const told = SECRETS.filter((secret) => secret !== word && text.includes(secret));
      expect([call, word, more, told]).toEqual([call, word, more, []]);
      expect(text).not.toContain(caseNo === word ? "\u0000" : caseNo);
    }),
    { numRuns: 100, seed: 7 },
  );
  for (const path of ["categories", "layers", "layers/toilets.geojson", `components/${PLATE}`]) {
    const { text } = await open(path);
    expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([]);
  }
  expect((await open(`components/${PLATE}`)).body).toEqual({
    code: PLATE,
    title: expect.objectContaining({ zh: expect.any(String) }),
    street: "城关街道",
  });
});
