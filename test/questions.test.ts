/** Asking back on a real database: who is asked after a close, what an answer does, and what not. */
import { expect, test } from "vitest";
import { type CaseEffects, fillPublicNumbers } from "../cases/cases.ts";
import type { QuestionKey } from "../cases/questions.ts";
import type { CaseSource } from "../model/case.ts";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import type { Question, QuestionAnswer } from "../model/question.ts";
import { ADMIN, CREW_1, LEAD, MONDAY, openCaseDesk, person } from "./support/case-desk.ts";

const { desk, get, raised } = openCaseDesk();

const ACCEPTOR = person("acceptor");
const PLACE = { lon: 114.7, lat: 32.1 };
const PHONE = "13800138000";
const YES: QuestionAnswer = { solved: "yes", satisfied: 5 };
const NO: QuestionAnswer = { solved: "no", satisfied: 1, note: "井盖还在响" };

/** As the judge does: what has changed is followed in the same transaction. */
const write = <T>(now: number, work: (tx: Sql) => Promise<[T, CaseEffects]>) =>
  desk.database.transaction(async (tx) => {
    const [value, effects] = await work(tx);
    await desk.cases.sources.follow(tx, effects.changed, now);
    return { value, effects };
  });

async function report(more: object = {}, now = MONDAY): Promise<string> {
  const said = { ...PLACE, source: "citizen" as const, reporter: { phone: PHONE }, ...more };
  const { value } = await write(now, async (tx) => {
    const done = await desk.cases.report(tx, said, ACCEPTOR, now);
    return [done.case, done.effects];
  });
  return value.caseNo;
}

async function step(caseNo: string, event: string, actor: object = ADMIN, now = MONDAY) {
  const said = { caseNo, event, note: "done", reason: "because" };
  return await write(now, async (tx) => {
    const done = await desk.cases.transition(tx, said, actor as typeof ADMIN, now);
    return [done.case, done.effects];
  });
}

/** From where it stands after its report, or after the rework of a dispute. */
async function close(caseNo: string, now = MONDAY): Promise<void> {
  const { state } = (await get(caseNo)).case;
  if (state === "REPORTED") {
    await step(caseNo, "confirm", ADMIN, now);
    await step(caseNo, "start", CREW_1, now);
  }
  if (state !== "CHECKING") await step(caseNo, "feedback", CREW_1, now);
  await step(caseNo, "checkPass", person("inspector"), now);
  await step(caseNo, "close", LEAD, now);
}

const questions = (more: object = {}, now = MONDAY): Promise<Question[]> =>
  desk.cases.sources.questions
    .list(desk.database.reader, { limit: 100, ...more }, now)
    .then((found) => found.map(({ question }) => question).reverse());
const answer = (key: QuestionKey, said: QuestionAnswer, now = MONDAY + HOUR_MS, actor?: object) =>
  write(now, async (tx) => {
    const by = { key, answer: said, actor: actor as typeof ADMIN | undefined };
    const done = await desk.cases.sources.questions.answer(tx, by, now);
    return [done.question, done.effects];
  });
const byId = (questionId: string): QuestionKey => ({ kind: "id", questionId });
const links = (now = MONDAY) =>
  desk.cases.sources.questions.toSend(desk.database.reader, { after: 0, limit: 100 }, now);
const eventsOf = async (caseNo: string): Promise<string[]> =>
  (await get(caseNo)).history.map(({ event, outcome }) =>
    outcome === undefined ? event : `${event} ${outcome}`,
  );
const onCover = { assetId: "cover-1" };

test.each<[title: string, source: (typeof CaseSource.options)[number], more: object, way?: string]>(
  [
    ["a citizen by telephone", "citizen", {}, "sms"],
    ["a citizen by e-mail", "citizen", { reporter: { email: "w@example.com" } }, "page"],
    ["a hotline's caller", "hotline", {}, "sms"],
    ["a hotline's order", "hotline", { externalSystem: "12345", externalNo: "GD-1" }, "hotline"],
    ["nobody where the number is covered", "citizen", { reporter: { phone: "138****8000" } }],
    ["nobody of a name alone", "citizen", { reporter: { name: "王" } }],
    ["nobody who said nothing of himself", "citizen", { reporter: undefined }],
    ["no patrol", "patrol", {}],
    ["no leader", "leader", {}],
  ],
)("after a close is asked: %s", async (_title, source, more, way) => {
  const caseNo = await report({ ...onCover, source, ...more });
  expect(await questions()).toEqual([]);
  await close(caseNo);
  const asked = await questions();
  expect(asked.map((each) => each.way)).toEqual(way === undefined ? [] : [way]);
  expect((await eventsOf(caseNo)).includes("ask")).toBe(way !== undefined);
});

test("each person of a case is asked once, up to the limit, and none of a case that ended otherwise", async () => {
  const of = { ...onCover, conditionId: "cover-rattle" };
  const caseNo = await report(of);
  await report(of);
  await report({ ...of, reporter: { phone: "13900139000" } });
  const people = Array.from(
    { length: LIMITS.questionsPerCloseMax + 5 },
    (_, n) => `1370000${1000 + n}`,
  );
  for (const phone of people) await report({ ...of, reporter: { phone } });
  await close(caseNo);
  const asked = await questions();
  // The same person's second report is none of those that are asked.
  expect(asked).toHaveLength(LIMITS.questionsPerCloseMax - 1);
  expect(new Set(asked.map(({ reporter }) => reporter?.phone)).size).toBe(asked.length);

  const forced = await report({ assetId: "cover-2" });
  await step(forced, "confirm");
  await step(forced, "forceClose", person("leader"));
  const refused = await report();
  await step(refused, "reject");
  expect(await questions({ caseNo: forced })).toEqual([]);
  expect(await questions({ caseNo: refused })).toEqual([]);
});

test("followed twice, a close asks once, and its question does not outlive a rollback", async () => {
  const caseNo = await report(onCover);
  await close(caseNo);
  const { case: closed } = await get(caseNo);
  await desk.database.transaction((tx) => desk.cases.sources.follow(tx, [closed], MONDAY));
  expect(await questions()).toHaveLength(1);
  expect((await eventsOf(caseNo)).filter((event) => event === "ask")).toHaveLength(1);
});

test("solved is counted and moves nothing; a second answer is told so", async () => {
  const caseNo = await report(onCover);
  await close(caseNo);
  const [asked] = await questions();
  const key = byId(asked?.questionId ?? "");
  const { value } = await answer(key, { ...YES, note: "<script>" }, undefined, ACCEPTOR);
  expect(value).toMatchObject({
    state: "answered",
    answer: { solved: "yes", satisfied: 5, note: "<script>", by: "call", hasReopened: false },
  });
  const { case: after, history } = await get(caseNo);
  expect(after.state).toBe("CLOSED");
  expect(history.at(-1)).toMatchObject({
    event: "answer",
    outcome: "solved-5",
    actor: "a-acceptor",
    role: "acceptor",
  });
  expect(JSON.stringify(history)).not.toContain("<script>");
  await expect(answer(key, NO)).rejects.toMatchObject({ code: "QUESTION_CLOSED" });
  expect((await eventsOf(caseNo)).filter((event) => event.startsWith("answer"))).toHaveLength(1);
});

test("not solved reopens once to the inspector; after the next close it is told and reopens nothing", async () => {
  const caseNo = await report(onCover);
  await close(caseNo);
  const [link] = await links();
  const key = { kind: "link", publicNo: link?.publicNo ?? "", token: link?.token ?? "" } as const;
  const first = await answer(key, NO);
  expect(first.value.answer).toMatchObject({ by: "reporter", hasReopened: true });
  const { case: disputed, history } = await get(caseNo);
  expect(disputed).toMatchObject({
    state: "CHECKING",
    reopenCount: 1,
    disputedAt: MONDAY + HOUR_MS,
  });
  expect(history.slice(-2)).toMatchObject([
    { event: "answer", outcome: "unsolved-1", actor: "the reporter" },
    { event: "reopen", reason: "the reporter says that it is not solved: 井盖还在响" },
  ]);

  await close(caseNo, MONDAY + 2 * HOUR_MS);
  const again = (await questions({ state: "asked" }, MONDAY + 2 * HOUR_MS)).at(-1);
  expect(again?.questionId).toBe(`${caseNo}-q2`);
  // The link of before is that of a question that was answered.
  await expect(answer(key, NO)).rejects.toMatchObject({ code: "QUESTION_CLOSED" });
  const second = await answer(byId(again?.questionId ?? ""), NO, MONDAY + 3 * HOUR_MS, ACCEPTOR);
  expect(second.value.answer).toMatchObject({ solved: "no", hasReopened: false });
  expect(second.effects.notices).toMatchObject([{ kind: "not-solved-again", caseNo }]);
  expect((await get(caseNo)).case.state).toBe("CLOSED");
  expect((await eventsOf(caseNo)).filter((event) => event === "answer unsolved-1")).toHaveLength(2);
});

test("a case that its sensor reopens takes its question back, and asks anew after the next close", async () => {
  const of = { ...onCover, conditionId: "cover-rattle" };
  const caseNo = await report(of);
  await close(caseNo);
  const [link] = await links();
  const relapse = MONDAY + HOUR_MS;
  await write(relapse, async (tx) => {
    const effects = await desk.cases.onAlarms(
      tx,
      [raised("cover-1", "cover-rattle", relapse)],
      relapse,
    );
    return [undefined, effects];
  });
  expect((await get(caseNo)).case.state).toBe("HANDLING");
  expect(await questions({}, relapse)).toMatchObject([{ state: "expired" }]);
  expect(await links(relapse)).toEqual([]);
  const key = { kind: "link", publicNo: link?.publicNo ?? "", token: link?.token ?? "" } as const;
  await expect(answer(key, NO, relapse)).rejects.toMatchObject({ code: "QUESTION_CLOSED" });
  expect((await get(caseNo)).case.disputedAt).toBeUndefined();

  await close(caseNo, relapse + HOUR_MS);
  expect((await questions({}, relapse + HOUR_MS)).map(({ state }) => state)).toEqual([
    "expired",
    "asked",
  ]);
});

test("another reporter's open question ends where one says that it is not solved", async () => {
  const of = { ...onCover, conditionId: "cover-rattle" };
  const caseNo = await report(of);
  await report({ ...of, reporter: { phone: "13900139000" } });
  await close(caseNo);
  const [one, other] = await questions();
  await answer(byId(one?.questionId ?? ""), NO, undefined, ACCEPTOR);
  await expect(answer(byId(other?.questionId ?? ""), NO)).rejects.toMatchObject({
    code: "QUESTION_CLOSED",
  });
});

test("a question of a case that was ended after its dispute is over", async () => {
  const of = { ...onCover, conditionId: "cover-rattle" };
  const caseNo = await report(of);
  await report({ ...of, reporter: { phone: "13900139000" } });
  await close(caseNo);
  const [one, other] = await questions();
  await answer(byId(one?.questionId ?? ""), NO, undefined, ACCEPTOR);
  await step(caseNo, "forceClose", person("leader"), MONDAY + 2 * HOUR_MS);
  await expect(
    answer(byId(other?.questionId ?? ""), YES, MONDAY + 3 * HOUR_MS),
  ).rejects.toMatchObject({ code: "QUESTION_CLOSED" });
});

test("after its days a question is answered no more", async () => {
  const caseNo = await report(onCover);
  await close(caseNo);
  const [asked] = await questions();
  const end = MONDAY + LIMITS.questionMsMax;
  expect(await questions({ state: "asked" }, end - 1)).toHaveLength(1);
  expect(await questions({ state: "expired" }, end)).toHaveLength(1);
  await expect(answer(byId(asked?.questionId ?? ""), YES, end)).rejects.toMatchObject({
    code: "QUESTION_CLOSED",
  });
  expect((await answer(byId(asked?.questionId ?? ""), YES, end - 1)).value.state).toBe("answered");
});

test("of two answers at once one wins", async () => {
  const caseNo = await report(onCover);
  await close(caseNo);
  const [asked] = await questions();
  const key = byId(asked?.questionId ?? "");
  const both = await Promise.allSettled([answer(key, YES), answer(key, NO)]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect((await eventsOf(caseNo)).filter((event) => event.startsWith("answer"))).toHaveLength(1);
});

test("a wrong link, an unknown number and an unknown question are none", async () => {
  const caseNo = await report(onCover);
  await close(caseNo);
  const [link] = await links();
  const publicNo = link?.publicNo ?? "";
  const other = await report({ assetId: "cover-2", reporter: { phone: "13900139000" } });
  await close(other);
  const foreign = (await links()).at(-1)?.token ?? "";
  for (const key of [
    { kind: "link", publicNo, token: "wrong" },
    { kind: "link", publicNo, token: foreign },
    { kind: "link", publicNo: "00000000000", token: link?.token ?? "" },
  ] as const) {
    await expect(answer(key, NO)).rejects.toMatchObject({ code: "REPORT_NOT_FOUND" });
  }
  await expect(answer(byId("none"), NO)).rejects.toMatchObject({ code: "QUESTION_NOT_FOUND" });
  const told = (token?: string) =>
    desk.cases.sources.questions.publicReport(desk.database.reader, { publicNo, token }, MONDAY);
  expect(await told("wrong")).toBeUndefined();
  expect(await told()).not.toHaveProperty("question");
  expect(await told(link?.token)).toMatchObject({ question: { state: "asked" } });
});

test("a hotline's order has its question in the feed until it is answered, by its number", async () => {
  const order = { externalNo: "GD-1", externalSystem: "12345", ...PLACE, assetId: "cover-1" };
  const { value } = await write(MONDAY, async (tx) => {
    const by = { actor: ACCEPTOR, now: MONDAY };
    const { done, effects } = await desk.cases.sources.takeOrders(tx, [{ row: 1, raw: order }], by);
    return [done, effects];
  });
  const { caseNo, publicNo } = value.taken[0] ?? { caseNo: "", publicNo: "" };
  expect(publicNo).toMatch(/^[0-9A-Z]{11}$/);
  const feed = () => desk.cases.sources.answers(desk.database.reader, { since: 0, limit: 10 });
  expect((await feed())[0]).not.toHaveProperty("question");
  const key = { kind: "order", externalNo: "GD-1" } as const;
  await expect(answer(key, YES)).rejects.toMatchObject({ code: "QUESTION_NOT_FOUND" });
  await close(caseNo);
  expect((await feed())[0]?.question).toEqual({
    questionId: `${caseNo}-q1`,
    askedAt: MONDAY,
    expiresAt: MONDAY + LIMITS.questionMsMax,
  });
  expect(await links()).toEqual([]);
  const { value: answered } = await answer(key, NO, undefined, ACCEPTOR);
  expect(answered.answer).toMatchObject({ by: "hotline", hasReopened: true });
  expect((await feed())[0]).toMatchObject({ state: "CHECKING" });
  expect((await feed())[0]).not.toHaveProperty("question");
});

test("an order whose case is taken up again has no question any more", async () => {
  const caseNo = await report({
    ...onCover,
    source: "hotline",
    externalSystem: "12345",
    externalNo: "GD-1",
  });
  await close(caseNo);
  const feed = () => desk.cases.sources.answers(desk.database.reader, { since: 0, limit: 10 });
  expect((await feed())[0]).toHaveProperty("question");
  await step(caseNo, "reopen", ACCEPTOR, MONDAY + HOUR_MS);
  expect((await feed())[0]).not.toHaveProperty("question");
});

test("what a reporter has written is forgotten with his name", async () => {
  const caseNo = await report(onCover);
  await close(caseNo);
  const [asked] = await questions();
  await answer(byId(asked?.questionId ?? ""), { ...YES, note: "谢谢小李" }, undefined, ACCEPTOR);
  const later = MONDAY + (LIMITS.reporterDaysMax + 1) * DAY_MS;
  await desk.database.transaction((tx) => desk.cases.sources.forgetReporters(tx, later));
  const [forgotten] = await questions({}, later);
  expect(forgotten).not.toHaveProperty("reporter");
  expect(forgotten?.answer).toEqual(expect.not.objectContaining({ note: "谢谢小李" }));
});

test("a duplicate's number tells of the case that it goes on in, whose close asks both reporters", async () => {
  const into = await report(onCover);
  const duplicate = await report({ reporter: { phone: "13900139000" } });
  const [before] = await desk.cases.sources.reportsOf(desk.database.reader, duplicate);
  const publicNo = before?.publicNo ?? "";
  await write(MONDAY, async (tx) => {
    const by = { actor: ACCEPTOR, now: MONDAY };
    const done = await desk.cases.sources.join(tx, { caseNo: duplicate, into }, by);
    return [done.case, done.effects];
  });
  await close(into);
  expect(
    await desk.cases.sources.questions.publicReport(desk.database.reader, { publicNo }, MONDAY),
  ).toMatchObject({ publicNo, standing: "closed", isJoined: true });
  const asked = await questions();
  expect(asked.map((each) => [each.caseNo, each.reporter?.phone])).toEqual([
    [into, PHONE],
    [into, "13900139000"],
  ]);
});

test("reports of before there were public numbers get theirs once", async () => {
  const caseNo = await report(onCover);
  await report({ assetId: "cover-2" });
  await desk.database.transaction((tx) => tx.run("update case_reports set public_no = null"));
  const numbers = () =>
    desk.database.reader.all<{ no: string }>("select public_no as no from case_reports");
  await fillPublicNumbers(desk.database);
  const filled = await numbers();
  expect(new Set(filled.map(({ no }) => no)).size).toBe(2);
  await fillPublicNumbers(desk.database);
  expect(await numbers()).toEqual(filled);
  const [{ publicNo = "" } = {}] = await desk.cases.sources.reportsOf(desk.database.reader, caseNo);
  expect(
    await desk.cases.sources.questions.publicReport(desk.database.reader, { publicNo }, MONDAY),
  ).toMatchObject({ stage: "found" });
});
