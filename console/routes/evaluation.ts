/** Evaluation: everybody's for those who lead, of a unit its own and those of the units below it. */
import { type Evaluation, type EvaluationItem, evaluationView } from "../../model/evaluation.ts";
import { actorOf } from "../access.ts";
import type { Actor } from "../deps.ts";
import { limitOf, type UnitTree } from "../roles.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { EvaluationAnswer, EvaluationQuery } from "../schemas/evaluation.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addEvaluationRoutes(
  server: Server,
  { deps: { evaluation, registry, zone } }: RouteDeps,
): void {
  server.route({
    method: "GET",
    url: "/api/v1/evaluation",
    config: { action: "evaluation.read" },
    schema: {
      tags: ["evaluation"],
      summary: "Indicators, score and rank of a period, out of the history of cases",
      querystring: EvaluationQuery,
      response: { 200: EvaluationAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const found = await evaluation.read(request.query);
      return evaluationView(evaluationWithin(found, actorOf(request), registry), zone);
    },
  });
}

/** With those items alone that somebody may see. */
export function evaluationWithin(found: Evaluation, actor: Actor, tree: UnitTree): Evaluation {
  const limit = limitOf(actor, "evaluation.read", tree);
  return limit === undefined ? found : { ...found, items: itemsWithin(found, limit) };
}

/** A place and a post are no unit's own. */
function itemsWithin({ subject, items }: Evaluation, limit: ReadonlySet<string>): EvaluationItem[] {
  if (subject === "unit") return items.filter(({ subjectId }) => limit.has(subjectId));
  return items.filter(({ unitId }) => unitId !== undefined && limit.has(unitId));
}
