/** Evaluation: everybody's for those who lead, of a unit its own and those of the units below it. */
import { GridwardenError } from "../../model/errors.ts";
import {
  type Evaluation,
  type EvaluationItem,
  type EvaluationSubject,
  evaluationView,
} from "../../model/evaluation.ts";
import { countsOf } from "../../model/indicator.ts";
import { actorOf } from "../access.ts";
import type { Actor } from "../deps.ts";
import { checkReach, limitOf, type UnitTree } from "../roles.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
  CountedCasesAnswer,
  CountedCasesQuery,
  EvaluationAnswer,
  EvaluationQuery,
} from "../schemas/evaluation.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage } from "../show.ts";

export function addEvaluationRoutes(server: Server, { deps }: RouteDeps): void {
  addFigures(server, deps);
  addCases(server, deps);
}

function addFigures(server: Server, { evaluation, registry, zone }: RouteDeps["deps"]): void {
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

function addCases(server: Server, { evaluation, registry, zone }: RouteDeps["deps"]): void {
  server.route({
    method: "GET",
    url: "/api/v1/evaluation/cases",
    config: { action: "evaluation.read" },
    schema: {
      tags: ["evaluation"],
      summary: "The cases behind one figure of a period, by their numbers",
      querystring: CountedCasesQuery,
      response: { 200: CountedCasesAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { subject, subjectId, indicator } = request.query;
      checkCount(subject, indicator);
      const called = `the ${subject} '${subjectId}'`;
      const unitId = subject === "crew" ? registry.crews.get(subjectId)?.unitId : subjectId;
      // A place and a post are no unit's own.
      const unitIds = subject === "crew" || subject === "unit" ? [unitId] : [];
      checkReach(actorOf(request), "evaluation.read", { called, unitIds }, registry);
      const found = await evaluation.cases(request.query);
      const shown = showPage(found, (each) => ({ ...each, reportedAt: zone.iso(each.reportedAt) }));
      return { ...shown, asOf: zone.iso(found.asOf), total: found.total };
    },
  });
}

/** @throws REQUEST_INVALID */
function checkCount(subject: EvaluationSubject, indicator: string): void {
  const counts = countsOf(subject);
  if (counts.includes(indicator)) return;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field 'indicator': got '${indicator}', wanted a count of the subject '${subject}': ${counts.join(", ")}`,
  );
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
