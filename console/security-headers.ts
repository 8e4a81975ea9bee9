/**
 * Headers of every answer: a page may load and call only its own server, runs nothing that stands
 * in its text, and nobody frames it. What people uploaded is shown in a box of its own.
 */
import type { Server } from "./server.ts";

/** The map draws from a worker that it makes of its own script; pictures are taken and shown. */
const PAGE_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");
/** Whatever a file turns out to be, it runs nothing, loads nothing and is of no origin. */
const UPLOAD_POLICY = [
  "default-src 'none'",
  "sandbox",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
/** Sound and the whole screen stay as a browser has them: a case announces itself, a wall shows one. */
const PERMISSIONS = [
  "camera=(self)",
  "geolocation=(self)",
  ...[
    "accelerometer",
    "bluetooth",
    "display-capture",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
  ].map((name) => `${name}=()`),
].join(", ");

const HEADERS: Record<string, string> = {
  "content-security-policy": PAGE_POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "permissions-policy": PERMISSIONS,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};
const A_YEAR_S = 31_536_000;

export function addSecurityHeaders(server: Server): void {
  server.addHook("onRequest", async (request, reply) => {
    reply.headers(HEADERS);
    if (request.protocol === "https") {
      reply.header("strict-transport-security", `max-age=${A_YEAR_S}`);
    }
    if (request.url.startsWith("/api/")) reply.header("cache-control", "no-store");
    if (request.url.startsWith("/api/v1/files/")) {
      reply.header("content-security-policy", UPLOAD_POLICY);
    }
  });
}
