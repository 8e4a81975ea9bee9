import fc from "fast-check";
import { expect, test } from "vitest";
import { type Event, nextSending, type Sending } from "./sending-machine.ts";

type S = Sending<string, string>;
type E = Event<string, string>;
const WRITING: S = { state: "writing" };
const WAITING: S = { state: "waiting", key: "k", report: "r", tries: 1, nextAt: 50 };
const TAKEN: S = { state: "taken", taken: "no" };
const FAULT = { code: "PLACE_OUTSIDE", message: "not here" };
const EVENTS: Record<E["kind"], E> = {
  send: { kind: "send", key: "new", report: "r2" },
  taken: { kind: "taken", taken: "t" },
  refused: { kind: "refused", refusal: FAULT },
  failed: { kind: "failed" },
  online: { kind: "online" },
  withdraw: { kind: "withdraw" },
  another: { kind: "another" },
};

test.each<[S, E["kind"], S]>([
  [WRITING, "send", { state: "waiting", key: "new", report: "r2", tries: 0, nextAt: 100 }],
  [WRITING, "taken", WRITING],
  [WRITING, "refused", WRITING],
  [WRITING, "failed", WRITING],
  [WRITING, "online", WRITING],
  [WRITING, "withdraw", WRITING],
  [WRITING, "another", WRITING],
  [WAITING, "send", WAITING],
  [WAITING, "taken", { state: "taken", taken: "t" }],
  [WAITING, "refused", { state: "writing", fault: FAULT }],
  [WAITING, "failed", { ...WAITING, tries: 2, nextAt: 10_100 }],
  [WAITING, "online", { ...WAITING, nextAt: 100 }],
  [WAITING, "withdraw", WRITING],
  [WAITING, "another", WAITING],
  [TAKEN, "send", TAKEN],
  [TAKEN, "taken", TAKEN],
  [TAKEN, "refused", TAKEN],
  [TAKEN, "failed", TAKEN],
  [TAKEN, "online", TAKEN],
  [TAKEN, "withdraw", TAKEN],
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
      expect(sending).toMatchObject({ state: "waiting", key: "k", report: "r" });
      if (sending.state === "waiting") expect(sending.nextAt).toBeLessThanOrEqual(60_100);
    }),
  );
});

test("where the platform says when, it is not asked before", () => {
  const waiting = nextSending(WAITING, { kind: "failed", afterMs: 600_000 }, 100);
  expect(waiting).toMatchObject({ nextAt: 600_100 });
});
