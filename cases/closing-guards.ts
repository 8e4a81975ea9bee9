/**
 * Guards of how a case is proven, closed and taken up again: what an inspector may settle on the
 * spot, when a check needs his reason, and what leaves the state of a closed case. Pure.
 */
import { type Case, MADE_SAFE, NOTHING_FOUND } from "../model/case.ts";
import { LIMITS } from "../model/limits.ts";
import { type Guarded, type GuardFault, refused } from "./guard-words.ts";

export function notArrived({ current }: Guarded): GuardFault | undefined {
  if (current.arrivedAt === undefined) return undefined;
  return refused(
    "arrived",
    { at: new Date(current.arrivedAt).toISOString() },
    `case '${current.caseNo}' has its crew at the place since ` +
      `${new Date(current.arrivedAt).toISOString()}; go on by 'feedback'`,
  );
}

/** 自处置: what is small enough for whoever found it, and is shown to be gone. */
export function smallAndShown({ current, context }: Guarded): GuardFault | undefined {
  const { caseNo, lifeSafety } = current;
  if (lifeSafety) {
    return refused(
      "life-safety-on-the-spot",
      {},
      `case '${caseNo}' is life safety and is not settled on the spot; send it on by 'confirm'`,
    );
  }
  if (context.isAlarming === true) {
    return refused(
      "alarm-stands",
      {},
      `case '${caseNo}' has an alarm that stands; wait until it is over, or send it on by 'confirm'`,
    );
  }
  const { before = 0, after = 0 } = context.photos ?? {};
  if (before > 0 && after > 0) return undefined;
  return refused(
    "needs-photo-pair",
    { before, after },
    `'settle' of case '${caseNo}' came with ${before} photos from before and ${after} from after, ` +
      "wanted one of each; add them as files",
  );
}

/** The sensor's own proof needs no word of a person. */
export function proofOrReason({ current, role, context }: Guarded): GuardFault | undefined {
  if (role === "system" || context.isUnproven !== true) return undefined;
  if ((context.reason ?? "").trim() !== "") return undefined;
  return refused(
    "proof-missing",
    {},
    `'checkPass' of case '${current.caseNo}' came before its sensor has proven the repair; ` +
      "write a 'reason', or wait for the sensor",
  );
}

/** What nobody repaired cannot come back: what is found then is another case's. */
export function mayRelapse({ outcome }: Pick<Case, "outcome">): boolean {
  return outcome !== NOTHING_FOUND && outcome !== MADE_SAFE;
}

export function mayDispute({ current, now }: Guarded): GuardFault | undefined {
  const { caseNo, disputedAt, closedAt = now } = current;
  if (disputedAt !== undefined) {
    return refused(
      "disputed-once",
      {},
      `case '${caseNo}' was taken up again for its reporter once, and once only; report it anew`,
    );
  }
  if (now <= closedAt + LIMITS.caseDisputeMsMax) return undefined;
  const days = LIMITS.caseDisputeMsMax / 86_400_000;
  return refused(
    "disputed-late",
    { days },
    `case '${caseNo}' was closed more than ${days} days ago; report it anew`,
  );
}
