/** The legend of the map, which is its filter too: states by their shapes, classes by their colours, with counts. */
import { useMemo } from "preact/hooks";
import type { MapData } from "../../shared/platform-types.ts";
import { setQuery } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import { inLanguage, sayCount } from "../../shared/words.ts";
import type { PersonGiven } from "../map/map-people.ts";
import { classColour, DAY } from "../map/map-theme.ts";
import { alarmsWithoutCase, type Watched } from "../watch/watched.ts";
import {
  isClassShown,
  type NowFilter,
  PEOPLE,
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
  people: readonly PersonGiven[];
}

export const isNarrow = (): boolean => window.matchMedia("(max-width: 760px)").matches;

const isAll = ({ classes, states, people }: NowFilter): boolean =>
  classes === undefined && states.size === STATES.length && people.size === PEOPLE.length;

export function Legend({ data, filter, now, people }: LegendProps) {
  return (
    <details id="legend" class="now-legend" open={!isNarrow()}>
      <summary>{say("legend")}</summary>
      <StatesLegend data={data} filter={filter} now={now} />
      <PeopleLegend filter={filter} people={people} />
      <ClassesLegend data={data} filter={filter} />
      {!isAll(filter) && (
        <button type="button" onClick={() => setQuery({ class: "", state: "", people: "" })}>
          {say("showAll")}
        </button>
      )}
    </details>
  );
}

function StatesLegend({ data, filter, now }: Omit<LegendProps, "people">) {
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

/** For those who may know where people are. */
function PeopleLegend({ filter, people }: Pick<LegendProps, "filter" | "people">) {
  const shown = PEOPLE.filter((kind) => may(MAY_KNOW[kind]) !== undefined);
  if (shown.length === 0) return null;
  return (
    <fieldset>
      <legend>{say("people")}</legend>
      {shown.map((kind) => (
        <label key={kind}>
          <input
            type="checkbox"
            checked={filter.people.has(kind)}
            onChange={() => setQuery({ people: toggled(PEOPLE, filter.people, kind) })}
          />
          <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
            <path d={PERSON_SIGN[kind]} fill={DAY.ink} />
          </svg>
          <span>{say(kind)}</span>
          <b>{sayCount(people.filter((each) => each.kind === kind).length)}</b>
        </label>
      ))}
    </fieldset>
  );
}

const MAY_KNOW = { crew: "crews.locate", inspector: "patrols.read" } as const;
/** As the map draws them. */
const PERSON_SIGN = {
  crew: "M2.5 2.5h11v11h-11z",
  inspector: "M8 15.5 3 8.5a6 6 0 1 1 10 0Z",
} as const;

function ClassesLegend({ data, filter }: Pick<LegendProps, "data" | "filter">) {
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
