/** What whoever takes a call asks: the calls about a case, who has called before, alarms near a place. */
import { actorOf } from "../access.ts";
import { requestKeyOf } from "../idempotency.ts";
import { CaseParams, IdempotencyHeader } from "../schemas/cases.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
  CallAnswer,
  CallBody,
  CallerBody,
  CallersAnswer,
  CallsAnswer,
  NearAlarmsAnswer,
  NearAlarmsQuery,
} from "../schemas/desk.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showAlarm } from "../show.ts";
import { showCall } from "../show-desk.ts";

export function addIntakeDeskRoutes(
  server: Server,
  { deps: { intakeDesk, zone } }: RouteDeps,
): void {
  server.route({
    method: "GET",
    url: "/api/v1/cases/:caseNo/calls",
    config: { action: "cases.calls" },
    schema: {
      tags: ["cases"],
      summary: "Telephone calls about a case, the oldest first",
      params: CaseParams,
      response: { 200: CallsAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => ({
      items: (await intakeDesk.calls(request.params.caseNo)).map((call) => showCall(call, zone)),
    }),
  });
  server.route({
    method: "POST",
    url: "/api/v1/cases/:caseNo/calls",
    config: { action: "cases.calls" },
    schema: {
      tags: ["cases"],
      summary: "Write down who called about a case and what was said; it stays as it is",
      params: CaseParams,
      headers: IdempotencyHeader,
      body: CallBody,
      response: { 201: CallAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const { username } = actorOf(request);
      const key = requestKeyOf(request, username);
      const { caseNo } = request.params;
      const call = await intakeDesk.addCall(caseNo, request.body, username, key);
      return reply.code(201).send(showCall(call, zone));
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/alarms/near",
    config: { action: "alarms.read" },
    schema: {
      tags: ["alarms"],
      summary: "Alarms that stand at assets around a place, the nearest first",
      querystring: NearAlarmsQuery,
      response: { 200: NearAlarmsAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => ({
      items: (await intakeDesk.alarmsNear(request.query)).map(({ distanceM, ...alarm }) => ({
        ...showAlarm(alarm, zone),
        distanceM,
      })),
    }),
  });
  // A POST, so that no telephone number stands in an address; and so it is entered who asked.
  server.route({
    method: "POST",
    url: "/api/v1/callers/reports",
    config: { action: "cases.reporters", subject: "callers" },
    schema: {
      tags: ["cases"],
      summary: "Reports under a telephone number, the newest first",
      body: CallerBody,
      response: { 200: CallersAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => ({
      items: (await intakeDesk.reportsBy(request.body.phone)).map((report) => ({
        ...report,
        at: zone.iso(report.at),
      })),
    }),
  });
}
