/**
 * The alarm of one rule on one device, after ISA-18.2 / IEC 62682:
 * normal -> pending -> unacknowledged -> acknowledged -> normal, and unacknowledged -> returned
 * (normal again before anybody looked) -> normal by an acknowledgement. A latching rule's alarm
 * stands as latched once it is normal again, until a person or the end of its case resets it.
 * Pure: takes the time, answers the next state and the effects, runs nothing. A delay that ended
 * before `now` is applied first and at its own end, so that it does not matter who looks, or when.
 */
import type { AlarmEvidence } from "../model/alarm.ts";
import type { Instant } from "../model/clock.ts";
import {
  type ActiveState,
  type AlarmDelays,
  type AlarmEffect,
  type AlarmInput,
  type AlarmMachineState,
  type AlarmStep,
  type BackState,
  delayEndsAt,
  isActive,
  NORMAL,
  type Pending,
} from "./alarm-states.ts";

/** What a person or the end of a case does to it comes ahead of readings that wait to be judged. */
type SaidInput = Extract<AlarmInput, { kind: "acknowledge" | "reset" }>;

const NOTHING: readonly AlarmEffect[] = [];

export function nextAlarm(
  state: AlarmMachineState,
  input: AlarmInput,
  rule: AlarmDelays,
  now: Instant,
): AlarmStep {
  // Neither moves a delay.
  if (input.kind === "acknowledge") return acknowledge(state, now);
  if (input.kind === "reset") return reset(state, now);
  const ended = endDelays(state, rule, now);
  const step = take(ended.state, input, rule, now);
  if (ended.effects.length === 0) return step;
  return { state: step.state, effects: [...ended.effects, ...step.effects] };
}

/** Each at its own end; one that ends may begin the next. */
function endDelays(before: AlarmMachineState, rule: AlarmDelays, now: Instant): AlarmStep {
  let state = before;
  let effects = NOTHING;
  let at = delayEndsAt(state, rule);
  while (at !== undefined && at <= now) {
    const ended = endDelay(state, rule, at, now);
    state = ended.state;
    effects = effects.length === 0 ? ended.effects : [...effects, ...ended.effects];
    at = delayEndsAt(state, rule);
  }
  return { state, effects };
}

/** Ends the delay of `state` that ends `at`, seen `now`. */
function endDelay(
  state: AlarmMachineState,
  rule: AlarmDelays,
  at: Instant,
  now: Instant,
): AlarmStep {
  const isJudged = rule.isJudgedAt(at);
  switch (state.state) {
    case "normal":
      return { state, effects: NOTHING };
    case "pending":
      // The hours of the rule were over first: what began in them never lasted long enough.
      return isJudged ? raise(at, state, NOTHING) : { state: NORMAL, effects: NOTHING };
    case "returned":
    case "latched":
      return isJudged
        ? raise(at, state, [{ kind: "cleared", at }])
        : { state: withoutPending(state), effects: NOTHING };
    case "unacknowledged":
    case "acknowledged":
      if (state.normalSince === undefined) return remind(state, rule, now);
      return isJudged
        ? comeBack(state, rule, at)
        : { state: abnormalAgain(state, rule, at), effects: NOTHING };
  }
}

/** Whoever did not look for several periods, as after downtime, is told once, at the last end. */
function remind(state: ActiveState, rule: AlarmDelays, now: Instant): AlarmStep {
  const reminded = remindedUntil(state, rule, now);
  if (reminded.state !== "unacknowledged") return { state, effects: NOTHING };
  const at = reminded.remindedAt ?? now;
  return { state: reminded, effects: [{ kind: "realarmed", at }] };
}

/** Counts reminders from the newest period that has ended. */
function remindedUntil(state: ActiveState, { realarmMs }: AlarmDelays, now: Instant): ActiveState {
  if (state.state !== "unacknowledged" || realarmMs === undefined) return state;
  const from = state.remindedAt ?? state.raisedAt;
  const periodsEnded = Math.floor((now - from) / realarmMs);
  return periodsEnded < 1 ? state : { ...state, remindedAt: from + periodsEnded * realarmMs };
}

function comeBack(state: ActiveState, rule: AlarmDelays, at: Instant): AlarmStep {
  const { raisedAt } = state;
  const isAcknowledged = state.state === "acknowledged";
  if (rule.isLatching === true) {
    return {
      state: { state: "latched", raisedAt, isAcknowledged },
      effects: [{ kind: "latched", at }],
    };
  }
  return isAcknowledged
    ? { state: NORMAL, effects: [{ kind: "cleared", at }] }
    : { state: { state: "returned", raisedAt }, effects: [{ kind: "returned", at }] };
}

function take(
  state: AlarmMachineState,
  input: Exclude<AlarmInput, SaidInput>,
  rule: AlarmDelays,
  now: Instant,
): AlarmStep {
  switch (input.kind) {
    case "abnormal":
      return takeAbnormal(state, input, rule, now);
    case "normal":
      return { state: takeNormal(state, now), effects: NOTHING };
    case "unknown":
      return { state: takeUnknown(state, rule, now), effects: NOTHING };
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
      return stand(abnormalAgain(state, rule, now), climb(state.step, step, kept), now);
    case "returned":
    case "latched":
      if (rule.onDelayMs === 0) return raise(now, seen, [{ kind: "cleared", at: now }]);
      if (state.abnormalSince !== undefined) {
        return { state: withStep(state, climb(state.step, step, kept)), effects: NOTHING };
      }
      return { state: { ...state, abnormalSince: now, ...seen }, effects: NOTHING };
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
    case "latched":
      return state.abnormalSince === undefined ? state : withoutPending(state);
  }
}

/** Holds the state; the way back to normal has to begin again. */
function takeUnknown(state: AlarmMachineState, rule: AlarmDelays, now: Instant): AlarmMachineState {
  return isActive(state) ? abnormalAgain(state, rule, now) : state;
}

function acknowledge(state: AlarmMachineState, now: Instant): AlarmStep {
  switch (state.state) {
    case "normal":
    case "pending":
      return { state, effects: [{ kind: "ignored", why: "there is no alarm" }] };
    case "acknowledged":
      return { state, effects: [{ kind: "ignored", why: "it is acknowledged already" }] };
    case "unacknowledged": {
      const { remindedAt: _told, ...standing } = state;
      return {
        state: { ...standing, state: "acknowledged" },
        effects: [{ kind: "acknowledged", at: now }],
      };
    }
    case "returned":
      return passOver(state, now, [{ kind: "acknowledged", at: now }]);
    case "latched":
      return passOver(state, now, state.isAcknowledged ? [] : [{ kind: "acknowledged", at: now }]);
  }
}

function reset(state: AlarmMachineState, now: Instant): AlarmStep {
  switch (state.state) {
    case "normal":
    case "pending":
      return { state, effects: [{ kind: "ignored", why: "there is no alarm" }] };
    case "unacknowledged":
    case "acknowledged":
      return { state, effects: [{ kind: "ignored", why: "it is not normal again yet" }] };
    case "returned":
    case "latched":
      return passOver(state, now, NOTHING);
  }
}

/** Its time is over; what has begun anew goes on. */
function passOver(state: BackState, now: Instant, before: readonly AlarmEffect[]): AlarmStep {
  const effects: AlarmEffect[] = [...before, { kind: "cleared", at: now }];
  if (state.abnormalSince === undefined) return { state: NORMAL, effects };
  const seen = pendingOf(state.evidence, state.step ?? 1);
  return { state: { state: "pending", since: state.abnormalSince, ...seen }, effects };
}

function raise(at: Instant, seen: Pending, before: readonly AlarmEffect[]): AlarmStep {
  const { step = 1 } = seen;
  return {
    state: withStep<ActiveState>({ state: "unacknowledged", raisedAt: at }, step),
    effects: [...before, { kind: "raised", at, ...pendingOf(seen.evidence, step) }],
  };
}

/** Reminders that would have come while it was on its way back are not made up for. */
function abnormalAgain(state: ActiveState, rule: AlarmDelays, now: Instant): ActiveState {
  if (state.normalSince === undefined) return state;
  const { normalSince: _over, ...rest } = state;
  return remindedUntil(rest, rule, now);
}

/** Nothing has begun anew. */
function withoutPending(state: BackState): BackState {
  const { raisedAt } = state;
  return state.state === "returned"
    ? { state: "returned", raisedAt }
    : { state: "latched", raisedAt, isAcknowledged: state.isAcknowledged };
}
