/** Sources as the console's tests have them: one case, one order, one answer. */
import type { Case } from "../model/case.ts";
import type { KeptReport, OrderAnswer, SimilarCase } from "../model/case-report.ts";
import type { SourcesDoor } from "./source-door.ts";

export function sourcesDouble(
  asked: { what: string; with: unknown }[],
  sample: Case,
  now: number,
): SourcesDoor {
  const ask = <T>(what: string, given: unknown, answer: T): Promise<T> => {
    asked.push({ what, with: given });
    return Promise.resolve(answer);
  };
  const { caseNo, state, conditionId, categoryCode } = sample;
  const similar: SimilarCase[] = [
    { caseNo, distanceM: 12.5, ageMs: 60_000, state, conditionId, categoryCode },
  ];
  const report: KeptReport = {
    at: now,
    source: "hotline",
    externalSystem: "12345",
    externalNo: "GD-1",
    reporter: { name: "王小明", phone: "13800138000" },
  };
  const answer: OrderAnswer = {
    externalSystem: "12345",
    externalNo: "GD-1",
    caseNo,
    state,
    stateText: "已派遣",
    isFinal: false,
    position: 3,
    changedAt: now,
  };
  const taken = {
    taken: [{ externalSystem: "12345", externalNo: "GD-1", caseNo, fate: "opened" as const }],
    rejected: [],
  };
  return {
    similar: (about) => ask("sources.similar", about, similar),
    similarTo: async () => similar,
    reportsOf: async () => [report],
    join: (said, actor, key) => ask("sources.join", { said, actor, ...(key && { key }) }, sample),
    takeOrders: (orders, actor) => ask("sources.takeOrders", { orders, actor }, taken),
    importOrders: (file, actor) =>
      ask("sources.importOrders", { file, actor }, { ...taken, ignored: ["颜色"] }),
    answers: (said) => ask("sources.answers", said, [answer]),
    answersCsv: (said) => ask("sources.answersCsv", said, "\uFEFF工单编号\r\nGD-1\r\n"),
    delivered: (said) => ask("sources.delivered", said, { ...answer, deliveredAt: now }),
    unsolved: (said, actor, key) =>
      ask("sources.unsolved", { said, actor, ...(key && { key }) }, sample),
    takeVideo: (event, actor) =>
      ask("sources.takeVideo", { event, actor }, { kind: "opened" as const, caseNo }),
  };
}
