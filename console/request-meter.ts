/** Counts answers by route, method and class of status; no address of a client becomes a label. */
import type { Metrics } from "../model/metrics.ts";
import type { Server } from "./server.ts";

const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];

export function countRequests(server: Server, meters: Metrics): void {
  const answers = meters.counter(
    "gridwarden_console_requests_total",
    "HTTP answers by route, method and class of status.",
    ["route", "method", "status"],
  );
  const seconds = meters.histogram(
    "gridwarden_console_request_seconds",
    "Time from a request to the end of its answer.",
    SECONDS,
  );
  server.addHook("onResponse", async (request, reply) => {
    answers.add(1, {
      route: request.routeOptions.url ?? "none",
      method: request.method,
      status: `${Math.floor(reply.statusCode / 100)}xx`,
    });
    seconds.observe(reply.elapsedTime / 1_000);
  });
}
