/**
 * Errors as Open311 has them: `[{code, description}]`, the code being the HTTP status. The platform's
 * own code stands first in the description. Who is not known gets 403, what is not there 404, and
 * every other fault of the client's 400; what to try again later keeps its own status.
 */
import type { FastifyError, FastifyReply } from "fastify";
import { ERRORS } from "../../model/errors.ts";
import type { Log } from "../../model/log.ts";
import { answeredError, type ErrorHandler } from "../error-answers.ts";
import type { ErrorAnswer } from "../schemas/common.ts";

const KEPT_STATUSES: ReadonlySet<number> = new Set([403, 404, 413, 429]);

export function createOpen311ErrorHandler(log: Log): ErrorHandler {
  return (error, request, reply) =>
    send(reply, mediaFault(error) ?? answeredError(error, request, log));
}

function send(reply: FastifyReply, { code, message, details }: ErrorAnswer): void {
  reply.errorCode = code;
  const retryAfterS = details?.retryAfterS;
  if (typeof retryAfterS === "number") reply.header("retry-after", String(retryAfterS));
  const status = statusOf(ERRORS[code].status);
  // Written as it is: an error must never fail on a schema of the route it came from.
  void reply
    .code(status)
    .type("application/json; charset=utf-8")
    .serializer((body: unknown) => JSON.stringify(body))
    .send([{ code: status, description: `${code}: ${message}` }]);
}

function statusOf(status: number): number {
  if (status === 401) return 403;
  return KEPT_STATUSES.has(status) || status >= 500 ? status : 400;
}

function mediaFault(error: unknown): ErrorAnswer | undefined {
  if ((error as Partial<FastifyError>).code !== "FST_ERR_CTP_INVALID_MEDIA_TYPE") return undefined;
  const message = "a request is posted as application/x-www-form-urlencoded, in UTF-8";
  return { code: "MEDIA_TYPE_REFUSED", message };
}
