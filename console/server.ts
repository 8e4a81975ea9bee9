/**
 * The HTTP server with all its routes, not yet listening. The zod schemas of the routes check what
 * comes in, shape what goes out, and are the OpenAPI document at /openapi.json.
 */
import { randomUUID } from "node:crypto";
import fastifySwagger from "@fastify/swagger";
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyServerOptions,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from "fastify";
import { serializerCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { SECOND_MS } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { guardRoutes } from "./access.ts";
import { auditWrites } from "./audit.ts";
import type { ConsoleDeps } from "./deps.ts";
import { createErrorHandler, sendError } from "./error-answers.ts";
import { addOpen311Routes } from "./open311/routes.ts";
import { openApiOptions } from "./openapi.ts";
import { addPageFiles } from "./page-files.ts";
import { addPublicLayerRoutes } from "./public/layer-routes.ts";
import { addCitizenReportRoutes } from "./public/report-routes.ts";
import { addPublicRoutes } from "./public/routes.ts";
import { countRequests } from "./request-meter.ts";
import { addAlarmRoutes } from "./routes/alarms.ts";
import { addAssetRoutes } from "./routes/assets.ts";
import { addAssistRoutes } from "./routes/assists.ts";
import { addAuditRoutes } from "./routes/audit.ts";
import { addBacktestRoutes } from "./routes/backtest.ts";
import { addCalendarRoutes } from "./routes/calendars.ts";
import { addCaseRoutes } from "./routes/cases.ts";
import { addCityRoutes } from "./routes/city.ts";
import { addCommandRoutes } from "./routes/commands.ts";
import { addContactRoutes } from "./routes/contacts.ts";
import { addCrewSessionRoutes } from "./routes/crew-sessions.ts";
import { addCrewRoutes } from "./routes/crews.ts";
import { addDeadLetterRoutes } from "./routes/dead-letters.ts";
import { addDecoderRoutes } from "./routes/decoders.ts";
import { addDeviceRoutes } from "./routes/devices.ts";
import { addDrillRoutes } from "./routes/drills.ts";
import { addDuplicateRoutes } from "./routes/duplicates.ts";
import { addDutyRoutes } from "./routes/duty.ts";
import { addEvaluationRoutes } from "./routes/evaluation.ts";
import { addEvaluationMarkRoutes } from "./routes/evaluation-marks.ts";
import { addFileRoutes } from "./routes/files.ts";
import { addFilingTableRoutes } from "./routes/filing-tables.ts";
import { addGatewayRoutes } from "./routes/gateways.ts";
import { addHandoverRoutes } from "./routes/handovers.ts";
import { addHealthRoutes } from "./routes/health.ts";
import { addHotlineRoutes } from "./routes/hotline.ts";
import { addIntakeRoutes } from "./routes/intake.ts";
import { addIntakeDeskRoutes } from "./routes/intake-desk.ts";
import { addPushRoutes } from "./routes/intakes.ts";
import { addJsonSourceRoutes } from "./routes/json-sources.ts";
import { addLastPlaceRoutes } from "./routes/last-places.ts";
import { addLoginRoutes } from "./routes/login.ts";
import { addMapRoutes } from "./routes/map.ts";
import { addNoticeRoutes } from "./routes/notices.ts";
import { addPasswordRoutes } from "./routes/passwords.ts";
import { addPatrolRoutes } from "./routes/patrols.ts";
import { addPerformanceRoutes } from "./routes/performance.ts";
import { addPlaceRoutes } from "./routes/places.ts";
import { addPublicRankRoutes } from "./routes/public-ranks.ts";
import { addPublicationRoutes } from "./routes/publications.ts";
import { addQuestionRoutes } from "./routes/questions.ts";
import { addReachingRoutes } from "./routes/reaching.ts";
import { addReadingRoutes } from "./routes/readings.ts";
import { addRedecodeRoutes } from "./routes/redecode.ts";
import { addRenewalRoutes } from "./routes/renewals.ts";
import { addRuleRoutes } from "./routes/rules.ts";
import { addRulingRoutes } from "./routes/rulings.ts";
import { addServiceRoutes } from "./routes/services.ts";
import { addSessionRoutes } from "./routes/session.ts";
import { addSiteRoutes } from "./routes/sites.ts";
import { addStewardRoutes } from "./routes/stewards.ts";
import { addStreamRoutes } from "./routes/stream.ts";
import { addSupervisionRoutes } from "./routes/supervisions.ts";
import { addTaskRoutes } from "./routes/tasks.ts";
import { addUnitRoutes } from "./routes/units.ts";
import { addUserRoutes } from "./routes/users.ts";
import { addSecurityHeaders } from "./security-headers.ts";
import type { StreamHub } from "./stream-hub.ts";
import { validateWithZod } from "./validation.ts";

export type Server = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface ServerOptions {
  tls?: { cert: string | Buffer; key: string | Buffer } | undefined;
  /** Folder of the page, with its index.html; absent: no page. */
  webDirectory?: string | undefined;
  version?: string | undefined;
  /** Addresses and networks whose X-Forwarded-For is believed; nobody's when absent. */
  trustedProxies?: readonly string[];
  requestBytesMax?: number;
  importBytesMax?: number;
}

/** What a route file is handed. */
export interface RouteDeps {
  deps: ConsoleDeps;
  hub: StreamHub;
  importBytesMax: number;
}

/** A request must be in by then, however slow its line. */
const REQUEST_MS_MAX = 300 * SECOND_MS;
/** A socket on which nothing moves for so long is closed; the stream's own beat is quicker. */
const SILENCE_MS_MAX = 120 * SECOND_MS;
const KEEP_ALIVE_MS = 65 * SECOND_MS;

const ROUTES: readonly ((server: Server, given: RouteDeps) => void)[] = [
  addHealthRoutes,
  addLoginRoutes,
  addSessionRoutes,
  addUserRoutes,
  addPasswordRoutes,
  addUnitRoutes,
  addDutyRoutes,
  addContactRoutes,
  addReachingRoutes,
  addCrewRoutes,
  addCrewSessionRoutes,
  addAssetRoutes,
  addGatewayRoutes,
  addServiceRoutes,
  addDeviceRoutes,
  addCommandRoutes,
  addCityRoutes,
  addMapRoutes,
  addPlaceRoutes,
  addReadingRoutes,
  addRedecodeRoutes,
  addRuleRoutes,
  addBacktestRoutes,
  addAlarmRoutes,
  addPerformanceRoutes,
  addCaseRoutes,
  addSiteRoutes,
  addDrillRoutes,
  addDuplicateRoutes,
  addIntakeDeskRoutes,
  addHandoverRoutes,
  addHotlineRoutes,
  addQuestionRoutes,
  addPublicRoutes,
  addCitizenReportRoutes,
  addPublicLayerRoutes,
  addIntakeRoutes,
  addPushRoutes,
  addDecoderRoutes,
  addJsonSourceRoutes,
  addFilingTableRoutes,
  addFileRoutes,
  addTaskRoutes,
  addSupervisionRoutes,
  addAssistRoutes,
  addRulingRoutes,
  addStewardRoutes,
  addPatrolRoutes,
  addDeadLetterRoutes,
  addCalendarRoutes,
  addAuditRoutes,
  addNoticeRoutes,
  addEvaluationRoutes,
  addEvaluationMarkRoutes,
  addRenewalRoutes,
  addLastPlaceRoutes,
  addPublicationRoutes,
  addPublicRankRoutes,
  addStreamRoutes,
  addOpen311Routes,
];

export async function buildServer(
  deps: ConsoleDeps,
  hub: StreamHub,
  options: ServerOptions,
): Promise<Server> {
  const handleError = createErrorHandler(deps.log);
  const settings: FastifyServerOptions = {
    logger: false,
    trustProxy: [...(options.trustedProxies ?? [])],
    bodyLimit: options.requestBytesMax ?? LIMITS.requestBytesMax,
    requestTimeout: REQUEST_MS_MAX,
    connectionTimeout: SILENCE_MS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    genReqId: () => randomUUID(),
    frameworkErrors: handleError,
    forceCloseConnections: "idle",
  };
  // The types know an https server by another class; what is used of it here is the same.
  const withTls = { ...settings, ...(options.tls === undefined ? {} : { https: options.tls }) };
  const server: Server = fastify(withTls as FastifyServerOptions).withTypeProvider();
  server.setValidatorCompiler(validateWithZod);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler(handleError);
  server.setNotFoundHandler((request, reply) => {
    sendError(
      reply,
      new GridwardenError(
        "NOT_FOUND",
        `there is nothing at ${request.method} ${request.url.split("?")[0]?.slice(0, 200)}; /openapi.json lists every call`,
      ),
    );
  });
  addSecurityHeaders(server);
  countRequests(server, deps.meters);
  guardRoutes(server, deps.registry);
  auditWrites(server, deps.audit);
  await server.register(fastifySwagger, openApiOptions(options.version ?? "0"));
  const given: RouteDeps = {
    deps,
    hub,
    importBytesMax: options.importBytesMax ?? LIMITS.importBytesMax,
  };
  for (const add of ROUTES) add(server, given);
  if (options.webDirectory !== undefined) {
    await addPageFiles(server, options.webDirectory);
  }
  return server;
}
