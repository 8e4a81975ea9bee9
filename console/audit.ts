/**
 * An entry in the audit trail for each write of the API: who, which call, about what, how it ended.
 * A write runs with its entry at hand, so that its own transaction keeps it; what committed nothing
 * is entered beside once it is answered. Of a body the id of what it is about is taken and no more.
 * A call by nobody known (no token, a refused sign-in) is not entered: there is no one to name.
 */
import type { FastifyRequest } from "fastify";
import type { PendingAudit } from "../model/audit.ts";
import type { ConsoleDeps } from "./deps.ts";
import type { Server } from "./server.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The action that is entered where it is another; an open route is entered by it alone. */
    audit?: "sign-in" | "sign-out";
    /** What a write is about where neither its address nor its body names one thing. */
    subject?: string;
  }
  interface FastifyRequest {
    pendingAudit: PendingAudit | undefined;
  }
}

const WRITES = new Set(["POST", "PUT", "PATCH", "DELETE"]);
/** Sent as a POST for their body; they change nothing. Where crews and inspectors are is no deed of theirs. */
const READING_ACTIONS = new Set([
  "rules.backtest",
  "intakes.read",
  "decoders.try",
  "crews.position",
  "patrols.own",
]);
/** What a body is about is the first of these that it has. */
const SUBJECT_FIELDS = [
  "username",
  "serviceId",
  "deviceId",
  "gatewayId",
  "crewId",
  "assetId",
  "stewardId",
  "unitId",
  "externalNo",
  "eventId",
] as const;
const SUBJECT_LENGTH_MAX = 80;

export function auditWrites(server: Server, audit: ConsoleDeps["audit"]): void {
  server.decorateRequest("pendingAudit", undefined);
  server.addHook("preHandler", (request, _reply, done) => {
    const pending = pendingOf(request, request.body);
    if (pending === undefined) return done();
    request.pendingAudit = pending;
    audit.during(pending, done);
  });
  server.addHook("onResponse", async (request, reply) => {
    // Refused before its handler: what its body says was checked by nobody.
    const pending = request.pendingAudit ?? pendingOf(request, undefined);
    if (pending === undefined || pending.isKept || request.user === undefined) return;
    audit.beside(pending, reply.errorCode ?? "done");
  });
}

function pendingOf(request: FastifyRequest, body: unknown): PendingAudit | undefined {
  const { config, url } = request.routeOptions;
  const { action, audit, subject: many } = config;
  if (!WRITES.has(request.method) || action === undefined || READING_ACTIONS.has(action)) {
    return undefined;
  }
  // Who signs in by a code is known when the code is.
  const actor = request.user?.username ?? (audit === undefined ? undefined : (idIn(body) ?? ""));
  if (actor === undefined) return undefined;
  const subject = idIn(request.params, true) ?? idIn(body) ?? many;
  return {
    requestId: request.id,
    actor,
    roles: request.user?.roles ?? [],
    action: audit ?? action,
    route: `${request.method} ${url}`,
    ...(subject !== undefined && { subject }),
    isKept: false,
    result: "done",
  };
}

/** The id in an address, or in a body under one of the known names. */
function idIn(given: unknown, isAddress = false): string | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  const fields = given as Record<string, unknown>;
  const names = isAddress ? Object.keys(fields) : SUBJECT_FIELDS;
  const found = names.map((name) => fields[name]).find((value) => typeof value === "string");
  return typeof found === "string" ? found.slice(0, SUBJECT_LENGTH_MAX) : undefined;
}
