/** Decoders: which there are, putting and removing one, and trying one before it is put. */
import { classBySlug } from "../../model/asset-classes/all.ts";
import type { KeptDecoder, TriedDecoder } from "../../model/decoder.ts";
import { GridwardenError } from "../../model/errors.ts";
import type { TimeZone } from "../../model/local-time.ts";
import type { User } from "../../model/registry.ts";
import { scopeOf } from "../roles.ts";
import { ERROR_ANSWERS, PageQuery, Removed } from "../schemas/common.ts";
import {
  DecoderAnswer,
  DecoderPage,
  DecoderParams,
  DecoderPut,
  DecoderPutBody,
  DecoderPutQuery,
  DecoderTryAnswer,
  DecoderTryBody,
  decoderOf,
} from "../schemas/decoders.ts";
import { DeviceParams } from "../schemas/devices.ts";
import { LatestAnswer } from "../schemas/readings.ts";
import type { RouteDeps, Server } from "../server.ts";
import { isoIfThere, showLatest, showPage } from "../show.ts";

export function addDecoderRoutes(server: Server, { deps }: RouteDeps): void {
  addReads(server, deps);
  addExtras(server, deps);
  addWrites(server, deps);
}

function addReads(server: Server, { decoders, zone }: RouteDeps["deps"]): void {
  server.route({
    method: "GET",
    url: "/api/v1/decoders",
    config: { action: "decoders.read" },
    schema: {
      tags: ["decoders"],
      summary: "List decoders, newest first; without their mappings and scripts",
      querystring: PageQuery,
      response: { 200: DecoderPage, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showPage(decoders.list(request.query), (decoder) => showDecoder(decoder, zone)),
  });
  server.route({
    method: "GET",
    url: "/api/v1/decoders/:decoderId",
    config: { action: "decoders.read" },
    schema: {
      tags: ["decoders"],
      summary: "One decoder; its script for those alone who may put it",
      params: DecoderParams,
      response: { 200: DecoderAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { decoderId } = request.params;
      const found = decoders.get(decoderId);
      if (found !== undefined) return showOne(found, request.user, zone);
      throw new GridwardenError("DECODER_NOT_FOUND", `no decoder has the id '${decoderId}'`);
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/decoders/try",
    config: { action: "decoders.try" },
    schema: {
      tags: ["decoders"],
      summary: "What a decoder makes of inputs, or of a device's last uplinks; keeps nothing",
      body: DecoderTryBody,
      response: { 200: DecoderTryAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => showTried(await decoders.try(request.body), zone),
  });
}

/** What a device tells beyond its class, so that somebody sees what there is to map. */
function addExtras(server: Server, { registry, readings, zone }: RouteDeps["deps"]): void {
  server.route({
    method: "GET",
    url: "/api/v1/devices/:deviceId/extras",
    config: { action: "readings.read" },
    schema: {
      tags: ["decoders"],
      summary: "Newest values of a device that its class does not name; a decoder may map them",
      params: DeviceParams,
      response: { 200: LatestAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { deviceId } = request.params;
      const entry = registry.device(deviceId);
      if (entry === undefined) {
        throw new GridwardenError("DEVICE_NOT_FOUND", `no device has the id '${deviceId}'`);
      }
      const known = new Set(classBySlug(entry.asset.class ?? "")?.measurements.map(nameOf));
      const latest = await readings.latest(entry.asset.assetId);
      const extras = latest.filter(
        (each) => each.deviceId === deviceId && !known.has(each.measurement),
      );
      return { items: extras.map((reading) => showLatest(reading, zone)) };
    },
  });
}

const nameOf = ({ name }: { name: string }): string => name;

function addWrites(server: Server, { decoders, zone }: RouteDeps["deps"]): void {
  server.route({
    method: "PUT",
    url: "/api/v1/decoders/:decoderId",
    config: { action: "decoders.write" },
    schema: {
      tags: ["decoders"],
      summary: "Put a decoder, or its next version; its examples are run first",
      params: DecoderParams,
      querystring: DecoderPutQuery,
      body: DecoderPutBody,
      response: { 200: DecoderPut, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const decoder = decoderOf(request.params.decoderId, request.body);
      const put = await decoders.put(decoder, request.query.force === true);
      return { ...showDecoder(put.decoder, zone), examples: put.examples };
    },
  });
  server.route({
    method: "DELETE",
    url: "/api/v1/decoders/:decoderId",
    config: { action: "decoders.write" },
    schema: {
      tags: ["decoders"],
      summary: "Remove a decoder that no device names",
      params: DecoderParams,
      response: { 204: Removed, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      await decoders.remove(request.params.decoderId);
      return reply.code(204).send(null);
    },
  });
}

/** A vendor's script may be his own, and no business of who only reads. */
function showOne(decoder: KeptDecoder, user: User | undefined, zone: TimeZone) {
  const shown = showDecoder(decoder, zone);
  const mayPut = scopeOf(user?.roles ?? [], "decoders.write") !== undefined;
  if (mayPut || shown.kind === "table") return shown;
  const { script: _theirs, ...others } = shown;
  return others;
}

function showDecoder({ off, ...shown }: KeptDecoder, zone: TimeZone) {
  return { ...shown, ...(off !== undefined && { off: { ...off, at: zone.iso(off.at) } }) };
}

function showTried({ inputs, ...rest }: TriedDecoder, zone: TimeZone) {
  return {
    ...rest,
    inputs: inputs.map(({ receivedAt, values, ...shown }) => ({
      ...shown,
      ...isoIfThere("receivedAt", receivedAt, zone),
      values: values.map(({ at, ...value }) => ({
        ...value,
        ...isoIfThere("observedAt", at, zone),
      })),
    })),
  };
}
