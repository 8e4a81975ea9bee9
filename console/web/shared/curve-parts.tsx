/** What stands under a curve: its legend, and the same as a table. */
import { offsetMinutes, sayTime } from "./clock.ts";
import type { alignedOf, CurveMark, CurveSeries, Span } from "./curve-data.ts";
import { valueText } from "./curve-data.ts";
import { curveColour, curveDash, kindsOf, markColour } from "./curve-plot.ts";
import { say } from "./curve-words.ts";
import { formatTime } from "./platform-time.ts";

type Rows = ReturnType<typeof alignedOf>;

/** One line without marks needs no words. */
export function CurveLegend({
  series,
  marks,
}: {
  series: readonly CurveSeries[];
  marks: readonly CurveMark[];
}) {
  const kinds = kindsOf(marks);
  if (series.length < 2 && kinds.length === 0) return null;
  return (
    <ul class="curve-legend">
      {series.map(({ name, unit }, n) => (
        <li key={name}>
          <svg width="28" height="8" aria-hidden="true">
            <line
              x1="0"
              x2="28"
              y1="4"
              y2="4"
              stroke={curveColour(n)}
              stroke-width="2"
              stroke-dasharray={curveDash(n).join(" ")}
            />
          </svg>
          {unit === "" ? name : `${name} (${unit})`}
        </li>
      ))}
      {kinds.map((kind, n) => (
        <li key={kind}>
          <svg width="14" height="8" aria-hidden="true">
            <rect width="14" height="8" fill={markColour(n)} />
          </svg>
          {marks.find((mark) => mark.kind === kind)?.kindName}
        </li>
      ))}
    </ul>
  );
}

const ROWS_MAX = 200;

/** The newest values of what is shown, made only when it is opened. */
export function CurveTable({ series, marks, rows, view, isOpen, onToggle }: TableProps) {
  return (
    <details
      class="curve-table"
      open={isOpen}
      onToggle={(event) => onToggle(event.currentTarget.open)}
    >
      <summary>{say("table")}</summary>
      {isOpen && <Shown series={series} rows={rows} view={view} />}
      {isOpen && <Marks marks={marks} view={view} />}
    </details>
  );
}

interface TableProps {
  series: readonly CurveSeries[];
  marks: readonly CurveMark[];
  rows: Rows;
  view: Span;
  isOpen: boolean;
  onToggle(isOpen: boolean): void;
}

function Shown({ series, rows, view }: Pick<TableProps, "series" | "rows" | "view">) {
  const [times, ...columns] = rows;
  const shown = times
    .map((at, n) => ({ at, values: columns.map((column) => column[n]) }))
    .filter(({ at, values }) => at >= view.from && at <= view.to && values.some(isThere))
    .reverse();
  return (
    <>
      {shown.length > ROWS_MAX && <p class="quiet">{say("onlyNewest", { n: ROWS_MAX })}</p>}
      <table>
        <thead>
          <tr>
            <th scope="col">{say("time")}</th>
            {series.map(({ name }) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.slice(0, ROWS_MAX).map(({ at, values }) => (
            <tr key={at}>
              <th scope="row">{formatTime(at, offsetMinutes()).slice(0, 19)}</th>
              {series.map((each, n) => (
                <td key={each.name} class="number">
                  {isThere(values[n]) ? valueText(values[n], each) : "—"}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

const isThere = (value: number | null | undefined): value is number =>
  value !== undefined && value !== null;

function Marks({ marks, view }: { marks: readonly CurveMark[]; view: Span }) {
  const shown = marks.filter(({ at, until = at }) => at <= view.to && until >= view.from);
  if (shown.length === 0) return null;
  return (
    <>
      <h3>{say("marks")}</h3>
      <ul>
        {shown.slice(0, ROWS_MAX).map(({ kind, kindName, at, label }) => (
          <li key={`${kind} ${at} ${label}`}>
            {say("mark", { kind: kindName, time: sayTime(at), label })}
          </li>
        ))}
      </ul>
    </>
  );
}
