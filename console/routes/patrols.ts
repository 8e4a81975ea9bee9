/**
 * Patrol areas: set by who leads, read by who may know where people are, and by the inspector himself;
 * and his patrols, which he alone tells.
 */
import { DAY_MS, type Instant } from "../../model/clock.ts";
import { GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import type { TimeZone } from "../../model/local-time.ts";
import type { PatrolArea } from "../../model/patrol.ts";
import type { Asset } from "../../model/registry.ts";
import { actorOf } from "../access.ts";
import type { Actor } from "../deps.ts";
import { pageOfList } from "../list-page.ts";
import { limitOf } from "../roles.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
  CoverageAnswer,
  CoverageQuery,
  PatrolAreaAnswer,
  PatrolAreaBody,
  PatrolAreaPage,
  PatrolAreaParams,
  PatrolAreaQuery,
  PatrolBody,
  PatrolSaidAnswer,
} from "../schemas/patrols.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage } from "../show.ts";
import { showPatrolArea } from "../show-patrols.ts";

export function addPatrolRoutes(server: Server, { deps }: RouteDeps): void {
  const { registry, zone } = deps;
  const { patrols } = registry;
  const isSeenBy = (actor: Actor, { unitId }: PatrolArea): boolean =>
    limitOf(actor, "patrols.read", registry)?.has(unitId ?? "") !== false;

  /** Whom one may not see is not there. @throws USER_NOT_FOUND */
  function checkIsSeen(actor: Actor, username: string): void {
    if (isSeenBy(actor, patrols.area(username))) return;
    throw new GridwardenError("USER_NOT_FOUND", `no inspector of yours has the name '${username}'`);
  }

  server.route({
    method: "GET",
    url: "/api/v1/patrol-areas",
    config: { action: "patrols.read" },
    schema: {
      tags: ["people"],
      summary: "List inspectors with their patrol areas, by name",
      querystring: PatrolAreaQuery,
      response: { 200: PatrolAreaPage, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const shown = patrols.areas().filter((area) => isSeenBy(actorOf(request), area));
      const page = pageOfList(shown, request.query);
      const going = await patrols.going();
      return showPage(page, (area) => showPatrolArea(area, going.get(area.username), zone));
    },
  });
  server.route({
    method: "PUT",
    url: "/api/v1/patrol-areas/:username",
    config: { action: "patrol-areas.write" },
    schema: {
      tags: ["people"],
      summary: "Put the grids that an inspector patrols; without grids he has no area",
      params: PatrolAreaParams,
      body: PatrolAreaBody,
      response: { 200: PatrolAreaAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { username } = request.params;
      const by = actorOf(request).username;
      const area = await patrols.putArea({ username, ...request.body, by });
      return showPatrolArea(area, (await patrols.going()).get(username), zone);
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/patrol-areas/:username/coverage",
    config: { action: "patrols.read" },
    schema: {
      tags: ["people"],
      summary: "How much of his area an inspector walked by on a day, and what he did not",
      params: PatrolAreaParams,
      querystring: CoverageQuery,
      response: { 200: CoverageAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { username } = request.params;
      const { day: asked, ...page } = request.query;
      const { from, to, day } = spanOf(asked, deps.clock.now(), zone);
      checkIsSeen(actorOf(request), username);
      const { unseen, of, seen, walkedM } = await patrols.coverage(username, from, to);
      return {
        ...showPage(pageOfList(unseen, page), showUnseen),
        ...{ username, day, of, seen, walkedM: Math.round(walkedM) },
        ...(of > 0 && { share: seen / of }),
      };
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/me/patrol",
    config: { action: "patrols.own" },
    schema: {
      tags: ["people"],
      summary: "The patrol area that is one's own, and whether one is on patrol",
      response: { 200: PatrolAreaAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { username } = actorOf(request);
      return showPatrolArea(patrols.area(username), (await patrols.going()).get(username), zone);
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/me/patrol",
    config: { action: "patrols.own" },
    schema: {
      tags: ["people"],
      summary:
        "One's own patrol, from one's phone: its begin, its end, where one was; harmless twice",
      body: PatrolBody,
      response: { 200: PatrolSaidAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { positions: places, ...said } = request.body;
      return await patrols.say(actorOf(request).username, { ...said, places });
    },
  });
}

function showUnseen(asset: Asset) {
  const { assetId, class: slug, componentCode, name, lon, lat, gridCell, responsibleGrid } = asset;
  return { assetId, class: slug, componentCode, name, lon, lat, gridCell, responsibleGrid };
}

/** A day of the city's. @throws REQUEST_INVALID for one of which nothing is kept */
function spanOf(
  asked: string | undefined,
  now: Instant,
  zone: TimeZone,
): { from: Instant; to: Instant; day: string } {
  const [year = 0, month = 1, date = 1] = (asked ?? "").split("-").map(Number);
  const from = asked === undefined ? zone.startOfDay(now) : zone.instant(year, month, date);
  const day = zone.iso(from).slice(0, 10);
  const oldest = zone.startOfDay(now - LIMITS.crewPositionDaysMax * DAY_MS);
  if (from >= oldest && from <= now) return { from, to: zone.addDays(from, 1), day };
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field 'day': got '${day}', wanted a day from ${zone.iso(oldest).slice(0, 10)} to ` +
      `${zone.iso(now).slice(0, 10)}; ways are kept for ${LIMITS.crewPositionDaysMax} days`,
  );
}
