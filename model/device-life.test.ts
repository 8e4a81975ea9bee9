import { expect, test } from "vitest";
import {
  DeviceLife,
  isInService,
  keptLife,
  LifeEvent,
  lifeEventsOf,
  lifeOf,
  nextLife,
} from "./device-life.ts";

type Row = [DeviceLife, LifeEvent, DeviceLife | "ignored"];

const ROWS: Row[] = [
  ["stock", "install", "installed"],
  ["stock", "start", "in-service"],
  ["stock", "maintain", "ignored"],
  ["stock", "store", "ignored"],
  ["stock", "retire", "retired"],
  ["installed", "install", "ignored"],
  ["installed", "start", "in-service"],
  ["installed", "maintain", "maintenance"],
  ["installed", "store", "stock"],
  ["installed", "retire", "retired"],
  ["in-service", "install", "ignored"],
  ["in-service", "start", "ignored"],
  ["in-service", "maintain", "maintenance"],
  ["in-service", "store", "stock"],
  ["in-service", "retire", "retired"],
  ["maintenance", "install", "ignored"],
  ["maintenance", "start", "in-service"],
  ["maintenance", "maintain", "ignored"],
  ["maintenance", "store", "stock"],
  ["maintenance", "retire", "retired"],
  ["retired", "install", "ignored"],
  ["retired", "start", "ignored"],
  ["retired", "maintain", "ignored"],
  ["retired", "store", "ignored"],
  ["retired", "retire", "ignored"],
];

test("every state of a device's life meets every event", () => {
  const pairs = new Set(ROWS.map(([state, event]) => `${state} ${event}`));
  expect(pairs.size).toBe(DeviceLife.options.length * LifeEvent.options.length);
});

test.each(ROWS)("%s: %s leads to %s", (state, event, wanted) => {
  const step = nextLife(state, event);
  expect(step.kind === "moved" ? step.state : step.kind).toBe(wanted);
  expect(lifeEventsOf(state).includes(event)).toBe(wanted !== "ignored");
});

test("what is refused says what the state takes", () => {
  expect(nextLife("stock", "store")).toEqual({
    kind: "ignored",
    why: "it is 'stock', which takes install, start, retire",
  });
  expect(nextLife("retired", "start")).toMatchObject({ kind: "ignored" });
});

test("a device of which nothing is said is in service, and only such a one is", () => {
  expect(lifeOf({})).toBe("in-service");
  expect(DeviceLife.options.filter((life) => isInService({ life }))).toEqual(["in-service"]);
  for (const life of DeviceLife.options) {
    const kept = keptLife(life);
    expect(lifeOf(kept === undefined ? {} : { life: kept })).toBe(life);
  }
  expect(keptLife("in-service")).toBeUndefined();
});
