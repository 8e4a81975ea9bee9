/**
 * A simulated quarter of a running platform: it was down from September to January, makes up every
 * brief once, also stopped in the middle of it, tells of last places, and shows the public what a leader
 * has approved and nothing else. Then a month whose history was tampered with.
 */
import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EvaluationAnswer } from "../console/schemas/evaluation.ts";
import type {
  PublicationAnswer,
  PublicationDetailAnswer,
} from "../console/schemas/publications.ts";
import { HOUR_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { behindItsBack } from "./support/city-database.ts";
import { putCase } from "./support/evaluation-cases.ts";
import { ADMIN_PASSWORD, startPlatform, type TestPlatform, until } from "./support/platform.ts";
import { hasFormula, readWorkbook } from "./support/workbook.ts";

const BASE = "/api/v1/evaluation/publications";
/** Cases of each month that a unit handled in time, of four; the others it left. */
const IN_TIME = { drains: 4, lamps: 3, green: 2, roads: 1, sweep: 0 };
/** Days from 30 September to 3 January, weeks 40 to 53, four months, two quarters, a year. */
const BRIEFS = 96 + 14 + 4 + 2 + 1;

let rig: TestPlatform;
let directory: string;
const at = (text: string): number => Date.parse(`${text}+08:00`);
const clockAt = (text: string) => ({ GRIDWARDEN_CLOCK: `${text}+08:00,1` });

beforeAll(async () => {
  rig = await startPlatform(clockAt("2026-09-30T20:00:00"));
  directory = rig.directory;
  for (const unitId of Object.keys(IN_TIME)) {
    const unit = { unitId, name: `=1+1 ${unitId} <b>`, kind: "contractor", peerGroup: "works" };
    expect((await rig.api.post("/api/v1/units", unit)).status).toBe(201);
  }
  await rig.api.post("/api/v1/units", { unitId: "idle", name: "idle", kind: "department" });
  await until(async () => (await cursorOf()) !== undefined, "the first look");
  await rig.stop("keep");
  await inDatabase(async (tx) => {
    for (const month of ["2026-10", "2026-11", "2026-12"]) await putMonth(tx, month);
  });
});
afterAll(async () => {
  await rig.stop("keep");
  rmSync(directory, { recursive: true, force: true });
});

const inDatabase = <T>(work: (tx: Sql) => Promise<T>): Promise<T> => behindItsBack(directory, work);

const cursorOf = () =>
  inDatabase((tx) =>
    tx.get<{ until: number }>("select done_until as until from publication_cursor"),
  );

async function putMonth(tx: Sql, month: string): Promise<void> {
  for (const [unitId, inTime] of Object.entries(IN_TIME)) {
    for (let n = 0; n < 4; n += 1) {
      const from = at(`${month}-1${n}T08:00`);
      const held = { unitId, crewId: `${unitId}-1`, deadline: from + 4 * HOUR_MS };
      const records = [
        { event: "report", from: undefined, to: "REPORTED", at: from },
        { event: "accept", from: "REPORTED", to: "PENDING_FILING", at: from + 1 },
        { event: "file", from: "PENDING_FILING", to: "PENDING_DISPATCH", at: from + 2 },
        { event: "dispatch", from: "PENDING_DISPATCH", to: "DISPATCHED", at: from + 3, held },
        { event: "start", from: "DISPATCHED", to: "HANDLING", at: from + 4 },
        { event: "feedback", from: "HANDLING", to: "FEEDBACK", at: from + HOUR_MS },
        { event: "sendCheck", from: "FEEDBACK", to: "CHECKING", at: from + HOUR_MS + 1 },
        { event: "checkPass", from: "CHECKING", to: "PENDING_CLOSE", at: from + HOUR_MS + 2 },
        { event: "close", from: "PENDING_CLOSE", to: "CLOSED", at: from + HOUR_MS + 3 },
      ];
      const isHandled = n < inTime;
      const caseNo = `${month}-${unitId}-${n}`;
      await putCase(tx, { caseNo, records: isHandled ? records : records.slice(0, 5) });
    }
  }
}

const listed = async (query: string) =>
  (await rig.api.get<{ items: PublicationAnswer[] }>(`${BASE}?limit=1000&${query}`)).body.items;
type Details = Omit<PublicationDetailAnswer, "units"> & { units: EvaluationAnswer };
const detail = async (publicationId: string) =>
  (await rig.api.get<Details>(`${BASE}/${publicationId}`)).body;
const page = async (path: string) => {
  const response = await fetch(`http://127.0.0.1:${rig.ports.http}${path}`);
  return { status: response.status, text: await response.text(), headers: response.headers };
};

test("what fell due while the platform was down is made up once, over a further stop", async () => {
  rig = await startPlatform(clockAt("2027-01-04T00:05:00"), directory);
  await until(async () => (await listed("")).length >= 5, "the first briefs");
  await rig.stop("keep");
  rig = await startPlatform(clockAt("2027-01-04T00:06:00"), directory);
  await until(async () => (await listed("")).length >= BRIEFS, "all briefs", 120_000);
  const all = await listed("");
  expect(all).toHaveLength(BRIEFS);
  expect(new Set(all.map(({ period }) => period)).size).toBe(BRIEFS);
  expect(
    all.every(({ edition, state, verified }) => edition === 1 && state === "draft" && verified),
  ).toBe(true);
  const madeInOrder = [...all].sort((a, b) => a.computedAt.localeCompare(b.computedAt));
  expect(madeInOrder[0]?.period).toBe("2026-09-30");
  expect(madeInOrder.map(({ to }) => to)).toEqual(madeInOrder.map(({ to }) => to).sort());
}, 180_000);

test("a month has its ranks, a day counts alone", async () => {
  const month = await detail("2026-11.1");
  const ranked = month.units.items.filter(({ rank }) => rank !== null);
  expect(ranked.map(({ subjectId, rank }) => [subjectId, rank])).toEqual(
    Object.keys(IN_TIME).map((unitId, index) => [unitId, index + 1]),
  );
  const { body: live } = await rig.api.get<EvaluationAnswer>(
    "/api/v1/evaluation?period=2026-11&subject=unit",
  );
  expect(month.units).toEqual(live);
  expect(month.area).toMatchObject({ reported: 20, filed: 20, closed: 10 });
  const day = await detail("2026-11-10.1");
  const drains = day.units.items.find(({ subjectId }) => subjectId === "drains");
  expect(drains).toMatchObject({ score: null, rank: null, grade: null, indicators: { closed: 1 } });
  expect([day.lastPlaces, day.renewals]).toEqual([[], []]);
});

interface Told {
  kind: string;
  unitId: string;
  role: string;
  lastPlace: { ruleId: string; period: string };
}
const lastPlacesTold = async () =>
  (await rig.api.get<{ items: Told[] }>("/api/v1/notices?limit=1000")).body.items.filter(
    ({ kind }) => kind === "last-place",
  );

test("rules of last places are told once, to leaders and the unit", async () => {
  // Counted again, nobody is told again.
  await rig.api.post(BASE, { period: "2026-12" });
  const told = (await lastPlacesTold()).map(({ unitId, lastPlace, role }) => [
    ...[unitId, lastPlace, role],
  ]);
  const of = (ruleId: string, period: string, units: string[]) =>
    units.map((unitId) => [unitId, { ruleId, period }, "unit"]);
  const lastThree = ["green", "roads", "sweep"];
  const wanted = [
    ...["2026-10", "2026-11", "2026-12"].flatMap((month) => of("last-three", month, lastThree)),
    ...["2026-11", "2026-12"].flatMap((month) => of("last-twice", month, ["sweep"])),
    ...of("last-three-months", "2026-12", lastThree),
  ];
  const sorted = (list: unknown[]) => list.map((each) => JSON.stringify(each)).sort();
  expect(sorted(told)).toEqual(sorted(wanted));
});

test("counted again it is the same edition, and a period that runs is refused", async () => {
  const again = await rig.api.post<PublicationAnswer>(BASE, { period: "2026-11" });
  expect([again.status, again.body.publicationId]).toEqual([200, "2026-11.1"]);
  const running = await rig.api.post<{ message: string }>(BASE, { period: "2027-01" });
  expect([running.status, running.body.message]).toEqual([
    400,
    expect.stringContaining("'2027-01' is not over before 2027-02-01"),
  ]);
});

test("the public sees what a leader has approved, until it is withdrawn", async () => {
  expect((await page("/public/ranks/2026-11")).status).toBe(404);
  expect((await page("/public/ranks?lang=en")).text).toContain("Nothing is published yet");
  const conflict = await rig.api.post(`${BASE}/2026-11.1/approve`, { version: 7 });
  expect(conflict).toMatchObject({ status: 409, body: { code: "PUBLICATION_VERSION_CONFLICT" } });
  const approved = await rig.api.post(`${BASE}/2026-11.1/approve`, { version: 1 });
  expect(approved).toMatchObject({ status: 200, body: { state: "approved", approvedBy: "admin" } });
  const twice = await rig.api.post(`${BASE}/2026-11.1/approve`, {});
  expect(twice).toMatchObject({ status: 409, body: { code: "PUBLICATION_STATE_REFUSED" } });

  const { status, text, headers } = await page("/public/ranks/2026-11?lang=en");
  expect([status, headers.get("content-security-policy")]).toEqual([
    200,
    expect.stringContaining("default-src 'none'"),
  ]);
  expect(text).toContain("=1+1 drains &lt;b&gt;");
  expect(text).toContain('class="green"');
  for (const hidden of ["2026-11-drains-0", "drains-1", "admin", "<b>"]) {
    expect(text).not.toContain(hidden);
  }
  expect((await page("/public/ranks")).text).toContain("/public/ranks/2026-11?lang=zh");

  // Another model says something else: a further edition, which takes the place of the first.
  const other = await rig.api.post<PublicationAnswer>(BASE, { period: "2026-11", model: "A" });
  expect([other.status, other.body.publicationId]).toEqual([201, "2026-11.2"]);
  await rig.api.post(`${BASE}/2026-11.2/approve`, {});
  expect((await listed("period=2026-11")).map(({ state }) => state)).toEqual([
    "approved",
    "withdrawn",
  ]);
  const why = { reason: "a contractor objects" };
  expect((await rig.api.post(`${BASE}/2026-11.2/withdraw`, why)).status).toBe(200);
  expect((await page("/public/ranks/2026-11")).status).toBe(404);
  expect((await page("/public/ranks?lang=en")).text).toContain("Nothing is published yet");
});

test("a workbook holds the answer's figures as numbers, and no formula", async () => {
  const { units } = await detail("2026-12.1");
  const answer = await fetch(`http://127.0.0.1:${rig.ports.http}${BASE}/2026-12.1/xlsx?lang=en`, {
    headers: { authorization: `Bearer ${await token()}` },
  });
  expect(answer.headers.get("content-disposition")).toContain("evaluation-2026-12.1.xlsx");
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(hasFormula(bytes)).toBe(false);
  const sheets = readWorkbook(bytes);
  expect([...sheets.keys()]).toEqual([
    "Ranks of units",
    "Indicators",
    "Deductions",
    "Last places",
    "Renewals",
  ]);
  const [head = [], ...rows] = sheets.get("Indicators") ?? [];
  expect(rows).toHaveLength(units.items.length);
  for (const [index, { subjectId, name, indicators }] of units.items.entries()) {
    const row = rows[index] ?? [];
    expect(row.slice(0, 2)).toEqual([subjectId, name]);
    for (const [column, indicator] of head.entries()) {
      if (column < 2) continue;
      expect(row[column] ?? null).toBe(indicators[String(indicator)] ?? null);
    }
  }
  const ranks = (sheets.get("Ranks of units") ?? []).slice(1);
  expect(ranks.map((row) => [row[3], row[1], row[5] ?? null])).toEqual(
    units.items.map(({ subjectId, rank, score }) => [subjectId, rank, score]),
  );
});

async function token(): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${rig.ports.http}/api/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "admin", password: ADMIN_PASSWORD }),
  });
  return ((await response.json()) as { token: string }).token;
}

test("the printed brief of the quarter names ranks and last places, in both languages", async () => {
  const { body: zh } = await rig.api.get<string>(`${BASE}/2026-Q4.1/print`);
  expect(zh).toContain("城市管理综合评价通报");
  expect(zh).toContain("=1+1 sweep &lt;b&gt;");
  expect(zh).not.toContain('class="alarm"');
  const { body: en } = await rig.api.get<string>(`${BASE}/2026-12.1/print?lang=en`);
  expect(en).toContain("among the last three in three months");
});

test("a month whose history was tampered with is marked, tells of nobody and is never approved", async () => {
  await rig.stop("keep");
  await inDatabase(async (tx) => {
    await putMonth(tx, "2027-01");
    await tx.run("update case_history set actor = 'zhao' where case_no = '2027-01-sweep-3'");
    await tx.run("update publications set brief = '{}' where publication_id = '2026-10.1'");
  });
  rig = await startPlatform(clockAt("2027-02-01T00:05:00"), directory);
  await until(async () => (await listed("period=2027-01")).length > 0, "the month", 60_000);
  const [month] = await listed("period=2027-01");
  expect(month).toMatchObject({ verified: false, fault: { caseNo: "2027-01-sweep-3" } });
  const { body: print } = await rig.api.get<string>(`${BASE}/2027-01.1/print?lang=en`);
  expect(print).toContain('class="alarm"');
  const refused = await rig.api.post(`${BASE}/2027-01.1/approve`, {});
  expect(refused).toMatchObject({ status: 409, body: { code: "PUBLICATION_STATE_REFUSED" } });
  const changed = await rig.api.post(`${BASE}/2026-10.1/approve`, {});
  expect(changed).toMatchObject({ status: 409, body: { message: expect.stringMatching(/hash/) } });
  const told = await lastPlacesTold();
  expect(told.filter(({ lastPlace }) => lastPlace.period === "2027-01")).toEqual([]);
}, 120_000);
