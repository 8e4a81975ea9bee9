/** Headers of every answer: the page may load and call only its own server, and nobody frames it. */
import type { Server } from "./server.ts";

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS: Record<string, string> = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};
const A_YEAR_S = 31_536_000;

export function addSecurityHeaders(server: Server, isTls: boolean): void {
  server.addHook("onRequest", async (request, reply) => {
    reply.headers(HEADERS);
    if (isTls) reply.header("strict-transport-security", `max-age=${A_YEAR_S}`);
    if (request.url.startsWith("/api/")) reply.header("cache-control", "no-store");
  });
}
