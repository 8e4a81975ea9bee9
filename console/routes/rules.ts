/** Rules: to read, to change, and what a rule may be as JSON Schema. */
import { z } from "zod";
import { GridwardenError } from "../../model/errors.ts";
import { Rule } from "../../model/rule.ts";
import { simulatedPrecision } from "../../model/simulated-precision.ts";
import { actorOf } from "../access.ts";
import { pageOfList } from "../list-page.ts";
import {
  RuleBody,
  RuleDetail,
  RuleFaults,
  RulePage,
  RuleParams,
  RulePrecision,
  RuleQuery,
  RuleVersions,
} from "../schemas/alarms.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";

const RULE_SCHEMA = z.toJSONSchema(Rule, { io: "input" }) as Record<string, unknown>;

export function addRuleRoutes(server: Server, { deps: { rules, zone } }: RouteDeps): void {
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
      response: { 200: RuleDetail, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const rule = rules.get(request.params.ruleId);
      if (rule !== undefined) return withMore(rule);
      throw unknownRule(request.params.ruleId);
    },
  });
  server.route({
    method: "PUT",
    url: "/api/v1/rules/:ruleId",
    config: { action: "rules.write" },
    schema: {
      tags: ["alarms"],
      summary:
        "Change a rule or add one; it counts at once, alarms keep the version that raised them",
      params: RuleParams,
      body: RuleBody,
      response: { 200: RuleDetail, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { strayOverrides: _asRead, trust: _told, ...body } = request.body;
      const rule = { ...body, ruleId: request.params.ruleId };
      return withMore(await rules.put(rule, actorOf(request).username));
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/rules/:ruleId/check",
    config: { action: "rules.backtest" },
    schema: {
      tags: ["alarms"],
      summary: "Whether a rule would be taken, with every fault; nothing is changed",
      params: RuleParams,
      body: RuleBody,
      response: { 200: RuleFaults, ...ERROR_ANSWERS },
    },
    handler: async ({ body, params }) => {
      const { strayOverrides: _asRead, trust: _told, ...rule } = body;
      try {
        rules.check({ ...rule, ruleId: params.ruleId });
      } catch (error) {
        const isFaulty = error instanceof GridwardenError && error.code === "RULE_INVALID";
        if (!isFaulty) throw error;
        return RuleFaults.parse(error.details);
      }
      return { faults: [] };
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/rules/:ruleId/versions",
    config: { action: "rules.read" },
    schema: {
      tags: ["alarms"],
      summary: "Every version that was put, with when and by whom, the newest first",
      params: RuleParams,
      response: { 200: RuleVersions, ...ERROR_ANSWERS },
    },
    handler: async (request) => ({
      items: (await rules.versions(request.params.ruleId)).map(({ changedAt, ...row }) => ({
        ...row,
        changedAt: zone.iso(changedAt),
      })),
    }),
  });
  server.route({
    method: "GET",
    url: "/api/v1/rules/:ruleId/precision",
    config: { action: "rules.read" },
    schema: {
      tags: ["alarms"],
      summary: "How often crews found what the rule said, version by version",
      params: RuleParams,
      response: { 200: RulePrecision, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { ruleId } = request.params;
      const rule = rules.get(ruleId);
      const versions = await rules.precision(ruleId);
      if (rule === undefined && versions.length === 0) throw unknownRule(ruleId);
      const trust = rule === undefined ? {} : { trust: await rules.trust(rule) };
      const simulated = simulatedPrecision(ruleId);
      const beside = simulated === undefined ? {} : { simulated };
      return { ruleId, ...trust, ...beside, versions: [...versions] };
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/rule-schema",
    config: { action: "rules.read" },
    schema: {
      tags: ["alarms"],
      summary: "What a rule may be, as JSON Schema",
      response: { 200: z.record(z.string(), z.unknown()), ...ERROR_ANSWERS },
    },
    handler: async () => RULE_SCHEMA,
  });

  async function withMore(rule: Rule) {
    const strayOverrides = rules.strays(rule);
    const strays = strayOverrides.length === 0 ? {} : { strayOverrides };
    return { ...rule, ...strays, trust: await rules.trust(rule) };
  }
}

const unknownRule = (ruleId: string): GridwardenError =>
  new GridwardenError("RULE_NOT_FOUND", `no rule has the id '${ruleId}'`);
