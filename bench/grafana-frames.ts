/**
 * What panels get of InfluxDB's answer, as Grafana's server shapes it: grafana/grafana,
 * pkg/tsdb/influxdb/influxql/buffered/response_parser.go; names by util/util.go, `FormatFrameName`. A table is
 * one frame: the time, the tags, the columns. A time series is a frame for each series and column. Pure.
 */
export interface Answered {
  name: string;
  tags: Readonly<Record<string, string>>;
  columns: readonly string[];
  values: readonly (readonly (number | string | null)[])[];
}

/** A column of a table, or a series, by the name that overrides and legends know it by. */
export interface Field {
  name: string;
  tags: Readonly<Record<string, string>>;
  values: readonly (number | string | null)[];
}

export interface Shape {
  format: "time_series" | "table";
  alias?: string | undefined;
}

export function fieldsOf(answer: readonly Answered[], { format, alias }: Shape): Field[] {
  return format === "table"
    ? columnsOf(answer)
    : answer.flatMap((series) => seriesOf(series, alias));
}

/** Tags and columns are those of the first series; the rows are of all. */
function columnsOf(answer: readonly Answered[]): Field[] {
  const [first] = answer;
  if (first === undefined) return [];
  const column = (name: string, place: number): Field => ({
    ...{ name, tags: {} },
    values: answer.flatMap(({ values }) => values.map((row) => row[place] ?? null)),
  });
  const [time = "", ...others] = first.columns;
  const tags = Object.keys(first.tags).map((tag) => ({
    ...{ name: tag, tags: {} },
    values: answer.flatMap((series) => series.values.map(() => series.tags[tag] ?? "")),
  }));
  return [
    column(time === "time" ? "Time" : time, 0),
    ...tags,
    ...others.map((name, n) => column(name, n + 1)),
  ];
}

function seriesOf(series: Answered, alias: string | undefined): Field[] {
  const { name, tags, columns, values } = series;
  return columns.flatMap((column, place) =>
    column === "time"
      ? []
      : [
          {
            ...{ name: aliasOf(alias, { name, tags, column }), tags },
            values: values.map((row) => row[place] ?? null),
          },
        ],
  );
}

/** Of what it does not know an alias says its own text. */
function aliasOf(
  alias: string | undefined,
  { name, tags, column }: { name: string; tags: Readonly<Record<string, string>>; column: string },
): string {
  if (alias === undefined || alias === "") {
    const of = Object.entries(tags).map(([tag, value]) => `${tag}: ${value}`);
    return `${name}.${column}${of.length === 0 ? "" : ` { ${of.join(", ")} }`}`;
  }
  return alias.replace(/\$(\w+)|\[\[([\s\S]+?)\]\]/g, (whole, plain, bracketed) => {
    const asked: string = plain ?? bracketed;
    if (asked === "m" || asked === "measurement") return name;
    if (asked === "col") return column;
    if (!asked.startsWith("tag_")) return whole;
    return tags[asked.slice("tag_".length)] ?? whole;
  });
}
