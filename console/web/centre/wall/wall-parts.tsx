/** The figures of the wall. */
import { useMemo } from "preact/hooks";
import { now } from "../../shared/clock.ts";
import type { CityFiguresInfo, MapData } from "../../shared/platform-types.ts";
import { inLanguage, sayCount } from "../../shared/words.ts";
import { classColour, NIGHT } from "../map/map-theme.ts";
import { watched } from "../watch/watch.ts";
import type { WallToday } from "./use-wall.ts";
import {
  type ClassFigures,
  caseFigures,
  heardShare,
  lightingRate,
  openedByHour,
  orderShare,
  percent,
  STAGES,
  withinRate,
} from "./wall-figures.ts";
import { say } from "./wall-words.ts";

const NONE = "–";

function Figure({ value, label, note, tone }: FigureProps) {
  return (
    <div class="wall-figure" data-tone={tone}>
      <b class="wall-value">{value}</b>
      <span class="wall-label">{label}</span>
      {note !== undefined && <small class="wall-label">{note}</small>}
    </div>
  );
}

interface FigureProps {
  value: string;
  label: string;
  /** Of how many it is said. */
  note?: string | undefined;
  tone?: "danger" | "warn" | undefined;
}

const counted = (value: number | null | undefined): string =>
  value === undefined || value === null ? NONE : sayCount(value);
const rated = (value: number | null | undefined): string =>
  value === undefined || value === null ? NONE : percent(value);

export function CaseFiguresPart() {
  const { isKnown, isCut } = watched.value;
  const { open, dangers, late, stages } = caseFigures(watched.value, now.value);
  const shown = (value: number): string => (isKnown ? sayCount(value) + (isCut ? "+" : "") : NONE);
  return (
    <section class="wall-cases">
      <div class="wall-figures">
        <Figure
          value={`${dangers > 0 ? "⚠ " : ""}${shown(dangers)}`}
          label={say("danger")}
          tone={dangers > 0 ? "danger" : undefined}
        />
        <Figure value={shown(late)} label={say("late")} tone={late > 0 ? "warn" : undefined} />
        <Figure value={shown(open)} label={say("open")} />
      </div>
      <ul class="wall-stages">
        {STAGES.map((stage) => (
          <li key={stage}>
            <b>{shown(stages[stage])}</b> {say(stage)}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function TodayPart({
  today,
  classes,
}: {
  today: WallToday | undefined;
  classes: ClassFigures[];
}) {
  const { indicators, performance, city } = today ?? {};
  return (
    <section class="wall-today">
      <div class="wall-figures">
        <Figure value={counted(indicators?.reported)} label={say("found")} />
        <Figure value={counted(indicators?.filed)} label={say("filed")} />
        <Figure value={counted(indicators?.closed)} label={say("closed")} />
        <Figure value={rated(indicators?.onTimeHandleRate)} label={say("onTime")} />
        <Figure value={rated(heardShare(classes))} label={say("heard")} />
        <Figure value={counted(performance?.standing)} label={say("standing")} />
        <Figure
          value={performance === undefined ? NONE : performance.averagePer10Min.value.toFixed(1)}
          label={say("per10Min")}
        />
        <CityFigures city={city} />
      </div>
    </section>
  );
}

function CityFigures({ city }: { city: CityFiguresInfo | undefined }) {
  const { lighting, outlets } = city ?? {};
  const heard = (n: number, of: number): string | undefined =>
    of === 0 ? undefined : say("heardOf", { n: sayCount(n), of: sayCount(of) });
  return (
    <>
      <Figure
        value={rated(city && lightingRate(city))}
        label={say("lit")}
        note={lighting && heard(lighting.heard, lighting.due)}
      />
      <Figure
        value={rated(city && withinRate(city))}
        label={say("within")}
        note={outlets && heard(outlets.measured, outlets.all)}
      />
    </>
  );
}

/** How each class is: its watched assets, those in alarm, those silent, the share in order. */
export function ClassesPart({ data, rows }: { data: MapData; rows: readonly ClassFigures[] }) {
  return (
    <section class="wall-classes">
      <table>
        <caption>{say("byClass")}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">{say("inOrder")}</th>
            <th scope="col">{say("alarmed")}</th>
            <th scope="col">{say("silent")}</th>
            <th scope="col">{say("whole")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.index}>
              <th scope="row">
                <svg width="18" height="18" viewBox="0 0 16 16" aria-hidden="true">
                  <circle cx="8" cy="8" r="6" fill={classColour(NIGHT, row.index)} />
                </svg>{" "}
                {inLanguage(data.classes[row.index]?.title ?? { zh: "", en: "" })}
              </th>
              <td>
                <b>{percent(orderShare(row))}</b>
              </td>
              <td data-tone={row.alarmed > 0 ? "warn" : undefined}>{sayCount(row.alarmed)}</td>
              <td>{sayCount(row.silent)}</td>
              <td>{sayCount(row.watched)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const BAR_HEIGHT = 60;

export function TrendPart({ today }: { today: WallToday | undefined }) {
  const hours = useMemo(() => openedByHour(today?.lastDay ?? [], now.peek()), [today]);
  const most = Math.max(1, ...hours);
  return (
    <section class="wall-trend">
      <h2>{say("trend")}</h2>
      <svg viewBox="0 0 240 76" role="img" aria-label={`${say("trend")}: ${hours.join(", ")}`}>
        {hours.map((count, n) => {
          const height = (count / most) * BAR_HEIGHT;
          return (
            <rect key={n} x={n * 10 + 1} y={75 - height} width="8" height={Math.max(0.7, height)} />
          );
        })}
        <text x="239" y="11" text-anchor="end">
          {sayCount(hours.at(-1) ?? 0)}
        </text>
      </svg>
    </section>
  );
}
