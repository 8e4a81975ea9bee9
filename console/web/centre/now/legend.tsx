/** The legend of the map, which is its filter too: states by their shapes, classes by their colours, with counts. */
import { useMemo } from "preact/hooks";
import type { MapData } from "../../shared/platform-types.ts";
import { setQuery } from "../../shared/router.ts";
import { inLanguage, sayCount } from "../../shared/words.ts";
import { classColour, DAY } from "../map/map-theme.ts";
import { alarmsWithoutCase, type Watched } from "../watch/watched.ts";
import {
  isClassShown,
  type NowFilter,
  PLAIN,
  type ShownState,
  STATES,
  toggled,
} from "./now-filter.ts";
import { say } from "./now-words.ts";

interface LegendProps {
  data: MapData;
  filter: NowFilter;
  now: Watched;
}

export const isNarrow = (): boolean => window.matchMedia("(max-width: 760px)").matches;

export function Legend({ data, filter, now }: LegendProps) {
  return (
    <details id="legend" class="now-legend" open={!isNarrow()}>
      <summary>{say("legend")}</summary>
      <StatesLegend data={data} filter={filter} now={now} />
      <ClassesLegend data={data} filter={filter} />
      {(filter.classes !== undefined || filter.states.size < STATES.length) && (
        <button type="button" onClick={() => setQuery({ class: "", state: "" })}>
          {say("showAll")}
        </button>
      )}
    </details>
  );
}

function StatesLegend({ data, filter, now }: LegendProps) {
  const counts = useMemo(() => stateCounts(data, now), [data, now]);
  const words = {
    danger: "stateDanger",
    alarm: "stateAlarm",
    silent: "stateSilent",
    normal: "stateNormal",
  } as const;
  return (
    <fieldset>
      <legend>{say("state")}</legend>
      {STATES.map((state) => (
        <label key={state}>
          <input
            type="checkbox"
            checked={filter.states.has(state)}
            onChange={() => setQuery({ state: toggled(STATES, filter.states, state) })}
          />
          <StateSign state={state} />
          <span>{say(words[state])}</span>
          <b>{sayCount(counts[state])}</b>
        </label>
      ))}
    </fieldset>
  );
}

/** As the map draws it: never by its colour alone. */
function StateSign({ state }: { state: ShownState }) {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      {state === "danger" && <path d="M8 1 15 14H1Z" fill={DAY.danger} />}
      {state === "danger" && (
        <path d="M7.2 5.5h1.6v4.5H7.2zM7.2 11h1.6v1.6H7.2z" fill={DAY.paper} />
      )}
      {state === "alarm" && <path d="M8 1.5 14.5 8 8 14.5 1.5 8Z" fill={DAY.alarm} />}
      {state === "silent" && (
        <circle cx="8" cy="8" r="4.5" fill={DAY.paper} stroke={DAY.plain} stroke-width="2.5" />
      )}
      {state === "normal" && <circle cx="8" cy="8" r="4.5" fill={DAY.plain} />}
    </svg>
  );
}

function stateCounts({ items }: MapData, now: Watched): Record<ShownState, number> {
  const open = [...now.cases.values(), ...alarmsWithoutCase(now)];
  const danger = open.filter(({ lifeSafety }) => lifeSafety).length;
  const called = new Set([...open.flatMap(({ assetId }) => assetId ?? []), ...now.silent]);
  return {
    danger,
    alarm: open.length - danger,
    silent: now.silent.size,
    normal: items.length - called.size,
  };
}

function ClassesLegend({ data, filter }: Omit<LegendProps, "now">) {
  const rows = useMemo(() => classRows(data), [data]);
  const all = rows.map(({ slug }) => slug);
  const chosen = filter.classes ?? new Set(all);
  return (
    <fieldset>
      <legend>{say("class")}</legend>
      {rows.map(({ slug, index, count }) => (
        <label key={slug}>
          <input
            type="checkbox"
            checked={isClassShown(filter, slug === PLAIN ? undefined : slug)}
            onChange={() => setQuery({ class: toggled(all, chosen, slug) })}
          />
          <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
            <circle cx="8" cy="8" r="5" fill={classColour(DAY, index)} />
          </svg>
          <span>{classTitle(data, index)}</span>
          <b>{sayCount(count)}</b>
        </label>
      ))}
    </fieldset>
  );
}

const classTitle = ({ classes }: MapData, index: number): string => {
  const title = classes[index]?.title;
  return title === undefined ? say("plain") : inLanguage(title);
};

/** The classes that something is of, in their own order; components without one come last. */
function classRows({ classes, items }: MapData): { slug: string; index: number; count: number }[] {
  const counts = new Map<number, number>();
  for (const [, index] of items) counts.set(index, (counts.get(index) ?? 0) + 1);
  return [...classes.map(({ slug }, index) => ({ slug, index })), { slug: PLAIN, index: -1 }]
    .map((row) => ({ ...row, count: counts.get(row.index) ?? 0 }))
    .filter(({ count }) => count > 0);
}
