/** Is it alive, is it ready, what does it count, and which calls are there: open to all. */
import { z } from "zod";
import { IsoTime } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";

const HealthAnswer = z.object({
  status: z.literal("ok"),
  now: IsoTime.describe("the platform's own time"),
  clock: z.string().nullable().describe("`<ISO start>,<speed>` of a simulated clock"),
  speed: z.number(),
});
const ReadyAnswer = z.object({ ready: z.boolean(), details: z.record(z.string(), z.unknown()) });
const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export function addHealthRoutes(server: Server, { deps }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/healthz",
    config: { action: "open" },
    schema: {
      tags: ["platform"],
      summary: "The process answers, and at which time it lives",
      security: [],
      response: { 200: HealthAnswer },
    },
    handler: async () => ({
      status: "ok" as const,
      now: deps.zone.iso(deps.clock.now()),
      clock: deps.clockPair ?? null,
      speed: deps.clock.speed,
    }),
  });
  server.route({
    method: "GET",
    url: "/readyz",
    config: { action: "open" },
    schema: {
      tags: ["platform"],
      summary: "200 only when devices and people can be served",
      security: [],
      response: { 200: ReadyAnswer, 503: ReadyAnswer },
    },
    handler: async (_request, reply) => {
      const health = await deps.health();
      return reply.code(health.ready ? 200 : 503).send(health);
    },
  });
  server.route({
    method: "GET",
    url: "/metrics",
    config: { action: "open" },
    schema: {
      tags: ["platform"],
      summary: "What is counted, for Prometheus",
      security: [],
      produces: ["text/plain"],
    },
    handler: async (_request, reply) => reply.type(PROMETHEUS_TYPE).send(await deps.metrics()),
  });
  server.route({
    method: "GET",
    url: "/openapi.json",
    config: { action: "open" },
    schema: { tags: ["platform"], summary: "This document", security: [] },
    handler: async () => server.swagger(),
  });
}
