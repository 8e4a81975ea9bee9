/**
 * Laws of alarms, held against random days: told once, told in order, the same whoever looks when,
 * and the same rows whether the platform was restarted or not. Seeds are fast-check's own.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Alerts } from "../alerts/alerts.ts";
import type { DatabaseDoor } from "../database/database.ts";
import type { AlarmHappening } from "../model/alarm.ts";
import { type Instant, MINUTE_MS, SECOND_MS } from "../model/clock.ts";
import { isErrorCode } from "../model/errors.ts";
import { openAlarmWorld, reading, START, savedRows } from "./support/alarm-world.ts";
import { isOnPostgres } from "./support/city-database.ts";

const world = openAlarmWorld();

type Act =
  | { kind: "reading"; deviceId: string; measurement: string; value: number }
  | { kind: "acknowledge" | "unshelve" | "reset" | "wait" }
  | { kind: "shelve"; forMs: number }
  | { kind: "suppress" | "release"; by: string }
  | { kind: "service"; deviceId: string; isOut: boolean };
interface Step {
  afterMs: number;
  act: Act;
}

const MEASURED = [
  { measurement: "waterLevelCm", values: [100, 155, 170] },
  { measurement: "ch4LelPercent", values: [0, 9, 20, 60] },
  { measurement: "isOpen", values: [0, 1] },
];
const anyReading: fc.Arbitrary<Act> = fc
  .constantFrom(...MEASURED)
  .chain(({ measurement, values }) =>
    fc.record({
      kind: fc.constant("reading" as const),
      deviceId: fc.constantFrom("a", "b"),
      measurement: fc.constant(measurement),
      value: fc.constantFrom(...values),
    }),
  );
const anyShelf: fc.Arbitrary<Act> = fc.record({
  kind: fc.constant("shelve" as const),
  forMs: fc.integer({ min: 1, max: 40 * MINUTE_MS }),
});
const anyHold: fc.Arbitrary<Act> = fc.oneof(
  anyShelf,
  fc.record({
    kind: fc.constantFrom("suppress" as const, "release" as const),
    by: fc.constantFrom("cabinet", "feeder"),
  }),
  fc.record({
    kind: fc.constant("service" as const),
    deviceId: fc.constantFrom("a", "b"),
    isOut: fc.boolean(),
  }),
  fc.constant<Act>({ kind: "unshelve" }),
);
const anyAct = fc.oneof(
  { weight: 10, arbitrary: anyReading },
  { weight: 4, arbitrary: anyHold },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom("acknowledge" as const, "reset" as const, "wait" as const)
      .map((kind): Act => ({ kind })),
  },
);
/** The registry is looked over every 5 s; what is further apart does not hang on when. */
const anyDay = (act: fc.Arbitrary<Act>): fc.Arbitrary<Step[]> =>
  fc.array(fc.record({ afterMs: fc.integer({ min: 6 * SECOND_MS, max: 8 * MINUTE_MS }), act }), {
    minLength: 10,
    maxLength: 40,
  });

/** Alarms by their turn, so that a run that is the same acts on the same ones. */
async function act(alerts: Alerts, from: DatabaseDoor, what: Act, now: Instant): Promise<void> {
  const newest = async () => (await alerts.list(from.reader, { limit: 1 })).items[0];
  switch (what.kind) {
    case "reading":
      return alerts.judge([reading(what.deviceId, what.measurement, what.value, now)]);
    case "wait":
      return;
    case "service":
      return world.setService(what.deviceId, what.isOut);
    case "reset":
      return alerts.reset("cover-a", "flooding", now);
    case "suppress":
    case "release":
      return alerts[what.kind]({ bearerId: "a", ruleId: "manhole-cover.gas" }, what.by, now);
  }
  const alarm = await newest();
  if (alarm === undefined) return;
  const { alarmId } = alarm;
  try {
    if (what.kind === "acknowledge") alerts.acknowledge(alarmId, { by: "ganger" }, now);
    else if (what.kind === "unshelve") await alerts.unshelve(from.reader, alarmId, now);
    else if (what.kind === "shelve") {
      const words = { until: now + what.forMs, reason: "r", by: "e", mayShelveLifeSafety: true };
      await alerts.shelve(from.reader, alarmId, words, now);
    }
  } catch (error) {
    const isRefused =
      isErrorCode(error, "ALARM_NOT_FOUND") || isErrorCode(error, "ALARM_STATE_REFUSED");
    if (!isRefused) throw error;
  }
}

async function save(alerts: Alerts, to: DatabaseDoor): Promise<AlarmHappening[]> {
  const happened = await to.transaction(async (tx) => {
    await alerts.save(tx);
    return [...alerts.pending()];
  });
  alerts.committed();
  return happened;
}

let runs = 0;

/** On PostgreSQL a quarter of the days: it differs by how it keeps rows, not by the alarms' laws. */
const daysOf = (n: number): number => (isOnPostgres ? Math.ceil(n / 4) : n);

/** A failure is told before the test's own time is over, shrunk as far as that. */
const IN_TIME = { interruptAfterTimeLimit: 45_000, markInterruptAsFailure: true };

/** Lives through the steps; before those named it is stopped and started anew. */
async function live(steps: readonly Step[], isRestarted: (index: number) => boolean) {
  runs += 1;
  const own = await world.open(`run-${runs}.sqlite`);
  for (const deviceId of ["a", "b"]) world.setService(deviceId, false);
  let now = START;
  let alerts = await world.start(now, own);
  const happened: AlarmHappening[] = [];
  const rows: unknown[] = [];
  for (const [index, { afterMs, act: what }] of steps.entries()) {
    if (isRestarted(index)) alerts = await world.start(now, own);
    now += afterMs;
    await act(alerts, own, what, now);
    alerts.tick(now);
    happened.push(...(await save(alerts, own)));
    rows.push(await savedRows(own.reader));
  }
  alerts.tick(now + 60 * MINUTE_MS);
  happened.push(...(await save(alerts, own)));
  rows.push(await savedRows(own.reader));
  await own.close();
  return { happened, rows };
}

const line = ({ kind, alarm, at }: AlarmHappening): string => `${at} ${alarm.alarmId} ${kind}`;

test("nothing is told of an alarm before it is raised or after it is over, and each once", async () => {
  await fc.assert(
    fc.asyncProperty(anyDay(anyAct), async (steps) => {
      const { happened } = await live(steps, () => false);
      const told = new Map<string, string[]>();
      for (const { kind, alarm } of happened) {
        const before = told.get(alarm.alarmId) ?? [];
        told.set(alarm.alarmId, [...before, kind]);
        expect(kind === "raised").toBe(before.length === 0);
        expect(before).not.toContain("cleared");
        if (kind === "returned" || kind === "latched") expect(before).not.toContain(kind);
      }
      expect(new Set(happened.map(line)).size).toBe(happened.length);
    }),
    { numRuns: daysOf(60), ...IN_TIME },
  );
});

test("restarted before any step, it tells the same and saves the same rows, byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyDay(anyAct),
      fc.array(fc.nat({ max: 39 }), { minLength: 1, maxLength: 10 }),
      async (steps, restarts) => {
        const through = await live(steps, () => false);
        const stopped = await live(steps, (index) => restarts.includes(index));
        expect(stopped.happened.map(line)).toEqual(through.happened.map(line));
        expect(JSON.stringify(stopped.rows)).toBe(JSON.stringify(through.rows));
      },
    ),
    { numRuns: daysOf(40), ...IN_TIME },
  );
});

const at = (afterMs: number, measurement: string, value: number): Step => ({
  afterMs,
  act: { kind: "reading", deviceId: "a", measurement, value },
});
const does = (afterMs: number, what: Act): Step => ({ afterMs, act: what });
const HALF = 30 * SECOND_MS;

test("restarted in the middle of each delay and each hold in turn, it saves the same rows", async () => {
  const day: Step[] = [
    at(HALF, "waterLevelCm", 170),
    does(HALF, { kind: "wait" }), // the on-delay runs
    does(HALF, { kind: "wait" }), // raised
    at(HALF, "waterLevelCm", 100),
    does(MINUTE_MS, { kind: "wait" }), // the off-delay runs
    does(2 * MINUTE_MS, { kind: "wait" }), // latched
    at(HALF, "waterLevelCm", 170),
    does(HALF, { kind: "wait" }), // latched, the on-delay of the next one runs
    does(MINUTE_MS, { kind: "wait" }), // raised anew
    does(HALF, { kind: "acknowledge" }),
    at(HALF, "ch4LelPercent", 20),
    does(7 * MINUTE_MS, { kind: "wait" }),
    does(7 * MINUTE_MS, { kind: "wait" }), // told again
    does(HALF, { kind: "shelve", forMs: 20 * MINUTE_MS }),
    at(MINUTE_MS, "ch4LelPercent", 0),
    does(2 * MINUTE_MS, { kind: "wait" }), // returned, on the shelf
    at(MINUTE_MS, "ch4LelPercent", 20),
    does(MINUTE_MS, { kind: "wait" }), // another, untold
    does(MINUTE_MS, { kind: "suppress", by: "cabinet" }),
    does(20 * MINUTE_MS, { kind: "wait" }), // the shelf has ended, the cause holds it
    does(MINUTE_MS, { kind: "service", deviceId: "a", isOut: true }),
    does(MINUTE_MS, { kind: "release", by: "cabinet" }),
    does(MINUTE_MS, { kind: "wait" }),
    does(MINUTE_MS, { kind: "service", deviceId: "a", isOut: false }),
    does(7 * MINUTE_MS, { kind: "wait" }),
    does(7 * MINUTE_MS, { kind: "wait" }),
  ];
  const through = await live(day, () => false);
  const kinds = through.happened.map(({ kind, alarm }) => `${alarm.ruleId.split(".")[1]} ${kind}`);
  expect(kinds).toEqual([
    "water raised",
    "water latched",
    "water cleared",
    "water raised",
    "water acknowledged",
    "gas raised",
    "gas realarmed",
    "gas returned",
    "gas cleared",
    "gas raised",
    "gas realarmed",
    "gas realarmed",
  ]);
  for (const stop of day.keys()) {
    const stopped = await live(day, (index) => index === stop);
    expect(stopped.happened.map(line), `stopped before ${stop}`).toEqual(
      through.happened.map(line),
    );
    expect(JSON.stringify(stopped.rows), `stopped before ${stop}`).toBe(
      JSON.stringify(through.rows),
    );
  }
});

/** Judges readings in batches that end before the steps named; the clock looks after each batch. */
async function judgeBatches(steps: readonly Step[], ends: ReadonlySet<number>) {
  runs += 1;
  const own = await world.open(`batches-${runs}.sqlite`);
  const alerts = await world.start(START, own);
  const happened: AlarmHappening[] = [];
  // One shelf that ends by time somewhere among the batches.
  alerts.judge([reading("a", "ch4LelPercent", 20, START)]);
  await save(alerts, own);
  const [shelved] = (await alerts.list(own.reader, {})).items;
  const words = { reason: "r", by: "e", mayShelveLifeSafety: true };
  const until = START + 25 * MINUTE_MS;
  await alerts.shelve(own.reader, shelved?.alarmId ?? "", { ...words, until }, START);
  let now = START;
  let batch = [];
  for (const [index, { afterMs, act: what }] of steps.entries()) {
    now += afterMs;
    if (what.kind !== "reading") continue;
    batch.push(reading(what.deviceId, what.measurement, what.value, now));
    if (!ends.has(index)) continue;
    alerts.judge(batch);
    batch = [];
    alerts.tick(now);
    happened.push(...(await save(alerts, own)));
  }
  alerts.judge(batch);
  alerts.tick(now + 5 * MINUTE_MS);
  happened.push(...(await save(alerts, own)));
  const rows = await savedRows(own.reader);
  await own.close();
  return { happened, rows };
}

test("the same readings in any batches tell the same and save the same; who looks late is reminded less", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyDay(anyReading),
      fc.array(fc.nat({ max: 39 }), { maxLength: 20 }),
      async (steps, ends) => {
        const single = await judgeBatches(steps, new Set(steps.keys()));
        const batched = await judgeBatches(steps, new Set(ends));
        const but = (found: AlarmHappening[], isReminder: boolean): string[] =>
          found
            .filter(({ kind }) => (kind === "realarmed") === isReminder)
            .map(line)
            .sort();
        expect(but(batched.happened, false)).toEqual(but(single.happened, false));
        expect(but(single.happened, true)).toEqual(
          expect.arrayContaining(but(batched.happened, true)),
        );
        expect(JSON.stringify(batched.rows)).toBe(JSON.stringify(single.rows));
      },
    ),
    { numRuns: daysOf(60), ...IN_TIME },
  );
});
