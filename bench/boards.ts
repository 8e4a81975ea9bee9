/**
 * A board of dashboards/json as what it asks: its variables, and of each panel, also those in folded rows, and
 * each annotation the queries, and the columns, series and tags that its overrides, links and layers go
 * by. Pure; what it cannot read it says.
 */
import type { Shape } from "./grafana-frames.ts";
import { spanMs } from "./grafana-query.ts";

export interface Board {
  uid: string;
  title: string;
  /** How far it looks back when it is opened. */
  spanMs: number;
  variables: Variable[];
  askers: Asker[];
}

export interface Variable {
  name: string;
  isMulti: boolean;
  /** May be all of them at once. */
  hasAll: boolean;
  allValue: string | undefined;
  /** Asks InfluxDB for its values; else they are written there. */
  query: string | undefined;
  values: string[];
}

/** A panel or an annotation. */
export interface Asker {
  title: string;
  kind: "panel" | "annotation";
  targets: Target[];
  /** Other than the board's. */
  spanMs: number | undefined;
  pixels: number;
  leastIntervalMs: number;
  /** Names of columns or series that must be there. */
  fields: string[];
  /** Names of series after a tag's value, of which one must be there at least. */
  someOf: string[];
  /** Tags that each series must have. */
  tags: string[];
}

export interface Target extends Shape {
  refId: string;
  query: string;
}

export interface BoardJson {
  uid: string;
  title: string;
  time: { from: string };
  templating?: { list: VariableJson[] };
  annotations?: { list: { name: string; target?: TargetJson }[] };
  panels: PanelJson[];
}

interface VariableJson {
  type: string;
  name: string;
  multi?: boolean;
  includeAll?: boolean;
  allValue?: string;
  query?: unknown;
}

interface TargetJson {
  refId: string;
  query: string;
  resultFormat?: string;
  alias?: string;
  textColumn?: string;
  tagsColumn?: string;
}

interface PanelJson {
  type: string;
  title: string;
  gridPos: { w: number };
  interval?: string;
  timeFrom?: string;
  maxDataPoints?: number;
  targets?: TargetJson[];
  panels?: PanelJson[];
  transformations?: { id: string }[];
  fieldConfig?: {
    overrides?: { matcher: { id: string; options?: unknown }; properties: Property[] }[];
  };
  options?: {
    layers?: unknown;
    reduceOptions?: { fields?: string };
    sortBy?: { displayName: string }[];
  };
}

interface Property {
  id: string;
  value?: unknown;
}

const PIXELS_A_COLUMN = 60;

export function readBoard({ uid, title, time, panels, ...board }: BoardJson): Board {
  return {
    ...{ uid, title, spanMs: spanMs(time.from.replace(/^now-/, "")) },
    variables: (board.templating?.list ?? []).map(variableOf),
    askers: [
      ...panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]).flatMap(panelOf),
      ...(board.annotations?.list ?? []).flatMap(annotationOf),
    ],
  };
}

function variableOf({ type, name, query, ...variable }: VariableJson): Variable {
  const { multi: isMulti = false, includeAll: hasAll = false, allValue } = variable;
  const read = { name, isMulti, hasAll, allValue: allValue === "" ? undefined : allValue };
  const text = typeof query === "string" ? query : String((query as { query?: string })?.query);
  switch (type) {
    case "query":
      return { ...read, query: text, values: [] };
    case "custom":
    case "interval":
      return { ...read, query: undefined, values: text.split(",").map((each) => each.trim()) };
    case "constant":
    case "textbox":
      return { ...read, query: undefined, values: [text] };
    default:
      throw new Error(`variable '${name}' is of a type that is not known here: '${type}'`);
  }
}

function annotationOf({ name, target }: { name: string; target?: TargetJson }): Asker[] {
  // Grafana's own marks have none.
  if (target?.query === undefined) return [];
  const { textColumn = "", tagsColumn = "" } = target;
  return [
    {
      ...{ title: name, kind: "annotation", targets: [targetOf(target)], spanMs: undefined },
      ...{ pixels: PIXELS_A_COLUMN, leastIntervalMs: 0, someOf: [], tags: [] },
      fields: ["Time", textColumn, ...tagsColumn.split(",")].filter((column) => column !== ""),
    },
  ];
}

function targetOf({ refId, query, resultFormat, alias }: TargetJson): Target {
  const format = resultFormat === "table" ? "table" : "time_series";
  return { refId, query, format, ...(alias === undefined ? {} : { alias }) };
}

function panelOf(panel: PanelJson): Asker[] {
  const { title, gridPos, interval, timeFrom, maxDataPoints } = panel;
  const targets = (panel.targets ?? []).map(targetOf);
  if (targets.length === 0) return [];
  const [transformation] = panel.transformations ?? [];
  if (transformation !== undefined) {
    throw new Error(`panel '${title}' has a transformation not known here: '${transformation.id}'`);
  }
  const named = namesIn(panel, targets);
  // Which values a tag has, the readings say.
  const isByTag = targets.some(({ alias = "" }) => /\$tag_|\[\[tag_/.test(alias));
  const fields = fieldsNamedIn(panel);
  return [
    {
      ...{ title, kind: "panel", targets },
      spanMs: timeFrom === undefined ? undefined : spanMs(timeFrom.replace(/^now-/, "")),
      pixels: maxDataPoints ?? gridPos.w * PIXELS_A_COLUMN,
      leastIntervalMs: interval === undefined ? 0 : spanMs(interval),
      fields: isByTag ? fields : [...new Set([...named, ...fields])],
      someOf: isByTag ? named : [],
      tags: [...JSON.stringify(panel).matchAll(/\$\{__field\.labels\.(\w+)\}/g)].map(
        ([, tag = ""]) => tag,
      ),
    },
  ];
}

/** By which overrides find what they change. */
function namesIn({ title, fieldConfig }: PanelJson, targets: readonly Target[]): string[] {
  return (fieldConfig?.overrides ?? []).flatMap(({ matcher: { id, options } }) => {
    switch (id) {
      case "byName":
        return [String(options)];
      case "byNames":
        return (options as { names: string[] }).names;
      case "byFrameRefID":
        if (targets.some(({ refId }) => refId === options)) return [];
        throw new Error(`panel '${title}' changes query '${options}', which it does not have`);
      default:
        throw new Error(`panel '${title}' has a matcher that is not known here: '${id}'`);
    }
  });
}

/** Which links, layers of a map, a single value and the order of rows go by. */
function fieldsNamedIn(panel: PanelJson): string[] {
  const { fieldConfig, options = {} } = panel;
  const overrides = fieldConfig?.overrides ?? [];
  const titled = (shown: string): string => {
    const found = overrides.find(({ properties }) =>
      properties.some(({ id, value }) => id === "displayName" && value === shown),
    );
    return found === undefined ? shown : String(found.matcher.options);
  };
  const one = /^\/\^?(.*?)\$?\/$/.exec(options.reduceOptions?.fields ?? "")?.[1];
  return [
    ...[...JSON.stringify(panel).matchAll(/\$\{__data\.fields\.(\w+)\}/g)].map(
      ([, field = ""]) => field,
    ),
    ...namedInLayers(options.layers),
    ...(options.sortBy ?? []).map(({ displayName }) => titled(displayName)),
    ...(one === undefined ? [] : [one]),
  ];
}

const LAYER_FIELDS = new Set(["latitude", "longitude", "geohash", "lookup", "field"]);

function namedInLayers(layers: unknown): string[] {
  if (typeof layers !== "object" || layers === null) return [];
  return Object.entries(layers).flatMap(([key, value]) =>
    typeof value === "string"
      ? LAYER_FIELDS.has(key) && value !== ""
        ? [value]
        : []
      : namedInLayers(value),
  );
}
