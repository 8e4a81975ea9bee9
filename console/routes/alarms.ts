/** Alarms: list, acknowledge, shelve and unshelve. */
import type { AlarmRecord } from "../../model/alarm.ts";
import { GridwardenError } from "../../model/errors.ts";
import { actorOf } from "../access.ts";
import type { ConsoleDeps } from "../deps.ts";
import { present } from "../list-page.ts";
import { checkReach, scopeOf } from "../roles.ts";
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

export function addAlarmRoutes(server: Server, { deps }: RouteDeps): void {
  const { alarms, registry, zone } = deps;
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
      const actor = actorOf(request);
      const { alarmId } = request.params;
      const alarm = await needAlarm(deps, alarmId);
      checkReach(actor, "alarms.acknowledge", placeOf(alarm, deps), registry);
      const how = { by: actor.username, note: request.body?.note };
      return showAlarm(await alarms.acknowledge(alarmId, how), zone);
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
        mayShelveLifeSafety: scopeOf(roles, "alarms.shelve-life-safety") === "all",
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

/** @throws ALARM_NOT_FOUND */
async function needAlarm({ alarms }: ConsoleDeps, alarmId: string): Promise<AlarmRecord> {
  const alarm = await alarms.get(alarmId);
  if (alarm !== undefined) return alarm;
  throw new GridwardenError("ALARM_NOT_FOUND", `no alarm has the id '${alarmId.slice(0, 64)}'`);
}

/** Whose the alarm's asset is; one of a gateway is no unit's. */
function placeOf({ alarmId, assetId }: AlarmRecord, { registry }: ConsoleDeps) {
  const asset = assetId === undefined ? undefined : registry.asset(assetId);
  const { maintenanceUnitId, ownerUnitId, competentUnitId } = asset ?? {};
  const where = assetId === undefined ? "which is at no asset" : `at asset '${assetId}'`;
  return {
    called: `alarm '${alarmId}' ${where}`,
    unitIds: [maintenanceUnitId, ownerUnitId, competentUnitId],
  };
}
