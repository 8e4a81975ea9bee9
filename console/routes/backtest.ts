/**
 * A rule tried on the past. It may take a minute: who asks for an event stream hears how far it is,
 * and whose connection closes has it given up. What is refused before the first word of the stream
 * is an ordinary error; afterwards it is an event.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { TimeZone } from "../../model/local-time.ts";
import { flagNames } from "../../model/reading.ts";
import type { BacktestFound, BacktestRequest } from "../deps.ts";
import { answeredError } from "../error-answers.ts";
import { RuleParams } from "../schemas/alarms.ts";
import {
  BacktestAnswer as Answer,
  type BacktestAnswer,
  BacktestBody,
} from "../schemas/backtest.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";

const EVENT_STREAM = "text/event-stream";

export function addBacktestRoutes(server: Server, { deps: { rules, zone, log } }: RouteDeps): void {
  server.route({
    method: "POST",
    url: "/api/v1/rules/:ruleId/backtest",
    config: { action: "rules.backtest" },
    schema: {
      tags: ["alarms"],
      summary:
        "What a rule would have raised on stored readings, beside the one that stands; with `accept: text/event-stream` events `progress` and one `result` or `error`",
      params: RuleParams,
      body: BacktestBody,
      response: { 200: Answer, ...ERROR_ANSWERS },
    },
    // Thousands of alarms are not checked one by one on their way out.
    serializerCompiler: () => (answer) => JSON.stringify(answer),
    handler: async (request, reply) => {
      const asked = requestOf(request.params.ruleId, request.body);
      const signal = goneSignal(reply);
      const stream = wantsStream(request) ? createEvents(reply) : undefined;
      try {
        const found = await rules.backtest(asked, {
          signal,
          onProgress: (progress) => stream?.send("progress", progress),
        });
        const answer = showBacktest(found, zone);
        if (stream === undefined) return answer;
        stream.send("result", answer);
      } catch (error) {
        // Nobody is there to hear of it.
        if (signal.aborted) return reply.hijack();
        if (stream?.isBegun() !== true) throw error;
        stream.send("error", answeredError(error, request, log));
      }
      stream.end();
      return reply;
    },
  });
}

function requestOf(ruleId: BacktestRequest["ruleId"], body: BacktestBody): BacktestRequest {
  const { from, to, rule: given, assetIds } = body;
  const request: BacktestRequest = { ruleId, from, to };
  if (assetIds !== undefined) request.assetIds = assetIds;
  if (given !== undefined) {
    const { strayOverrides: _asRead, trust: _told, ...rule } = given;
    request.rule = { ...rule, ruleId };
  }
  return request;
}

function wantsStream(request: FastifyRequest): boolean {
  return request.headers.accept?.includes(EVENT_STREAM) === true;
}

/** Aborted when the connection closes before the answer is out. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.on("close", () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** The stream begins with its first event. */
function createEvents(reply: FastifyReply) {
  let isBegun = false;
  return {
    isBegun: () => isBegun,
    send(event: string, data: unknown): void {
      if (!isBegun) {
        isBegun = true;
        const headers = reply.getHeaders() as Record<string, string>;
        reply.hijack();
        reply.raw.writeHead(200, {
          ...headers,
          "content-type": `${EVENT_STREAM}; charset=utf-8`,
          "cache-control": "no-store",
          "x-accel-buffering": "no",
        });
      }
      reply.raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    end: () => void reply.raw.end(),
  };
}

type Side = BacktestFound["candidate"];

function showBacktest(found: BacktestFound, zone: TimeZone): BacktestAnswer {
  const { from, to, candidate, present, onlyCandidate, onlyPresent, ...counts } = found;
  const show = (alarms: Side["alarms"]) => alarms.map((alarm) => showTried(alarm, zone));
  const showSide = (side: Side) => ({ ...side, alarms: show(side.alarms) });
  return {
    ...counts,
    from: zone.iso(from),
    to: zone.iso(to),
    candidate: showSide(candidate),
    ...(present === undefined ? {} : { present: showSide(present) }),
    onlyCandidate: show(onlyCandidate),
    onlyPresent: show(onlyPresent),
  };
}

function showTried(
  { raisedAt, returnedAt, evidence, ...rest }: Side["alarms"][number],
  zone: TimeZone,
): BacktestAnswer["onlyCandidate"][number] {
  return {
    ...rest,
    raisedAt: zone.iso(raisedAt),
    ...(returnedAt === undefined ? {} : { returnedAt: zone.iso(returnedAt) }),
    ...(evidence === undefined
      ? {}
      : {
          evidence: {
            ...evidence,
            observedAt: zone.iso(evidence.observedAt),
            receivedAt: zone.iso(evidence.receivedAt),
            flags: flagNames(evidence.flags),
          },
        }),
  };
}
