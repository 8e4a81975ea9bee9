/** Readings: curves and newest values. */
import type { LatestReading } from "../../model/case.ts";
import { type Clock, DAY_MS } from "../../model/clock.ts";
import { GridwardenError } from "../../model/errors.ts";
import type { TimeZone } from "../../model/local-time.ts";
import type { RegistryDoor, SeriesRequest } from "../deps.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
  bucketOf,
  LatestAnswer,
  LatestQuery,
  ReadingsAnswer,
  ReadingsQuery,
} from "../schemas/readings.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showLatest } from "../show.ts";

export function addReadingRoutes(server: Server, { deps }: RouteDeps): void {
  const { registry, readings, clock, zone } = deps;
  server.route({
    method: "GET",
    url: "/api/v1/readings",
    config: { action: "readings.read" },
    schema: {
      tags: ["readings"],
      summary: "Curves of an asset or a device, raw or in buckets",
      querystring: ReadingsQuery,
      response: { 200: ReadingsAnswer, ...ERROR_ANSWERS },
    },
    // Millions of points are not checked one by one on their way out.
    serializerCompiler: () => (answer) => JSON.stringify(answer),
    handler: async (request) => {
      checkSubject(registry, request.query);
      const series = await readings.query(seriesRequest(request.query, clock, zone));
      return { series: [...series] };
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/readings/latest",
    config: { action: "readings.read" },
    schema: {
      tags: ["readings"],
      summary: "Newest value of each device and measurement of an asset, or of some devices",
      querystring: LatestQuery,
      response: { 200: LatestAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { measurements } = request.query;
      const latest = await latestOf(deps, request.query);
      const asked = latest.filter(({ measurement }) => measurements?.includes(measurement) ?? true);
      return { items: asked.map((reading) => showLatest(reading, zone)) };
    },
  });
}

/** Of devices, what each has said itself of the asset at which it stands now. */
async function latestOf(
  { registry, readings }: Pick<RouteDeps["deps"], "registry" | "readings">,
  { assetId, deviceIds = [] }: LatestQuery,
): Promise<readonly LatestReading[]> {
  checkSubject(registry, { assetId });
  if (assetId !== undefined) return readings.latest(assetId);
  const asked: ReadonlySet<string> = new Set(deviceIds);
  const assetIds = new Set(
    [...asked].flatMap((each) => registry.device(each)?.asset.assetId ?? []),
  );
  const found = await Promise.all([...assetIds].map((each) => readings.latest(each)));
  return found.flat().filter(({ deviceId }) => deviceId !== undefined && asked.has(deviceId));
}

function seriesRequest(query: ReadingsQuery, clock: Clock, zone: TimeZone): SeriesRequest {
  const { assetId, deviceId, measurement, period, every, fn, quality } = query;
  const to = query.to ?? clock.now();
  const from = query.from ?? to - DAY_MS;
  const request: SeriesRequest = {
    assetId,
    deviceId,
    measurement,
    period,
    from,
    to,
    goodOnly: quality === "good",
  };
  if (every !== undefined) request.bucket = { fn: fn ?? "mean", ...bucketOf(every, from, zone) };
  return request;
}

function checkSubject(
  registry: RegistryDoor,
  { assetId, deviceId }: { assetId?: string | undefined; deviceId?: string | undefined },
): void {
  if (assetId !== undefined && registry.asset(assetId) === undefined) {
    throw new GridwardenError("ASSET_NOT_FOUND", `no asset has the id '${assetId}'`);
  }
  if (deviceId !== undefined && registry.device(deviceId) === undefined) {
    throw new GridwardenError("DEVICE_NOT_FOUND", `no device has the id '${deviceId}'`);
  }
}
