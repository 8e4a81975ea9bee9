/**
 * How many reports of citizens come in: so many from one address, so many in all, and so many at
 * once, of which one address has a part alone: a body that trickles in from there keeps nobody else
 * waiting. Asked before a body is read, so that a burst costs nothing.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { callerOf } from "../../model/caller.ts";
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
  /** Reports that are under way, by who sends them. */
  const underWay = new Map<string, number>();
  let atOnce = 0;

  function begin(caller: string): void {
    atOnce += 1;
    underWay.set(caller, (underWay.get(caller) ?? 0) + 1);
  }
  function end(caller: string): void {
    atOnce -= 1;
    const left = (underWay.get(caller) ?? 1) - 1;
    if (left > 0) underWay.set(caller, left);
    else underWay.delete(caller);
  }

  return function letIn({ ip }: FastifyRequest, reply: FastifyReply): void {
    const now = clock.now();
    ofAddress.check(ip, now);
    ofAll.check(ALL, now);
    const caller = callerOf(ip);
    const own = underWay.get(caller) ?? 0;
    if (atOnce >= LIMITS.publicReportsAtOnceMax || own >= LIMITS.publicReportsAtOncePerAddressMax) {
      throw new GridwardenError(
        "RATE_LIMITED",
        "many reports are coming in at this moment; send it again in some seconds",
        { details: { retryAfterS: 5 } },
      );
    }
    ofAddress.add(ip, now);
    ofAll.add(ALL, now);
    begin(caller);
    // Also where the line breaks before there is an answer.
    reply.raw.once("close", () => end(caller));
  };
}
