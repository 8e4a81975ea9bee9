/** Alarms: list, acknowledge, shelve and unshelve. */
import { actorOf } from "../access.ts";
import { present } from "../list-page.ts";
import { mayShelveLifeSafety } from "../roles.ts";
import {
  AcknowledgeBody,
  AlarmAnswer,
  AlarmPage,
  AlarmParams,
  AlarmQuery,
  ShelveBody,
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
  server.route({
    method: "POST",
    url: "/api/v1/alarms/:alarmId/shelve",
    config: { action: "alarms.shelve" },
    schema: {
      tags: ["alarms"],
      summary: "Keep it from being told, until a time and for a reason",
      params: AlarmParams,
      body: ShelveBody,
      response: { 200: AlarmAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { username, roles } = actorOf(request);
      const how = {
        ...request.body,
        by: username,
        mayShelveLifeSafety: mayShelveLifeSafety(roles),
      };
      return showAlarm(await alarms.shelve(request.params.alarmId, how), zone);
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/alarms/:alarmId/unshelve",
    config: { action: "alarms.shelve" },
    schema: {
      tags: ["alarms"],
      summary: "End its shelf; what is active and was never told is told",
      params: AlarmParams,
      response: { 200: AlarmAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => showAlarm(await alarms.unshelve(request.params.alarmId), zone),
  });
}
