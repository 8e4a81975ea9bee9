/** A stand-in for decoding again. */
import type { Instant } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Redecoding } from "../model/redecoding.ts";
import type { Doubles } from "./doubles.ts";
import type { RedecodingsDoor, RetriesDoor } from "./redecoding-door.ts";

const KNOWN = "job-1";

export function redecodingsDouble(asked: Doubles["asked"], now: Instant): RedecodingsDoor {
  const job: Redecoding = {
    ...{ redecodingId: KNOWN, selection: { format: "chirpstack" }, from: now - 1_000, to: now },
    ...{ state: "running", madeAt: now, by: "admin", first: 100, next: 150, end: 300, uplinks: 40 },
    counts: { replaced: 30, added: 2, same: 8, refused: 0 },
    names: [
      { whose: "bins", measurement: "levelCm", answered: 9, standing: 2 },
      { whose: "bins", measurement: "fill", answered: 0, standing: 7 },
    ],
    faults: [{ reason: "VALUE_INVALID", count: 1, text: "field 'level'" }],
    ...{ endedAt: undefined, fault: undefined },
  };
  const find = (redecodingId: string): Redecoding => {
    if (redecodingId === KNOWN) return job;
    throw new GridwardenError("REDECODING_NOT_FOUND", `no re-decoding '${redecodingId}'`);
  };
  return {
    async ask(said) {
      asked.push({ what: "redecodings.ask", with: said });
      return { ...job, ...said, state: "waiting" };
    },
    get: async (redecodingId) => find(redecodingId),
    async cancel(redecodingId) {
      asked.push({ what: "redecodings.cancel", with: redecodingId });
      return { ...find(redecodingId), state: "cancelled", endedAt: now };
    },
  };
}

export function retriesDouble(asked: Doubles["asked"]): RetriesDoor {
  const values = { stored: 3, duplicate: 1, conflict: 0, refused: 0 };
  const report = { tried: 2, left: 1, notKept: 0, values };
  return {
    async one(letterId) {
      asked.push({ what: "retries.one", with: letterId });
      return report;
    },
    async all(said) {
      asked.push({ what: "retries.all", with: said });
      return { ...report, next: "17" };
    },
  };
}
