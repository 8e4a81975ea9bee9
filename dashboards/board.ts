/**
 * A board: its panels in rows from left to right, its variables, and the way to the other boards.
 * Every board has the tag `gridwarden` and that of its kind, by which the lists at the top of each find it.
 */
import * as grafana from "@grafana/grafana-foundation-sdk/dashboard";
import { DATA_SOURCE, dataquery, type Selection, tagValues, textOf } from "./influxql.ts";
import { CONSOLE, CONSOLE_ADDRESS } from "./links.ts";
import { type Panel, type Title, titleOf } from "./panel.ts";

export type Board = grafana.Dashboard;
const TAG = "gridwarden";
/** Boards of the whole city, of one asset class, and of one asset; the latter are reached from rows. */
const CITY_TAG = "gridwarden-city";
export const CLASS_TAG = "gridwarden-class";
export const ASSET_TAG = "gridwarden-asset";
const COLUMNS = 24;

export interface Section {
  /** Absent: the panels stand without a headline. */
  title?: Title;
  /** Closed at first: its queries run when somebody opens it. */
  isFolded?: boolean;
  panels: readonly Panel[];
}

export interface Annotation {
  title: Title;
  color: string;
  selection: Selection;
  /** Columns that its bubble shows. */
  text: string;
  tags: string;
}

export interface BoardSpec {
  uid: string;
  title: Title;
  description: Title;
  tag?: string;
  from?: string;
  refresh?: string;
  sections: readonly Section[];
  variables?: readonly VariableBuilder[];
  annotations?: readonly Annotation[];
  /** Links out of Grafana. */
  links?: readonly { title: Title; url: string }[];
}

export type VariableBuilder = { build(): grafana.VariableModel };

export function board(spec: BoardSpec): Board {
  const { uid, title, description, tag = CITY_TAG, from = "now-24h", refresh = "1m" } = spec;
  const builder = new grafana.DashboardBuilder(titleOf(title))
    .uid(uid)
    .description(`${description.zh}\n\n${description.en}`)
    .tags([TAG, tag])
    .timezone("browser")
    .time({ from, to: "now" })
    .refresh(refresh)
    .readonly()
    .tooltip(grafana.DashboardCursorSync.Crosshair)
    .variables([...(spec.variables ?? [])])
    .annotations((spec.annotations ?? []).map(annotationOf))
    .links([
      boardsByTag({ zh: "看板", en: "Boards" }, CITY_TAG),
      boardsByTag({ zh: "各类部件", en: "Classes" }, CLASS_TAG),
      ...(spec.links ?? []).map(linkOut),
    ]);
  const { links = [], annotations, ...built } = builder.build();
  return {
    ...built,
    links: links.map(inSight),
    annotations: { list: (annotations?.list ?? []).map(inSight) },
    panels: placedPanels(spec.sections),
  };
}

/** The SDK would hide it in a menu. */
function inSight<T extends { placement?: unknown }>({
  placement,
  ...rest
}: T): Omit<T, "placement"> {
  return rest;
}

function boardsByTag(title: Title, tag: string) {
  return new grafana.DashboardLinkBuilder(titleOf(title))
    .type(grafana.DashboardLinkType.Dashboards)
    .tags([tag])
    .asDropdown(true)
    .keepTime(true);
}

function linkOut({ title, url }: { title: Title; url: string }) {
  return new grafana.DashboardLinkBuilder(titleOf(title))
    .type(grafana.DashboardLinkType.Link)
    .icon("external link")
    .url(url)
    .targetBlank(true);
}

function placedPanels(sections: readonly Section[]): (grafana.Panel | grafana.RowPanel)[] {
  const all: (grafana.Panel | grafana.RowPanel)[] = [];
  let id = 0;
  let y = 0;
  for (const { title, isFolded = false, panels } of sections) {
    const row = title === undefined ? undefined : rowOf(title, isFolded, y);
    if (row !== undefined) {
      row.id = ++id;
      y += 1;
      all.push(row);
    }
    const packed = packedBelow(panels, y);
    const built = packed.panels.map((panel) => ({ ...panel.build(), id: ++id }));
    if (isFolded && row !== undefined) row.panels.push(...built);
    else all.push(...built);
    y = packed.end;
  }
  return all;
}

const rowOf = (title: Title, collapsed: boolean, y: number): grafana.RowPanel => ({
  ...{ type: "row", id: 0, title: titleOf(title), collapsed, panels: [] },
  gridPos: { x: 0, y, w: COLUMNS, h: 1 },
});

/** Each as high up as it fits, and of such places the leftmost: a tall panel has small ones beside it. */
function packedBelow(panels: readonly Panel[], top: number): { panels: Panel[]; end: number } {
  const floors = new Array<number>(COLUMNS).fill(top);
  const packed = panels.map((panel) => {
    const { width, height } = panel.size;
    const floorAt = (x: number): number => Math.max(...floors.slice(x, x + width));
    let best = 0;
    for (let x = 1; x + width <= COLUMNS; x += 1) if (floorAt(x) < floorAt(best)) best = x;
    const y = floorAt(best);
    floors.fill(y + height, best, best + width);
    return panel.at(best, y);
  });
  return { panels: packed, end: Math.max(...floors) };
}

/** One or several values of a tag; at first all of them. */
export function severalOf(tag: string, title: Title, measurement: string, where?: string[]) {
  return tagVariable(tag, title, measurement, where)
    .multi(true)
    .includeAll(true)
    .allValue(".*")
    .current({ selected: true, text: ["All"], value: ["$__all"] });
}

/** One value of a tag; at first the first. */
export function oneOf(tag: string, title: Title, measurement: string, where?: string[]) {
  return tagVariable(tag, title, measurement, where).multi(false).includeAll(false);
}

/** One of a few words; at first the first. */
export function oneOfThese(name: string, title: Title, words: readonly string[]) {
  const [first = ""] = words;
  return new grafana.CustomVariableBuilder(name)
    .label(titleOf(title))
    .values(words.join(","))
    .current({ selected: true, text: first, value: first })
    .options(words.map((word) => ({ selected: word === first, text: word, value: word })));
}

export const consoleVariable = () =>
  new grafana.ConstantVariableBuilder(CONSOLE).label("控制台 / Console").value(CONSOLE_ADDRESS);

function tagVariable(tag: string, title: Title, measurement: string, where: string[] = []) {
  const query = tagValues(measurement, tag, where);
  return new grafana.QueryVariableBuilder(tag)
    .label(titleOf(title))
    .datasource(DATA_SOURCE)
    .query(query)
    .definition(query)
    .refresh(grafana.VariableRefresh.OnTimeRangeChanged)
    .sort(grafana.VariableSort.NaturalAsc);
}

function annotationOf({ title, color, selection, text, tags }: Annotation) {
  const target = {
    ...{ refId: "Anno", datasource: DATA_SOURCE, query: textOf(selection), rawQuery: true },
    ...{ resultFormat: "table", fromAnnotations: true, textColumn: text, tagsColumn: tags },
  };
  return new grafana.AnnotationQueryBuilder()
    .name(titleOf(title))
    .datasource(DATA_SOURCE)
    .enable(true)
    .iconColor(color)
    .target(dataquery(target));
}
