/** Files: photos and documents, sent as they are, asked for whole or as a thumbnail. */
import type { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { GridwardenError } from "../../model/errors.ts";
import { isPhoto, type StoredFile } from "../../model/file.ts";
import { actorOf } from "../access.ts";
import { requestKeyOf } from "../idempotency.ts";
import { IdempotencyHeader } from "../schemas/cases.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { FileAnswer, FileBytes, FileParams, FileQuery, ThumbnailQuery } from "../schemas/files.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showFile } from "../show-files.ts";

/** Asked again each time, since who may see it can change; its bytes never do. */
const CACHE_CONTROL = "private, no-cache";

export function addFileRoutes(server: Server, given: RouteDeps): void {
  addFileReads(server, given);
  void server.register(async (scope) => addUploadRoute(scope as Server, given));
}

/** Its own scope, since it takes bytes of any type as they flow. */
function addUploadRoute(scope: Server, { deps: { files, zone } }: RouteDeps): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (_request, body, done) => done(null, body));
  scope.route({
    method: "POST",
    url: "/api/v1/files",
    config: { action: "files.write" },
    schema: {
      tags: ["files"],
      summary: "Send a photo or a document as the body; a step of a case attaches it afterwards",
      consumes: ["image/jpeg", "image/png", "image/webp", "application/pdf"],
      headers: IdempotencyHeader,
      querystring: FileQuery,
      response: { 201: FileAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const { takenAt, lon, lat, ...more } = request.query;
      const said = {
        ...(takenAt !== undefined && { takenAt }),
        ...(lon !== undefined && lat !== undefined && { lon, lat }),
      };
      const actor = actorOf(request);
      const { method, url, headers } = request;
      const key = requestKeyOf({ method, url, headers, body: null }, actor.username);
      const upload = {
        moment: more.moment,
        ...(more.name !== undefined && { name: more.name }),
        ...(Object.keys(said).length > 0 && { said }),
        contentType: headers["content-type"],
        parts: partsOf(request),
      };
      try {
        return reply.code(201).send(showFile(await files.receive(upload, actor, key), zone));
      } catch (error) {
        // The rest of a body that is refused must still be read, or its sender hears nothing.
        request.raw.resume();
        throw hasHungUp(request) ? brokenOff(error) : error;
      }
    },
  });
}

const hasHungUp = ({ raw }: FastifyRequest): boolean => raw.destroyed && !raw.complete;

/** On a bad network that is every day's, and no fault of ours. */
const brokenOff = (cause: unknown): GridwardenError =>
  new GridwardenError("REQUEST_INVALID", "the body broke off; send the file again", { cause });

/** Left open when the reader stops, so that the answer still gets through. */
function partsOf({ body }: FastifyRequest): AsyncIterable<Uint8Array> {
  if (body === null || body === undefined) return nothing();
  const stream = body as Readable;
  return { [Symbol.asyncIterator]: () => stream.iterator({ destroyOnReturn: false }) };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function addFileReads(server: Server, { deps: { files } }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/files/:fileId",
    config: { action: "files.read" },
    schema: {
      tags: ["files"],
      summary: "A file's bytes, as they came",
      params: FileParams,
      produces: ["image/jpeg", "image/png", "image/webp", "application/pdf"],
      response: { 200: FileBytes, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const file = await files.find(request.params.fileId, actorOf(request));
      if (answersUnchanged(request, reply, file.sha256)) return reply;
      const bytes = await files.bytes(file);
      return reply
        .code(200)
        .type(file.type)
        .header("content-length", file.bytes)
        .header("content-disposition", dispositionOf(file))
        .send(bytes);
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/files/:fileId/thumbnail",
    config: { action: "files.read" },
    schema: {
      tags: ["files"],
      summary: "A photo made smaller, a JPEG without EXIF",
      params: FileParams,
      querystring: ThumbnailQuery,
      produces: ["image/jpeg"],
      response: { 200: FileBytes, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const { size } = request.query;
      const file = await files.find(request.params.fileId, actorOf(request));
      if (answersUnchanged(request, reply, `${file.sha256}-${size}`)) return reply;
      const jpeg = await files.thumbnail(file, size);
      if (jpeg !== undefined) return reply.code(200).type("image/jpeg").send(jpeg);
      throw new GridwardenError(
        "NOT_FOUND",
        `file '${file.fileId}' is ${file.type}, of which there is no thumbnail; ask for it whole`,
      );
    },
  });
}

/** Answers 304 where the caller has kept these bytes. */
function answersUnchanged(request: FastifyRequest, reply: FastifyReply, mark: string): boolean {
  const tag = `"${mark}"`;
  void reply.header("cache-control", CACHE_CONTROL).header("etag", tag);
  if (request.headers["if-none-match"]?.includes(tag) !== true) return false;
  void reply.code(304).send();
  return true;
}

/** Photos are shown, everything else is saved: RFC 6266, the name by RFC 8187. */
function dispositionOf(file: StoredFile): string {
  const kind = isPhoto(file) ? "inline" : "attachment";
  const name = file.name ?? file.fileId;
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename*=UTF-8''${encoded}`;
}
