/**
 * The OpenAPI document, made of the same zod schemas that check the requests. Every named schema
 * is offered in the form that is taken and the form that is answered; what no call refers to is
 * left out again. `x-action` of a call is its row in the table of roles.
 */
import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";

export function openApiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "gridwarden",
        description: "A city's facilities: what stands where, what they measure, what is amiss",
        version,
      },
      components: {
        securitySchemes: {
          bearer: { type: "http", scheme: "bearer" },
          // Of a page; its writes send `X-Gridwarden-Page: 1`, too.
          session: { type: "apiKey", in: "cookie", name: "gridwarden" },
        },
      },
      security: [{ bearer: [] }, { session: [] }],
    },
    transform: (given) => {
      const { schema, url } = jsonSchemaTransform(given);
      const { action } = given.route.config ?? {};
      const isGuarded = action !== undefined && action !== "open";
      return { schema: isGuarded ? { ...schema, "x-action": action } : schema, url };
    },
    transformObject: (document) => withoutUnused(jsonSchemaTransformObject(document)),
  };
}

function withoutUnused<Document extends object>(document: Document): Document {
  const { components } = document as { components?: { schemas?: Record<string, unknown> } };
  const schemas = components?.schemas ?? {};
  const { paths } = document as { paths?: unknown };
  const used = new Set<string>();
  const follow = (part: unknown): void => {
    for (const [, name = ""] of JSON.stringify(part ?? {}).matchAll(REFERENCE)) {
      if (used.has(name)) continue;
      used.add(name);
      follow(schemas[name]);
    }
  };
  follow(paths);
  for (const name of Object.keys(schemas)) if (!used.has(name)) delete schemas[name];
  return document;
}

const REFERENCE = /"\$ref":"#\/components\/schemas\/([^"]+)"/g;
