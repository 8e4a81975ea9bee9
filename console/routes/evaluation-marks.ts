/** Score models of the city; bonus and deduction items with their evidence, and third parties' marks. */
import type { EvaluationItemRecord } from "../../model/evaluation-item.ts";
import type { TimeZone } from "../../model/local-time.ts";
import { actorOf } from "../access.ts";
import type { Actor, KeptScoreModel } from "../deps.ts";
import { CSV_TYPE } from "../file-bodies.ts";
import { requestKeyOf } from "../idempotency.ts";
import { pageOfList, present } from "../list-page.ts";
import { limitOf } from "../roles.ts";
import { IdempotencyHeader } from "../schemas/cases.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
  ItemAnswer,
  ItemList,
  ItemPage,
  ItemParams,
  ItemQuery,
  ItemsBody,
  ModelAnswer,
  ModelBody,
  ModelList,
  ModelParams,
  ModelQuery,
  RevokeBody,
} from "../schemas/evaluation-marks.ts";
import type { RouteDeps, Server } from "../server.ts";

const TAGS = ["evaluation"];

export function addEvaluationMarkRoutes(server: Server, given: RouteDeps): void {
  addModelRoutes(server, given);
  addItemRoutes(server, given);
  // Its own scope, since it alone takes these files.
  void server.register(async (scope) => {
    scope.addContentTypeParser(CSV_TYPE, { parseAs: "string" }, (_request, body, done) =>
      done(null, { csv: body }),
    );
    addRecording(scope as Server, given);
  });
}

function addModelRoutes(server: Server, { deps: { evaluationMarks, zone } }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/evaluation/models",
    config: { action: "evaluation.read" },
    schema: {
      tags: TAGS,
      summary: "Score models as they stand",
      response: { 200: ModelList, ...ERROR_ANSWERS },
    },
    handler: async () => ({
      items: (await evaluationMarks.models()).map((each) => showModel(each, zone)),
    }),
  });
  server.route({
    method: "PUT",
    url: "/api/v1/evaluation/models/:modelId",
    config: { action: "evaluation.configure" },
    schema: {
      tags: TAGS,
      summary: "Put a score model; a period that is over keeps the version that stood at its end",
      params: ModelParams,
      querystring: ModelQuery,
      body: ModelBody,
      response: { 200: ModelAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { modelId } = request.params;
      const said = { by: actorOf(request).username, version: request.query.version };
      return showModel(await evaluationMarks.putModel(modelId, request.body, said), zone);
    },
  });
}

function addItemRoutes(
  server: Server,
  { deps: { evaluationMarks, registry, zone } }: RouteDeps,
): void {
  server.route({
    method: "GET",
    url: "/api/v1/evaluation/items",
    config: { action: "evaluation.read" },
    schema: {
      tags: TAGS,
      summary: "Bonus and deduction items and marks, the newest first; of a unit its own",
      querystring: ItemQuery,
      response: { 200: ItemPage, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { period, subjectId } = request.query;
      const limit = limitOf(actorOf(request), "evaluation.read", registry);
      const items = (await evaluationMarks.items()).filter(
        (item) =>
          (period === undefined || item.period === period) &&
          (subjectId === undefined || item.subjectId === subjectId) &&
          (limit === undefined || limit.has(unitOf(item, registry.crews))),
      );
      const page = pageOfList(items.reverse(), request.query);
      return present({ items: page.items.map((item) => showItem(item, zone)), next: page.next });
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/evaluation/items/:itemId/revoke",
    config: { action: "evaluation.record" },
    schema: {
      tags: TAGS,
      summary: "Take an item back, by a record of its own",
      params: ItemParams,
      body: RevokeBody,
      response: { 200: ItemAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { itemId } = request.params;
      const { reason } = request.body;
      return showItem(await evaluationMarks.revoke(itemId, reason, byOf(actorOf(request))), zone);
    },
  });
}

function addRecording(server: Server, { deps: { evaluationMarks, zone } }: RouteDeps): void {
  server.route({
    method: "POST",
    url: "/api/v1/evaluation/items",
    config: { action: "evaluation.record", subject: "items" },
    schema: {
      tags: TAGS,
      summary: "Record items and marks, as JSON or a CSV file; all of them or none",
      headers: IdempotencyHeader,
      consumes: ["application/json", CSV_TYPE],
      body: ItemsBody,
      response: { 201: ItemList, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const key = requestKeyOf(request, actor.username);
      const by = byOf(actor);
      const added =
        "csv" in request.body
          ? await evaluationMarks.addFile(request.body.csv, by, key)
          : await evaluationMarks.add(request.body.items, by, key);
      return reply.code(201).send({ items: added.map((item) => showItem(item, zone)) });
    },
  });
}

const byOf = ({ username, roles }: Actor) => ({ by: username, role: roles[0] ?? "none" });

/** Places are no unit's own. */
function unitOf(
  { subject, subjectId }: EvaluationItemRecord,
  crews: { get(crewId: string): { unitId: string } | undefined },
): string {
  if (subject === "unit") return subjectId;
  return subject === "crew" ? (crews.get(subjectId)?.unitId ?? "") : "";
}

function showItem({ at, revoked, chainSeq: _seq, ...item }: EvaluationItemRecord, zone: TimeZone) {
  return {
    ...item,
    at: zone.iso(at),
    ...(revoked !== undefined && {
      revoked: { at: zone.iso(revoked.at), by: revoked.by, reason: revoked.reason },
    }),
  };
}

function showModel({ changedAt, ...kept }: KeptScoreModel, zone: TimeZone) {
  return { ...kept, ...(changedAt !== undefined && { changedAt: zone.iso(changedAt) }) };
}
