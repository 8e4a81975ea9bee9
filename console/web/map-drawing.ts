/** What moves on the map and lies above its ground: open cases, arriving readings, the choice. */
import type { CaseItem } from "./api.ts";
import { type MapItems, toMetres } from "./map-items.ts";
import type { View } from "./map-pixels.ts";

export interface Layer {
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
}

const CLASS_COLOURS = ["#0f6c7c", "#d18b00", "#6a8d2f", "#7b4fa3", "#c0568a", "#3567b5", "#8a6d3b"];
const PLAIN_COLOUR = "#a9b8be";
const DANGER = "#c8281e";
const CALM = "#c25e00";
const INK = "#13242b";
const BEAT_MS = 1_600;
export const PULSE_MS = 900;

export const classColour = (classIndex: number): string =>
  CLASS_COLOURS[classIndex] ?? PLAIN_COLOUR;

/** Gives the canvas the screen's own resolution; answers the pixels for one of the page. */
export function fitCanvas(
  canvas: HTMLCanvasElement,
  { width, height }: { width: number; height: number },
): number {
  const ratio = window.devicePixelRatio;
  const wide = Math.round(width * ratio);
  const high = Math.round(height * ratio);
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  return ratio;
}

export function clearedLayer(
  canvas: HTMLCanvasElement,
  size: { width: number; height: number },
): Layer {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const ratio = fitCanvas(canvas, size);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  return { context, ...size };
}

export interface Moving {
  cases: readonly CaseItem[];
  /** Places of readings that just came, with the time since, 0 to 1. */
  pulses: readonly { x: number; y: number; age: number }[];
  chosen: { x: number; y: number } | undefined;
  /** A cross in the middle, where the Enter key chooses. */
  isAimShown: boolean;
  /** Absent: nothing moves by itself. */
  beatAt: number | undefined;
}

/** What changes from moment to moment, on a canvas of its own. */
export function drawMoving(layer: Layer, items: MapItems, view: View, moving: Moving): void {
  const { context, width, height } = layer;
  const ring = (x: number, y: number, radius: number, colour: string, lineWidth: number): void => {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.strokeStyle = colour;
    context.lineWidth = lineWidth;
    context.stroke();
  };
  const screen = (place: { x: number; y: number }): [number, number] => [
    width / 2 + (place.x - view.x) * view.scale,
    height / 2 - (place.y - view.y) * view.scale,
  ];
  for (const { x, y, age } of moving.pulses) {
    const alpha = Math.round((1 - age) * 70);
    ring(...screen({ x, y }), 3 + 6 * age, `rgb(15 108 124 / ${alpha}%)`, 1.5);
  }
  const turn = ((moving.beatAt ?? BEAT_MS / 4) / BEAT_MS) * 2 * Math.PI;
  const beat = (Math.sin(turn) + 1) / 2;
  // Dangers last, so that none is hidden.
  for (const isDanger of [false, true]) {
    context.fillStyle = isDanger ? DANGER : CALM;
    for (const each of moving.cases) {
      if (each.lifeSafety !== isDanger) continue;
      const [x, y] = screen(toMetres(items.ground, each.lon, each.lat));
      if (x < -20 || y < -20 || x > width + 20 || y > height + 20) continue;
      context.beginPath();
      context.arc(x, y, isDanger ? 5 : 4, 0, 2 * Math.PI);
      context.fill();
      if (isDanger) ring(x, y, 8 + 5 * beat, DANGER, 2);
      else ring(x, y, 7, CALM, 1.5);
    }
  }
  if (moving.chosen !== undefined) {
    ring(...screen(moving.chosen), 12, "#ffffff", 5);
    ring(...screen(moving.chosen), 12, INK, 2.5);
  }
  if (!moving.isAimShown) return;
  context.fillStyle = INK;
  context.fillRect(width / 2 - 8, height / 2 - 0.75, 16, 1.5);
  context.fillRect(width / 2 - 0.75, height / 2 - 8, 1.5, 16);
}
