/**
 * A city's own score model at the running platform: weights of sources, strikes, a survey's marks and a bonus; the API
 * and the command over the history alone give the same, and what was tampered with is named.
 */
import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runEvaluation } from "../app/evaluation-command.ts";
import { allMigrations } from "../app/migrations.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { foundCity } from "./support/city.ts";
import { createTestDatabase, placeOf } from "./support/city-database.ts";
import { type Api, signIn, startPlatform, type TestPlatform } from "./support/platform.ts";

let rig: TestPlatform;
let api: Api;
let isStopped = false;

interface Item {
  subjectId: string;
  basePoints: number;
  score: number;
  extras: object[];
  marks: object;
  deductions: object[];
}
interface Answer {
  verified: boolean;
  modelVersion: number;
  asOf: string;
  items: Item[];
  fault?: { caseNo?: string };
}

const MODEL = {
  title: { zh: "一百三十分制", en: "130 points" },
  terms: [
    { kind: "share", rate: "handleRate", points: 60 },
    { kind: "share", rate: "onTimeHandleRate", points: 40 },
    { kind: "mark", markId: "survey", points: 30, outOf: 100 },
  ],
  strikes: [
    {
      ...{ deductionId: "reworks", mark: "rework", source: "a test" },
      title: { zh: "返工", en: "reworks" },
      ladder: [
        { from: 1, points: 1 },
        { from: 2, points: 3 },
      ],
    },
  ],
  items: { bonusMax: 5, deductionMax: 20 },
  settleDays: 10,
  source: "a test",
};

beforeAll(async () => {
  rig = await startPlatform({ GRIDWARDEN_CLOCK: "2026-11-23T09:00:00+08:00,1" });
  ({ api } = rig);
  const city = await foundCity(api);
  await city.addDevice("manhole-cover", "lid-1");
  await worked(2);
});
afterAll(async () => {
  if (!isStopped) await rig.stop("keep");
  rmSync(rig.directory, { recursive: true, force: true });
});

/** A case of the unit's that came back from its check so often. */
async function worked(reworks: number): Promise<void> {
  const report = { assetId: "asset-of-lid-1", conditionId: "cover-broken", source: "patrol" };
  const { caseNo } = (await api.post<{ caseNo: string }>("/api/v1/cases", report)).body;
  const say = async (event: string, more: object = {}) => {
    const { status, body } = await api.post(`/api/v1/cases/${caseNo}/transitions`, {
      ...{ event, note: "done", reason: "because" },
      ...more,
    });
    if (status !== 200) throw new Error(JSON.stringify(body));
  };
  await say("confirm");
  await say("start");
  for (let n = 0; n < reworks; n += 1) {
    await say("feedback");
    await say("rework");
  }
  await say("feedback");
}

const PATH = "/api/v1/evaluation?period=2026-11&subject=unit&model=";
const works = ({ items }: Answer): Item | undefined =>
  items.find(({ subjectId }) => subjectId === "works");
const item = (more: object) => ({
  ...{ period: "2026-11", subject: "unit", subjectId: "works", reason: "as it is" },
  ...more,
});

async function recomputed(asOf: string): Promise<Answer> {
  const said: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  const settings = { ...placeOf(rig.directory), timeZone: "Asia/Shanghai", areaCode: "411524" };
  await runEvaluation(
    ["recompute", "--period", "2026-11", "--model", "city", "--as-of", asOf],
    () => settings,
  );
  vi.restoreAllMocks();
  return JSON.parse(said.join("")) as Answer;
}

test("a model that nobody has put is refused with the nearest name", async () => {
  const { status, body } = await api.get<{ message: string }>(`${PATH}BB`);
  expect([status, body.message]).toEqual([
    400,
    "field 'model': no score model is called 'BB'; there are A, B; did you mean 'B'?",
  ]);
});

test.each([
  ["unit", "workz", "no unit has the id 'workz'"],
  ["crew", "crew-9", "no crew has the id 'crew-9'"],
])("an item of a %s that is not there is refused by name", async (subject, subjectId, text) => {
  const item = { kind: "deduction", period: "2026-11", subject, subjectId, points: 5 };
  const { status, body } = await api.post<{ message: string }>("/api/v1/evaluation/items", {
    items: [{ ...item, reason: "as it is" }],
  });
  expect([status, body.message]).toEqual([404, text]);
});

test("faults of a model are told, and nothing is changed", async () => {
  const wrong = { ...MODEL, terms: [{ kind: "share", rate: "handelRate", points: 1 }] };
  const { status, body } = await api.replace<{ message: string }>(
    "/api/v1/evaluation/models/city",
    wrong,
  );
  expect([status, body.message]).toEqual([400, expect.stringContaining("terms.0.rate")]);
  const { body: list } = await api.get<{ items: { modelId: string }[] }>(
    "/api/v1/evaluation/models",
  );
  expect(list.items.map(({ modelId }) => modelId)).toEqual(["A", "B"]);
});

test("terms, strikes, marks and a bonus make the score, each with its evidence", async () => {
  expect((await api.replace("/api/v1/evaluation/models/city", MODEL)).status).toBe(200);
  const before = (await api.get<Answer>(`${PATH}city`)).body;
  // Without a survey the other terms stand for it: 130 points, less 1 and 3 for two reworks.
  expect(works(before)).toMatchObject({
    ...{ basePoints: 130, score: 126, extras: [], marks: {} },
    deductions: [{ deductionId: "reworks", points: 4, count: 2, caseNos: [expect.any(String)] }],
  });
  const csv = [
    "kind,period,subject,subjectId,points,markId,reason,evidence",
    "mark,2026-11,unit,works,80,survey,telephone survey,report-7",
    "mark,2026-11,unit,works,60,survey,telephone survey,report-8;page 3",
    "bonus,2026-11,unit,works,9,,a model street,photo-1",
  ].join("\n");
  const added = await api.put<{ items: { itemId: string }[] }>(
    "/api/v1/evaluation/items",
    csv,
    "text/csv",
  );
  expect([added.status, added.body.items.length]).toEqual([201, 3]);
  const after = (await api.get<Answer>(`${PATH}city`)).body;
  // 60 + 40 + 30 × 0.7, 5 of the bonus at most, less 4.
  expect(works(after)).toMatchObject({
    ...{ basePoints: 121, score: 122, marks: { survey: 70 } },
    extras: [{ kind: "bonus", points: 9, reason: "a model street" }],
  });
  expect(after).toMatchObject({ verified: true, modelVersion: 1 });
  // Of the shipped model it is no part, but a deduction would be.
  expect(works((await api.get<Answer>(`${PATH}B`)).body)?.marks).toEqual({ survey: 70 });
});

test("an item that is revoked is as if it had never been, and is revoked once", async () => {
  const { body } = await api.post<{ items: { itemId: string }[] }>("/api/v1/evaluation/items", {
    items: [item({ kind: "deduction", points: 10 })],
  });
  const { itemId = "" } = body.items[0] ?? {};
  expect(works((await api.get<Answer>(`${PATH}city`)).body)?.score).toBe(112);
  const path = `/api/v1/evaluation/items/${itemId}/revoke`;
  expect((await api.post(path, { reason: "a mistake" })).status).toBe(200);
  expect(works((await api.get<Answer>(`${PATH}city`)).body)?.score).toBe(122);
  expect((await api.post(path, { reason: "again" })).status).toBe(409);
  const none = "/api/v1/evaluation/items/EI1/revoke";
  expect((await api.post(none, { reason: "none" })).status).toBe(404);
});

test.each([
  [item({ kind: "mark", points: 5 }), "markId"],
  [item({ kind: "bonus", points: -1 }), "points"],
  [item({ kind: "bonus", points: 5, period: "2026-13" }), "period"],
  [item({ kind: "bonus", points: 5, markId: "survey" }), "markId"],
])("an item with a fault is refused by name, and the others with it: %j", async (wrong, name) => {
  const count = async () =>
    (await api.get<{ items: object[] }>("/api/v1/evaluation/items")).body.items.length;
  const before = await count();
  const items = [item({ kind: "bonus", points: 1 }), wrong];
  const { status, body } = await api.post("/api/v1/evaluation/items", { items });
  expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining(name)]);
  expect(await count()).toBe(before);
});

test("a file's faults are told all at once", async () => {
  const csv =
    "kind,period,subject,subjectId,points,markId,reason,evidence\nbonus,2026-11,unit,works,x,,,\nmark,2026-11,unit,works,5,,why,\n";
  const { status, body } = await api.put<{ details: { faults: { row: number }[] } }>(
    "/api/v1/evaluation/items",
    csv,
    "text/csv",
  );
  expect(status).toBe(400);
  expect(body.details.faults.map(({ row }) => row)).toEqual([1, 1, 2]);
});

test("a case counts as often as its source has weight, and the counts stay as they are", async () => {
  const weighted = { ...MODEL, sourceWeights: { patrol: 0 } };
  await api.replace("/api/v1/evaluation/models/weighted", weighted);
  const found = works((await api.get<Answer>(`${PATH}weighted`)).body) as Item & {
    indicators: Record<string, number>;
  };
  expect(found.indicators.handled).toBe(1);
  // Nothing is left that the points could be made of.
  expect(found.basePoints).toBeNull();
});

test("a period that was over keeps the version that stood at its end", async () => {
  const other = { ...MODEL, terms: [{ kind: "share", rate: "handleRate", points: 77 }] };
  await api.replace("/api/v1/evaluation/models/A", other);
  const versionOf = async (period: string): Promise<number> => {
    const path = `/api/v1/evaluation?period=${period}&subject=unit&model=A`;
    return (await api.get<Answer>(path)).body.modelVersion;
  };
  expect([await versionOf("2026-10"), await versionOf("2026-11")]).toEqual([0, 1]);
  // Put for the first time later, it judges what was over by its first version.
  const first = `/api/v1/evaluation?period=2026-10&subject=unit&model=city`;
  expect((await api.get<Answer>(first)).body.modelVersion).toBe(1);
});

test("a unit reads its own items alone, and records none", async () => {
  await api.post("/api/v1/users", {
    ...{ username: "lamps-desk", roles: ["unit"], password: "secret-1" },
  });
  const other = await signIn(rig.ports.http, "lamps-desk", "secret-1");
  expect((await other.get<{ items: object[] }>("/api/v1/evaluation/items")).body.items).toEqual([]);
  const items = [item({ kind: "bonus", points: 1 })];
  expect((await other.post("/api/v1/evaluation/items", { items })).status).toBe(403);
});

test("the command gives the same out of the history alone, and names an item that was changed", async () => {
  const answer = (await api.get<Answer>(`${PATH}city`)).body;
  const again = await recomputed(answer.asOf);
  expect(again).toEqual(answer);
  const file = `${rig.directory}/gridwarden.sqlite`;
  await rig.stop("keep");
  isStopped = true;
  const database = createTestDatabase({ log: silentLog, metrics: memoryMetrics() }, { file });
  await database.open(allMigrations);
  await database.transaction((tx) =>
    tx.run(`update case_history set detail = replace(detail, '"points":9', '"points":99')
            where event = 'evaluationItem'`),
  );
  await database.close();
  const found = await recomputed(answer.asOf);
  expect(found).toMatchObject({ verified: false, fault: { kind: "changed" } });
  expect(found.fault?.caseNo).toMatch(/^EI20261123-/);
});
