/** The lines of a trend as a small picture; each has a dash and a mark of its own, and its name at its end. */
import { periodText } from "./evaluation-words.ts";
import { figureText } from "./figures.ts";
import { runsOf, spread, type TrendLine } from "./trend.ts";

const [WIDTH, HEIGHT] = [640, 160];
const [LEFT, TOP, RIGHT, BOTTOM] = [56, 12, 120, 28];
const MARK_RADIUS = 3.5;
const NAME_GAP = 14;

interface LinesProps {
  /** Of the newest periods that are there. */
  lines: readonly TrendLine[];
  names: readonly string[];
  /** All of them, the oldest first. */
  periods: readonly string[];
  top: number;
  bottom: number;
  of: string;
}

export function TrendLines({ lines, names, periods, top, bottom, of }: LinesProps) {
  const box = { width: WIDTH, height: HEIGHT, top, bottom };
  const whole = lines.map(({ values }) => ({
    values: [...Array.from({ length: periods.length - values.length }, () => null), ...values],
  }));
  const drawn = whole.map((line) => runsOf(line, box));
  const ends = spread(
    drawn.map((runs) => runs.at(-1)?.at(-1)?.y ?? 0),
    NAME_GAP,
  );
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
              {figureText(of, top - (top - bottom) * share)}
            </text>
          </g>
        ))}
        {[0, periods.length - 1].map((at, end) => (
          <text key={at} x={WIDTH * end} y={HEIGHT + 20} text-anchor="middle">
            {periodText(periods[at] ?? "")}
          </text>
        ))}
        {drawn.map((runs, index) => (
          <Line
            key={names[index]}
            {...{ runs, at: index, name: names[index] ?? "", nameY: ends[index] ?? 0 }}
          />
        ))}
      </g>
    </svg>
  );
}

interface LineProps {
  runs: ReturnType<typeof runsOf>;
  name: string;
  nameY: number;
  at: number;
}

function Line({ runs, name, nameY, at }: LineProps) {
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
        <text x={last.x + 10} y={nameY + 4}>
          {name}
        </text>
      )}
    </g>
  );
}
