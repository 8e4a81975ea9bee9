/**
 * The alarm of one rule on one device, after ISA-18.2 / IEC 62682:
 * normal -> pending -> unacknowledged -> acknowledged -> normal, and unacknowledged -> returned
 * (normal again before anybody looked) -> normal by an acknowledgement.
 * Pure: takes the time, answers the next state and the effects, runs nothing. A delay that ended
 * before `now` is applied first and at its own end, so that it does not matter who looks, or when.
 */
import type { AlarmEvidence } from "../model/alarm.ts";
import type { DurationMs, Instant } from "../model/clock.ts";

/** Where a state has a `step` it is the step of the ladder; absent: the first. */
export type AlarmMachineState =
  | { readonly state: "normal" }
  | (Pending & { readonly state: "pending"; readonly since: Instant })
  | ActiveState
  /** `abnormalSince`: abnormal once more, its on-delay runs. */
  | (Pending & {
      readonly state: "returned";
      readonly raisedAt: Instant;
      readonly abnormalSince?: Instant;
    });

interface Pending {
  readonly evidence?: AlarmEvidence;
  readonly step?: number;
}

/** `normalSince`: the condition is normal again, its off-delay runs. */
export interface ActiveState {
  readonly state: "unacknowledged" | "acknowledged";
  readonly raisedAt: Instant;
  readonly step?: number;
  readonly normalSince?: Instant;
}

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
  | { readonly kind: "acknowledged"; readonly at: Instant }
  /** Normal again, not acknowledged yet. */
  | { readonly kind: "returned"; readonly at: Instant }
  /** Over. A returned alarm that comes again is cleared too, and raised anew. */
  | { readonly kind: "cleared"; readonly at: Instant }
  | { readonly kind: "ignored"; readonly why: string };

export interface AlarmDelays {
  readonly onDelayMs: DurationMs;
  readonly offDelayMs: DurationMs;
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
const NOTHING: readonly AlarmEffect[] = [];

export function nextAlarm(
  state: AlarmMachineState,
  input: AlarmInput,
  rule: AlarmDelays,
  now: Instant,
): AlarmStep {
  // An acknowledgement may come ahead of readings that wait to be judged: it moves no delay.
  if (input.kind === "acknowledge") return acknowledge(state, now);
  const ended = endDelay(state, rule, now);
  const step = take(ended.state, input, rule, now);
  if (ended.effects.length === 0) return step;
  return { state: step.state, effects: [...ended.effects, ...step.effects] };
}

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
        ? undefined
        : state.normalSince + Math.max(OCCURRENCE_MS_MIN, rule.offDelayMs);
    case "returned":
      return state.abnormalSince === undefined ? undefined : state.abnormalSince + rule.onDelayMs;
  }
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
    case "acknowledged":
      return (state.normalSince ?? now) <= now ? state : { ...state, normalSince: now };
    case "returned":
      return (state.abnormalSince ?? now) <= now ? state : { ...state, abnormalSince: now };
  }
}

function endDelay(state: AlarmMachineState, rule: AlarmDelays, now: Instant): AlarmStep {
  const at = delayEndsAt(state, rule);
  if (at === undefined || now < at) return { state, effects: NOTHING };
  const isJudged = rule.isJudgedAt(at);
  switch (state.state) {
    case "normal":
      return { state, effects: NOTHING };
    case "pending":
      // The hours of the rule were over first: what began in them never lasted long enough.
      return isJudged ? raise(at, state, NOTHING) : { state: NORMAL, effects: NOTHING };
    case "returned":
      return isJudged
        ? raise(at, state, [{ kind: "cleared", at }])
        : { state: { state: "returned", raisedAt: state.raisedAt }, effects: NOTHING };
    case "unacknowledged":
      return isJudged
        ? {
            state: { state: "returned", raisedAt: state.raisedAt },
            effects: [{ kind: "returned", at }],
          }
        : { state: abnormalAgain(state), effects: NOTHING };
    case "acknowledged":
      return isJudged
        ? { state: NORMAL, effects: [{ kind: "cleared", at }] }
        : { state: abnormalAgain(state), effects: NOTHING };
  }
}

function take(
  state: AlarmMachineState,
  input: Exclude<AlarmInput, { kind: "acknowledge" }>,
  rule: AlarmDelays,
  now: Instant,
): AlarmStep {
  switch (input.kind) {
    case "abnormal":
      return takeAbnormal(state, input, rule, now);
    case "normal":
      return { state: takeNormal(state, now), effects: NOTHING };
    case "unknown":
      return { state: takeUnknown(state), effects: NOTHING };
    case "between":
      return takeBetween(state, input.kept ?? 1, now);
    case "tick":
      return { state, effects: NOTHING };
  }
}

function takeAbnormal(
  state: AlarmMachineState,
  { evidence, step = 1, kept = step }: Extract<AlarmInput, { kind: "abnormal" }>,
  rule: AlarmDelays,
  now: Instant,
): AlarmStep {
  const seen = pendingOf(evidence, step);
  switch (state.state) {
    case "normal":
      if (rule.onDelayMs === 0) return raise(now, seen, NOTHING);
      return { state: { state: "pending", since: now, ...seen }, effects: NOTHING };
    case "pending":
      return { state: withStep(state, climb(state.step, step, kept)), effects: NOTHING };
    case "unacknowledged":
    case "acknowledged":
      return stand(abnormalAgain(state), climb(state.step, step, kept), now);
    case "returned":
      if (rule.onDelayMs === 0) return raise(now, seen, [{ kind: "cleared", at: now }]);
      if (state.abnormalSince !== undefined) {
        return { state: withStep(state, climb(state.step, step, kept)), effects: NOTHING };
      }
      return {
        state: { state: "returned", raisedAt: state.raisedAt, abnormalSince: now, ...seen },
        effects: NOTHING,
      };
  }
}

/** Between the levels the alarm stands, and comes down the steps that were let go of. */
function takeBetween(state: AlarmMachineState, kept: number, now: Instant): AlarmStep {
  if (isActive(state)) return stand(state, climb(state.step, 1, kept), now);
  if (state.state === "normal") return { state, effects: NOTHING };
  return { state: withStep(state, climb(state.step, 1, kept)), effects: NOTHING };
}

/** Up at once; down only as far as the clear levels allow. */
function climb(before: number | undefined, reached: number, kept: number): number {
  return Math.max(1, reached, Math.min(before ?? 1, kept));
}

function stand(state: ActiveState, step: number, now: Instant): AlarmStep {
  if (step === (state.step ?? 1)) return { state, effects: NOTHING };
  return { state: withStep(state, step), effects: [{ kind: "severity", at: now, step }] };
}

function withStep<State extends { readonly step?: number }>(state: State, step: number): State {
  if (step === (state.step ?? 1)) return state;
  const { step: _before, ...rest } = state;
  return (step === 1 ? rest : { ...rest, step }) as State;
}

function pendingOf(evidence: AlarmEvidence | undefined, step: number): Pending {
  return {
    ...(evidence === undefined ? {} : { evidence }),
    ...(step === 1 ? {} : { step }),
  };
}

function takeNormal(state: AlarmMachineState, now: Instant): AlarmMachineState {
  switch (state.state) {
    case "normal":
      return state;
    case "pending":
      return NORMAL;
    case "unacknowledged":
    case "acknowledged":
      return state.normalSince === undefined ? { ...state, normalSince: now } : state;
    case "returned":
      return state.abnormalSince === undefined
        ? state
        : { state: "returned", raisedAt: state.raisedAt };
  }
}

/** Holds the state; the way back to normal has to begin again. */
function takeUnknown(state: AlarmMachineState): AlarmMachineState {
  return isActive(state) ? abnormalAgain(state) : state;
}

function acknowledge(state: AlarmMachineState, now: Instant): AlarmStep {
  switch (state.state) {
    case "normal":
    case "pending":
      return { state, effects: [{ kind: "ignored", why: "there is no alarm" }] };
    case "acknowledged":
      return { state, effects: [{ kind: "ignored", why: "it is acknowledged already" }] };
    case "unacknowledged":
      return {
        state: { ...state, state: "acknowledged" },
        effects: [{ kind: "acknowledged", at: now }],
      };
    case "returned": {
      const effects: AlarmEffect[] = [
        { kind: "acknowledged", at: now },
        { kind: "cleared", at: now },
      ];
      if (state.abnormalSince === undefined) return { state: NORMAL, effects };
      const seen = pendingOf(state.evidence, state.step ?? 1);
      return { state: { state: "pending", since: state.abnormalSince, ...seen }, effects };
    }
  }
}

function raise(at: Instant, seen: Pending, before: readonly AlarmEffect[]): AlarmStep {
  const { step = 1 } = seen;
  return {
    state: withStep<ActiveState>({ state: "unacknowledged", raisedAt: at }, step),
    effects: [...before, { kind: "raised", at, ...pendingOf(seen.evidence, step) }],
  };
}

function abnormalAgain(state: ActiveState): ActiveState {
  if (state.normalSince === undefined) return state;
  const { normalSince: _over, ...rest } = state;
  return rest;
}
