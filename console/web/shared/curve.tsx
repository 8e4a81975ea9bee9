/**
 * A curve: series over time with gaps shown as gaps, limits drawn in and named, alarms and cases
 * marked. Zoomed by drag, keys and buttons; read out point by point by its slider; said as a text and
 * as a table for whoever does not see it. `from` and `to` are the whole span; `onZoom` is told what is
 * shown, so that finer points can be asked for.
 */
import "uplot/dist/uPlot.min.css";
import "./curve.css";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { offsetMinutes, sayTime } from "./clock.ts";
import {
  alignedOf,
  type CurveLimit,
  type CurveMark,
  type CurveSeries,
  moved,
  type Span,
  seenOf,
  valueText,
  within,
  zoomed,
} from "./curve-data.ts";
import { CurveLegend, CurveTable } from "./curve-parts.tsx";
import { createPlot, type Plot } from "./curve-plot.ts";
import { say } from "./curve-words.ts";
import { formatTime } from "./platform-time.ts";

export type { CurveLimit, CurveMark, CurveSeries } from "./curve-data.ts";

export interface CurveProps {
  series: readonly CurveSeries[];
  limits?: readonly CurveLimit[];
  marks?: readonly CurveMark[];
  from: number;
  to: number;
  onZoom?: (from: number, to: number) => void;
  height?: number;
  /** What the curve is of. */
  label: string;
}

const NO_LIMITS: readonly CurveLimit[] = [];
const NO_MARKS: readonly CurveMark[] = [];
const NEARER = 0.5;
const FURTHER = 2;
const STEP = 0.5;

export function Curve(props: CurveProps) {
  const { series, limits = NO_LIMITS, marks = NO_MARKS, from, to, height = 260, label } = props;
  const whole = { from, to };
  const [chosen, setChosen] = useState<Span>();
  const [index, setIndex] = useState<number>();
  const view = chosen === undefined ? whole : within(chosen, whole);
  const [isTable, setTable] = useState(false);
  const rows = useMemo(() => alignedOf(series), [series]);

  const show = (next: Span | undefined): void => {
    const isWhole = next === undefined || (next.from <= from && next.to >= to);
    setChosen(isWhole ? undefined : next);
    props.onZoom?.(next?.from ?? from, next?.to ?? to);
  };
  const zoom = useZoom(view, whole, show);
  const { room, plot } = usePlot({ series, limits, marks, view, height }, setIndex, zoom);

  const read = (at: number): void => {
    setIndex(at);
    plot.current?.setCursor(at);
  };
  const isEmpty = series.every(({ points }) => seenOf(points, view) === undefined);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (zoom.key(event)) event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the controls within
    <div class="curve" onKeyDown={onKeyDown}>
      <ZoomTools zoom={zoom} />
      <div class="curve-room">
        <div ref={room} role="img" aria-label={summaryOf(label, series, limits, view)} />
        {isEmpty && <p class="curve-empty">{say("empty")}</p>}
      </div>
      <Reader rows={rows} series={series} index={index} view={view} onRead={read} label={label} />
      <CurveLegend series={series} marks={marks} />
      <CurveTable {...{ series, marks, rows, view, isOpen: isTable, onToggle: setTable }} />
    </div>
  );
}

interface Zoom {
  nearer(): void;
  further(): void;
  back(): void;
  forward(): void;
  whole(): void;
  select(span: Span): void;
  /** Whether the key was one of these. */
  key(event: KeyboardEvent): boolean;
}

function useZoom(view: Span, whole: Span, show: (next: Span | undefined) => void): Zoom {
  const zoom = {
    nearer: () => show(zoomed(view, whole, NEARER)),
    further: () => show(zoomed(view, whole, FURTHER)),
    back: () => show(moved(view, whole, -STEP)),
    forward: () => show(moved(view, whole, STEP)),
    whole: () => show(undefined),
    select: (span: Span) => show(within(span, whole)),
  };
  return {
    ...zoom,
    key({ key, shiftKey, ctrlKey, metaKey, altKey }) {
      if (ctrlKey || metaKey || altKey) return false;
      const done =
        key === "+" || key === "="
          ? zoom.nearer
          : key === "-"
            ? zoom.further
            : key === "0"
              ? zoom.whole
              : shiftKey && key === "ArrowLeft"
                ? zoom.back
                : shiftKey && key === "ArrowRight"
                  ? zoom.forward
                  : undefined;
      done?.();
      return done !== undefined;
    },
  };
}

/** Draws whatever changed; the plot lives as long as the curve. */
function usePlot(
  given: {
    series: readonly CurveSeries[];
    limits: readonly CurveLimit[];
    marks: readonly CurveMark[];
    view: Span;
    height: number;
  },
  onCursor: (index: number | undefined) => void,
  zoom: Zoom,
) {
  const room = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(undefined);
  const told = useRef(zoom);
  told.current = zoom;
  const { series, limits, marks, view, height } = given;
  const offset = offsetMinutes();
  useEffect(() => {
    const drawing = { ...given, offsetMinutes: offset };
    if (plot.current !== undefined) plot.current.draw(drawing);
    else if (room.current !== null) {
      plot.current = createPlot(room.current, drawing, {
        onCursor,
        onSelect: (span) => told.current.select(span),
        onWhole: () => told.current.whole(),
      });
    }
  }, [series, limits, marks, view.from, view.to, height, offset]);
  useEffect(
    () => () => {
      plot.current?.end();
      plot.current = undefined;
    },
    [],
  );
  return { room, plot };
}

function ZoomTools({ zoom }: { zoom: Zoom }) {
  return (
    <fieldset class="curve-tools" aria-label={say("tools")} title={say("keys")}>
      <button type="button" aria-label={say("back")} title={say("back")} onClick={zoom.back}>
        ←
      </button>
      <button
        type="button"
        aria-label={say("forward")}
        title={say("forward")}
        onClick={zoom.forward}
      >
        →
      </button>
      <button type="button" aria-label={say("zoomIn")} title={say("zoomIn")} onClick={zoom.nearer}>
        +
      </button>
      <button
        type="button"
        aria-label={say("zoomOut")}
        title={say("zoomOut")}
        onClick={zoom.further}
      >
        −
      </button>
      <button type="button" onClick={zoom.whole}>
        {say("whole")}
      </button>
    </fieldset>
  );
}

type Rows = ReturnType<typeof alignedOf>;

/** A slider over the shown points: arrow keys go from one to the next, and its value is said. */
function Reader(props: {
  rows: Rows;
  series: readonly CurveSeries[];
  index: number | undefined;
  view: Span;
  onRead(index: number): void;
  label: string;
}) {
  const { rows, series, view, onRead } = props;
  const times = rows[0];
  const first = times.findIndex((at) => at >= view.from);
  const last = times.findLastIndex((at) => at <= view.to);
  if (first < 0 || last < first) return null;
  const index = Math.min(Math.max(props.index ?? last, first), last);
  const text = readingText(rows, series, index);
  return (
    <label class="curve-reader">
      <span>{say("readOut")}</span>
      <input
        type="range"
        min={first}
        max={last}
        step={1}
        value={index}
        aria-label={`${say("readOut")}: ${props.label}`}
        aria-valuetext={text}
        onInput={(event) => onRead(Number(event.currentTarget.value))}
      />
      <output>{text}</output>
    </label>
  );
}

function readingText(rows: Rows, series: readonly CurveSeries[], index: number): string {
  const [times, ...columns] = rows;
  const found = series.flatMap((each, n) => {
    const value = columns[n]?.[index];
    if (value === undefined || value === null) return [];
    return [`${series.length > 1 ? `${each.name} ` : ""}${valueText(value, each)}`];
  });
  const time = formatTime(times[index] ?? 0, offsetMinutes()).slice(0, 19);
  return `${time}  ${found.length === 0 ? "—" : found.join(", ")}`;
}

function summaryOf(
  label: string,
  series: readonly CurveSeries[],
  limits: readonly CurveLimit[],
  view: Span,
): string {
  const said = series.map((each) => {
    const seen = seenOf(each.points, view);
    if (seen === undefined) return say("emptyOf", { name: each.name });
    const { count, gaps, low, high, last } = seen;
    return say("seen", {
      ...{ name: each.name, count, gaps, time: sayTime(last[0]) },
      low: valueText(low, each),
      high: valueText(high, each),
      last: valueText(last[1], each),
    });
  });
  const span = say("span", { from: sayTime(view.from), to: sayTime(view.to) });
  const held = limits.map((limit) => say("limit", { ...limit }));
  return [label, span, ...said, ...held].join(" ");
}
