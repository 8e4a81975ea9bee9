/** The curve of one measurement: values over time, limits drawn in, gaps shown as gaps. */
import type { SeriesItem } from "./api.ts";
import { axisLabel, type Point, partsOf, rangeOf, tickStepOf } from "./curve-scale.ts";
import { formatHour, ticksOf } from "./platform-time.ts";

export interface CurveInput {
  series: readonly SeriesItem[];
  from: number;
  to: number;
  /** Of the platform's zone, in which the hours are shown. */
  offsetMinutes: number;
  /** Limits of the rules on this measurement. */
  limits: readonly number[];
  isBoolean: boolean;
  /** What 0 and 1 of a boolean mean. */
  booleanLabels: readonly [string, string];
  emptyText: string;
}

interface Frame {
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
  low: number;
  high: number;
  x(ms: number): number;
  y(value: number): number;
}

const CURVE_COLOURS = ["#0f6c7c", "#b0467a", "#5a7a26", "#7b4fa3", "#a35a00", "#3567b5"];
const LEFT = 46;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 22;
const INK = "#51646d";
const LINES = "#d7e0e3";
const LIMIT_COLOUR = "#c8281e";

export const curveColour = (n: number): string =>
  CURVE_COLOURS[n % CURVE_COLOURS.length] ?? "#0f6c7c";

export function drawCurve(canvas: HTMLCanvasElement, input: CurveInput): void {
  const lines = input.series.map((series) => series.points);
  const frame = frameOf(canvas, input, rangeOf(lines, input.limits, input.isBoolean));
  drawAxes(frame, input);
  if (lines.every((line) => line.length === 0)) {
    frame.context.fillText(input.emptyText, (LEFT + frame.width) / 2, frame.height / 2 - 6);
    return;
  }
  for (const limit of input.limits) drawLimit(frame, limit);
  for (const [n, line] of lines.entries()) drawLine(frame, line, curveColour(n), input.isBoolean);
}

function frameOf(
  canvas: HTMLCanvasElement,
  { from, to }: CurveInput,
  [low, high]: [number, number],
): Frame {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const ratio = window.devicePixelRatio;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = "11px system-ui, sans-serif";
  return {
    ...{ context, width, height, low, high },
    x: (ms) => LEFT + ((ms - from) / (to - from)) * (width - LEFT - RIGHT),
    y: (value) => height - BOTTOM - ((value - low) / (high - low)) * (height - TOP - BOTTOM),
  };
}

function drawAxes(frame: Frame, input: CurveInput): void {
  const { context, low, high, height } = frame;
  context.strokeStyle = LINES;
  context.fillStyle = INK;
  context.textAlign = "right";
  context.textBaseline = "middle";
  const levels = input.isBoolean ? [low, high] : [low, (low + high) / 2, high];
  for (const value of levels) {
    drawLevel(frame, value);
    const label = input.isBoolean
      ? input.booleanLabels[value === 0 ? 0 : 1]
      : axisLabel(value, high - low);
    context.fillText(label, LEFT - 6, frame.y(value));
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const at of ticksOf(
    input.from,
    input.to,
    tickStepOf(input.to - input.from),
    input.offsetMinutes,
  )) {
    const x = Math.min(frame.x(at), frame.width - 18);
    context.fillText(formatHour(at, input.offsetMinutes), x, height - BOTTOM + 6);
  }
}

function drawLevel({ context, width, y }: Frame, value: number): void {
  context.beginPath();
  context.moveTo(LEFT, y(value));
  context.lineTo(width - RIGHT, y(value));
  context.stroke();
}

function drawLimit(frame: Frame, limit: number): void {
  const { context } = frame;
  context.save();
  context.setLineDash([5, 4]);
  context.strokeStyle = LIMIT_COLOUR;
  drawLevel(frame, limit);
  context.restore();
}

function drawLine(frame: Frame, line: readonly Point[], colour: string, isBoolean: boolean): void {
  const { context, x, y } = frame;
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const part of partsOf(line)) {
    let before: Point | undefined;
    for (const point of part) {
      if (before === undefined) {
        context.moveTo(x(point[0]), y(point[1]));
        context.fillRect(x(point[0]) - 1, y(point[1]) - 1, 2, 2);
      } else {
        // A boolean stays as it was until it changes.
        if (isBoolean) context.lineTo(x(point[0]), y(before[1]));
        context.lineTo(x(point[0]), y(point[1]));
      }
      before = point;
    }
  }
  context.stroke();
  context.lineWidth = 1;
  const last = line.at(-1);
  if (last === undefined) return;
  context.beginPath();
  context.arc(x(last[0]), y(last[1]), 3, 0, 2 * Math.PI);
  context.fill();
}
