import fc from "fast-check";
import { expect, test } from "vitest";
import type { AlarmEvidence } from "../model/alarm.ts";
import { nextAlarm } from "./alarm-machine.ts";
import {
  type ActiveState,
  type AlarmDelays,
  type AlarmEffect,
  type AlarmInput,
  type AlarmMachineState,
  delayEndsAt,
  isAbnormal,
  NORMAL,
  notAfter,
} from "./alarm-states.ts";

const evidence: AlarmEvidence = {
  measurement: "tiltDeg",
  value: 31.5,
  observedAt: 900,
  receivedAt: 1_000,
  flags: 0,
};
const DELAYED: AlarmDelays = {
  onDelayMs: 100,
  offDelayMs: 200,
  realarmMs: 700,
  isJudgedAt: () => true,
};
const LATCHING: AlarmDelays = { ...DELAYED, isLatching: true };
const AT_ONCE: AlarmDelays = { onDelayMs: 0, offDelayMs: 0, isJudgedAt: () => true };
/** The rule's hours end at 1,050. */
const OUT_OF_HOURS: AlarmDelays = {
  ...DELAYED,
  realarmMs: undefined,
  isJudgedAt: (at) => at < 1_050,
};

const normal = NORMAL;
const pending: AlarmMachineState = { state: "pending", since: 1_000, evidence };
const unacknowledged: AlarmMachineState = { state: "unacknowledged", raisedAt: 500 };
const unacknowledgedLeaving: AlarmMachineState = { ...unacknowledged, normalSince: 1_000 };
const acknowledged: AlarmMachineState = { state: "acknowledged", raisedAt: 500 };
const acknowledgedLeaving: AlarmMachineState = { ...acknowledged, normalSince: 1_000 };
const returned: AlarmMachineState = { state: "returned", raisedAt: 500 };
const returnedPending: AlarmMachineState = { ...returned, abnormalSince: 1_000, evidence };
const latched: AlarmMachineState = { state: "latched", raisedAt: 500, isAcknowledged: false };
const latchedPending: AlarmMachineState = { ...latched, abnormalSince: 1_000, evidence };
const latchedSeen: AlarmMachineState = { ...latched, isAcknowledged: true };
const latchedSeenPending: AlarmMachineState = { ...latchedPending, isAcknowledged: true };
/** Told again when its 700 ms since 500 were over. */
const reminded: ActiveState = { state: "unacknowledged", raisedAt: 500, remindedAt: 1_200 };
const raisedAt = (at: number): ActiveState => ({ state: "unacknowledged", raisedAt: at });

const abnormal: AlarmInput = { kind: "abnormal", evidence };
const input = (kind: Exclude<AlarmInput["kind"], "abnormal">): AlarmInput => ({ kind });
const raised = (at: number): AlarmEffect => ({ kind: "raised", at, evidence });
const effect = (
  kind: "realarmed" | "acknowledged" | "returned" | "latched" | "cleared",
  at: number,
): AlarmEffect => ({ kind, at });
const noAlarm: AlarmEffect = { kind: "ignored", why: "there is no alarm" };
const already: AlarmEffect = { kind: "ignored", why: "it is acknowledged already" };
const notBack: AlarmEffect = { kind: "ignored", why: "it is not normal again yet" };
const seen = (at: number): AlarmEffect[] => [effect("acknowledged", at), effect("cleared", at)];
const anew: AlarmEffect[] = [effect("cleared", 1_100), raised(1_100)];

type Row = [
  from: AlarmMachineState,
  input: AlarmInput,
  now: number,
  to: AlarmMachineState,
  effects?: AlarmEffect[],
];

/**
 * Delays of 100 and 200 ms that began at 1,000, and a reminder that is due at 1,200: at 1,050 all
 * run, at 1,500 all have ended.
 */
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
  [unacknowledged, input("tick"), 1_050, unacknowledged],
  [unacknowledged, abnormal, 1_500, reminded, [effect("realarmed", 1_200)]],
  [
    unacknowledged,
    input("normal"),
    1_500,
    { ...reminded, normalSince: 1_500 },
    [effect("realarmed", 1_200)],
  ],
  [unacknowledged, input("between"), 1_500, reminded, [effect("realarmed", 1_200)]],
  [unacknowledged, input("unknown"), 1_500, reminded, [effect("realarmed", 1_200)]],
  [unacknowledged, input("acknowledge"), 1_500, acknowledged, [effect("acknowledged", 1_500)]],
  [unacknowledged, input("tick"), 1_500, reminded, [effect("realarmed", 1_200)]],

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

  ...latchedRows(latched, latchedPending, (at) => seen(at)),
  ...latchedRows(latchedSeen, latchedSeenPending, (at) => [effect("cleared", at)]),

  [normal, input("reset"), 1_050, normal, [noAlarm]],
  [pending, input("reset"), 1_050, pending, [noAlarm]],
  [pending, input("reset"), 1_500, pending, [noAlarm]],
  [unacknowledged, input("reset"), 1_050, unacknowledged, [notBack]],
  [unacknowledged, input("reset"), 1_500, unacknowledged, [notBack]],
  [unacknowledgedLeaving, input("reset"), 1_050, unacknowledgedLeaving, [notBack]],
  [unacknowledgedLeaving, input("reset"), 1_500, unacknowledgedLeaving, [notBack]],
  [acknowledged, input("reset"), 1_050, acknowledged, [notBack]],
  [acknowledgedLeaving, input("reset"), 1_050, acknowledgedLeaving, [notBack]],
  [acknowledgedLeaving, input("reset"), 1_500, acknowledgedLeaving, [notBack]],
  [returned, input("reset"), 1_050, normal, [effect("cleared", 1_050)]],
  [returnedPending, input("reset"), 1_050, pending, [effect("cleared", 1_050)]],
  [returnedPending, input("reset"), 1_500, pending, [effect("cleared", 1_500)]],
];

/** `overBy`: what an acknowledgement tells, whether somebody acknowledged it before or not. */
function latchedRows(
  still: AlarmMachineState,
  again: AlarmMachineState,
  overBy: (at: number) => AlarmEffect[],
): Row[] {
  return [
    [still, abnormal, 1_000, again],
    [still, input("normal"), 1_050, still],
    [still, input("between"), 1_050, still],
    [still, input("unknown"), 1_050, still],
    [still, input("acknowledge"), 1_050, normal, overBy(1_050)],
    [still, input("reset"), 1_050, normal, [effect("cleared", 1_050)]],
    [still, input("tick"), 1_500, still],

    [again, abnormal, 1_050, again],
    [again, input("normal"), 1_050, still],
    [again, input("between"), 1_050, again],
    [again, input("unknown"), 1_050, again],
    [again, input("acknowledge"), 1_050, pending, overBy(1_050)],
    [again, input("reset"), 1_050, pending, [effect("cleared", 1_050)]],
    [again, input("tick"), 1_050, again],
    [again, abnormal, 1_500, raisedAt(1_100), anew],
    [again, input("normal"), 1_500, { ...raisedAt(1_100), normalSince: 1_500 }, anew],
    [again, input("between"), 1_500, raisedAt(1_100), anew],
    [again, input("unknown"), 1_500, raisedAt(1_100), anew],
    [again, input("acknowledge"), 1_500, pending, overBy(1_500)],
    [again, input("reset"), 1_500, pending, [effect("cleared", 1_500)]],
    [again, input("tick"), 1_500, raisedAt(1_100), anew],
  ];
}

/** Where a latching rule differs: the way back has ended. */
const LATCHING_ROWS: Row[] = [
  [unacknowledgedLeaving, abnormal, 1_500, { ...latched, abnormalSince: 1_500, evidence }],
  [unacknowledgedLeaving, input("normal"), 1_500, latched],
  [unacknowledgedLeaving, input("between"), 1_500, latched],
  [unacknowledgedLeaving, input("unknown"), 1_500, latched],
  [unacknowledgedLeaving, input("tick"), 1_500, latched],
  [acknowledgedLeaving, abnormal, 1_500, { ...latchedSeen, abnormalSince: 1_500, evidence }],
  [acknowledgedLeaving, input("normal"), 1_500, latchedSeen],
  [acknowledgedLeaving, input("between"), 1_500, latchedSeen],
  [acknowledgedLeaving, input("unknown"), 1_500, latchedSeen],
  [acknowledgedLeaving, input("tick"), 1_500, latchedSeen],
];

test("every state has a row for every input, while its delay runs and after it", () => {
  const states = 12;
  const statesWithDelay = 7;
  const inputs = 7;
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

test.each(LATCHING_ROWS)("latching, %j takes %j at %d and becomes %j", (from, given, now, to) => {
  const effects = [effect("latched", 1_200)];
  expect(nextAlarm(from, given, LATCHING, now)).toEqual({ state: to, effects });
});

test("elsewhere a latching rule does what every rule does", () => {
  const others = ROWS.filter(
    ([from, given, now]) =>
      !LATCHING_ROWS.some((row) => row[0] === from && row[1].kind === given.kind && row[2] === now),
  );
  expect(others).toHaveLength(ROWS.length - LATCHING_ROWS.length);
  for (const [from, given, now, to, effects = []] of others) {
    expect(nextAlarm(from, given, LATCHING, now)).toEqual({ state: to, effects });
  }
});

test("a reminder comes once a period, and once for all periods in which nobody looked", () => {
  const tick = (state: AlarmMachineState, now: number) =>
    nextAlarm(state, { kind: "tick" }, DELAYED, now);
  expect(tick(unacknowledged, 1_199).effects).toEqual([]);
  const first = tick(unacknowledged, 1_200);
  expect(first).toEqual({ state: reminded, effects: [effect("realarmed", 1_200)] });
  expect(tick(first.state, 1_899).effects).toEqual([]);
  const late = tick(first.state, 4_100);
  expect(late.effects).toEqual([effect("realarmed", 4_000)]);
  expect(tick(late.state, 4_699).effects).toEqual([]);
  expect(tick(late.state, 4_700).effects).toEqual([effect("realarmed", 4_700)]);
});

test("a reminder that fell into the way back is not made up for", () => {
  const leaving = nextAlarm(unacknowledged, { kind: "normal" }, DELAYED, 1_150).state;
  const again = nextAlarm(leaving, abnormal, DELAYED, 1_300);
  expect(again).toEqual({ state: reminded, effects: [] });
  expect(nextAlarm(again.state, { kind: "tick" }, DELAYED, 1_899).effects).toEqual([]);
  expect(nextAlarm(again.state, { kind: "tick" }, DELAYED, 1_900).effects).toHaveLength(1);
});

test("what is raised late in one look is reminded of in the same look", () => {
  expect(nextAlarm(pending, { kind: "tick" }, DELAYED, 2_000)).toEqual({
    state: { state: "unacknowledged", raisedAt: 1_100, remindedAt: 1_800 },
    effects: [raised(1_100), effect("realarmed", 1_800)],
  });
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
    "reset",
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
  [latched, latched],
  [latchedPending, { ...latchedPending, abnormalSince: 700 }],
  [
    { ...reminded, remindedAt: 1_000 },
    { ...reminded, remindedAt: 700 },
  ],
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
  isLatching: fc.boolean(),
  // Longer than any two looks are apart: who looks less often is told less often.
  realarmMs: fc.constantFrom(undefined, 151, 400),
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

test("an alarm is reminded of only while it stands unacknowledged, a whole period after the last word", () => {
  fc.assert(
    fc.property(fc.array(anyInput, { maxLength: 60 }), anyDelays, (steps, rule) => {
      const { effects } = run(steps, rule);
      let toldAt: number | undefined;
      for (const each of effects) {
        if (each.kind === "raised") toldAt = each.at;
        else if (each.kind === "realarmed") {
          expect(each.at - (toldAt ?? Number.NaN)).toBeGreaterThanOrEqual(rule.realarmMs ?? 0);
          toldAt = each.at;
        } else if (each.kind !== "severity") toldAt = undefined;
      }
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
      // What people say moves no delay, so it may find another state; without it all is equal.
      const withoutPeople = (each: typeof busy): typeof busy =>
        each.map((step) =>
          step.kind === "acknowledge" || step.kind === "reset"
            ? { ...step, kind: "between" }
            : step,
        );
      const a = run(withoutPeople([...quiet, last]), rule);
      const b = run(withoutPeople([...busy, last]), rule);
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
