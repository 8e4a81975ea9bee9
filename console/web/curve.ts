/** The curve of one measurement: values over time, limits drawn in, gaps shown as gaps. */
import type { SeriesItem } from "./api.ts";

export interface CurveInput {
  series: readonly SeriesItem[];
  from: number;
  to: number;
  /** Limits of the rules on this measurement. */
  limits: readonly number[];
  unit: string;
  isBoolean: boolean;
  emptyText: string;
}

const LEFT = 46;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 22;
const COLOURS = ["#0f6c7c", "#c0568a", "#6a8d2f", "#7b4fa3"];
/** A pause longer than this many usual steps is a gap. */
const GAP_STEPS = 3.5;
const HOUR_MS = 3_600_000;

export function drawCurve(canvas: HTMLCanvasElement, input: CurveInput): void {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const ratio = window.devicePixelRatio;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = "11px system-ui, sans-serif";

  const points = input.series.flatMap((series) => series.points);
  const [low, high] = rangeOf(points, input);
  const x = (ms: number): number =>
    LEFT + ((ms - input.from) / (input.to - input.from)) * (width - LEFT - RIGHT);
  const y = (value: number): number =>
    height - BOTTOM - ((value - low) / (high - low)) * (height - TOP - BOTTOM);

  drawAxes();
  if (points.length === 0) {
    context.fillStyle = "#5b6f78";
    context.textAlign = "center";
    context.fillText(input.emptyText, (LEFT + width) / 2, height / 2);
    return;
  }
  for (const limit of input.limits) drawLimit(limit);
  input.series.forEach((series, n) => {
    drawLine(series.points, COLOURS[n % COLOURS.length] ?? "#0f6c7c");
  });

  function drawAxes(): void {
    context.strokeStyle = "#d7e0e3";
    context.fillStyle = "#5b6f78";
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const value of [low, (low + high) / 2, high]) {
      const level = y(value);
      context.beginPath();
      context.moveTo(LEFT, level);
      context.lineTo(width - RIGHT, level);
      context.stroke();
      context.fillText(short(value), LEFT - 6, level);
    }
    context.textAlign = "left";
    context.textBaseline = "top";
    context.fillText(input.unit, 2, 0);
    context.textAlign = "center";
    const step = 6 * HOUR_MS;
    const zone = new Date(input.from).getTimezoneOffset() * 60_000;
    for (let at = Math.ceil((input.from - zone) / step) * step + zone; at < input.to; at += step) {
      const date = new Date(at);
      const label = `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
      context.fillText(label, x(at), height - BOTTOM + 6);
    }
  }

  function drawLimit(limit: number): void {
    if (limit < low || limit > high) return;
    context.save();
    context.setLineDash([5, 4]);
    context.strokeStyle = "#c8281e";
    context.beginPath();
    context.moveTo(LEFT, y(limit));
    context.lineTo(width - RIGHT, y(limit));
    context.stroke();
    context.restore();
  }

  function drawLine(line: readonly [number, number][], colour: string): void {
    const usual = usualStep(line);
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = 1.5;
    context.beginPath();
    let before: [number, number] | undefined;
    for (const point of line) {
      const isGap = before === undefined || point[0] - before[0] > usual * GAP_STEPS;
      if (isGap) context.moveTo(x(point[0]), y(point[1]));
      else if (input.isBoolean && before !== undefined) {
        context.lineTo(x(point[0]), y(before[1]));
        context.lineTo(x(point[0]), y(point[1]));
      } else context.lineTo(x(point[0]), y(point[1]));
      if (isGap) context.fillRect(x(point[0]) - 1, y(point[1]) - 1, 2, 2);
      before = point;
    }
    context.stroke();
    context.lineWidth = 1;
    if (before === undefined) return;
    context.beginPath();
    context.arc(x(before[0]), y(before[1]), 3, 0, 2 * Math.PI);
    context.fill();
  }
}

function rangeOf(points: readonly [number, number][], input: CurveInput): [number, number] {
  if (input.isBoolean) return [0, 1];
  const values = points.map(([, value]) => value);
  for (const limit of input.limits) values.push(limit);
  if (values.length === 0) return [0, 1];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const margin = Math.max((high - low) * 0.08, Math.abs(high) * 0.02, 0.1);
  return [low - margin, high + margin];
}

function usualStep(line: readonly [number, number][]): number {
  const steps = line
    .slice(1)
    .map((point, n) => point[0] - (line[n]?.[0] ?? 0))
    .sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? Infinity;
}

function short(value: number): string {
  const size = Math.abs(value);
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
}
