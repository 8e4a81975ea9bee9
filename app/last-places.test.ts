import { expect, test } from "vitest";
import type { Evaluation, EvaluationChange, EvaluationItem } from "../model/evaluation.ts";
import { timeZone } from "../model/local-time.ts";
import { createLastPlacesDoor } from "./last-places.ts";

const zone = timeZone("Asia/Shanghai");
const NOTHING = {
  indicators: {},
  basePoints: null,
  deductions: [],
  extras: [],
  marks: {},
  grade: null,
  colour: null,
};

function unit(subjectId: string, score: number): EvaluationItem {
  const change: EvaluationChange = { score: null, rank: null };
  const changes = { change, changeOnLastYear: change };
  return { subjectId, kind: "contractor", score, rank: null, rankedOf: 2, ...NOTHING, ...changes };
}

/** Four units whose scores fall by the letter, in every period; says which were asked for. */
function setUp(more: (period: string) => Partial<Evaluation> = () => ({})) {
  const asked: string[] = [];
  const door = createLastPlacesDoor({
    zone,
    evaluation: {
      async read({ period, subject, model }) {
        asked.push(period);
        const [year = 0, at = ""] = [Number(period.slice(0, 4)), period.slice(5)];
        const month = at.startsWith("Q") ? Number(at.slice(1)) * 3 - 2 : Number(at);
        const from = zone.instant(year, month, 1);
        const to = zone.instant(year, at.startsWith("Q") ? month + 3 : month + 1, 1);
        const items = ["a", "b", "c", "d"].map((id, n) => unit(id, 90 - n));
        const answer = { period, from, to, subject, model, asOf: to, isOver: true, verified: true };
        return { ...answer, modelVersion: 0, items, ...more(period) };
      },
    },
  });
  return { door, asked };
}

test("a month is looked at by the rules of months, over a turn of the year", async () => {
  const { door, asked } = setUp();
  const found = await door.read({ period: "2026-01", model: "B" });
  expect(asked).toEqual(["2026-01", "2025-12", "2025-11"]);
  expect(found).toMatchObject({ period: "2026-01", isOver: true, verified: true });
  const met = found.items.map(({ ruleId, subjectId }) => `${ruleId} ${subjectId}`);
  // December is of another quarter, so nobody was last twice in one.
  const three = ["b", "c", "d"];
  expect(met).toEqual([
    ...three.map((id) => `last-three ${id}`),
    ...three.map((id) => `last-three-months ${id}`),
  ]);
});

test("a quarter is looked at by the rules of quarters", async () => {
  const { door, asked } = setUp();
  const { items } = await door.read({ period: "2026-Q2", model: "A" });
  expect(asked).toEqual(["2026-Q2", "2026-Q1", "2025-Q4"]);
  expect(new Set(items.map(({ ruleId }) => ruleId))).toEqual(new Set(["last-three-quarters"]));
});

test("a run is verified as a whole, and a month that is not over says so", async () => {
  const fault = { caseNo: "4115242026110100001", seq: 7 } as unknown as NonNullable<
    Evaluation["fault"]
  >;
  const { door } = setUp((period) => {
    if (period === "2026-10") return { verified: false, fault };
    return period === "2026-12" ? { asOf: zone.instant(2026, 12, 15) } : {};
  });
  const found = await door.read({ period: "2026-12", model: "B" });
  expect(found).toMatchObject({ isOver: false, verified: false, fault });
});

test.each(["2026-W47", "2026", "november"])("period '%s' is refused", async (period) => {
  const { door } = setUp();
  await expect(door.read({ period, model: "B" })).rejects.toMatchObject({
    code: "REQUEST_INVALID",
    message: expect.stringContaining(`'${period}'`),
  });
});
