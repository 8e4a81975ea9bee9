/**
 * A curve on its canvas, drawn by uPlot: lines, limits with their names, rows of marks. Knows no
 * words; what it is told to draw stands in `Drawing`. uPlot sets styles by script alone.
 */
import uPlot from "uplot";
import {
  alignedOf,
  type CurveLimit,
  type CurveMark,
  type CurveSeries,
  plainNumber,
  rangeOf,
  type Span,
  timeTicks,
} from "./curve-data.ts";

export interface Drawing {
  series: readonly CurveSeries[];
  limits: readonly CurveLimit[];
  marks: readonly CurveMark[];
  view: Span;
  offsetMinutes: number;
  height: number;
}
interface PlotEvents {
  /** The row of times that the pointer is at. */
  onCursor(index: number | undefined): void;
  onSelect(span: Span): void;
  onWhole(): void;
}
export interface Plot {
  draw(drawing: Drawing): void;
  setCursor(index: number): void;
  end(): void;
}

const COLOURS = ["#0f6c7c", "#b0467a", "#5a7a26", "#7b4fa3", "#a35a00", "#3567b5"];
const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 4], [12, 4]];
const MARK_COLOURS = ["#b8221a", "#3567b5", "#7b4fa3", "#8f5000"];
const LIMIT_COLOUR = "#b8221a";
const INK = "#51646d";
const LINES = "#d7e0e3";
const FONT = '12px system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';
const TICK_PX = 80;
const LANE_PX = 10;

export const curveColour = (n: number): string => COLOURS[n % COLOURS.length] ?? INK;
export const curveDash = (n: number): number[] => DASHES[n % DASHES.length] ?? [];
export const markColour = (n: number): string => MARK_COLOURS[n % MARK_COLOURS.length] ?? INK;
export const kindsOf = (marks: readonly CurveMark[]): string[] => [
  ...new Set(marks.map(({ kind }) => kind)),
];
const unitsOf = (series: readonly CurveSeries[]): string[] => [
  ...new Set(series.map(({ unit }) => unit)),
];

export function createPlot(room: HTMLElement, first: Drawing, events: PlotEvents): Plot {
  let drawing = first;
  let plot = make();
  const watching = new ResizeObserver(() => plot.setSize(sizeOf()));
  watching.observe(room);

  const sizeOf = (): { width: number; height: number } => ({
    width: Math.max(room.clientWidth, 120),
    height: drawing.height,
  });

  function make(): uPlot {
    const size = { width: Math.max(room.clientWidth, 120), height: drawing.height };
    const made = new uPlot(
      optionsOf(size, () => drawing, events),
      alignedOf(drawing.series),
      room,
    );
    made.setScale("x", { min: drawing.view.from, max: drawing.view.to });
    return made;
  }

  return {
    draw(next) {
      const isSame = shapeOf(next) === shapeOf(drawing);
      const before = drawing;
      drawing = next;
      if (!isSame) {
        plot.destroy();
        plot = make();
        return;
      }
      plot.batch(() => {
        if (next.series !== before.series) plot.setData(alignedOf(next.series), false);
        plot.setScale("x", { min: next.view.from, max: next.view.to });
      });
      plot.redraw(false);
    },
    setCursor(index) {
      const at = plot.data[0][index];
      if (at === undefined) return;
      plot.setCursor({ left: plot.valToPos(at, "x"), top: plot.over.clientHeight / 2 }, false);
    },
    end() {
      watching.disconnect();
      plot.destroy();
    },
  };
}

/** While it stays the same only the data change. */
const shapeOf = ({ series, height, offsetMinutes }: Drawing): string =>
  JSON.stringify([series.map(({ points: _, ...each }) => each), height, offsetMinutes]);

function optionsOf(
  size: { width: number; height: number },
  drawing: () => Drawing,
  events: PlotEvents,
): uPlot.Options {
  const { series } = drawing();
  const units = unitsOf(series);
  return {
    ...size,
    ms: 1,
    legend: { show: false },
    padding: [8, 12, 0, 0],
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      bind: {
        dblclick: () => () => {
          events.onWhole();
          return null;
        },
      },
    },
    scales: {
      x: { time: true },
      ...Object.fromEntries(units.map((unit) => [scaleName(unit), { range: rangeFor(unit) }])),
    },
    axes: [timeAxis(drawing), ...units.slice(0, 2).map((unit, n) => valueAxis(series, unit, n))],
    series: [{}, ...series.map(lineOf)],
    hooks: {
      drawAxes: [(plot) => drawMarks(plot, drawing())],
      draw: [(plot) => drawLimits(plot, drawing(), units[0] ?? "")],
      setCursor: [({ cursor }) => events.onCursor(cursor.idx ?? undefined)],
      setSelect: [(plot) => selected(plot, events)],
    },
  };

  function rangeFor(unit: string): uPlot.Range.Function {
    const of = series.filter((each) => each.unit === unit);
    if (of.every(({ states }) => states !== undefined)) return () => [-0.1, 1.1];
    return (_plot, low, high) => {
      const limits = unit === units[0] ? drawing().limits.map(({ value }) => value) : [];
      return rangeOf(low ?? Infinity, high ?? -Infinity, limits);
    };
  }
}

const scaleName = (unit: string): string => `y ${unit}`;

function selected(plot: uPlot, { onSelect }: PlotEvents): void {
  const { left, width } = plot.select;
  if (width === 0) return;
  const span = { from: plot.posToVal(left, "x"), to: plot.posToVal(left + width, "x") };
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  onSelect(span);
}

function lineOf({ unit, states }: CurveSeries, n: number): uPlot.Series {
  const line: uPlot.Series = {
    scale: scaleName(unit),
    stroke: curveColour(n),
    width: 1.75,
    dash: curveDash(n),
    points: { size: 5 },
  };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  if (states !== undefined && stepped !== undefined) line.paths = stepped;
  return line;
}

function timeAxis(drawing: () => Drawing): uPlot.Axis {
  const ticks = (plot: uPlot): { at: number; text: string }[] =>
    timeTicks(drawing().view, plot.width / TICK_PX, drawing().offsetMinutes);
  return {
    ...LOOK,
    size: 44,
    splits: (plot) => ticks(plot).map(({ at }) => at),
    values: (plot) => ticks(plot).map(({ text }) => text),
  };
}

const LOOK = {
  stroke: INK,
  font: FONT,
  grid: { stroke: LINES, width: 1 },
  ticks: { stroke: LINES, width: 1 },
};

/** The first unit on the left, the second on the right. */
function valueAxis(series: readonly CurveSeries[], unit: string, n: number): uPlot.Axis {
  const states = series.find((each) => each.unit === unit)?.states;
  return {
    ...LOOK,
    scale: scaleName(unit),
    side: n === 0 ? 3 : 1,
    size: 56,
    ...(n === 0 ? {} : { grid: { show: false } }),
    ...(states === undefined
      ? { values: (_plot, values) => values.map(plainNumber) }
      : { splits: () => [0, 1], values: () => [...states] }),
  };
}

function drawLimits(plot: uPlot, { limits, view }: Drawing, unit: string): void {
  const { ctx } = plot;
  const scale = plot.scales[scaleName(unit)];
  if (scale === undefined || scale.min == null || scale.max == null) return;
  ctx.save();
  ctx.strokeStyle = LIMIT_COLOUR;
  ctx.fillStyle = LIMIT_COLOUR;
  ctx.font = scaledFont();
  ctx.textAlign = "right";
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const { value, label } of limits) {
    if (value < scale.min || value > scale.max) continue;
    const y = plot.valToPos(value, scaleName(unit), true);
    ctx.beginPath();
    ctx.moveTo(plot.valToPos(view.from, "x", true), y);
    ctx.lineTo(plot.valToPos(view.to, "x", true), y);
    ctx.stroke();
    const isLow = y - plot.bbox.top < 18 * devicePixelRatio;
    ctx.textBaseline = isLow ? "top" : "bottom";
    const text = `${label} ${plainNumber(value)}`;
    ctx.fillText(text, plot.bbox.left + plot.bbox.width - 4 * devicePixelRatio, y);
  }
  ctx.restore();
}

const scaledFont = (): string => FONT.replace("12px", `${12 * devicePixelRatio}px`);

/** A row for each kind at the foot of the curve; a line goes up where one begins. */
function drawMarks(plot: uPlot, { marks, view }: Drawing): void {
  const { ctx, bbox } = plot;
  const kinds = kindsOf(marks);
  const lane = LANE_PX * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { kind, at, until = at } of marks) {
    if (until < view.from || at > view.to) continue;
    const n = kinds.indexOf(kind);
    const left = plot.valToPos(at, "x", true);
    const width = Math.max(plot.valToPos(until, "x", true) - left, 3 * devicePixelRatio);
    const top = bbox.top + bbox.height - (n + 1) * lane;
    ctx.fillStyle = markColour(n);
    ctx.strokeStyle = markColour(n);
    ctx.fillRect(left, top, width, lane * 0.7);
    ctx.globalAlpha = 0.08;
    ctx.fillRect(left, bbox.top, width, bbox.height);
    ctx.globalAlpha = 1;
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, top);
    ctx.stroke();
  }
  ctx.restore();
}
