/** Files that are sent as the body of a call: their types, and how they come as a text. */
import type { FastifyRequest } from "fastify";
import type { Server } from "./server.ts";

export const CSV_TYPE = "text/csv";
/** What an import takes. */
export const IMPORT_TYPES = [CSV_TYPE, "application/geo+json", "application/json"];

/** For a scope of its own: also JSON comes as a text, not parsed. */
export function takeImports(scope: Server): void {
  scope.removeContentTypeParser("application/json");
  scope.addContentTypeParser(IMPORT_TYPES, { parseAs: "string" }, (_request, body, done) =>
    done(null, body),
  );
}

export function importFormat({ headers }: Pick<FastifyRequest, "headers">): "csv" | "geojson" {
  return headers["content-type"]?.toLowerCase().startsWith(CSV_TYPE) === true ? "csv" : "geojson";
}
