/**
 * The citizen over the running platform: a public number that tells the stage and nothing private,
 * the question after the close by page, JSON, hotline and call, and what an answer does. Nobody
 * signs in for the page.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { LIMITS } from "../model/limits.ts";
import { type Api, signIn, startPlatform, type TestPlatform } from "./support/platform.ts";

interface CaseShown {
  caseNo: string;
  state: string;
  version: number;
  publicNo?: string;
  reports?: { publicNo?: string }[];
  history: { event: string; outcome?: string; actor: string }[];
}
interface QuestionShown {
  questionId: string;
  caseNo: string;
  publicNo: string;
  state: string;
  reporter?: { phone?: string };
}

const SECRETS = [
  "王小明",
  "13800138000",
  "人民路 7 号",
  "盖子没了",
  "because",
  "done",
  "crew-1",
  "wang",
];

let running: TestPlatform;
let api: Api;
let hotlineKey = "";
let appKey = "";
let senderKey = "";

beforeAll(async () => {
  running = await startPlatform();
  api = running.api;
  await api.post("/api/v1/units", { unitId: "drains", name: "排水所", kind: "department" });
  await api.post("/api/v1/units", { unitId: "411524001", name: "城关街道", kind: "street" });
  await api.post("/api/v1/crews", { crewId: "crew-1", name: "一班", unitId: "drains" });
  for (const n of [1, 2, 3, 4, 5]) {
    await api.post("/api/v1/assets", {
      assetId: `cover-${n}`,
      class: "manhole-cover",
      componentCode: `411524010200000${n}`,
      name: `井盖 ${n}`,
      lon: 115.4 + n / 100,
      lat: 31.8,
      gridCell: "41152400100101",
      maintenanceUnitId: "drains",
    });
  }
  await api.post("/api/v1/users", { username: "wang", password: "secret-1", roles: ["acceptor"] });
  await api.post("/api/v1/users", { username: "li", password: "secret-1", roles: ["viewer"] });
  const service = async (serviceId: string, publish: string[], subscribe: string[]) => {
    const { body } = await api.post<{ key: string }>("/api/v1/services", {
      ...{ serviceId, publish, subscribe },
    });
    return `${serviceId}:${body.key}`;
  };
  hotlineKey = await service("line-12345", ["intake/hotline"], ["hotline/answers"]);
  senderKey = await service("sms", [], ["questions/outbox"]);
  appKey = await service("city-app", ["open311/requests"], ["open311/requests"]);
});
afterAll(() => running.stop());

const base = (): string => `http://127.0.0.1:${running.ports.http}`;

async function open(path: string, init: RequestInit = {}) {
  const response = await fetch(`${base()}${path}`, init);
  const text = await response.text();
  return { status: response.status, text, headers: response.headers };
}
const posted = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
const form = (fields: Record<string, string>): RequestInit => ({
  method: "POST",
  body: new URLSearchParams(fields),
});

async function report(assetId: string, more: object = {}): Promise<CaseShown> {
  const { body, status } = await api.post<CaseShown>("/api/v1/cases", {
    ...{ assetId, conditionId: "cover-broken", description: "盖子没了", address: "人民路 7 号" },
    ...{ source: "citizen", reporter: { name: "王小明", phone: "13800138000" } },
    ...more,
  });
  expect([status, body.publicNo?.length]).toEqual([201, 11]);
  return body;
}

async function step(caseNo: string, event: string): Promise<void> {
  const said = { event, note: "done", reason: "because" };
  const { status, body } = await api.post(`/api/v1/cases/${caseNo}/transitions`, said);
  expect([event, status, body]).toMatchObject([event, 200, {}]);
}
async function close(caseNo: string): Promise<void> {
  const { state } = await caseOf(caseNo);
  const wayFrom: Record<string, string[]> = {
    REPORTED: ["confirm", "start", "feedback", "checkPass", "close"],
    CHECKING: ["checkPass", "close"],
  };
  for (const event of wayFrom[state] ?? []) await step(caseNo, event);
}
const caseOf = async (caseNo: string): Promise<CaseShown> =>
  (await api.get<{ case?: CaseShown } & CaseShown>(`/api/v1/cases/${caseNo}`)).body;

/** As a service that sends messages has it. */
async function linkOf(caseNo: string): Promise<{ publicNo: string; token: string; path: string }> {
  const { text } = await open("/api/v1/questions/outbox?limit=1000", basic(senderKey));
  const { items } = JSON.parse(text) as { items: Record<string, string>[] };
  const found = items.findLast((each) => each.questionId?.startsWith(caseNo));
  const [path = "", publicNo = ""] = [found?.path, found?.publicNo];
  return { path, publicNo, token: path.split("?t=")[1] ?? "" };
}
const basic = (key: string): RequestInit => ({
  headers: { authorization: `Basic ${Buffer.from(key).toString("base64")}` },
});

test("a public number tells the stages, to the hour, and nothing private", async () => {
  const { caseNo, publicNo } = await report("cover-1");
  const told = async () => {
    const { status, text } = await open(`/api/v1/public/reports/${publicNo}`);
    return { status, text, body: JSON.parse(text) };
  };
  expect((await told()).body).toEqual({
    publicNo,
    standing: "underWay",
    stage: "found",
    stages: [{ stage: "found", at: expect.stringMatching(/:00:00\.000\+08:00$/) }],
    category: { zh: "污水井盖", en: "Sewage cover" },
    street: "城关街道",
    joined: false,
  });
  await close(caseNo);
  const { text, body } = await told();
  expect(body).toMatchObject({
    standing: "closed",
    stage: "closed",
    unitName: "排水所",
    inTime: true,
  });
  expect(body.stages).toHaveLength(7);
  const page = await open(`/public/reports/${publicNo}`);
  expect([page.status, page.headers.get("content-type")]).toEqual([
    200,
    "text/html; charset=utf-8",
  ]);
  for (const secret of [...SECRETS, caseNo, "115.41", "井盖 1"]) {
    expect([secret, text.includes(secret), page.text.includes(secret)]).toEqual([
      secret,
      false,
      false,
    ]);
  }
  expect(page.text).not.toContain("<form");
  expect(page.headers.get("content-security-policy")).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'self'/,
  );
  const english = await open(`/public/reports/${publicNo?.toLowerCase()}?lang=en`);
  expect(english.text).toContain("Sewage cover");
  // Staff who may know who reported know the number, too.
  expect((await caseOf(caseNo)).reports?.[0]?.publicNo).toBe(publicNo);
  const viewer = await signIn(running.ports.http, "li", "secret-1");
  expect((await viewer.get<CaseShown>(`/api/v1/cases/${caseNo}`)).body.reports).toBeUndefined();
});

test("the page asks whoever has the link; not solved reopens the case, a second answer is told so", async () => {
  const { caseNo } = await report("cover-2");
  await close(caseNo);
  const { path, publicNo, token } = await linkOf(caseNo);
  expect((await open(path)).text).toContain("问题是否已解决");
  const answer = `/public/reports/${publicNo}/answer`;
  const incomplete = await open(answer, form({ t: token, solved: "no" }));
  expect([incomplete.status, incomplete.text.includes("请选择是否解决")]).toEqual([400, true]);
  const note = "<script>alert(1)</script>";
  const first = await open(answer, form({ t: token, solved: "no", satisfied: "2", note }));
  expect([first.status, first.text.includes("感谢您的评价")]).toEqual([200, true]);
  expect(first.text).not.toContain("<script");
  const found = await caseOf(caseNo);
  expect(found.state).toBe("CHECKING");
  expect(found.history.slice(-2)).toMatchObject([
    { event: "answer", outcome: "unsolved-2", actor: "the reporter" },
    { event: "reopen", actor: "the reporter" },
  ]);
  const second = await open(answer, form({ t: token, solved: "yes", satisfied: "5" }));
  expect([second.status, second.text.includes("您已评价过")]).toEqual([200, true]);
  expect((await open(path)).text).toContain("您已评价过");
});

test("a second not solved, by JSON, is told to the shift lead and reopens nothing", async () => {
  const { caseNo } = await report("cover-3");
  for (const [round, state] of [
    [1, "CHECKING"],
    [2, "CLOSED"],
  ] as const) {
    await close(caseNo);
    const { publicNo, token } = await linkOf(caseNo);
    const url = `/api/v1/public/reports/${publicNo}/answer`;
    const said = { token, solved: "no", satisfied: 1 };
    const both = await Promise.all([open(url, posted(said)), open(url, posted(said))]);
    expect([round, both.map(({ status }) => status).sort()]).toEqual([round, [200, 409]]);
    expect([round, (await caseOf(caseNo)).state]).toEqual([round, state]);
  }
  const { body } = await api.get<{ items: { kind: string; caseNo: string }[] }>("/api/v1/notices");
  expect(body.items.filter(({ kind }) => kind === "not-solved-again")).toMatchObject([{ caseNo }]);
});

test("an acceptor calls back with a list that has the number, and it is in the trail", async () => {
  const { caseNo } = await report("cover-4");
  await close(caseNo);
  const wang = await signIn(running.ports.http, "wang", "secret-1");
  const asked = await wang.get<{ items: QuestionShown[] }>("/api/v1/questions?state=asked&limit=1");
  expect(asked.body.items).toMatchObject([{ caseNo, reporter: { phone: "13800138000" } }]);
  const { questionId } = asked.body.items[0] ?? { questionId: "" };
  const url = `/api/v1/questions/${questionId}/answer`;
  const refused = await wang.post(url, { solved: "maybe", satisfied: 6 });
  expect([refused.status, JSON.stringify(refused.body)]).toMatchObject([
    400,
    expect.stringMatching(/solved.*satisfied/),
  ]);
  expect((await wang.post(url, { solved: "yes", satisfied: 4, note: "谢谢" })).body).toMatchObject({
    state: "answered",
    answer: { by: "call", solved: "yes", satisfied: 4, note: "谢谢", hasReopened: false },
  });
  expect(await wang.post(url, { solved: "yes", satisfied: 4 })).toMatchObject({
    status: 409,
    body: { code: "QUESTION_CLOSED" },
  });
  const { body } = await api.get<{ items: object[] }>(`/api/v1/audit?actor=wang&limit=10`);
  expect(body.items).toContainEqual(
    expect.objectContaining({ action: "questions.answer", subject: questionId, result: "done" }),
  );
  const viewer = await signIn(running.ports.http, "li", "secret-1");
  expect((await viewer.get("/api/v1/questions")).status).toBe(403);
  expect((await wang.get("/api/v1/questions/outbox")).status).toBe(403);
});

test("a hotline is asked by its feed and answers by its number; Open311 gives the number, too", async () => {
  const order = {
    externalNo: "GD-1",
    externalSystem: "12345",
    lon: 115.6,
    lat: 31.9,
    title: "井盖",
  };
  const authorized = (init: RequestInit): RequestInit => ({
    ...init,
    headers: { ...(init.headers as object), ...(basic(hotlineKey).headers as object) },
  });
  const taken = JSON.parse((await open("/api/v1/hotline/orders", authorized(posted(order)))).text);
  const { caseNo, publicNo } = taken.orders[0];
  expect((await open(`/api/v1/public/reports/${publicNo}`)).status).toBe(200);
  const again = JSON.parse((await open("/api/v1/hotline/orders", authorized(posted(order)))).text);
  expect(again.orders[0]).toMatchObject({ fate: "repeated", publicNo });
  await close(caseNo);
  const feed = JSON.parse((await open("/api/v1/hotline/answers", basic(hotlineKey))).text);
  expect(feed.items.at(-1)).toMatchObject({
    externalNo: "GD-1",
    question: { questionId: `${caseNo}-q1` },
  });
  const said = { solved: "yes", satisfied: 5 };
  const url = "/api/v1/hotline/orders/GD-1/callback";
  expect(JSON.parse((await open(url, authorized(posted(said)))).text)).toMatchObject({
    state: "answered",
    answer: { by: "hotline" },
  });
  const made = await open("/open311/v2/requests.json", {
    method: "POST",
    body: new URLSearchParams({
      api_key: appKey,
      service_code: "c-0102",
      lat: "31.95",
      long: "115.7",
    }),
  });
  const [{ public_no }] = JSON.parse(made.text);
  expect((await open(`/api/v1/public/reports/${public_no}`)).status).toBe(200);
});

test("evaluation counts what was asked and said, from the log", async () => {
  const period = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);
  const { body } = await api.get<{ items: { subjectId: string; indicators: object }[] }>(
    `/api/v1/evaluation?period=${period}&subject=unit`,
  );
  // Asked: the four covers, one of them twice. Answered: two by cover 3, one by covers 2 and 4 each.
  expect(body.items.find(({ subjectId }) => subjectId === "drains")?.indicators).toMatchObject({
    ...{ asked: 5, answered: 4, satisfied: 1, solved: 1 },
    ...{ callbackRate: 0.8, satisfactionRate: 0.25, solvedRate: 0.25 },
  });
});

test("a number that is none and a link that is wrong are answered alike, and only so often", async () => {
  const { publicNo } = await linkOf((await report("cover-5")).caseNo);
  expect(publicNo).toBe("");
  const known = (await report("cover-5")).publicNo ?? "";
  const noted = (length: number) =>
    posted({ token: "x", solved: "yes", satisfied: 5, note: "长".repeat(length) });
  for (const [length, status] of [
    [501, 400],
    [3_000, 413],
    [4_000_000, 413],
  ] as const) {
    const answer = await open(`/api/v1/public/reports/${known}/answer`, noted(length));
    expect([length, answer.status]).toEqual([length, status]);
  }
  const wrong = posted({ token: "x", solved: "yes", satisfied: 5 });
  const unknown = await open(`/api/v1/public/reports/00000000000`);
  const answers = [
    unknown,
    await open(`/api/v1/public/reports/${known}?t=x`),
    await open(`/api/v1/public/reports/${known}/answer`, wrong),
    await open(`/api/v1/public/reports/${"0".repeat(11)}/answer`, wrong),
  ];
  for (const { status, text } of answers) expect([status, text]).toEqual([404, unknown.text]);
  expect((await open(`/public/reports/${known}?t=x`)).text).toContain("没有这个查询号");
  for (let n = 0; n < LIMITS.publicMissesMax; n += 1) await open("/public/reports/none");
  const refused = await open("/api/v1/public/reports/none");
  expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
  expect((await open(`/api/v1/public/reports/${known}/answer`, wrong)).status).toBe(429);
  expect((await open("/public/reports/none")).text).toContain("查询过于频繁");
  // Whoever has a number of his own is not kept out by another of his address.
  let calls = 0;
  let last = await open(`/api/v1/public/reports/${known}`);
  expect(last.status).toBe(200);
  for (; calls <= LIMITS.publicCallsMax && last.status === 200; calls += 1) {
    last = await open(`/api/v1/public/reports/${known}`);
  }
  expect([last.status, calls < LIMITS.publicCallsMax]).toEqual([429, true]);
});
