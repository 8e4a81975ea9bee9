/** Supervision orders over HTTP: what is let in, how an order is shown, and the page to be printed. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { LIMITS } from "../model/limits.ts";
import { setUp } from "./called-server.ts";
import { NOW, SAMPLE_CASE } from "./samples.ts";
import { HOSTILE, SAMPLE_SUPERVISION, SAMPLE_SUPERVISION_DETAILS } from "./supervision-double.ts";
import { escaped, printSupervision } from "./supervision-print.ts";

const BASE = "/api/v1/supervisions";
const ONE = `${BASE}/${SAMPLE_SUPERVISION.supervisionNo}`;
const BODY = {
  title: "井盖专项整治",
  text: "限期修复并回复。",
  level: "urgent",
  orderingLeader: "王市长",
  accountableLeader: "李局长",
  responsiblePerson: "张工",
  unitId: "works",
  caseNos: [SAMPLE_CASE.caseNo],
  workingDays: 3,
};

describe("an order over HTTP", () => {
  test("is issued with its key, and shown with times in the city's zone", async () => {
    const { call, doubles } = await setUp();
    const headers = { "idempotency-key": "k-1" };
    const { status, body } = await call("POST", BASE, { as: "leader", body: BODY, headers });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      supervisionNo: "DB41152420260001",
      issuedAt: "2026-11-22T08:30:00.000+08:00",
      repliedAt: "2026-11-22T08:32:00.000+08:00",
      isOverdue: false,
    });
    expect(body).not.toHaveProperty("firstCaseNo");
    expect(body).not.toHaveProperty("warnAt");
    const { workingDays, ...rest } = BODY;
    expect(doubles.asked).toMatchObject([
      {
        what: "supervisions.issue",
        with: {
          draft: { ...rest, workingDays },
          actor: { username: "leader" },
          key: { key: "k-1" },
        },
      },
    ]);
    expect(doubles.audits).toMatchObject([{ action: "supervisions.issue" }]);
  });

  test.each([
    ["no case", { caseNos: [] }, "caseNos"],
    ["more cases than the bound", { caseNos: Array(501).fill(SAMPLE_CASE.caseNo) }, "caseNos"],
    ["a number that is no case's", { caseNos: ["12"] }, "caseNos"],
    ["two deadlines", { deadline: NOW + 1 }, "deadline"],
    ["no deadline", { workingDays: undefined }, "deadline"],
    ["half a day", { workingDays: 0.5 }, "workingDays"],
    ["too many days", { workingDays: LIMITS.supervisionDaysMax + 1 }, "workingDays"],
    ["an empty title", { title: "  " }, "title"],
    ["another level", { level: "extreme" }, "level"],
    ["a field of no use", { colour: "red" }, "colour"],
  ])("with %s is refused, and the field is named", async (_name, more, field) => {
    const { call, doubles } = await setUp();
    const { status, body } = await call("POST", BASE, { body: { ...BODY, ...more } });
    expect([status, body.code]).toEqual([400, "REQUEST_INVALID"]);
    expect(body.message).toContain(field);
    expect(doubles.asked).toEqual([]);
  });

  test("is listed by state, unit, case, overdue and time", async () => {
    const { call, doubles } = await setUp();
    const query = `state=REPLIED&unitId=works&caseNo=${SAMPLE_CASE.caseNo}&overdue=true&from=${NOW}`;
    const { status, body } = await call("GET", `${BASE}?${query}&limit=2`, { as: "unit" });
    expect([status, body.items?.length]).toEqual([200, 1]);
    expect(doubles.asked).toMatchObject([
      {
        what: "supervisions.list",
        with: {
          request: {
            state: "REPLIED",
            unitId: "works",
            caseNo: SAMPLE_CASE.caseNo,
            overdue: true,
            from: NOW,
            limit: 2,
          },
          actor: { username: "unit" },
        },
      },
    ]);
  });

  test("is shown with its history and cases, and is overdue once its time is over", async () => {
    const waiting = { ...SAMPLE_SUPERVISION, state: "SENT_BACK" as const };
    const { call, doubles } = await setUp({}, (given) => {
      given.deps.supervisions.get = async () => ({
        ...SAMPLE_SUPERVISION_DETAILS,
        supervision: waiting,
      });
    });
    doubles.clock.set(waiting.deadline);
    expect((await call("GET", ONE)).body).toMatchObject({ isOverdue: false });
    doubles.clock.advance(1);
    const { body } = await call("GET", ONE);
    expect(body).toMatchObject({ isOverdue: true, unitName: expect.stringContaining("市政") });
    expect(body.history).toHaveLength(3);
    expect(body.cases).toMatchObject([{ stateAtIssue: "DISPATCHED", state: "CLOSED" }]);
  });

  test("takes its events with version, words and files", async () => {
    const { call, doubles } = await setUp();
    const said = { event: "reply", version: 2, note: "修好了", files: ["file-1"] };
    expect((await call("POST", `${ONE}/transitions`, { as: "unit", body: said })).status).toBe(200);
    expect(doubles.asked).toMatchObject([{ what: "supervisions.transition", with: { said } }]);
    expect(doubles.audits).toMatchObject([{ subject: SAMPLE_SUPERVISION.supervisionNo }]);
    const accepted = await call("POST", `${ONE}/transitions`, { body: { event: "accept" } });
    expect(accepted.body.openCaseNos).toEqual([SAMPLE_SUPERVISION.firstCaseNo]);
    const both = { event: "extend", until: NOW, workingDays: 1 };
    expect((await call("POST", `${ONE}/transitions`, { body: both })).status).toBe(400);
  });

  test("with a number of another form is refused, one that is not there is not found", async () => {
    const { call } = await setUp();
    expect((await call("GET", `${BASE}/DB1`)).status).toBe(400);
    expect((await call("GET", `${BASE}/DB41152420269999`)).body.code).toBe("SUPERVISION_NOT_FOUND");
  });

  test("is counted by unit", async () => {
    const { call } = await setUp();
    const { body } = await call("GET", `${BASE}/summary?from=${NOW}`);
    expect(body).toMatchObject({ issued: 2, shareAnswered: 0.5, units: [{ unitName: "市政" }] });
  });
});

describe("the printed page", () => {
  test("is HTML with a policy that allows its own style and nothing else", async () => {
    const { call } = await setUp();
    const { status, body, headers } = await call("GET", `${ONE}/print`, { as: "unit" });
    expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    const page = String(body);
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
    const digest = createHash("sha256").update(style).digest("base64");
    expect(headers["content-security-policy"]).toBe(
      `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(page).not.toMatch(/https?:|src=|@import|url\(/);
  });

  test("escapes every text that somebody wrote", async () => {
    const { call } = await setUp();
    for (const lang of ["zh", "en"]) {
      const page = String((await call("GET", `${ONE}/print?lang=${lang}`)).body);
      expect(page).not.toContain("<script");
      expect(page).not.toContain(HOSTILE);
      const shown = page.split(escaped(HOSTILE)).length - 1;
      // Title, text, three names, unit, place, four actors, reply and file, reason; in Chinese the fault.
      expect(shown, lang).toBe(lang === "zh" ? 15 : 14);
    }
  });

  test("says it in the language asked for, and no other", async () => {
    const { call } = await setUp();
    expect(String((await call("GET", `${ONE}/print`)).body)).toContain("城市管理督办单");
    expect(String((await call("GET", `${ONE}/print?lang=en`)).body)).toContain("Supervision order");
    expect((await call("GET", `${ONE}/print?lang=fr`)).status).toBe(400);
  });

  test("has all that must be signed, the cases with both states, and says where it is late", async () => {
    const { doubles } = await setUp();
    const { zone } = doubles.deps;
    const supervision = { ...SAMPLE_SUPERVISION, state: "SENT_BACK" as const };
    const now = supervision.deadline + 1;
    const found = { ...SAMPLE_SUPERVISION_DETAILS, supervision };
    const page = printSupervision(found, { lang: "zh", zone, now });
    for (const text of [
      "督办领导（签字）",
      "责任领导（签字）",
      "责任人（签字）",
      "责任单位（盖章）",
      "涉及案卷（1 件）",
      SAMPLE_CASE.caseNo,
      "<td>已派遣</td><td>已结案</td>",
      "已超期",
      "2026-11-23 08:30",
    ]) {
      expect(page).toContain(text);
    }
  });
});
