/**
 * The pages' own files. Those under `/assets/` have their content's digest in their name, so a
 * browser never asks for one again; the rest it asks for each time, so that nobody works for a day
 * with yesterday's page. Where a file was compressed beforehand, that is what goes over the line.
 */
import { relative, sep } from "node:path";
import fastifyStatic from "@fastify/static";
import type { Server } from "./server.ts";

const FOR_EVER = "public, max-age=31536000, immutable";
const ASKED_AGAIN = "no-cache";

export async function addPageFiles(server: Server, directory: string): Promise<void> {
  await server.register(fastifyStatic, {
    root: directory,
    schemaHide: true,
    preCompressed: true,
    // A folder without its slash would have its index take what is beside it for its own.
    redirect: true,
    dotfiles: "ignore",
    cacheControl: false,
    setHeaders(response, path) {
      const isAsset = relative(directory, path).startsWith(`assets${sep}`);
      response.setHeader("cache-control", isAsset ? FOR_EVER : ASKED_AGAIN);
      response.setHeader("vary", "accept-encoding");
    },
  });
}
