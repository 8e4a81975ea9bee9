/** Counts of every five minutes, added up over what they were counted by. */
import { EACH_INTERVAL, EACH_SERIES, IN_TIME, of } from "../influxql.ts";
import { bars, curves, type Panel, type Title } from "../panel.ts";
import { COUNT } from "../units.ts";

interface Count {
  title: Title;
  description: Title;
  from: string;
  field: string;
  by: string;
  where: readonly string[];
}

/** Two counts of five minutes lie within. */
const NOW = "11m";

/** The newest. */
export function countBars({ title, description, from, field, by, where }: Count): Panel {
  return bars({
    ...{ title, description, width: 12, within: NOW },
    ...{ unit: COUNT, decimals: 0 },
    queries: [
      {
        selection: {
          select: [of("sum", field)],
          from: {
            select: [of("last", field)],
            ...{ from, where: [...where, IN_TIME], groupBy: [EACH_SERIES] },
          },
          groupBy: [by],
        },
        ...{ format: "time_series", alias: `$tag_${by}` },
      },
    ],
  });
}

/** The newest of each interval. */
export function countCurve({ title, description, from, field, by, where }: Count): Panel {
  return curves({
    ...{ title, description, width: 12 },
    ...{ unit: COUNT, decimals: 0, interval: "5m" },
    queries: [
      {
        selection: {
          select: [of("sum", field)],
          from: {
            select: [of("last", field)],
            ...{ from, where: [...where, IN_TIME], groupBy: [EACH_INTERVAL, EACH_SERIES] },
            fill: "none",
          },
          ...{ where: [IN_TIME], groupBy: [EACH_INTERVAL, by], fill: "none" },
        },
        ...{ format: "time_series", alias: `$tag_${by}` },
      },
    ],
  });
}
