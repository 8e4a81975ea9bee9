import { expect, test } from "vitest";
import { dragged, isGathered, metresAt, near, screenOf, whole, zoomed } from "./map-view.ts";

const size = { width: 800, height: 600 };
const view = { x: 100, y: 50, scale: 0.5 };

test("screen and metres are each other's way back; north is up", () => {
  expect(screenOf(view, size, { x: 100, y: 50 })).toEqual([400, 300]);
  expect(screenOf(view, size, { x: 100, y: 150 })).toEqual([400, 250]);
  expect(metresAt(view, size, 400, 250)).toEqual({ x: 100, y: 150 });
});

test("what is under the pointer stays there when the map is zoomed, and follows it when dragged", () => {
  const before = metresAt(view, size, 120, 80);
  const after = metresAt(zoomed(view, size, 1.7, 120, 80), size, 120, 80);
  expect(after.x).toBeCloseTo(before.x, 9);
  expect(after.y).toBeCloseTo(before.y, 9);
  expect(screenOf(dragged(view, 30, -20), size, { x: 100, y: 50 })).toEqual([430, 280]);
});

test("zooming ends at both ends", () => {
  expect(zoomed(view, size, 1e9, 0, 0).scale).toBe(5);
  expect(zoomed(view, size, 1e-9, 0, 0).scale).toBe(0.002);
});

test("the whole of it fits into the screen, also a single asset", () => {
  const all = whole({ left: -1000, right: 1000, low: 0, high: 3000 }, size);
  const [, top] = screenOf(all, size, { x: 0, y: 3000 });
  expect(top).toBeGreaterThan(0);
  expect(all).toMatchObject({ x: 0, y: 1500 });
  // What lies over the left third covers none of it.
  const wide = { left: -1000, right: 1000, low: 0, high: 100 };
  const [left] = screenOf(whole(wide, size, 200), size, { x: -1000, y: 0 });
  const [right] = screenOf(whole(wide, size, 200), size, { x: 1000, y: 0 });
  expect([left > 200, right < 800]).toEqual([true, true]);
  expect(whole({ left: 5, right: 5, low: 5, high: 5 }, size).scale).toBe(5);
});

test("going somewhere comes near enough for dots and never moves away", () => {
  expect(isGathered(view)).toBe(false);
  expect(isGathered({ ...view, scale: 0.1 })).toBe(true);
  expect(near({ ...view, scale: 0.1 }, { x: 1, y: 2 })).toEqual({ x: 1, y: 2, scale: 0.6 });
  expect(near({ ...view, scale: 3 }, { x: 1, y: 2 }).scale).toBe(3);
});
