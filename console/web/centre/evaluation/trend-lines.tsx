/** The lines of a trend as a small picture; each has a dash and a mark of its own, and its name at its end. */
import { periodText } from "./evaluation-words.ts";
import { figureText } from "./figures.ts";
import { runsOf, type TrendLine } from "./trend.ts";

const [WIDTH, HEIGHT] = [640, 160];
const [LEFT, TOP, RIGHT, BOTTOM] = [56, 12, 120, 28];
const MARK_RADIUS = 3.5;

interface LinesProps {
  /** Of the newest periods that are there. */
  lines: readonly TrendLine[];
  names: readonly string[];
  /** All of them, the oldest first. */
  periods: readonly string[];
  top: number;
  of: string;
}

export function TrendLines({ lines, names, periods, top, of }: LinesProps) {
  const box = { width: WIDTH, height: HEIGHT, top };
  const whole = lines.map(({ values }) => ({
    values: [...Array.from({ length: periods.length - values.length }, () => null), ...values],
  }));
  return (
    <svg
      class="evaluation-lines"
      viewBox={`0 0 ${LEFT + WIDTH + RIGHT} ${TOP + HEIGHT + BOTTOM}`}
      aria-hidden="true"
    >
      <g transform={`translate(${LEFT} ${TOP})`}>
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line class="grid" x1="0" x2={WIDTH} y1={HEIGHT * share} y2={HEIGHT * share} />
            <text x="-6" y={HEIGHT * share + 4} text-anchor="end">
              {figureText(of, top * (1 - share))}
            </text>
          </g>
        ))}
        {[0, periods.length - 1].map((at, end) => (
          <text key={at} x={WIDTH * end} y={HEIGHT + 20} text-anchor="middle">
            {periodText(periods[at] ?? "")}
          </text>
        ))}
        {whole.map((line, index) => (
          <Line key={names[index]} runs={runsOf(line, box)} name={names[index] ?? ""} at={index} />
        ))}
      </g>
    </svg>
  );
}

function Line({ runs, name, at }: { runs: ReturnType<typeof runsOf>; name: string; at: number }) {
  const last = runs.at(-1)?.at(-1);
  return (
    <g data-line={at}>
      {runs.map((run) => (
        <polyline key={run[0]?.x} points={run.map(({ x, y }) => `${x},${y}`).join(" ")} />
      ))}
      {runs.flat().map(({ x, y }) => (
        <circle key={x} cx={x} cy={y} r={MARK_RADIUS} />
      ))}
      {last !== undefined && (
        <text x={last.x + 10} y={last.y + 4}>
          {name}
        </text>
      )}
    </g>
  );
}
