/** The renewal list of a running platform: the same fault reported, filed and ended again and again. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { foundCity } from "./support/city.ts";
import { signIn, startPlatform, type TestPlatform } from "./support/platform.ts";

const PATH = "/api/v1/evaluation/renewals";
let rig: TestPlatform;
const filed: string[] = [];

interface Answer {
  asOf: string;
  verified: boolean;
  items: Record<string, unknown>[];
  message: string;
  code: string;
}
const asked = (query = "", api = rig.api) => api.get<Answer>(`${PATH}${query}`);

async function transition(caseNo: string, event: string, more: object = {}) {
  const url = `/api/v1/cases/${caseNo}/transitions`;
  const { status, body } = await rig.api.post(url, { event, ...more });
  expect([event, status, body]).toEqual([event, 200, expect.anything()]);
}

async function report(): Promise<string> {
  const said = { assetId: "asset-of-lid", conditionId: "cover-broken", source: "patrol" };
  const { status, body } = await rig.api.post<{ caseNo: string }>("/api/v1/cases", {
    ...said,
    description: "broken",
  });
  expect(status).toBe(201);
  return body.caseNo;
}

/** Ended by force, so that the next report is of a new case. */
async function fileAndEnd(): Promise<void> {
  const caseNo = await report();
  await transition(caseNo, "confirm", { unitId: "works" });
  await transition(caseNo, "forceClose", { reason: "made new for a test" });
  filed.unshift(caseNo);
}

beforeAll(async () => {
  rig = await startPlatform();
  const city = await foundCity(rig.api);
  await city.addDevice("manhole-cover", "lid");
  await fileAndEnd();
  await fileAndEnd();
});
afterAll(() => rig.stop());

test("an asset is on the list from the third case of a fault that is filed", async () => {
  const voided = await report();
  await transition(voided, "void", { reason: "nothing there" });
  const refused = await report();
  await transition(refused, "accept");
  await transition(refused, "refuse", { reason: "small" });
  expect((await asked()).body).toEqual({ asOf: expect.any(String), verified: true, items: [] });
  await fileAndEnd();
  const { status, body } = await asked();
  expect(status).toBe(200);
  expect(body.items).toEqual([
    {
      assetId: "asset-of-lid",
      class: "manhole-cover",
      name: "asset of lid",
      conditionId: "cover-broken",
      title: expect.objectContaining({ en: expect.stringContaining("broken") }),
      unitId: "works",
      count: 3,
      firstAt: expect.stringContaining("+08:00"),
      lastAt: expect.stringContaining("+08:00"),
      caseNos: filed,
    },
  ]);
  const before = Date.parse(String(body.items[0]?.lastAt)) - 1;
  expect((await asked(`?to=${before}`)).body.items).toEqual([]);
});

test("it is that of one unit where one is asked for, and a unit sees its own", async () => {
  const unit = { name: "Water", kind: "department", unitId: "water" };
  expect((await rig.api.post("/api/v1/units", unit)).status).toBe(201);
  const password = "of-a-unit-1";
  for (const unitId of ["works", "water"]) {
    const user = { username: `of-${unitId}`, password, roles: ["unit"], unitId };
    expect((await rig.api.post("/api/v1/users", user)).status).toBe(201);
  }
  const own = await signIn(rig.ports.http, "of-works", password);
  const foreign = await signIn(rig.ports.http, "of-water", password);
  const shown = async (query: string, api = rig.api) => (await asked(query, api)).body.items.length;
  expect(await shown("?unitId=works")).toBe(1);
  expect(await shown("?unitId=water")).toBe(0);
  expect([await shown("", own), await shown("?unitId=water", own)]).toEqual([1, 0]);
  expect([await shown("", foreign), await shown("?unitId=works", foreign)]).toEqual([0, 0]);
});

test.each([
  ["?to=yesterday", 400, "REQUEST_INVALID", "'to'"],
  ["?unitId=work", 404, "UNIT_NOT_FOUND", "did you mean 'works'"],
  ["?limit=0", 400, "REQUEST_INVALID", "'limit'"],
  ["?cursor=page-2", 400, "REQUEST_INVALID", "none of this list"],
  ["?cursor=1-4115242026010100001", 400, "REQUEST_INVALID", "none of this list"],
  ["?days=30", 400, "REQUEST_INVALID", "'days'"],
])("%s is refused by name", async (query, status, code, text) => {
  const answer = await asked(query);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.body.message).toContain(text);
});
