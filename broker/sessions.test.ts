import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { BROKER_LIMITS } from "./broker-limits.ts";
import { Sessions } from "./sessions.ts";

const NOON = Date.parse("2026-11-23T12:00:00+08:00");

function sessionsOf(ageDaysMax: number) {
  const dropped: string[] = [];
  const changes = { session: () => {}, queued: () => {}, unqueued: () => {} };
  const sessions = new Sessions(
    { ...BROKER_LIMITS, sessionAgeMsMax: ageDaysMax * DAY_MS },
    changes,
    (what) => dropped.push(what),
  );
  const leaves = (id: string, at: number): void => {
    sessions.subscribe(id, "a/b", 1);
    sessions.leave(id, at);
  };
  return { sessions, dropped, leaves };
}

test("a session that is away longer than is kept is forgotten, and none before its time", () => {
  const { sessions, dropped, leaves } = sessionsOf(30);
  leaves("c1/a", NOON);
  leaves("c1/b", NOON + DAY_MS);
  sessions.forgetAged(NOON + 30 * DAY_MS);
  expect(sessions.size).toBe(2);
  sessions.forgetAged(NOON + 30 * DAY_MS + 1);
  expect(sessions.get("c1/a")).toBeUndefined();
  expect(sessions.size).toBe(1);
  expect(dropped).toEqual(["session"]);
});

test("a session that left before the clock was set back ages from the step, and holds up no other", () => {
  const { sessions, leaves } = sessionsOf(30);
  leaves("c1/wrong-year", NOON + 4_000 * DAY_MS);
  leaves("c1/right", NOON);
  sessions.forgetAged(NOON + HOUR_MS);
  expect(sessions.size).toBe(2);
  sessions.forgetAged(NOON + 30 * DAY_MS + 1);
  expect(sessions.get("c1/right")).toBeUndefined();
  expect(sessions.size).toBe(1);
  sessions.forgetAged(NOON + HOUR_MS + 30 * DAY_MS + 1);
  expect(sessions.size).toBe(0);
});
