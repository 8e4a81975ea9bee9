/**
 * What an event of a case needs beside the state and the role that its row names: a text, and what
 * the row's guard asks of the case and of what was said. Pure: a fault comes back as a sentence
 * that says what was wanted; nothing comes back where all holds.
 */
import { type Case, CaseOutcome, NOTHING_FOUND } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import type { CaseGuard, CaseRow } from "./case-words.ts";
import {
  mayDispute,
  mayRelapse,
  notArrived,
  proofOrReason,
  smallAndShown,
} from "./closing-guards.ts";
import { type Guarded, type GuardFault, refused } from "./guard-words.ts";
import { mayJoin } from "./join-guard.ts";

/** What the guards ask, as the page of cases says it. */
export const GUARD_TEXT: Record<CaseGuard, string> = {
  "nothing-found":
    "the outcome `nothingFound`, said now or by the crew's feedback; a photo since then",
  "no-relapse": "the sensor that passed the check does not alarm again",
  "not-accepted": "a crew has the order and has not accepted it",
  "has-crew": "a crew has the order",
  "another-crew": "a crew to go to: `crewId`, or the next that fits",
  "known-outcome": "an outcome of the list, or none",
  "not-arrived": "not said before",
  "small-and-shown": "not life safety, no alarm stands; a photo before and one after",
  "proof-or-reason": "the sensor's proof; without it a person's `reason`",
  "may-relapse": "it was repaired",
  "may-dispute": "the reporter says that it is not solved: once, within 30 days",
  "may-extend": "before the deadline, fewer than two granted, none pending",
  "extension-asked": "one is asked for; a grant before the deadline, the second by leader",
  "may-suspend": "`until` in the coming 365 days; never granted before, none pending",
  "suspension-asked": "it is asked for, and its end is to come",
  "may-join":
    "the other case, which is open; no alarm behind it; life safety goes into life safety alone",
};

export function guardFault(guarded: Guarded): GuardFault | undefined {
  const { current, row, context } = guarded;
  if (row.needs !== undefined && (context[row.needs] ?? "").trim() === "") {
    return refused(
      row.needs === "note" ? "needs-note" : "needs-reason",
      {},
      `'${row.event}' of case '${current.caseNo}' came without a '${row.needs}'; write one`,
    );
  }
  return row.guard === undefined ? undefined : GUARDS[row.guard](guarded);
}

/** Is the event one for this case at all? What else it needs, who takes it is told. */
export function isWithinReach(current: Case, guard: CaseGuard | undefined): boolean {
  const { extensionAskedAt, extensionCount = 0, suspendAskedAt, suspendCount = 0 } = current;
  switch (guard) {
    case "not-accepted":
      return current.crewId !== undefined && current.acceptedAt === undefined;
    case "has-crew":
      return current.crewId !== undefined;
    case "not-arrived":
      return current.arrivedAt === undefined;
    case "small-and-shown":
      return !current.lifeSafety;
    case "may-relapse":
      return mayRelapse(current);
    case "may-dispute":
      return current.disputedAt === undefined;
    case "may-extend":
      return extensionAskedAt === undefined && extensionCount < LIMITS.caseExtensionsMax;
    case "extension-asked":
      return extensionAskedAt !== undefined;
    case "may-suspend":
      return suspendAskedAt === undefined && suspendCount === 0;
    case "suspension-asked":
      return suspendAskedAt !== undefined;
    default:
      return true;
  }
}

const GUARDS: Record<CaseGuard, (guarded: Guarded) => GuardFault | undefined> = {
  "nothing-found": ({ current, context }) => {
    if ([context.outcome, current.outcome].includes(NOTHING_FOUND)) {
      return photoOfNothing(current, context);
    }
    return refused(
      "not-nothing-found",
      {},
      `'void' of case '${current.caseNo}' after feedback needs the outcome '${NOTHING_FOUND}', ` +
        `got '${context.outcome ?? ""}'; or let it be checked by 'sendCheck'`,
    );
  },
  "no-relapse": ({ current, context }) => {
    if (context.hasRelapsed !== true) return undefined;
    return refused(
      "alarms-again",
      {},
      `case '${current.caseNo}' was passed by its sensor, which alarms again; ` +
        "send it back by 'rework', or let an inspector look",
    );
  },
  "not-accepted": notAccepted,
  "has-crew": hasCrew,
  "another-crew": anotherCrew,
  "known-outcome": knownOutcome,
  "not-arrived": notArrived,
  "small-and-shown": smallAndShown,
  "proof-or-reason": proofOrReason,
  "may-relapse": ({ current }) =>
    mayRelapse(current)
      ? undefined
      : refused(
          "not-repaired",
          {},
          `case '${current.caseNo}' was closed without a repair and does not relapse`,
        ),
  "may-dispute": mayDispute,
  "may-extend": mayExtend,
  "extension-asked": extensionAsked,
  "may-suspend": maySuspend,
  "suspension-asked": suspensionAsked,
  "may-join": mayJoin,
};

/** A false report stands for good, so somebody must have shown it. */
function photoOfNothing({ caseNo }: Case, { photos }: Guarded["context"]): GuardFault | undefined {
  const { before = 0, after = 0, other = 0 } = photos ?? {};
  if (before + after + other > 0) return undefined;
  return refused(
    "needs-photo",
    {},
    `'void' of case '${caseNo}' after feedback needs a photo that shows it, got none; ` +
      "add one as files, or let it be checked by 'sendCheck'",
  );
}

function hasCrew({ current, row }: Guarded): GuardFault | undefined {
  if (current.crewId !== undefined) return undefined;
  return refused(
    "no-crew",
    {},
    `no crew has the order of case '${current.caseNo}', so there is nothing to '${row.event}'; ` +
      "'redispatch' gives it to one",
  );
}

function notAccepted(guarded: Guarded): GuardFault | undefined {
  const { caseNo, crewId, acceptedAt } = guarded.current;
  if (acceptedAt === undefined) return hasCrew(guarded);
  return refused(
    "order-accepted",
    { crewId: crewId ?? "" },
    `crew '${crewId}' has accepted case '${caseNo}' already; go on by 'start'`,
  );
}

/** Asked again once it is known who is next. */
function anotherCrew({ current, context: { crewPlan } }: Guarded): GuardFault | undefined {
  if (crewPlan === undefined || crewPlan.crewId !== undefined) return undefined;
  return refused(
    "no-other-crew",
    { unitId: current.unitId ?? "" },
    `unit '${current.unitId}' has no other crew for case '${current.caseNo}' now; ` +
      "name one by 'crewId'",
  );
}

function knownOutcome({ current, context: { outcome } }: Guarded): GuardFault | undefined {
  if (outcome === undefined) return undefined;
  const known = CaseOutcome.safeParse(outcome);
  if (!known.success) {
    return refused(
      "outcome-unknown",
      { outcome },
      `'feedback' of case '${current.caseNo}' has the outcome '${outcome}', wanted one of ` +
        `${CaseOutcome.options.join(", ")}; or leave it out where it is repaired`,
    );
  }
  const isRepairHalf = current.linkedCaseNo !== undefined && current.madeSafeAt === undefined;
  if (known.data !== "madeSafe" || !isRepairHalf) return undefined;
  return refused(
    "repair-half",
    { caseNo: current.linkedCaseNo ?? "" },
    `case '${current.caseNo}' is the repair of what case '${current.linkedCaseNo}' made safe; ` +
      "say 'repaired', or 'cannotReach' or 'needsReplacement' where it is not",
  );
}

function mayExtend({ current, now }: Guarded): GuardFault | undefined {
  const { caseNo, extensionCount = 0, extensionAskedAt } = current;
  if (extensionAskedAt !== undefined) {
    return refused(
      "extension-pending",
      {},
      `case '${caseNo}' has an extension pending already; wait for its answer`,
    );
  }
  if (extensionCount >= LIMITS.caseExtensionsMax) {
    return refused(
      "extensions-spent",
      { count: extensionCount },
      `case '${caseNo}' was extended ${extensionCount} times, the most that is granted; ` +
        "ask for a suspension by 'requestSuspend', or put it on record by a note",
    );
  }
  return overdueFault(current, now, "requestExtension");
}

function extensionAsked({ current, row, role, now }: Guarded): GuardFault | undefined {
  const { caseNo, extensionCount = 0, extensionAskedAt } = current;
  if (extensionAskedAt === undefined) {
    return refused(
      "no-extension-pending",
      {},
      `case '${caseNo}' has no extension pending; its unit asks by 'requestExtension'`,
    );
  }
  if (row.event !== "approveExtension") return undefined;
  if (extensionCount > 0 && role === "shift-lead") {
    return {
      code: "ROLE_REFUSED",
      reason: "second-extension",
      values: {},
      message: `case '${caseNo}' was extended once; a second extension belongs to leader`,
    };
  }
  return overdueFault(current, now, row.event);
}

function overdueFault(
  { caseNo, deadline }: Case,
  now: Instant,
  event: CaseRow["event"],
): GuardFault | undefined {
  if (deadline !== undefined && now < deadline) return undefined;
  return refused(
    "after-deadline",
    {},
    `'${event}' of case '${caseNo}' came after its deadline; extensions are granted before it`,
  );
}

function maySuspend({ current, context: { until }, now }: Guarded): GuardFault | undefined {
  const { caseNo, suspendCount = 0, suspendAskedAt } = current;
  if (suspendAskedAt !== undefined) {
    return refused(
      "suspension-pending",
      {},
      `case '${caseNo}' has a suspension pending already; wait for its answer`,
    );
  }
  if (suspendCount > 0) {
    return refused(
      "suspended-once",
      {},
      `case '${caseNo}' was suspended once, and once only is granted`,
    );
  }
  if (until === undefined) {
    return refused(
      "until-missing",
      {},
      `'requestSuspend' of case '${caseNo}' came without 'until'; write its last day`,
    );
  }
  return untilFault(current, until, now);
}

function suspensionAsked({ current, row, context, now }: Guarded): GuardFault | undefined {
  if (current.suspendAskedAt === undefined) {
    return refused(
      "no-suspension-pending",
      {},
      `case '${current.caseNo}' has no suspension pending; its unit asks by 'requestSuspend'`,
    );
  }
  if (row.event !== "approveSuspend") return undefined;
  return untilFault(current, context.until ?? current.suspendAskedUntil ?? now, now);
}

function untilFault({ caseNo }: Case, until: Instant, now: Instant): GuardFault | undefined {
  if (until > now && until <= now + LIMITS.caseSuspendMsMax) return undefined;
  const days = LIMITS.caseSuspendMsMax / 86_400_000;
  return refused(
    "until-outside",
    { days },
    `case '${caseNo}' cannot be suspended until ${new Date(until).toISOString()}; ` +
      `write a time in the coming ${days} days`,
  );
}
