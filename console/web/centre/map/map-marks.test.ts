import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMovingPainter, type Moving } from "./map-marks.ts";
import type { Mark } from "./map-shown.ts";
import { DAY } from "./map-theme.ts";

beforeEach(() => {
  vi.stubGlobal("window", { devicePixelRatio: 1 });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** A canvas that counts by its name each call that is made on it. */
function countingCanvas(): { canvas: HTMLCanvasElement; calls: Map<string, number> } {
  const calls = new Map<string, number>();
  const context = new Proxy<Record<string, unknown>>(
    {},
    {
      get: (_, name: string) => (given: unknown) => {
        calls.set(name, (calls.get(name) ?? 0) + 1);
        // As a browser does.
        if (name === "drawImage" && (given as HTMLCanvasElement).height === 0)
          throw new Error(name);
        return { width: 10 };
      },
      set: () => true,
    },
  );
  const canvas = { width: 0, height: 0, getContext: () => context };
  return { canvas: canvas as unknown as HTMLCanvasElement, calls };
}

const SIZE = { width: 1_000, height: 800 };
const NEAR = { x: 0, y: 0, scale: 1 };
const FAR = { x: 0, y: 0, scale: 0.1 };
const MARKS = 10_000;
const DANGERS = 20;
const markAt = (n: number): Mark => ({
  ...{ lon: 0, lat: 0, x: (n % 100) * 9 - 450, y: Math.floor(n / 100) * 7 - 350 },
  ...{ isDanger: n < DANGERS, isDrill: false },
});
const moving: Moving = {
  marks: Array.from({ length: MARKS }, (_, n) => markAt(n)),
  people: [{ kind: "crew", name: "crew 1", lon: 0, lat: 0, x: 0, y: 0 }],
  ...{ pulses: [], chosen: undefined, isAimShown: false, beatAt: 0 },
};

function setUp() {
  const layers = [countingCanvas(), countingCanvas()];
  const top = countingCanvas();
  let made = 0;
  const painter = createMovingPainter(() => {
    made += 1;
    return layers[made - 1]?.canvas as HTMLCanvasElement;
  });
  const draw = (changes: Partial<Moving> = {}, view = NEAR, size = SIZE): boolean =>
    painter.draw(top.canvas, size, view, { ...moving, ...changes }, DAY);
  /** What the next frames call, on the page's canvas and on those behind it. */
  const counted = (frames: () => void) => {
    for (const { calls } of [...layers, top]) calls.clear();
    frames();
    const behind = layers.reduce((sum, { calls }) => sum + (calls.get("fill") ?? 0), 0);
    return { behind, rings: top.calls.get("arc") ?? 0, fills: top.calls.get("fill") ?? 0 };
  };
  return { draw, counted };
}

test("of 10,000 marks a frame draws the rings of the dangers alone, in one stroke", () => {
  const { draw, counted } = setUp();
  const first = counted(() => draw());
  expect(first).toEqual({ behind: MARKS + 1, rings: DANGERS, fills: 0 });
  const next = counted(() => {
    for (let frame = 1; frame <= 60; frame += 1) draw({ beatAt: frame * 16 });
  });
  expect(next).toEqual({ behind: 0, rings: 60 * DANGERS, fills: 0 });
});

test.each([
  ["other marks", { marks: [markAt(1)] }, NEAR, SIZE, 2],
  ["other people", { people: [] }, NEAR, SIZE, MARKS],
  ["another view", {}, { ...NEAR, x: 0 }, SIZE, MARKS + 1],
  ["another size", {}, NEAR, { ...SIZE, width: 1_001 }, MARKS + 1],
])("%s are painted anew, once", (_, changes, view, size, behind) => {
  const { draw, counted } = setUp();
  draw();
  expect(counted(() => draw(changes, view, size)).behind).toBe(behind);
  expect(counted(() => draw(changes, view, size)).behind).toBe(0);
});

test("what is not in sight beats not, nor does a drill", () => {
  const { draw } = setUp();
  expect(draw()).toBe(true);
  expect(draw({}, { ...NEAR, x: 5_000 })).toBe(false);
  expect(draw({ marks: [{ ...markAt(0), isDrill: true }] })).toBe(false);
  expect(draw({}, FAR)).toBe(true);
});

test("a map without height is drawn without a fault", () => {
  const { draw } = setUp();
  expect(draw({}, NEAR, { width: 1_000, height: 0 })).toBe(false);
});
