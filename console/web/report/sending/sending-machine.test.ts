import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Event,
  isDue,
  isTooLate,
  keyOf,
  nextSending,
  type Sending,
} from "./sending-machine.ts";

type S = Sending<string, string>;
type E = Event<string, string>;
const HOUR_MS = 3_600_000;
const TRIED = { key: "k", report: "r", since: 40 };
const WRITING: S = { state: "writing" };
const BACK: S = { state: "writing", tried: TRIED };
const WAITING: S = { state: "waiting", ...TRIED, tries: 1, nextAt: 50 };
const TAKEN: S = { state: "taken", taken: "no" };
const FAULT = { code: "PLACE_OUTSIDE", message: "not here" };
const EVENTS: Record<E["kind"], E> = {
  send: { kind: "send", key: "new", report: "r2" },
  taken: { kind: "taken", key: "k", taken: "t" },
  refused: { kind: "refused", key: "k", refusal: FAULT },
  failed: { kind: "failed", key: "k" },
  online: { kind: "online" },
  withdraw: { kind: "withdraw" },
  tooLate: { kind: "tooLate" },
  another: { kind: "another" },
};
const NEW = { key: "new", report: "r2", since: 100 };
const SENT: S = { state: "waiting", ...NEW, tries: 0, nextAt: 100 };

test.each<[S, E["kind"], S]>([
  [WRITING, "send", SENT],
  [WRITING, "taken", WRITING],
  [WRITING, "refused", WRITING],
  [WRITING, "failed", WRITING],
  [WRITING, "online", WRITING],
  [WRITING, "withdraw", WRITING],
  [WRITING, "tooLate", WRITING],
  [WRITING, "another", WRITING],
  [BACK, "send", SENT],
  [BACK, "taken", { state: "taken", taken: "t" }],
  [BACK, "refused", BACK],
  [BACK, "failed", BACK],
  [BACK, "online", BACK],
  [BACK, "withdraw", BACK],
  [BACK, "tooLate", BACK],
  [BACK, "another", BACK],
  [WAITING, "send", WAITING],
  [WAITING, "taken", { state: "taken", taken: "t" }],
  [WAITING, "refused", { state: "writing", fault: FAULT, tried: TRIED }],
  [WAITING, "failed", { ...WAITING, tries: 2, nextAt: 10_100 }],
  [WAITING, "online", { ...WAITING, nextAt: 100 }],
  [WAITING, "withdraw", BACK],
  [WAITING, "tooLate", { state: "writing", fault: { code: "UNSURE", message: "" } }],
  [WAITING, "another", WAITING],
  [TAKEN, "send", TAKEN],
  [TAKEN, "taken", TAKEN],
  [TAKEN, "refused", TAKEN],
  [TAKEN, "failed", TAKEN],
  [TAKEN, "online", TAKEN],
  [TAKEN, "withdraw", TAKEN],
  [TAKEN, "tooLate", TAKEN],
  [TAKEN, "another", WRITING],
])("%o takes %s", (from, kind, to) => {
  expect(nextSending(from, EVENTS[kind], 100)).toEqual(to);
});

test("what waits is tried under one key, however often it fails, and no try waits over a minute", () => {
  const kinds = fc.array(
    fc.constantFrom("failed", "online", "send", "another") as fc.Arbitrary<E["kind"]>,
  );
  fc.assert(
    fc.property(kinds, (events) => {
      let sending = WAITING;
      for (const kind of events) sending = nextSending(sending, EVENTS[kind], 100);
      expect(sending).toMatchObject({ state: "waiting", key: "k", report: "r", since: 40 });
      if (sending.state === "waiting") expect(sending.nextAt).toBeLessThanOrEqual(60_100);
    }),
  );
});

test("where the platform says when, it is not asked before", () => {
  const waiting = nextSending(WAITING, { kind: "failed", key: "k", afterMs: 600_000 }, 100);
  expect(waiting).toMatchObject({ nextAt: 600_100 });
});

test("an answer to what was sent before moves nothing of what is sent now", () => {
  const kinds = ["taken", "refused", "failed"] as const;
  for (const kind of kinds) {
    expect(nextSending(WAITING, { ...EVENTS[kind], key: "former" } as E, 100)).toBe(WAITING);
  }
});

test("taken back and sent again unchanged it is the same report, changed it is another", () => {
  expect(keyOf(BACK, (tried) => tried === "r", 100)).toBe("k");
  expect(keyOf(BACK, (tried) => tried === "r2", 100)).toBeUndefined();
  expect(keyOf(WRITING, () => true, 100)).toBeUndefined();
  expect(keyOf(BACK, () => true, 24 * HOUR_MS)).toBeUndefined();
  const again = nextSending(BACK, { kind: "send", key: "k", report: "r" }, 200);
  expect(again).toMatchObject({ key: "k", since: 40 });
});

test("a report that may have come a day ago is not sent by itself; a clock that was set holds nothing up", () => {
  expect(isTooLate(TRIED, 22 * HOUR_MS)).toBe(false);
  expect(isTooLate(TRIED, 24 * HOUR_MS)).toBe(true);
  expect(isTooLate({ since: 90 * HOUR_MS }, HOUR_MS)).toBe(true);
  expect([isDue(100, 100), isDue(101, 100), isDue(48 * HOUR_MS, 100)]).toEqual([true, false, true]);
});
