/**
 * How many reports of citizens come in: so many from one address, so many in all, and so many at
 * once. Asked before a body is read, so that a burst costs nothing.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../../model/clock.ts";
import { GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import { createCallMeter } from "./call-meter.ts";

const ALL = "all";

/** @throws GridwardenError RATE_LIMITED */
export function createArrivals(clock: Clock) {
  const windowMs = LIMITS.publicReportsWindowMs;
  const ofAddress = createCallMeter(LIMITS.publicReportsPerAddressMax, windowMs);
  const ofAll = createCallMeter(LIMITS.publicReportsMax, windowMs, "reports from all addresses");
  let atOnce = 0;

  return function letIn({ ip }: FastifyRequest, reply: FastifyReply): void {
    const now = clock.now();
    ofAddress.check(ip, now);
    ofAll.check(ALL, now);
    if (atOnce >= LIMITS.publicReportsAtOnceMax) {
      throw new GridwardenError(
        "RATE_LIMITED",
        "many reports are coming in at this moment; send it again in some seconds",
        { details: { retryAfterS: 5 } },
      );
    }
    ofAddress.add(ip, now);
    ofAll.add(ALL, now);
    atOnce += 1;
    // Also where the line breaks before there is an answer.
    reply.raw.once("close", () => {
      atOnce -= 1;
    });
  };
}
