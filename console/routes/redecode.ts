/** Decoding again what came before: raw uplinks of a period, and dead letters. */
import type { TimeZone } from "../../model/local-time.ts";
import type { RedecodedName, Redecoding, RedecodingSelection } from "../../model/redecoding.ts";
import { actorOf } from "../access.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
  LetterParams,
  RedecodingAnswer,
  RedecodingBody,
  RedecodingParams,
  RetryAnswer,
  RetryBody,
} from "../schemas/redecodings.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addRedecodeRoutes(server: Server, { deps }: RouteDeps): void {
  addRedecodings(server, deps);
  addRetries(server, deps);
}

type Given = RouteDeps["deps"];

function addRedecodings(server: Server, { redecodings, zone }: Given): void {
  server.route({
    method: "POST",
    url: "/api/v1/redecodings",
    config: { action: "redecode.write" },
    schema: {
      tags: ["readings"],
      summary: "Decode the kept uplinks of a period again, into the same keys; nobody is called",
      body: RedecodingBody,
      response: { 202: RedecodingAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const { from, to } = request.body;
      const by = actorOf(request).username;
      const job = await redecodings.ask({ selection: selectionOf(request.body), from, to, by });
      return reply.code(202).send(showRedecoding(job, zone));
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/redecodings/:redecodingId",
    config: { action: "dead-letters.read" },
    schema: {
      tags: ["readings"],
      summary: "How far a re-decoding has come, and what it did",
      params: RedecodingParams,
      response: { 200: RedecodingAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showRedecoding(await redecodings.get(request.params.redecodingId), zone),
  });
  server.route({
    method: "DELETE",
    url: "/api/v1/redecodings/:redecodingId",
    config: { action: "redecode.write" },
    schema: {
      tags: ["readings"],
      summary: "Stop a re-decoding; what it has replaced stays so",
      params: RedecodingParams,
      response: { 200: RedecodingAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showRedecoding(await redecodings.cancel(request.params.redecodingId), zone),
  });
}

function addRetries(server: Server, { retries }: Given): void {
  server.route({
    method: "POST",
    url: "/api/v1/dead-letters/:letterId/retry",
    config: { action: "redecode.write" },
    schema: {
      tags: ["readings"],
      summary: "Try a dead letter again, with the others of its uplink",
      params: LetterParams,
      response: { 200: RetryAnswer, ...ERROR_ANSWERS },
    },
    handler: (request) => retries.one(Number(request.params.letterId)),
  });
  server.route({
    method: "POST",
    url: "/api/v1/dead-letters/retry",
    config: { action: "redecode.write", subject: "dead-letters" },
    schema: {
      tags: ["readings"],
      summary: "Try dead letters again, all or those of a reason, a format or a device",
      body: RetryBody,
      response: { 200: RetryAnswer, ...ERROR_ANSWERS },
    },
    handler: (request) => retries.all(request.body),
  });
}

/** The schema has let one of them through. */
function selectionOf({
  deviceIds,
  decoderId,
  format = "native",
}: RedecodingBody): RedecodingSelection {
  if (deviceIds !== undefined) return { deviceIds };
  return decoderId === undefined ? { format } : { decoderId };
}

const shownSelection = (selection: RedecodingSelection) =>
  "deviceIds" in selection ? { deviceIds: [...selection.deviceIds] } : selection;

/** Of all whose uplinks were decoded, by measurement; the most first. */
function unansweredOf(names: readonly RedecodedName[]) {
  const readings = new Map<string, number>();
  for (const { measurement, answered, standing } of names) {
    if (answered > 0 || standing === 0) continue;
    readings.set(measurement, (readings.get(measurement) ?? 0) + standing);
  }
  return [...readings]
    .map(([measurement, count]) => ({ measurement, readings: count }))
    .sort((a, b) => b.readings - a.readings);
}

function showRedecoding(
  { selection, counts, names, from, to, madeAt, endedAt, fault, ...job }: Redecoding,
  zone: TimeZone,
) {
  const { redecodingId, state, by, first, next, end, uplinks, faults } = job;
  const share = end <= first ? 1 : Math.min(1, Math.max(0, (next - first) / (end - first)));
  return {
    ...{ redecodingId, state, by, uplinks },
    ...shownSelection(selection),
    ...{ from: zone.iso(from), to: zone.iso(to), madeAt: zone.iso(madeAt) },
    donePercent: state === "done" ? 100 : Math.floor(share * 100),
    values: counts,
    unanswered: unansweredOf(names),
    faults: [...faults],
    ...(endedAt !== undefined && { endedAt: zone.iso(endedAt) }),
    ...(fault !== undefined && { fault }),
  };
}
