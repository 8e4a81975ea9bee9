/** Rules, to read. */
import { GridwardenError } from "../../model/errors.ts";
import { pageOfList } from "../list-page.ts";
import { RuleAnswer, RulePage, RuleParams, RuleQuery } from "../schemas/alarms.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addRuleRoutes(server: Server, { deps: { rules } }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/rules",
    config: { action: "rules.read" },
    schema: {
      tags: ["alarms"],
      summary: "List rules",
      querystring: RuleQuery,
      response: { 200: RulePage, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const wanted = request.query.class;
      const found = rules.list().filter((rule) => wanted === undefined || rule.class === wanted);
      return pageOfList(found, request.query);
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/rules/:ruleId",
    config: { action: "rules.read" },
    schema: {
      tags: ["alarms"],
      summary: "One rule",
      params: RuleParams,
      response: { 200: RuleAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const rule = rules.get(request.params.ruleId);
      if (rule !== undefined) return rule;
      throw new GridwardenError("RULE_NOT_FOUND", `no rule has the id '${request.params.ruleId}'`);
    },
  });
}
