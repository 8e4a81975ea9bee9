/** Quiet hours: when somebody may be called, over midnight and where the clocks change. */
import { expect, test } from "vitest";
import { Contacts, calledAt } from "./contact.ts";
import { timeZone } from "./local-time.ts";

const shanghai = timeZone("Asia/Shanghai");
const berlin = timeZone("Europe/Berlin");
const resting = (from: string, to: string): Contacts =>
  Contacts.parse({ points: [], quietHours: { from, to } });

test.each([
  ["21:59", "21:59"],
  ["22:00", "2026-11-28T07:00"],
  ["23:59", "2026-11-28T07:00"],
  ["00:00", "2026-11-27T07:00"],
  ["06:59", "2026-11-27T07:00"],
  ["07:00", "07:00"],
])("who rests from 22:00 to 07:00 is called at %s: %s", (at, called) => {
  const now = Date.parse(`2026-11-27T${at}+08:00`);
  const wanted = called.includes("T") ? Date.parse(`${called}+08:00`) : now;
  expect(calledAt(resting("22:00", "07:00"), now, shanghai)).toBe(wanted);
});

test.each([
  ["11:59", false],
  ["12:00", true],
  ["13:59", true],
  ["14:00", false],
])("who rests from 12:00 to 14:00 at %s: %s", (at, isResting) => {
  const now = Date.parse(`2026-11-27T${at}+08:00`);
  const end = Date.parse("2026-11-27T14:00+08:00");
  expect(calledAt(resting("12:00", "14:00"), now, shanghai)).toBe(isResting ? end : now);
});

test("a night that the zone makes shorter ends by the clock on the wall", () => {
  const now = Date.parse("2026-03-28T23:00+01:00");
  const end = calledAt(resting("22:00", "07:00"), now, berlin);
  expect(berlin.iso(end)).toBe("2026-03-29T07:00:00.000+02:00");
});

test("without quiet hours there is no rest, and hours of no length are refused", () => {
  expect(calledAt({ points: [] }, 5, shanghai)).toBe(5);
  const { error } = Contacts.safeParse({ points: [], quietHours: { from: "08:00", to: "08:00" } });
  expect(error?.issues[0]?.message).toBe("a beginning and an end that differ");
});
