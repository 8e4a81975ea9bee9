/**
 * Every error becomes `{code, message, details?}` with its status, here and nowhere else. What the
 * platform does not know is INTERNAL: the client gets the request's id, the log the rest.
 */
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { type ErrorCode, GridwardenError } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import type { ErrorAnswer } from "./schemas/common.ts";

declare module "fastify" {
  interface FastifyReply {
    /** Of the error that it tells. */
    errorCode?: ErrorCode;
  }
}

export type ErrorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

export function createErrorHandler(log: Log): ErrorHandler {
  return (error, request, reply) => sendError(reply, foreseen(error, request, log));
}

/** An error as the body of an answer that has begun already; logged as any other. */
export function answeredError(error: unknown, request: FastifyRequest, log: Log): ErrorAnswer {
  return bodyOf(foreseen(error, request, log));
}

function foreseen(error: unknown, request: FastifyRequest, log: Log): GridwardenError {
  const answered = knownError(error) ?? internalError(request.id);
  if (answered.status >= 500) {
    log.error("a request failed", {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions?.url,
      code: answered.code,
      error,
    });
  }
  return answered;
}

function bodyOf({ code, message, details }: GridwardenError): ErrorAnswer {
  return details === undefined ? { code, message } : { code, message, details };
}

export function sendError(reply: FastifyReply, error: GridwardenError): void {
  reply.errorCode = error.code;
  const retryAfterS = error.details?.retryAfterS;
  if (typeof retryAfterS === "number") reply.header("retry-after", String(retryAfterS));
  if (error.code === "TOKEN_REFUSED") reply.header("www-authenticate", "Bearer");
  // Written as it is: an error must never fail on a schema of the route it came from.
  void reply
    .code(error.status)
    .type("application/json; charset=utf-8")
    .serializer((body: unknown) => JSON.stringify(body))
    .send(bodyOf(error));
}

function internalError(requestId: string): GridwardenError {
  return new GridwardenError(
    "INTERNAL",
    `a fault of the platform's own; the log has it under request '${requestId}'`,
    { details: { requestId } },
  );
}

/** Undefined: nobody foresaw it. */
function knownError(error: unknown): GridwardenError | undefined {
  if (error instanceof GridwardenError) return error;
  if (!(error instanceof Error)) return undefined;
  const { code, statusCode, message } = error as FastifyError;
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new GridwardenError("PAYLOAD_TOO_LARGE", "the body is larger than this call takes");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new GridwardenError(
        "MEDIA_TYPE_REFUSED",
        "the body's content type is not taken here; send application/json, or for an import text/csv or application/geo+json",
      );
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
      return new GridwardenError("REQUEST_INVALID", "the body: got nothing, wanted JSON");
    default:
  }
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return undefined;
  return new GridwardenError("REQUEST_INVALID", `the request: ${message}`);
}
