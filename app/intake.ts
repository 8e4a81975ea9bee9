/**
 * Pushes of other platforms: whose they are, and into the journal with them, as they came. A push is
 * answered once it is on disk, as a publish over MQTT is; what it holds is decoded afterwards.
 */
import {
  type PushCall,
  proofOf,
  type Signed,
  signedBy,
  signedIn,
} from "../ingest/gateways/push-proof.ts";
import type { Clock } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Intake, IntakeFormat } from "../model/intake.ts";
import type { Metrics } from "../model/metrics.ts";
import type { AcceptUplink, Uplink } from "../model/uplink.ts";
import type { Registry } from "../registry/registry.ts";

/** @throws REQUEST_INVALID where JSON of a vendor's is nobody's */
function topicOf(format: IntakeFormat, intakeId: string, source: string | undefined): string {
  const topic = `intake/${format}/${intakeId}`;
  if (format !== "json") return topic;
  if (source !== undefined) return `${topic}/${source}`;
  throw new GridwardenError(
    "REQUEST_INVALID",
    "field 'source': absent; say whose JSON it is, as a source of /api/v1/json-sources",
  );
}

export function createIntake(deps: {
  intakes: Registry["intakes"];
  accept: AcceptUplink;
  clock: Clock;
  metrics: Metrics;
}) {
  const { intakes, accept, clock } = deps;
  const pushes = deps.metrics.counter(
    "gridwarden_intake_pushes_total",
    "Pushes of other platforms, by format and how they were answered.",
    ["format", "result"],
  );

  /** The intake whose secret the call bears. @throws INTAKE_REFUSED */
  function admit(format: IntakeFormat, call: PushCall, signed: Signed | undefined): Intake {
    const isProven = proofOf(call, signed);
    const named = call.query.intake;
    const found = intakes
      .ofFormat(format)
      .find(({ intakeId, secret }) => (named ?? intakeId) === intakeId && isProven(secret));
    if (found !== undefined) return found;
    pushes.add(1, { format, result: "refused" });
    throw new GridwardenError(
      "INTAKE_REFUSED",
      `no intake of format '${format}' has this signature or secret; set one up with PUT /api/v1/intakes/{intakeId} and give the platform its secret`,
    );
  }

  return {
    list: intakes.list,
    put: intakes.put,
    remove: intakes.remove,
    async take(format: IntakeFormat, call: PushCall): Promise<void> {
      const signed = format === "onenet" ? signedIn(call.body) : undefined;
      const { intakeId } = admit(format, call, signed);
      const uplink: Uplink = {
        source: "http",
        sender: intakeId,
        topic: topicOf(format, intakeId, call.query.source),
        payload: call.body,
        receivedAt: clock.now(),
      };
      await new Promise<void>((resolve, reject) => {
        accept(uplink, (error) => (error ? reject(error) : resolve()));
      }).catch((error) => {
        pushes.add(1, { format, result: "failed" });
        throw error;
      });
      pushes.add(1, { format, result: "accepted" });
    },
    challenge(format: IntakeFormat, call: PushCall): string {
      const signed = format === "onenet" ? signedBy(call.query) : undefined;
      if (signed === undefined) {
        throw new GridwardenError(
          "REQUEST_INVALID",
          "a GET here is OneNET's question: onenet with 'msg', 'nonce' and 'signature'; pushes are POST",
        );
      }
      admit(format, call, signed);
      return signed.msg;
    },
  };
}
