/** Alarms: list, acknowledge. */
import { actorOf } from "../access.ts";
import { present } from "../list-page.ts";
import {
  AcknowledgeBody,
  AlarmAnswer,
  AlarmPage,
  AlarmParams,
  AlarmQuery,
} from "../schemas/alarms.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showAlarm, showPage } from "../show.ts";

export function addAlarmRoutes(server: Server, { deps: { alarms, zone } }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/alarms",
    config: { action: "alarms.read" },
    schema: {
      tags: ["alarms"],
      summary: "List alarms, newest first",
      querystring: AlarmQuery,
      response: { 200: AlarmPage, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showPage(await alarms.list(present(request.query)), (alarm) => showAlarm(alarm, zone)),
  });
  server.route({
    method: "POST",
    url: "/api/v1/alarms/:alarmId/acknowledge",
    config: { action: "alarms.acknowledge" },
    schema: {
      tags: ["alarms"],
      summary: "Somebody has seen it",
      params: AlarmParams,
      body: AcknowledgeBody,
      response: { 200: AlarmAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { username } = actorOf(request);
      const how = { by: username, note: request.body?.note };
      return showAlarm(await alarms.acknowledge(request.params.alarmId, how), zone);
    },
  });
}
