/** Score models and items, for tests of the console: one model, and one item of the unit `works`. */
import type { EvaluationItemRecord } from "../model/evaluation-item.ts";
import { ScoreModel } from "../model/score-model.ts";
import type { ConsoleDeps, KeptScoreModel } from "./deps.ts";

const MODEL = ScoreModel.parse({
  title: { zh: "评价", en: "evaluation" },
  terms: [{ kind: "share", rate: "handleRate", points: 130 }],
  source: "a test",
});

export function evaluationMarksDouble(
  asked: { what: string; with: unknown }[],
  now: number,
): ConsoleDeps["evaluationMarks"] {
  const kept: KeptScoreModel = { modelId: "city", version: 1, model: MODEL, changedAt: now };
  const item: EvaluationItemRecord = {
    ...{ itemId: "EI20261127-1", kind: "bonus", period: "2026-11", subject: "unit" },
    ...{ subjectId: "works", points: 2, reason: "a model street", evidence: ["case-1"] },
    ...{ at: now, by: "leader", chainSeq: 7 },
  };
  const ask = <T>(what: string, given: unknown, answer: T): T => {
    asked.push({ what, with: given });
    return answer;
  };
  return {
    models: async () => [kept],
    putModel: async (modelId, model, said) =>
      ask("models.put", { modelId, model, said }, { ...kept, modelId, model }),
    items: async () => [item],
    add: async (items, by, key) => ask("items.add", { items, by, ...(key && { key }) }, [item]),
    addFile: async (csv, by) => ask("items.addFile", { csv, by }, [item]),
    revoke: async (itemId, reason, by) =>
      ask(
        "items.revoke",
        { itemId, reason, by },
        { ...item, revoked: { at: now, by: by.by, reason, chainSeq: 8 } },
      ),
  };
}
