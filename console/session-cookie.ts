/**
 * The token of a page, in a cookie that no script can read, and what a write by it must prove. A
 * browser sends a cookie with whatever another site makes it call, but no other site can set a
 * header of its own on that call without being asked, nor say that it comes from here.
 */
import type { FastifyRequest } from "fastify";
import { GridwardenError } from "../model/errors.ts";

const NAME = "gridwarden";
const COOKIE = new RegExp(`(?:^|;) *${NAME}=([A-Za-z0-9_-]{1,200}) *(?:;|$)`);
const READS = new Set(["GET", "HEAD"]);

/** Of a request without a cookie of ours nothing. */
export function cookieTokenOf({ headers }: FastifyRequest): string | undefined {
  return COOKIE.exec(headers.cookie ?? "")?.[1];
}

/** @param ageS for how long the browser keeps it; at 0 it is gone at once */
export function sessionCookie(request: FastifyRequest, token: string, ageS: number): string {
  const isSecure = request.protocol === "https";
  const flags = ["HttpOnly", "SameSite=Strict", "Path=/", `Max-Age=${ageS}`];
  return [`${NAME}=${token}`, ...flags, ...(isSecure ? ["Secure"] : [])].join("; ");
}

/** @throws CSRF_REFUSED for a write by cookie that a page of ours has not sent */
export function checkPageWrite(request: FastifyRequest): void {
  if (READS.has(request.method)) return;
  if (request.headers["x-gridwarden-page"] !== "1") {
    throw new GridwardenError(
      "CSRF_REFUSED",
      "a write by cookie comes from a page of the platform; send the header 'X-Gridwarden-Page: 1', or a token as 'Authorization: Bearer' and no cookie",
    );
  }
  checkOrigin(request);
}

/** Where the browser says which page calls, it is one of this host. @throws CSRF_REFUSED */
export function checkOrigin({ headers, host, protocol }: FastifyRequest): void {
  const { origin } = headers;
  if (origin === undefined) return;
  const called = hostOf(`${protocol}://${host}`);
  if (called !== undefined && hostOf(origin) === called) return;
  throw new GridwardenError(
    "CSRF_REFUSED",
    `the call comes from '${origin.slice(0, 100)}', this is '${host.slice(0, 100)}'; ` +
      "call from the platform's own page, and have a proxy hand on the Host that it was asked for",
  );
}

/** With its port where that is not the scheme's own. */
function hostOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).host : undefined;
}
