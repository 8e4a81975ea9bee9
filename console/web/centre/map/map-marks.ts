/**
 * Draws what moves and lies above the ground: people, marks of cases and alarms, arriving readings, the choice.
 * A danger to life is a triangle with a `!`, any other mark a diamond, a drill's is empty.
 */
import { type Cluster, gather, squareM } from "./map-clusters.ts";
import { fitCanvas, shortCount } from "./map-ground.ts";
import type { Place } from "./map-items.ts";
import { drawPeople, type Person } from "./map-people.ts";
import type { Mark } from "./map-shown.ts";
import type { MapTheme } from "./map-theme.ts";
import { isGathered, type Size, screenOf, type View } from "./map-view.ts";

const BEAT_MS = 1_600;
export const PULSE_MS = 900;
const FONT = "system-ui, sans-serif";

export interface Moving {
  marks: readonly Mark[];
  people: readonly Person[];
  /** Places of readings that just came, with the time since, 0 to 1. */
  pulses: readonly (Place & { age: number })[];
  chosen: Place | undefined;
  /** A cross in the middle, where the Enter key chooses. */
  isAimShown: boolean;
  /** Absent: nothing moves by itself. */
  beatAt: number | undefined;
}

/** The group of a mark in a cluster: what is graver is drawn. */
const groupOf = (mark: Mark): number => (mark.isDanger ? 2 : 0) + (mark.isDrill ? 0 : 1);

/** Marks as they are drawn: gathered where the assets are, each on its own when near. */
export function shownMarks(marks: readonly Mark[], view: View): Cluster[] {
  if (!isGathered(view)) {
    return marks.map((mark, n) => ({
      x: mark.x,
      y: mark.y,
      count: 1,
      groups: new Map([[groupOf(mark), 1]]),
      some: n,
    }));
  }
  return gather(
    {
      count: marks.length,
      placeOf: (n) => marks[n],
      groupOf: (n) => groupOf(marks[n] as Mark),
    },
    squareM(view.scale) / 2,
  );
}

export function drawMoving(
  canvas: HTMLCanvasElement,
  size: Size,
  view: View,
  moving: Moving,
  theme: MapTheme,
): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const ratio = fitCanvas(canvas, size);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  drawPulses(context, size, view, moving.pulses, theme);
  drawPeople(context, size, view, moving.people, theme);
  const turn = ((moving.beatAt ?? BEAT_MS / 4) / BEAT_MS) * 2 * Math.PI;
  const beat = (Math.sin(turn) + 1) / 2;
  // The gravest last, so that none is hidden.
  const clusters = shownMarks(moving.marks, view).sort((a, b) => gravest(a) - gravest(b));
  for (const cluster of clusters) drawMark(context, size, view, { cluster, beat, theme });
  if (moving.chosen !== undefined) {
    const [x, y] = screenOf(view, size, moving.chosen);
    ring(context, x, y, 15, theme.halo, 5);
    ring(context, x, y, 15, theme.ink, 2.5);
  }
  if (!moving.isAimShown) return;
  context.fillStyle = theme.ink;
  context.fillRect(size.width / 2 - 10, size.height / 2 - 1, 20, 2);
  context.fillRect(size.width / 2 - 1, size.height / 2 - 10, 2, 20);
}

const gravest = ({ groups }: Cluster): number => Math.max(...groups.keys());

function drawPulses(
  context: CanvasRenderingContext2D,
  size: Size,
  view: View,
  pulses: Moving["pulses"],
  theme: MapTheme,
): void {
  const colour = theme.classes[0] ?? theme.ink;
  for (const pulse of pulses) {
    const [x, y] = screenOf(view, size, pulse);
    context.globalAlpha = (1 - pulse.age) * 0.7;
    ring(context, x, y, 3 + 7 * pulse.age, colour, 1.5);
  }
  context.globalAlpha = 1;
}

function ring(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  colour: string,
  lineWidth: number,
): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.strokeStyle = colour;
  context.lineWidth = lineWidth;
  context.stroke();
}

interface DrawnMark {
  cluster: Cluster;
  beat: number;
  theme: MapTheme;
}

function drawMark(
  context: CanvasRenderingContext2D,
  size: Size,
  view: View,
  { cluster, beat, theme }: DrawnMark,
): void {
  const [x, y] = screenOf(view, size, cluster);
  if (x < -30 || y < -30 || x > size.width + 30 || y > size.height + 30) return;
  const group = gravest(cluster);
  const isDanger = group >= 2;
  const isDrill = group % 2 === 0;
  const colour = isDanger ? theme.danger : theme.alarm;
  const radius = isDanger ? 10 : 7;
  context.beginPath();
  if (isDanger) {
    context.moveTo(x, y - radius);
    context.lineTo(x + radius, y + radius * 0.75);
    context.lineTo(x - radius, y + radius * 0.75);
  } else {
    context.moveTo(x, y - radius);
    context.lineTo(x + radius, y);
    context.lineTo(x, y + radius);
    context.lineTo(x - radius, y);
  }
  context.closePath();
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = theme.halo;
  context.stroke();
  context.fillStyle = isDrill ? theme.paper : colour;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = colour;
  context.stroke();
  if (isDanger) {
    drawText(context, "!", x, y + 2, isDrill ? colour : theme.paper, 12);
    if (!isDrill) ring(context, x, y, 14 + 5 * beat, colour, 2);
  }
  if (cluster.count > 1) drawCount(context, x + radius + 2, y - radius, cluster.count, theme);
}

function drawCount(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  count: number,
  theme: MapTheme,
): void {
  const text = shortCount(count);
  context.font = `700 11px ${FONT}`;
  const half = Math.max(8, context.measureText(text).width / 2 + 4);
  context.beginPath();
  context.roundRect(x - 4, y - 8, half * 2, 16, 8);
  context.fillStyle = theme.ink;
  context.fill();
  drawText(context, text, x - 4 + half, y + 0.5, theme.halo, 11);
}

function drawText(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: string,
  px: number,
): void {
  context.font = `700 ${px}px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = colour;
  context.fillText(text, x, y);
}
