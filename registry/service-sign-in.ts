/**
 * City systems that sign in over HTTP, with each call anew: by the same key as over MQTT, and like
 * people they must wait after so many failures from one address.
 */
import type { Clock } from "../model/clock.ts";
import type { Identity } from "../model/identity.ts";
import type { Metrics } from "../model/metrics.ts";
import { createLoginFailures, tooManyFailures } from "./login-failures.ts";

export type Service = Extract<Identity, { kind: "service" }>;

const SHOWN_CHARACTERS_MAX = 64;

/** @param identify who signs in with a name and a key */
export function createServiceSignIn(
  deps: { clock: Clock; metrics: Metrics },
  limits: { loginFailuresMax: number; loginFailureWindowMs: number },
  identify: (username: string, key: string) => Identity | undefined,
) {
  const { clock } = deps;
  const failures = createLoginFailures({
    failuresMax: limits.loginFailuresMax,
    windowMs: limits.loginFailureWindowMs * clock.speed,
  });
  const counted = deps.metrics.counter(
    "gridwarden_registry_service_calls_total",
    "Calls of services over HTTP by result of their sign-in.",
    ["result"],
  );

  /** @throws GridwardenError RATE_LIMITED */
  return async function signIn(
    serviceId: string,
    key: string,
    from: string,
  ): Promise<Service | undefined> {
    const now = clock.now();
    const waitMs = failures.waitMs(serviceId, from, now) / clock.speed;
    if (waitMs > 0) {
      counted.add(1, { result: "limited" });
      // What was sent as a name may be anything.
      const name = serviceId.slice(0, SHOWN_CHARACTERS_MAX);
      throw tooManyFailures(`service '${name}'`, limits.loginFailuresMax, waitMs);
    }
    const identity = identify(serviceId, key);
    if (identity?.kind !== "service") {
      failures.failed(serviceId, from, now);
      counted.add(1, { result: "refused" });
      return undefined;
    }
    failures.succeeded(serviceId, from);
    counted.add(1, { result: "accepted" });
    return identity;
  };
}
