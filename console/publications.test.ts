/** Briefs over HTTP: what is let in, the printed page, the public ranks, and the workbook. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { LIMITS } from "../model/limits.ts";
import { timeZone } from "../model/local-time.ts";
import type { Brief, Publication } from "../model/publication.ts";
import { printBrief } from "./brief-print.ts";
import { BRIEF_POLICY } from "./brief-tables.ts";
import { setUp } from "./called-server.ts";
import { publicationsDouble, SAMPLE_BRIEF, SAMPLE_PUBLICATION } from "./publication-double.ts";
import { NOW } from "./samples.ts";

const BASE = "/api/v1/evaluation/publications";
const ONE = `${BASE}/2026-11.1`;
const zone = timeZone("Asia/Shanghai");
const printed = (more: Partial<Publication> = {}, lang: "zh" | "en" = "en") =>
  printBrief(
    { publication: { ...SAMPLE_PUBLICATION, ...more }, brief: SAMPLE_BRIEF },
    { lang, zone, now: NOW },
  );
/** The sample, approved. */
const published = () =>
  setUp({}, ({ deps, asked }) => {
    const publication: Publication = { ...SAMPLE_PUBLICATION, state: "approved", approvedAt: NOW };
    deps.publications = publicationsDouble(asked, { publication, brief: SAMPLE_BRIEF });
  });

describe("briefs over HTTP", () => {
  test("are listed by kind, period and state, with times in the city's zone", async () => {
    const { call, doubles } = await setUp();
    const query = "kind=month&period=2026-11&state=draft&limit=2";
    const { status, body } = await call("GET", `${BASE}?${query}`, { as: "leader" });
    expect([status, body.items?.[0]]).toMatchObject([
      200,
      { publicationId: "2026-11.1", from: "2026-11-01T00:00:00.000+08:00", state: "draft" },
    ]);
    expect(doubles.asked).toEqual([
      {
        what: "publications.list",
        with: { kind: "month", period: "2026-11", state: "draft", limit: 2 },
      },
    ]);
  });

  test("one is shown with its figures, its last places and its renewals", async () => {
    const { call } = await setUp();
    const { status, body } = await call("GET", ONE);
    expect([status, body]).toMatchObject([
      200,
      {
        units: { items: [{ subjectId: "works", rank: 1 }, {}, {}] },
        lastPlaces: [{ ruleId: "last-twice" }],
        renewals: [{ assetId: "cover-1", firstAt: "2026-11-01T00:00:00.000+08:00" }],
        hasMoreRenewals: true,
      },
    ]);
  });

  test("one of before, which lacks what is answered by now, is shown and printed as it is", async () => {
    const items = SAMPLE_BRIEF.units.items.map(({ changeOnLastYear: _, ...item }) => item);
    const { call } = await setUp({}, ({ deps, asked }) => {
      const brief = { ...SAMPLE_BRIEF, units: { ...SAMPLE_BRIEF.units, items } } as Brief;
      deps.publications = publicationsDouble(asked, { publication: SAMPLE_PUBLICATION, brief });
    });
    expect((await call("GET", ONE)).body).toMatchObject({ units: { items } });
    expect((await call("GET", `${ONE}/print`)).status).toBe(200);
    expect((await call("GET", `${ONE}/xlsx`)).status).toBe(200);
  });

  test("a period is counted: 201 with a new draft, 200 with the one that stands", async () => {
    const { call, doubles } = await setUp();
    const asked = async (model: string) =>
      (await call("POST", BASE, { as: "leader", body: { period: "2026-11", model } })).status;
    expect([await asked("B"), await asked("A")]).toEqual([201, 200]);
    expect(doubles.audits).toMatchObject([
      { action: "publications.write", subject: "publications" },
      {},
    ]);
  });

  test("a leader approves, and withdraws with a reason", async () => {
    const { call, doubles } = await setUp();
    const approved = await call("POST", `${ONE}/approve`, { as: "leader", body: { version: 1 } });
    expect(approved).toMatchObject({ status: 200, body: { approvedBy: "leader" } });
    const why = { reason: "a contractor objects" };
    expect((await call("POST", `${ONE}/withdraw`, { as: "leader", body: why })).status).toBe(200);
    expect(doubles.asked).toEqual([
      {
        what: "publications.approve",
        with: { publicationId: "2026-11.1", said: { version: 1 }, username: "leader" },
      },
      {
        what: "publications.withdraw",
        with: { publicationId: "2026-11.1", said: why, username: "leader" },
      },
    ]);
    expect(doubles.audits).toMatchObject([{ subject: "2026-11.1" }, { subject: "2026-11.1" }]);
  });

  test.each([
    ["no reason", "withdraw", {}],
    ["an empty reason", "withdraw", { reason: " " }],
    ["a version that is none", "approve", { version: 0 }],
    ["a field of no use", "approve", { force: true }],
  ])("%s is refused", async (_name, what, body) => {
    const { call, doubles } = await setUp();
    const answer = await call("POST", `${ONE}/${what}`, { body });
    expect([answer.status, answer.body.code]).toEqual([400, "REQUEST_INVALID"]);
    expect(doubles.asked).toEqual([]);
  });

  test.each([
    ["GET", BASE, "unit"],
    ["POST", `${ONE}/approve`, "shift-lead"],
    ["POST", `${ONE}/withdraw`, "dispatcher"],
  ] as const)("%s %s is not for a %s", async (method, url, as) => {
    const { call } = await setUp();
    expect((await call(method, url, { as })).body.code).toBe("ROLE_REFUSED");
  });

  test("an id that is none is refused by its shape, an unknown one by its name", async () => {
    const { call } = await setUp();
    expect((await call("GET", `${BASE}/drop%20table`)).status).toBe(400);
    expect((await call("GET", `${BASE}/2026-10.1`)).body.code).toBe("PUBLICATION_NOT_FOUND");
  });
});

describe("the printed brief", () => {
  test("runs nothing: texts are escaped, and its policy allows its one style alone", async () => {
    const { call } = await setUp();
    const { status, body, headers } = await call("GET", `${ONE}/print?lang=en`, { as: "leader" });
    const html = String(body);
    expect([status, headers["content-security-policy"]]).toEqual([200, BRIEF_POLICY]);
    expect(html).not.toContain("<script");
    expect(html).toContain("works &lt;script&gt;");
    const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(BRIEF_POLICY).toContain(`'sha256-${hash}'`);
    expect(html).not.toMatch(/ style=| src=| on\w+=/);
  });

  test("has ranks with grades and changes, last places, renewals, and says that it is a draft", () => {
    const html = printed();
    for (const part of [
      '<td class="blue">good</td>',
      '<td class="red">poor</td>',
      '<td class="n">-1.50 ↓1</td><td class="n">+2.00 ↑1</td>',
      '<td class="n">75.00%</td>',
      "<td>not ranked</td>",
      "last in two months running of a quarter",
      "There are more of them.",
      "A draft that nobody has approved",
      SAMPLE_PUBLICATION.hash,
    ]) {
      expect(html).toContain(part);
    }
    expect(html).not.toContain('class="alarm"');
  });

  test("says in red above everything that records were changed", () => {
    const fault = { kind: "changed", message: "record <7> is not as it was written" } as const;
    const html = printed({ verified: false, fault }, "zh");
    expect(html).toContain('<p class="alarm">本期案卷记录未通过校验');
    expect(html).toContain("record &lt;7&gt;");
    expect(html.indexOf('class="alarm"')).toBeLessThan(html.indexOf("<table"));
  });

  test("of a day it has counts and neither scores nor last places", () => {
    const html = printed({ kind: "day", period: "2026-11-27" });
    expect(html).toContain('<td class="n">4</td>');
    for (const part of ["86.50", "good", "75.00%", "Last places", "Renewals"]) {
      expect(html).not.toContain(part);
    }
  });
});

describe("the public ranks", () => {
  test("of what is approved are shown to everybody, without cases, people and deductions", async () => {
    const { call, doubles } = await published();
    const list = await call("GET", "/public/ranks?lang=en", { as: "" });
    expect([list.status, String(list.body)]).toEqual([
      200,
      expect.stringContaining('href="/public/ranks/2026-11?lang=en"'),
    ]);
    const page = await call("GET", "/public/ranks/2026-11?lang=en", { as: "" });
    const html = String(page.body);
    expect([page.status, page.headers["content-security-policy"]]).toEqual([200, BRIEF_POLICY]);
    expect(html).toContain("86.50");
    for (const hidden of ["case-1", "<script", "refused-return", "last in two", "cover-1"]) {
      expect(html).not.toContain(hidden);
    }
    const limit = LIMITS.publicRanksListedMax;
    expect(doubles.asked).toEqual([
      { what: "publications.list", with: { state: "approved", limit } },
    ]);
  });

  test("of a draft, or of a period that is none, are not there", async () => {
    const { call } = await setUp();
    for (const period of ["2026-11", "none", "%3Cscript%3E"]) {
      const { status, body } = await call("GET", `/public/ranks/${period}`, { as: "" });
      expect([status, body.code]).toEqual([404, "PUBLICATION_NOT_FOUND"]);
    }
    expect(String((await call("GET", "/public/ranks", { as: "" })).body)).toContain("尚无已发布");
  });

  test("are refused to an address that asks too often, until the minute is over", async () => {
    const { call, doubles } = await published();
    const asked = async () => (await call("GET", "/public/ranks/2026-11", { as: "" })).status;
    for (let n = 0; n < LIMITS.publicRanksPerMinuteMax; n += 1) expect(await asked()).toBe(200);
    const refused = await call("GET", "/public/ranks", { as: "" });
    expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "60"]);
    doubles.clock.advance(60_000);
    expect(await asked()).toBe(200);
  });
});

test("a live evaluation is a workbook", async () => {
  const { call } = await setUp();
  const url = "/api/v1/evaluation/export?period=2026-11&subject=unit&lang=en";
  const { status, headers, body } = await call("GET", url, { as: "unit" });
  expect([status, headers["content-disposition"]]).toEqual([
    200,
    'attachment; filename="evaluation-2026-11-unit.xlsx"',
  ]);
  expect(String(body).startsWith("PK")).toBe(true);
});
