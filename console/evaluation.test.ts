/** The evaluation over HTTP: what the route takes, and what it shows. */
import { expect, test } from "vitest";
import { setUp } from "./called-server.ts";

const PATH = "/api/v1/evaluation";

test("model B is the one where none is said, and times are in the platform's zone", async () => {
  const { call, doubles } = await setUp();
  const answer = await call("GET", `${PATH}?period=2026-11&subject=unit`, { as: "leader" });
  expect(answer.status).toBe(200);
  expect(doubles.asked.at(-1)).toEqual({
    what: "evaluation.read",
    with: { period: "2026-11", subject: "unit", model: "B" },
  });
  expect(answer.body).toMatchObject({
    period: "2026-11",
    from: "2026-11-01T08:00:00.000+08:00",
    subject: "unit",
    model: "B",
    verified: true,
    items: [
      {
        subjectId: "works",
        indicators: { handleRate: 0.75, reworkRate: null },
        deductions: [{ deductionId: "refused-return", points: 1, count: 1, caseNos: ["case-1"] }],
        score: 86.5,
        rank: 1,
        change: { score: -1.5, rank: null },
      },
    ],
  });
});

test.each([
  ["without a period", "subject=unit", "period"],
  ["without a subject", "period=2026-11", "subject"],
  ["of an unknown subject", "period=2026-11&subject=town", "subject"],
  ["by an unknown model", "period=2026-11&subject=unit&model=a%20b", "model"],
  ["with an unknown parameter", "period=2026-11&subject=unit&top=3", "top"],
])("an evaluation %s is refused by name", async (_title, query, name) => {
  const { call } = await setUp();
  const answer = await call("GET", `${PATH}?${query}`, { as: "leader" });
  expect([answer.status, answer.body.code]).toEqual([400, "REQUEST_INVALID"]);
  expect(answer.body.message).toContain(`'${name}'`);
});

const CASES = `${PATH}/cases`;
const FIGURE = "period=2026-11&subject=unit&subjectId=works";

test("the cases behind a figure are a page with the figure, in the platform's zone", async () => {
  const { call, doubles } = await setUp();
  const url = `${CASES}?${FIGURE}&indicator=dispatched&limit=1`;
  const answer = await call("GET", url, { as: "leader" });
  expect(doubles.asked.at(-1)).toEqual({
    what: "evaluation.cases",
    with: {
      ...{ period: "2026-11", subject: "unit", subjectId: "works" },
      ...{ indicator: "dispatched", limit: 1 },
    },
  });
  const when = { reportedAt: "2026-11-02T08:00:00.000+08:00", state: "HANDLING" };
  expect(answer.body).toEqual({
    asOf: "2026-12-01T08:00:00.000+08:00",
    total: 3,
    items: [{ caseNo: "case-1", count: 2, ...when }],
    next: "case-1",
  });
});

test.each([
  ["a rate", `${FIGURE}&indicator=handleRate`, "indicator"],
  ["the intake of a unit", `${FIGURE}&indicator=reported`, "indicator"],
  ["nobody", "period=2026-11&subject=unit&indicator=closed", "subjectId"],
  ["nothing", FIGURE, "indicator"],
])("the cases behind %s are refused by name", async (_title, query, name) => {
  const { call } = await setUp();
  const answer = await call("GET", `${CASES}?${query}`, { as: "leader" });
  expect([answer.status, answer.body.code]).toEqual([400, "REQUEST_INVALID"]);
  expect(answer.body.message).toContain(`'${name}'`);
});
