/** The platform's own figures (`platform`, every 15 seconds). */
import { as, EACH_INTERVAL, IN_TIME, name, of } from "../influxql.ts";
import { type Column, curves, figure, type Limit, type Panel, type Title } from "../panel.ts";

const NOW = "1m";
/** How often they are written. */
const EVERY = "15s";
const EVERY_SECONDS = 15;

interface Figures {
  title: Title;
  description: Title;
  unit: string;
  /** Fields with their names. */
  fields: Readonly<Record<string, Title>>;
  width?: number;
  decimals?: number;
}

const columnsOf = (fields: Figures["fields"]): Record<string, Column> =>
  Object.fromEntries(Object.entries(fields).map(([field, title]) => [field, { title }]));

function through(figures: Figures, select: readonly string[], interval = EVERY): Panel {
  const { fields, ...look } = figures;
  return curves({
    ...{ ...look, interval, columns: columnsOf(fields) },
    queries: [
      {
        selection: {
          ...{ select, from: "platform", where: [IN_TIME] },
          ...{ groupBy: [EACH_INTERVAL], fill: "none" },
        },
        ...{ format: "time_series", alias: "$col" },
      },
    ],
  });
}

export const levels = (figures: Figures): Panel =>
  through(
    figures,
    Object.keys(figures.fields).map((field) => of("max", field)),
  );

/** Of sums that only rise; a restart begins them again. */
export const ratesOf = (figures: Figures): Panel =>
  through(
    figures,
    Object.keys(figures.fields).map((field) =>
      as(`non_negative_derivative(max(${name(field)}), 1s)`, field),
    ),
    "1m",
  );

/** Of counts since the one before. */
export const perSecond = (figures: Figures): Panel =>
  through(
    figures,
    Object.keys(figures.fields).map((field) =>
      as(`mean(${name(field)}) / ${EVERY_SECONDS}`, field),
    ),
  );

export function newest(
  field: string,
  look: Omit<Figures, "fields"> & { limits?: readonly Limit[]; base?: string },
): Panel {
  return figure({
    ...{ ...look, within: NOW },
    queries: [
      {
        selection: { select: [of("last", field)], from: "platform", where: [IN_TIME] },
        ...{ format: "time_series", alias: field },
      },
    ],
  });
}
