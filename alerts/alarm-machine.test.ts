import fc from "fast-check";
import { expect, test } from "vitest";
import type { AlarmEvidence } from "../model/alarm.ts";
import {
  type ActiveState,
  type AlarmDelays,
  type AlarmEffect,
  type AlarmInput,
  type AlarmMachineState,
  delayEndsAt,
  isAbnormal,
  NORMAL,
  nextAlarm,
  notAfter,
} from "./alarm-machine.ts";

const evidence: AlarmEvidence = {
  measurement: "tiltDeg",
  value: 31.5,
  observedAt: 900,
  receivedAt: 1_000,
  flags: 0,
};
const DELAYED: AlarmDelays = { onDelayMs: 100, offDelayMs: 200, isJudgedAt: () => true };
const AT_ONCE: AlarmDelays = { onDelayMs: 0, offDelayMs: 0, isJudgedAt: () => true };
/** The rule's hours end at 1,050. */
const OUT_OF_HOURS: AlarmDelays = { ...DELAYED, isJudgedAt: (at) => at < 1_050 };

const normal = NORMAL;
const pending: AlarmMachineState = { state: "pending", since: 1_000, evidence };
const unacknowledged: AlarmMachineState = { state: "unacknowledged", raisedAt: 500 };
const unacknowledgedLeaving: AlarmMachineState = { ...unacknowledged, normalSince: 1_000 };
const acknowledged: AlarmMachineState = { state: "acknowledged", raisedAt: 500 };
const acknowledgedLeaving: AlarmMachineState = { ...acknowledged, normalSince: 1_000 };
const returned: AlarmMachineState = { state: "returned", raisedAt: 500 };
const returnedPending: AlarmMachineState = { ...returned, abnormalSince: 1_000, evidence };
const raisedAt = (at: number): ActiveState => ({ state: "unacknowledged", raisedAt: at });

const abnormal: AlarmInput = { kind: "abnormal", evidence };
const input = (kind: Exclude<AlarmInput["kind"], "abnormal">): AlarmInput => ({ kind });
const raised = (at: number): AlarmEffect => ({ kind: "raised", at, evidence });
const effect = (kind: "acknowledged" | "returned" | "cleared", at: number): AlarmEffect => ({
  kind,
  at,
});
const noAlarm: AlarmEffect = { kind: "ignored", why: "there is no alarm" };
const already: AlarmEffect = { kind: "ignored", why: "it is acknowledged already" };

type Row = [
  from: AlarmMachineState,
  input: AlarmInput,
  now: number,
  to: AlarmMachineState,
  effects?: AlarmEffect[],
];

/** Delays of 100 and 200 ms that began at 1,000: at 1,050 both run, at 1,500 both have ended. */
const ROWS: Row[] = [
  [normal, abnormal, 1_000, pending],
  [normal, input("normal"), 1_050, normal],
  [normal, input("between"), 1_050, normal],
  [normal, input("unknown"), 1_050, normal],
  [normal, input("acknowledge"), 1_050, normal, [noAlarm]],
  [normal, input("tick"), 1_050, normal],

  [pending, abnormal, 1_050, pending],
  [pending, input("normal"), 1_050, normal],
  [pending, input("between"), 1_050, pending],
  [pending, input("unknown"), 1_050, pending],
  [pending, input("acknowledge"), 1_050, pending, [noAlarm]],
  [pending, input("tick"), 1_050, pending],
  [pending, abnormal, 1_500, raisedAt(1_100), [raised(1_100)]],
  [pending, input("normal"), 1_500, { ...raisedAt(1_100), normalSince: 1_500 }, [raised(1_100)]],
  [pending, input("between"), 1_500, raisedAt(1_100), [raised(1_100)]],
  [pending, input("unknown"), 1_500, raisedAt(1_100), [raised(1_100)]],
  [pending, input("acknowledge"), 1_500, pending, [noAlarm]],
  [pending, input("tick"), 1_500, raisedAt(1_100), [raised(1_100)]],

  [unacknowledged, abnormal, 1_050, unacknowledged],
  [unacknowledged, input("normal"), 1_000, unacknowledgedLeaving],
  [unacknowledged, input("between"), 1_050, unacknowledged],
  [unacknowledged, input("unknown"), 1_050, unacknowledged],
  [unacknowledged, input("acknowledge"), 1_050, acknowledged, [effect("acknowledged", 1_050)]],
  [unacknowledged, input("tick"), 1_500, unacknowledged],

  [unacknowledgedLeaving, abnormal, 1_050, unacknowledged],
  [unacknowledgedLeaving, input("normal"), 1_050, unacknowledgedLeaving],
  [unacknowledgedLeaving, input("between"), 1_050, unacknowledgedLeaving],
  [unacknowledgedLeaving, input("unknown"), 1_050, unacknowledged],
  [
    unacknowledgedLeaving,
    input("acknowledge"),
    1_050,
    acknowledgedLeaving,
    [effect("acknowledged", 1_050)],
  ],
  [unacknowledgedLeaving, input("tick"), 1_050, unacknowledgedLeaving],
  [
    unacknowledgedLeaving,
    abnormal,
    1_500,
    { ...returned, abnormalSince: 1_500, evidence },
    [effect("returned", 1_200)],
  ],
  [unacknowledgedLeaving, input("normal"), 1_500, returned, [effect("returned", 1_200)]],
  [unacknowledgedLeaving, input("between"), 1_500, returned, [effect("returned", 1_200)]],
  [unacknowledgedLeaving, input("unknown"), 1_500, returned, [effect("returned", 1_200)]],
  [
    unacknowledgedLeaving,
    input("acknowledge"),
    1_500,
    acknowledgedLeaving,
    [effect("acknowledged", 1_500)],
  ],
  [unacknowledgedLeaving, input("tick"), 1_500, returned, [effect("returned", 1_200)]],

  [acknowledged, abnormal, 1_050, acknowledged],
  [acknowledged, input("normal"), 1_000, acknowledgedLeaving],
  [acknowledged, input("between"), 1_050, acknowledged],
  [acknowledged, input("unknown"), 1_050, acknowledged],
  [acknowledged, input("acknowledge"), 1_050, acknowledged, [already]],
  [acknowledged, input("tick"), 1_500, acknowledged],

  [acknowledgedLeaving, abnormal, 1_050, acknowledged],
  [acknowledgedLeaving, input("normal"), 1_050, acknowledgedLeaving],
  [acknowledgedLeaving, input("between"), 1_050, acknowledgedLeaving],
  [acknowledgedLeaving, input("unknown"), 1_050, acknowledged],
  [acknowledgedLeaving, input("acknowledge"), 1_050, acknowledgedLeaving, [already]],
  [acknowledgedLeaving, input("tick"), 1_050, acknowledgedLeaving],
  [
    acknowledgedLeaving,
    abnormal,
    1_500,
    { state: "pending", since: 1_500, evidence },
    [effect("cleared", 1_200)],
  ],
  [acknowledgedLeaving, input("normal"), 1_500, normal, [effect("cleared", 1_200)]],
  [acknowledgedLeaving, input("between"), 1_500, normal, [effect("cleared", 1_200)]],
  [acknowledgedLeaving, input("unknown"), 1_500, normal, [effect("cleared", 1_200)]],
  [acknowledgedLeaving, input("acknowledge"), 1_500, acknowledgedLeaving, [already]],
  [acknowledgedLeaving, input("tick"), 1_500, normal, [effect("cleared", 1_200)]],

  [returned, abnormal, 1_000, returnedPending],
  [returned, input("normal"), 1_050, returned],
  [returned, input("between"), 1_050, returned],
  [returned, input("unknown"), 1_050, returned],
  [
    returned,
    input("acknowledge"),
    1_050,
    normal,
    [effect("acknowledged", 1_050), effect("cleared", 1_050)],
  ],
  [returned, input("tick"), 1_500, returned],

  [returnedPending, abnormal, 1_050, returnedPending],
  [returnedPending, input("normal"), 1_050, returned],
  [returnedPending, input("between"), 1_050, returnedPending],
  [returnedPending, input("unknown"), 1_050, returnedPending],
  [
    returnedPending,
    input("acknowledge"),
    1_050,
    pending,
    [effect("acknowledged", 1_050), effect("cleared", 1_050)],
  ],
  [returnedPending, input("tick"), 1_050, returnedPending],
  [returnedPending, abnormal, 1_500, raisedAt(1_100), [effect("cleared", 1_100), raised(1_100)]],
  [
    returnedPending,
    input("normal"),
    1_500,
    { ...raisedAt(1_100), normalSince: 1_500 },
    [effect("cleared", 1_100), raised(1_100)],
  ],
  [
    returnedPending,
    input("between"),
    1_500,
    raisedAt(1_100),
    [effect("cleared", 1_100), raised(1_100)],
  ],
  [
    returnedPending,
    input("unknown"),
    1_500,
    raisedAt(1_100),
    [effect("cleared", 1_100), raised(1_100)],
  ],
  [
    returnedPending,
    input("acknowledge"),
    1_500,
    pending,
    [effect("acknowledged", 1_500), effect("cleared", 1_500)],
  ],
  [
    returnedPending,
    input("tick"),
    1_500,
    raisedAt(1_100),
    [effect("cleared", 1_100), raised(1_100)],
  ],
];

test("every state has a row for every input, while its delay runs and after it", () => {
  const states = 8;
  const statesWithDelay = 4;
  const inputs = 6;
  expect(ROWS).toHaveLength((states + statesWithDelay) * inputs);
  const named = ROWS.map(([from, given, now]) => {
    const endsAt = delayEndsAt(from, DELAYED);
    return JSON.stringify([from, given.kind, endsAt !== undefined && now >= endsAt]);
  });
  expect(new Set(named).size).toBe(ROWS.length);
});

test.each(ROWS)("%j takes %j at %d and becomes %j", (from, given, now, to, effects = []) => {
  expect(nextAlarm(from, given, DELAYED, now)).toEqual({ state: to, effects });
});

test("without delays the first breach raises and the first normal reading ends it a moment later", () => {
  const first = nextAlarm(NORMAL, abnormal, AT_ONCE, 1_000);
  expect(first).toEqual({ state: raisedAt(1_000), effects: [raised(1_000)] });
  const back = nextAlarm(first.state, { kind: "normal" }, AT_ONCE, 1_000);
  expect(back.effects).toEqual([]);
  const again = nextAlarm(back.state, abnormal, AT_ONCE, 1_000);
  expect(again).toEqual({ state: raisedAt(1_000), effects: [] });
  const over = nextAlarm(back.state, { kind: "tick" }, AT_ONCE, 1_001);
  expect(over).toEqual({
    state: { state: "returned", raisedAt: 1_000 },
    effects: [effect("returned", 1_001)],
  });
  expect(nextAlarm(over.state, abnormal, AT_ONCE, 1_002).effects).toEqual([
    effect("cleared", 1_002),
    raised(1_002),
  ]);
});

test.each<[AlarmMachineState, AlarmMachineState]>([
  [pending, normal],
  [returnedPending, returned],
  [unacknowledgedLeaving, unacknowledged],
  [acknowledgedLeaving, acknowledged],
])("a delay that ends after the rule's hours does nothing: %j becomes %j", (from, to) => {
  expect(nextAlarm(from, { kind: "tick" }, OUT_OF_HOURS, 1_500)).toEqual({
    state: to,
    effects: [],
  });
});

const anyInput = fc.record({
  afterMs: fc.integer({ min: 0, max: 150 }),
  kind: fc.constantFrom<AlarmInput["kind"]>(
    "abnormal",
    "normal",
    "between",
    "unknown",
    "acknowledge",
    "tick",
  ),
});

interface Run {
  inputs: { kind: AlarmInput["kind"]; at: number }[];
  effects: AlarmEffect[];
  state: AlarmMachineState;
}

function run(steps: { afterMs: number; kind: AlarmInput["kind"] }[], rule: AlarmDelays): Run {
  let now = 10_000;
  let state: AlarmMachineState = NORMAL;
  const done: Run = { inputs: [], effects: [], state };
  for (const { afterMs, kind } of steps) {
    now += afterMs;
    const step = nextAlarm(state, kind === "abnormal" ? abnormal : { kind }, rule, now);
    state = step.state;
    done.inputs.push({ kind, at: now });
    done.effects.push(...step.effects.filter((each) => each.kind !== "ignored"));
  }
  return { ...done, state };
}

test.each<[AlarmMachineState, AlarmMachineState]>([
  [normal, normal],
  [pending, { ...pending, since: 700 }],
  [unacknowledged, unacknowledged],
  [unacknowledgedLeaving, { ...unacknowledgedLeaving, normalSince: 700 }],
  [acknowledged, acknowledged],
  [acknowledgedLeaving, { ...acknowledgedLeaving, normalSince: 700 }],
  [returned, returned],
  [returnedPending, { ...returnedPending, abnormalSince: 700 }],
])(
  "after a set-back the delay of %j begins with it; one that began before it is left alone",
  (state, after) => {
    expect(notAfter(state, 700)).toEqual(after);
    expect(notAfter(state, 1_000)).toBe(state);
  },
);

const anyDelays = fc.record({
  onDelayMs: fc.constantFrom(0, 1, 100),
  offDelayMs: fc.constantFrom(0, 1, 200),
  isJudgedAt: fc.constant(() => true),
});

test("nothing is raised without a breach that lasted the on-delay, and never twice at one time", () => {
  fc.assert(
    fc.property(fc.array(anyInput, { maxLength: 60 }), anyDelays, (steps, rule) => {
      const { inputs, effects } = run(steps, rule);
      const raisings = effects.flatMap((each) => (each.kind === "raised" ? [each.at] : []));
      expect(new Set(raisings).size).toBe(raisings.length);
      for (const at of raisings) {
        const began = inputs.find(
          (each) => each.kind === "abnormal" && each.at === at - rule.onDelayMs,
        );
        expect(began).toBeDefined();
      }
    }),
  );
});

test("raised and cleared take turns, and an alarm that stands says so", () => {
  fc.assert(
    fc.property(fc.array(anyInput, { maxLength: 60 }), anyDelays, (steps, rule) => {
      const { effects, state } = run(steps, rule);
      let stands = false;
      for (const { kind } of effects) {
        if (kind === "ignored") continue;
        expect(stands).toBe(kind !== "raised");
        if (kind === "raised") stands = true;
        if (kind === "cleared") stands = false;
      }
      expect(stands).toBe(state.state !== "normal" && state.state !== "pending");
      if (state.state === "normal") expect(isAbnormal(state)).toBe(false);
    }),
  );
});

test("how often the clock looks changes nothing that comes of it", () => {
  fc.assert(
    fc.property(fc.array(anyInput, { maxLength: 60 }), anyDelays, (steps, rule) => {
      const quiet = steps.map((step) =>
        step.kind === "tick" ? { ...step, kind: "between" as const } : step,
      );
      const busy = quiet.flatMap((step) => [
        { afterMs: Math.floor(step.afterMs / 2), kind: "tick" as const },
        { ...step, afterMs: step.afterMs - Math.floor(step.afterMs / 2) },
      ]);
      const last = { afterMs: 1_000, kind: "tick" as const };
      // An acknowledgement moves no delay, so it may find another state; without it all is equal.
      const withoutAcknowledgement = (each: typeof busy): typeof busy =>
        each.map((step) => (step.kind === "acknowledge" ? { ...step, kind: "between" } : step));
      const a = run(withoutAcknowledgement([...quiet, last]), rule);
      const b = run(withoutAcknowledgement([...busy, last]), rule);
      expect(b.effects).toEqual(a.effects);
      expect(b.state).toEqual(a.state);
    }),
  );
});

const LADDER: AlarmDelays = { onDelayMs: 0, offDelayMs: 100, isJudgedAt: () => true };
const at2 = (kept = 2): AlarmInput => ({ kind: "abnormal", evidence, step: 2, kept });
const at1 = (kept: number): AlarmInput => ({ kind: "abnormal", evidence, step: 1, kept });
const severity = (at: number, step: number): AlarmEffect => ({ kind: "severity", at, step });

test.each<[string, AlarmMachineState, AlarmInput, AlarmMachineState, AlarmEffect[]]>([
  [
    "raised at the step that is reached",
    normal,
    at2(),
    { state: "unacknowledged", raisedAt: 700, step: 2 },
    [{ kind: "raised", at: 700, evidence, step: 2 }],
  ],
  [
    "up at once",
    { state: "acknowledged", raisedAt: 500 },
    at2(),
    { state: "acknowledged", raisedAt: 500, step: 2 },
    [severity(700, 2)],
  ],
  [
    "not down before the step's clear level",
    { state: "unacknowledged", raisedAt: 500, step: 2 },
    at1(2),
    { state: "unacknowledged", raisedAt: 500, step: 2 },
    [],
  ],
  [
    "down past it",
    { state: "unacknowledged", raisedAt: 500, step: 2 },
    at1(1),
    { state: "unacknowledged", raisedAt: 500 },
    [severity(700, 1)],
  ],
  [
    "down between the first levels, where the alarm stands",
    { state: "unacknowledged", raisedAt: 500, step: 3 },
    { kind: "between", kept: 1 },
    { state: "unacknowledged", raisedAt: 500 },
    [severity(700, 1)],
  ],
  [
    "normal keeps the step until the alarm is over",
    { state: "acknowledged", raisedAt: 500, step: 2 },
    { kind: "normal" },
    { state: "acknowledged", raisedAt: 500, step: 2, normalSince: 700 },
    [],
  ],
  [
    "abnormal again on its way back",
    { state: "acknowledged", raisedAt: 500, step: 2, normalSince: 650 },
    at1(1),
    { state: "acknowledged", raisedAt: 500 },
    [severity(700, 1)],
  ],
])("the ladder: %s", (_title, from, given, to, effects) => {
  expect(nextAlarm(from, given, LADDER, 700)).toEqual({ state: to, effects });
});

test("a delay ends at the highest step that was not let go of meanwhile", () => {
  let { state } = nextAlarm(normal, at1(1), DELAYED, 1_000);
  state = nextAlarm(state, { kind: "abnormal", evidence, step: 3, kept: 3 }, DELAYED, 1_020).state;
  state = nextAlarm(state, at1(2), DELAYED, 1_040).state;
  expect(state).toEqual({ state: "pending", since: 1_000, evidence, step: 2 });
  expect(nextAlarm(state, { kind: "tick" }, DELAYED, 1_100)).toEqual({
    state: { state: "unacknowledged", raisedAt: 1_100, step: 2 },
    effects: [{ kind: "raised", at: 1_100, evidence, step: 2 }],
  });
});
