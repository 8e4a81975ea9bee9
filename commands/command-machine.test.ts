/** The machine of one command by table, and by properties over whole lives. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Command, CommandMode, CommandState } from "../model/command.ts";
import { DeviceId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { type CommandEvent, hasEnded, nextCommand, retryDelayMs } from "./command-machine.ts";
import { planDevice } from "./device-plan.ts";

const NOW = Date.parse("2026-11-27T20:00:00Z");
const EXPIRY = NOW + 60_000;

const command = (more: Partial<Command> = {}): Command => ({
  ...{ commandId: "c-1", deviceId: DeviceId.parse("lamp-1"), seq: 1, name: "on", args: {} },
  ...{ mode: "until-acknowledged", createdAt: NOW, createdBy: "wang", expiresAt: EXPIRY },
  ...{ state: "queued", tries: 0 },
  ...more,
});
/** As it stands in a state; what is sent has been handed on once. */
const standing = (state: CommandState, mode: CommandMode): Command => {
  const base = command({ state, mode, tries: state === "queued" ? 0 : 1 });
  const isAgain = state === "sent" && mode === "until-acknowledged";
  const sent = state === "queued" ? base : { ...base, sentAt: NOW };
  if (isAgain) return { ...sent, nextAt: NOW + 5_000 };
  return hasEnded(base) ? { ...sent, endedAt: NOW } : sent;
};

const EVENTS = {
  reachable: { kind: "reachable" },
  kept: { kind: "kept" },
  carried: { kind: "carried" },
  lost: { kind: "lost", why: "no gateway" },
  unsent: { kind: "unsent" },
  done: { kind: "answered", isOk: true },
  refused: { kind: "answered", isOk: false, message: "too hot" },
  cancelled: { kind: "cancelled", why: "cancelled by li" },
  clock: { kind: "clock" },
} as const satisfies Record<string, CommandEvent>;
type EventName = keyof typeof EVENTS;

/** After ten seconds; `+`: it is handed on. Of ended ones every event is ignored. */
const OPEN_ROWS: readonly [CommandState, CommandMode, Record<EventName, string>][] = [
  [
    "queued",
    "at-most-once",
    {
      ...{ reachable: "sent+", kept: "-", carried: "-", lost: "-", done: "-", refused: "-" },
      ...{ cancelled: "cancelled", clock: "-", unsent: "-" },
    },
  ],
  [
    "queued",
    "until-acknowledged",
    {
      ...{ reachable: "sent+", kept: "-", carried: "-", lost: "-", done: "-", refused: "-" },
      ...{ cancelled: "cancelled", clock: "-", unsent: "-" },
    },
  ],
  [
    "sent",
    "at-most-once",
    {
      ...{ reachable: "-", kept: "-", carried: "delivered", lost: "refused", done: "done" },
      ...{ refused: "refused", cancelled: "cancelled", clock: "-", unsent: "queued" },
    },
  ],
  [
    "sent",
    "until-acknowledged",
    {
      ...{ reachable: "sent+", kept: "sent", carried: "delivered", lost: "queued", done: "done" },
      ...{ refused: "refused", cancelled: "cancelled", clock: "-", unsent: "queued" },
    },
  ],
  [
    "delivered",
    "at-most-once",
    {
      ...{ reachable: "-", kept: "-", carried: "-", lost: "refused", done: "done" },
      ...{ refused: "refused", cancelled: "cancelled", clock: "-", unsent: "-" },
    },
  ],
  [
    "delivered",
    "until-acknowledged",
    {
      ...{ reachable: "-", kept: "-", carried: "-", lost: "queued", done: "done" },
      ...{ refused: "refused", cancelled: "cancelled", clock: "-", unsent: "-" },
    },
  ],
];
const NOTHING = Object.fromEntries(Object.keys(EVENTS).map((name) => [name, "-"]));
const ROWS = [
  ...OPEN_ROWS,
  ...CommandState.options
    .filter((state) => hasEnded({ state }))
    .flatMap((state) => CommandMode.options.map((mode) => [state, mode, NOTHING] as const)),
].flatMap(([state, mode, wanted]) =>
  Object.entries(wanted).map(([event, after]) => [state, mode, event as EventName, after] as const),
);

test("every state in every mode has a row for every event", () => {
  expect(ROWS).toHaveLength(
    CommandState.options.length * CommandMode.options.length * Object.keys(EVENTS).length,
  );
});

test.each(ROWS)("%s, %s: %s leads to %s", (state, mode, event, wanted) => {
  const step = nextCommand(standing(state, mode), EVENTS[event], NOW + 10_000);
  const isToSend = step.kind === "moved" && step.isToSend;
  const got = step.kind === "ignored" ? "-" : `${step.command.state}${isToSend ? "+" : ""}`;
  expect(got).toBe(wanted);
  if (step.kind === "ignored") expect(step.why).not.toBe("");
});

test.each([
  ["queued", 0, "the device could not be reached in its time"],
  ["sent", 1, "sent once; nobody answered, the device may have done it"],
  ["sent", 3, "sent 3 times; nobody answered, the device may have done it"],
  ["delivered", 1, "sent once and delivered by its carrier; the device did not answer"],
] as const)(
  "what is %s after %i tries when its time is over, expires and says how far it came",
  (...row) => {
    const [state, tries, message] = row;
    for (const kind of ["clock", "reachable", "carried", "lost"] as const) {
      const event = { kind, why: "" } as CommandEvent;
      const step = nextCommand(command({ state, tries }), event, EXPIRY);
      expect(step).toMatchObject({ kind: "moved", isToSend: false });
      expect(step).toMatchObject({ command: { state: "expired", endedAt: EXPIRY, message } });
    }
  },
);

test("an answer that comes as its time is over still counts; one after its end does not", () => {
  const sent = standing("sent", "at-most-once");
  const step = nextCommand(sent, EVENTS.done, EXPIRY + 1);
  expect(step).toMatchObject({ kind: "moved", command: { state: "done" } });
  const over = nextCommand(sent, EVENTS.clock, EXPIRY);
  if (over.kind !== "moved") throw new Error("it lives on");
  expect(nextCommand(over.command, EVENTS.done, EXPIRY).kind).toBe("ignored");
});

test("a command of a time to come, since the clock was set back, is over", () => {
  const step = nextCommand(command(), EVENTS.reachable, NOW - 1);
  expect(step).toMatchObject({ kind: "moved", isToSend: false, command: { state: "expired" } });
});

test("it goes again after a time that doubles, up to the longest", () => {
  expect([1, 2, 3, 7, 40].map(retryDelayMs)).toEqual([5_000, 10_000, 20_000, 300_000, 300_000]);
  expect(retryDelayMs(1)).toBe(LIMITS.commandRetryMsMin);
  const first = nextCommand(command(), EVENTS.reachable, NOW);
  if (first.kind !== "moved") throw new Error("not sent");
  expect(first.command).toMatchObject({ tries: 1, sentAt: NOW, nextAt: NOW + 5_000 });
  expect(nextCommand(first.command, EVENTS.reachable, NOW + 4_999).kind).toBe("ignored");
  const again = nextCommand(first.command, EVENTS.reachable, NOW + 5_000);
  expect(again).toMatchObject({ isToSend: true, command: { tries: 2, nextAt: NOW + 15_000 } });
});

test("what a carrier keeps goes again only when the carrier gives it up", () => {
  const kept = nextCommand(standing("sent", "until-acknowledged"), EVENTS.kept, NOW);
  if (kept.kind !== "moved") throw new Error("not kept");
  expect(kept.command.nextAt).toBeUndefined();
  expect(nextCommand(kept.command, EVENTS.reachable, NOW + 50_000).kind).toBe("ignored");
  const lost = nextCommand(kept.command, EVENTS.lost, NOW + 1_000);
  expect(lost).toMatchObject({ command: { state: "queued", nextAt: NOW + 6_000 } });
});

test("what is cancelled after it was sent says that the device may have done it", () => {
  const step = nextCommand(standing("sent", "at-most-once"), EVENTS.cancelled, NOW);
  expect(step).toMatchObject({
    command: { message: "cancelled by li; it had been sent, the device may have done it" },
  });
});

interface Happening {
  afterMs: number;
  event: CommandEvent;
}
const happening: fc.Arbitrary<Happening> = fc.record({
  afterMs: fc.nat({ max: 20_000 }),
  event: fc.constantFrom(...Object.values(EVENTS)),
});

test("no life has two results, sends after its expiry, or sends more often than it may", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CommandMode.options),
      fc.array(happening, { maxLength: 40 }),
      (mode, life) => {
        let now = NOW;
        let current = command({ mode });
        let results = 0;
        let sendings = 0;
        for (const { afterMs, event } of life) {
          now += afterMs;
          const step = nextCommand(current, event, now);
          if (step.kind === "ignored") continue;
          if (hasEnded(current)) throw new Error("it moved after its end");
          if (step.isToSend && now >= EXPIRY) throw new Error("sent after its expiry");
          results += hasEnded(step.command) ? 1 : 0;
          sendings += step.isToSend ? 1 : 0;
          // Nothing has left: that was no sending.
          if (event.kind === "unsent" && step.command.state === "queued") sendings -= 1;
          current = step.command;
          expect(current.tries).toBe(sendings);
          expect(current.endedAt !== undefined).toBe(hasEnded(current));
        }
        expect(results).toBeLessThanOrEqual(1);
        if (mode === "at-most-once") expect(sendings).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test("commands of one device leave in their order, and none while one before it may come again", () => {
  const some = fc.array(fc.constantFrom(...CommandMode.options), { minLength: 1, maxLength: 5 });
  const looks = fc.array(fc.record({ afterMs: fc.nat({ max: 9_000 }), isThere: fc.boolean() }));
  fc.assert(
    fc.property(some, looks, fc.infiniteStream(fc.nat({ max: 3 })), (modes, days, turns) => {
      const all = new Map(
        modes.map((mode, n) => {
          const each = command({ mode, seq: n + 1, commandId: `c-${n + 1}` });
          return [each.commandId, each] as const;
        }),
      );
      const open = () => [...all.values()].filter((each) => !hasEnded(each));
      let now = NOW;
      let newest = 0;
      for (const { afterMs, isThere } of days) {
        now += afterMs;
        const plan = planDevice(open(), isThere, now);
        for (const each of plan.changed) all.set(each.commandId, each);
        for (const { seq } of plan.toSend) {
          expect(seq).toBeGreaterThanOrEqual(newest);
          const before = [...all.values()].filter((each) => each.seq < seq && !hasEnded(each));
          expect(before.every(({ mode }) => mode === "at-most-once")).toBe(true);
          newest = seq;
        }
        if (!isThere) expect(plan.toSend).toEqual([]);
        const left = open();
        expect(plan.expiresAt).toBe(left.length === 0 ? undefined : EXPIRY);
        const sent = left.filter(({ state }) => state === "sent");
        const answering = sent[Number(turns.next().value)];
        if (answering === undefined) continue;
        const step = nextCommand(answering, EVENTS.done, now);
        if (step.kind === "moved") all.set(answering.commandId, step.command);
      }
    }),
  );
});

test("what never left may go as if it had never been tried, also what may go only once", () => {
  for (const mode of CommandMode.options) {
    const step = nextCommand(standing("sent", mode), { kind: "unsent" }, NOW + 10_000);
    const back = step.kind === "moved" ? step.command : undefined;
    expect(back).toEqual(command({ mode, nextAt: NOW + 15_000 }));
    const again = back && nextCommand(back, { kind: "reachable" }, NOW + 15_000);
    expect(again).toMatchObject({ isToSend: true, command: { tries: 1, sentAt: NOW + 15_000 } });
  }
  const often = { ...standing("sent", "until-acknowledged"), tries: 3 };
  expect(nextCommand(often, { kind: "unsent" }, NOW)).toMatchObject({
    command: { state: "queued", tries: 2, sentAt: NOW },
  });
});
