/**
 * What the alarm of one rule on one device can be, after ISA-18.2 / IEC 62682, what can happen to
 * it and what comes of it; and what a state alone says: when its delay ends, whether it is active.
 * Pure data, saved as it stands. Shelving and its like are no states but lie over them
 * (`alarm-holds.ts`): the machine goes on underneath.
 */
import type { AlarmEvidence } from "../model/alarm.ts";
import type { DurationMs, Instant } from "../model/clock.ts";

/** Where a state has a `step` it is the step of the ladder; absent: the first. */
export type AlarmMachineState =
  | { readonly state: "normal" }
  | (Pending & { readonly state: "pending"; readonly since: Instant })
  | ActiveState
  | BackState;

export interface Pending {
  readonly evidence?: AlarmEvidence;
  readonly step?: number;
}

/** Raised and not yet back. `normalSince`: normal again, its off-delay runs. */
export type ActiveState = Standing &
  (
    | {
        readonly state: "unacknowledged";
        /** When people were last told of it again; absent: only when it was raised. */
        readonly remindedAt?: Instant;
      }
    | { readonly state: "acknowledged" }
  );

interface Standing {
  readonly raisedAt: Instant;
  readonly step?: number;
  readonly normalSince?: Instant;
}

/** Normal again and waiting for a person. `abnormalSince`: abnormal once more, its on-delay runs. */
export type BackState = Pending & {
  readonly raisedAt: Instant;
  readonly abnormalSince?: Instant;
} & (
    | { readonly state: "returned" }
    | { readonly state: "latched"; readonly isAcknowledged: boolean }
  );

export type AlarmInput =
  /** `step` is reached, `kept` not yet let go of; both the first where they are absent. */
  | {
      readonly kind: "abnormal";
      readonly evidence?: AlarmEvidence;
      readonly step?: number;
      readonly kept?: number;
    }
  | { readonly kind: "normal" }
  /** Neither past the raise level nor past the clear level. */
  | { readonly kind: "between"; readonly kept?: number }
  /** A suspect reading, or one outside the hours of the rule. */
  | { readonly kind: "unknown" }
  | { readonly kind: "acknowledge" }
  /** The case that it stands in is closed. */
  | { readonly kind: "reset" }
  | { readonly kind: "tick" };

export type AlarmEffect =
  | {
      readonly kind: "raised";
      readonly at: Instant;
      readonly evidence?: AlarmEvidence;
      readonly step?: number;
    }
  /** Up or down the ladder while it stands. */
  | { readonly kind: "severity"; readonly at: Instant; readonly step: number }
  /** It still stands and nobody has acknowledged it. */
  | { readonly kind: "realarmed"; readonly at: Instant }
  | { readonly kind: "acknowledged"; readonly at: Instant }
  /** Normal again, not acknowledged yet. */
  | { readonly kind: "returned"; readonly at: Instant }
  /** Normal again; a person has to reset it, whoever acknowledged it before. */
  | { readonly kind: "latched"; readonly at: Instant }
  /** Over. A returned or latched alarm that comes again is cleared too, and raised anew. */
  | { readonly kind: "cleared"; readonly at: Instant }
  | { readonly kind: "ignored"; readonly why: string };

export interface AlarmDelays {
  readonly onDelayMs: DurationMs;
  readonly offDelayMs: DurationMs;
  /** Normal again it waits for a person. */
  readonly isLatching?: boolean | undefined;
  /** Unacknowledged for so long it is told again; absent: never. */
  readonly realarmMs?: DurationMs | undefined;
  /** Does the rule judge at this time of day? */
  isJudgedAt(at: Instant): boolean;
}

export interface AlarmStep {
  readonly state: AlarmMachineState;
  readonly effects: readonly AlarmEffect[];
}

/** An occurrence lasts this long at least, so that rule, device and `raisedAt` name it. */
const OCCURRENCE_MS_MIN = 1;

export const NORMAL: AlarmMachineState = { state: "normal" };

/** When the running delay of a state ends; undefined where none runs. */
export function delayEndsAt(state: AlarmMachineState, rule: AlarmDelays): Instant | undefined {
  switch (state.state) {
    case "normal":
      return undefined;
    case "pending":
      return state.since + rule.onDelayMs;
    case "unacknowledged":
    case "acknowledged":
      return state.normalSince === undefined
        ? remindAt(state, rule)
        : state.normalSince + Math.max(OCCURRENCE_MS_MIN, rule.offDelayMs);
    case "returned":
    case "latched":
      return state.abnormalSince === undefined ? undefined : state.abnormalSince + rule.onDelayMs;
  }
}

function remindAt(state: ActiveState, { realarmMs }: AlarmDelays): Instant | undefined {
  if (realarmMs === undefined || state.state === "acknowledged") return undefined;
  return (state.remindedAt ?? state.raisedAt) + realarmMs;
}

/** Is the condition abnormal as far as is known: raised or about to be, and not on its way back? */
export function isAbnormal(state: AlarmMachineState): boolean {
  switch (state.state) {
    case "normal":
      return false;
    case "pending":
      return true;
    case "unacknowledged":
    case "acknowledged":
      return state.normalSince === undefined;
    case "returned":
    case "latched":
      return state.abnormalSince !== undefined;
  }
}

/** Raised and not yet back. */
export function isActive(state: AlarmMachineState): state is ActiveState {
  return state.state === "unacknowledged" || state.state === "acknowledged";
}

/** The clock was set back to `now`: a delay that began later begins now. */
export function notAfter(state: AlarmMachineState, now: Instant): AlarmMachineState {
  switch (state.state) {
    case "normal":
      return state;
    case "pending":
      return state.since <= now ? state : { ...state, since: now };
    case "unacknowledged":
      return remindedNotAfter(normalNotAfter(state, now), now);
    case "acknowledged":
      return normalNotAfter(state, now);
    case "returned":
    case "latched":
      return (state.abnormalSince ?? now) <= now ? state : { ...state, abnormalSince: now };
  }
}

function normalNotAfter(state: ActiveState, now: Instant): ActiveState {
  return (state.normalSince ?? now) <= now ? state : { ...state, normalSince: now };
}

/** Counts the next reminder from `now` where it would count from later. */
function remindedNotAfter(state: ActiveState, now: Instant): ActiveState {
  if (state.state !== "unacknowledged") return state;
  return (state.remindedAt ?? state.raisedAt) <= now ? state : { ...state, remindedAt: now };
}

/** People were told of it only now: the next reminder counts from here. */
export function toldAt(
  state: AlarmMachineState,
  { realarmMs }: AlarmDelays,
  now: Instant,
): AlarmMachineState {
  if (realarmMs === undefined || state.state !== "unacknowledged") return state;
  return { ...state, remindedAt: now };
}
