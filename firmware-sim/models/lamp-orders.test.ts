import { expect, test } from "vitest";
import { seededRandom } from "../random.ts";
import { toldBy, toldShare } from "./lamp-orders.ts";
import { streetlight } from "./streetlight.ts";

const entries = [
  { at: "23:00", percent: 40 },
  { at: "18:30", percent: 100 },
  { at: "06:10", percent: 0 },
];

test.each([
  [0, 0.4],
  [6 * 60 + 9, 0.4],
  [6 * 60 + 10, 0],
  [18 * 60 + 30, 1],
  [23 * 60, 0.4],
])("by its schedule a lamp has at minute %i the share %f", (minute, share) => {
  expect(toldShare(toldBy("schedule", { entries }), minute)).toBe(share);
});

test("a lamp lights, dims and goes out as it is told, until the sun would switch it anew", () => {
  const random = seededRandom(7, "lamp");
  let state = streetlight.begin(0, random, { ratedW: 150 });
  const look = (isLampTime: boolean) => {
    const weather = { minuteOfDay: 12 * 60, isLampTime, runoffMm: 0 } as never;
    const step = streetlight.next(state, 0, random, { weather, faults: [], noise: 1 });
    state = step.state;
    return step.values;
  };
  const tell = (name: string, args = {}) => {
    state = streetlight.obey?.(state, { name, args }) ?? state;
  };
  expect(look(false)).toMatchObject({ isLit: false, dimPercent: 0 });
  tell("on");
  expect(look(false)).toMatchObject({ isLit: true, dimPercent: 100 });
  expect(Number(look(false).powerW)).toBeGreaterThan(140);
  tell("dim", { percent: 40 });
  expect(look(false)).toMatchObject({ isLit: true, dimPercent: 40 });
  expect(Number(look(false).powerW)).toBeLessThan(70);
  tell("off");
  expect(look(false)).toMatchObject({ isLit: false, dimPercent: 0 });
  expect(Number(look(false).powerW)).toBeLessThan(3);
  expect(look(true)).toMatchObject({ isLit: true, dimPercent: 100 });
  expect(streetlight.obey?.(state, { name: "open-valve", args: {} })).toBeUndefined();
});
