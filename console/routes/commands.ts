/** Commands to devices: to one, to many, what became of them, and taking them back. */
import type { FastifyRequest } from "fastify";
import type { Command, CommandBatch } from "../../model/command.ts";
import type { TimeZone } from "../../model/local-time.ts";
import { actorOf } from "../access.ts";
import { requestKeyOf } from "../idempotency.ts";
import { checkRole } from "../roles.ts";
import { IdempotencyHeader } from "../schemas/cases.ts";
import {
  CommandAnswer,
  CommandBatchAnswer,
  CommandBatchBody,
  CommandBatchParams,
  CommandBody,
  CommandPage,
  CommandParams,
  CommandQuery,
  CommandsParams,
} from "../schemas/commands.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage } from "../show.ts";

export function addCommandRoutes(server: Server, { deps }: RouteDeps): void {
  addDeviceCommands(server, deps);
  addBatches(server, deps);
}

type Given = RouteDeps["deps"];

function addDeviceCommands(server: Server, { commands, zone }: Given): void {
  server.route({
    method: "POST",
    url: "/api/v1/devices/:deviceId/commands",
    config: { action: "commands.send" },
    schema: {
      tags: ["commands"],
      summary: "Tell a device something; it is sent when the device can be reached",
      params: CommandsParams,
      headers: IdempotencyHeader,
      body: CommandBody,
      response: { 201: CommandAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const by = senderOf(request, request.body.name);
      const key = requestKeyOf(request, by.username);
      const made = await commands.send(request.params.deviceId, request.body, by, key);
      return reply.code(201).send(showCommand(made, zone));
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/devices/:deviceId/commands",
    config: { action: "commands.read" },
    schema: {
      tags: ["commands"],
      summary: "What a device was told and what became of it, newest first",
      params: CommandsParams,
      querystring: CommandQuery,
      response: { 200: CommandPage, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showPage(await commands.list(request.params.deviceId, request.query), (command) =>
        showCommand(command, zone),
      ),
  });
  server.route({
    method: "DELETE",
    url: "/api/v1/devices/:deviceId/commands/:commandId",
    config: { action: "commands.send" },
    schema: {
      tags: ["commands"],
      summary: "Cancel a command that has not ended; one that has gone out is not called back",
      params: CommandParams,
      response: { 200: CommandAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { deviceId, commandId } = request.params;
      return showCommand(await commands.cancel(deviceId, commandId, actorOf(request)), zone);
    },
  });
}

function addBatches(server: Server, { commands, zone }: Given): void {
  server.route({
    method: "POST",
    url: "/api/v1/commands",
    config: { action: "commands.send" },
    schema: {
      tags: ["commands"],
      summary: "Tell many devices the same: of a street, of a cabinet, of assets, of a class",
      headers: IdempotencyHeader,
      body: CommandBatchBody,
      response: { 201: CommandBatchAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const by = senderOf(request, request.body.name);
      const made = await commands.sendMany(request.body, by, requestKeyOf(request, by.username));
      return reply.code(201).send(showBatch(made, zone));
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/commands/:batchId",
    config: { action: "commands.read" },
    schema: {
      tags: ["commands"],
      summary: "How far a command to many devices is",
      params: CommandBatchParams,
      response: { 200: CommandBatchAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => showBatch(await commands.batch(request.params.batchId), zone),
  });
  server.route({
    method: "DELETE",
    url: "/api/v1/commands/:batchId",
    config: { action: "commands.send" },
    schema: {
      tags: ["commands"],
      summary: "Cancel what has not ended of a command to many devices",
      params: CommandBatchParams,
      response: { 200: CommandBatchAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showBatch(await commands.cancelMany(request.params.batchId, actorOf(request)), zone),
  });
}

/** What no schema understands may do anything to a device. @throws ROLE_REFUSED */
function senderOf(request: FastifyRequest, name: string) {
  const actor = actorOf(request);
  if (name === "raw") checkRole(actor, "commands.send-raw");
  return actor;
}

function showCommand(command: Command, zone: TimeZone): CommandAnswer {
  const { seq: _, nextAt: __, createdAt, expiresAt, sentAt, endedAt, ...rest } = command;
  return {
    ...rest,
    createdAt: zone.iso(createdAt),
    expiresAt: zone.iso(expiresAt),
    ...(sentAt === undefined ? {} : { sentAt: zone.iso(sentAt) }),
    ...(endedAt === undefined ? {} : { endedAt: zone.iso(endedAt) }),
  };
}

function showBatch(batch: CommandBatch, zone: TimeZone): CommandBatchAnswer {
  const { createdAt, expiresAt, failures, ...rest } = batch;
  return {
    ...rest,
    failures: [...failures],
    createdAt: zone.iso(createdAt),
    expiresAt: zone.iso(expiresAt),
  };
}
