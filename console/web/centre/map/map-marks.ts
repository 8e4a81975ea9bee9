/**
 * Draws what moves and lies above the ground: people, marks of cases and alarms, arriving readings, the choice.
 * A danger to life is a triangle with a `!`, any other mark a diamond, a drill's is empty. People and marks
 * stand still while the view does: they are painted once, and each frame puts its rings over that picture.
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

const DANGER_DRILL = 2;
const DANGER = 3;
/** The group of a mark in a cluster: what is graver is drawn. */
const groupOf = (mark: Mark): number => (mark.isDanger ? DANGER_DRILL : 0) + (mark.isDrill ? 0 : 1);

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

export interface MovingPainter {
  /** Answers whether something is there to beat. */
  draw(canvas: HTMLCanvasElement, size: Size, view: View, moving: Moving, theme: MapTheme): boolean;
}

/** What stands still, as it was painted last. */
interface Still {
  marks: Moving["marks"];
  people: Moving["people"];
  view: View;
  size: Size;
  ratio: number;
  theme: MapTheme;
  /** Where a danger's ring beats, on the screen. */
  rings: readonly (readonly [number, number])[];
}

export function createMovingPainter(
  newCanvas = (): HTMLCanvasElement => document.createElement("canvas"),
): MovingPainter {
  const picture = newCanvas();
  /** Over the rings: of how many a danger is one. */
  const counts = newCanvas();
  let still: Still | undefined;

  function paint({ marks, people, view, size, theme }: Omit<Still, "rings">): Still["rings"] {
    const below = cleared(picture, size);
    const above = cleared(counts, size);
    if (below === null || above === null) return [];
    drawPeople(below, size, view, people, theme);
    const rings: [number, number][] = [];
    // The gravest last, so that none is hidden.
    const clusters = shownMarks(marks, view).sort((a, b) => gravest(a) - gravest(b));
    for (const cluster of clusters) {
      const [x, y] = screenOf(view, size, cluster);
      if (x < -30 || y < -30 || x > size.width + 30 || y > size.height + 30) continue;
      const mark = { x, y, group: gravest(cluster), count: cluster.count };
      const isBeating = mark.group === DANGER;
      drawMark(below, mark, theme);
      if (isBeating) rings.push([x, y]);
      if (mark.count > 1) drawCount(isBeating ? above : below, mark, theme);
    }
    return rings;
  }

  return {
    draw(canvas, size, view, moving, theme) {
      const context = canvas.getContext("2d");
      const ratio = fitCanvas(canvas, size);
      if (context === null || canvas.width === 0 || canvas.height === 0) return false;
      const { marks, people, pulses, chosen, isAimShown, beatAt } = moving;
      const wanted = { marks, people, view, size, ratio, theme };
      if (still === undefined || !isSame(still, wanted)) {
        still = { ...wanted, rings: paint(wanted) };
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, size.width, size.height);
      drawPulses(context, size, view, pulses, theme);
      put(context, picture, ratio);
      const turn = ((beatAt ?? BEAT_MS / 4) / BEAT_MS) * 2 * Math.PI;
      drawRings(context, still.rings, (Math.sin(turn) + 1) / 2, theme);
      put(context, counts, ratio);
      if (chosen !== undefined) {
        const [x, y] = screenOf(view, size, chosen);
        ring(context, x, y, 15, theme.halo, 5);
        ring(context, x, y, 15, theme.ink, 2.5);
      }
      if (isAimShown) drawAim(context, size, theme);
      return still.rings.length > 0;
    },
  };
}

const isSame = (still: Still, wanted: Omit<Still, "rings">): boolean =>
  (Object.keys(wanted) as (keyof typeof wanted)[]).every((name) => still[name] === wanted[name]);

function cleared(canvas: HTMLCanvasElement, size: Size): CanvasRenderingContext2D | null {
  const ratio = fitCanvas(canvas, size);
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, size.width, size.height);
  return context;
}

/** Pixel for pixel. */
function put(context: CanvasRenderingContext2D, painted: HTMLCanvasElement, ratio: number): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(painted, 0, 0);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
}

function drawAim(context: CanvasRenderingContext2D, size: Size, theme: MapTheme): void {
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

/** All of them in one stroke. */
function drawRings(
  context: CanvasRenderingContext2D,
  rings: Still["rings"],
  beat: number,
  theme: MapTheme,
): void {
  const radius = 14 + 5 * beat;
  context.beginPath();
  for (const [x, y] of rings) {
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.strokeStyle = theme.danger;
  context.lineWidth = 2;
  context.stroke();
}

/** On the screen. */
interface DrawnMark {
  x: number;
  y: number;
  group: number;
  count: number;
}

const radiusOf = (group: number): number => (group >= DANGER_DRILL ? 10 : 7);

function drawMark(
  context: CanvasRenderingContext2D,
  { x, y, group }: DrawnMark,
  theme: MapTheme,
): void {
  const isDanger = group >= DANGER_DRILL;
  const isDrill = group % 2 === 0;
  const colour = isDanger ? theme.danger : theme.alarm;
  const radius = radiusOf(group);
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
  if (isDanger) drawText(context, "!", x, y + 2, isDrill ? colour : theme.paper, 12);
}

/** Of how many the mark is one, at its upper right. */
function drawCount(context: CanvasRenderingContext2D, mark: DrawnMark, theme: MapTheme): void {
  const x = mark.x + radiusOf(mark.group) + 2;
  const y = mark.y - radiusOf(mark.group);
  const text = shortCount(mark.count);
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
