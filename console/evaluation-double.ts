/** Evaluations for tests of the console: one unit, its crew and a street. */
import { type Evaluation, EvaluationSubject } from "../model/evaluation.ts";
import type { ConsoleDeps } from "./deps.ts";

const ITEMS: Record<string, Evaluation["items"][number]> = Object.fromEntries(
  EvaluationSubject.options.map((subject) => [
    subject,
    {
      subjectId: subject === "unit" ? "works" : `a-${subject}`,
      ...(subject === "crew" && { unitId: "works" }),
      indicators: { handled: 3, handleRate: 0.75, reworkRate: null },
      basePoints: 87.5,
      deductions: [{ deductionId: "refused-return", points: 1, count: 1, caseNos: ["case-1"] }],
      extras: [{ itemId: "EI20261127-1", kind: "bonus", points: 2, reason: "a model street" }],
      marks: { survey: 91.5 },
      score: 86.5,
      grade: "good",
      colour: "blue",
      rank: 1,
      rankedOf: 2,
      change: { score: -1.5, rank: null },
      changeOnLastYear: { score: 2, rank: -1 },
    },
  ]),
);

export function evaluationDouble(
  asked: { what: string; with: unknown }[],
): ConsoleDeps["evaluation"] {
  return {
    read: async (query) => {
      asked.push({ what: "evaluation.read", with: query });
      const { period, subject, model } = query;
      const item = ITEMS[subject];
      const [from, to] = [Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)];
      const items = item === undefined ? [] : [item];
      const when = { period, from, to, asOf: to, isOver: true, modelVersion: 0 };
      return { ...when, subject, model, verified: true, items };
    },
    cases: async (query) => {
      asked.push({ what: "evaluation.cases", with: query });
      const when = { reportedAt: Date.UTC(2026, 10, 2), state: "HANDLING" } as const;
      const items = [{ caseNo: "case-1", count: 2, ...when }];
      return { asOf: Date.UTC(2026, 11, 1), total: 3, items, next: "case-1" };
    },
  };
}
