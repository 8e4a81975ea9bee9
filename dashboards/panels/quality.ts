/** How good the readings are, and how many come. A point is one message of one device. */
import { EACH_INTERVAL, IN_TIME, of } from "../influxql.ts";
import { curves, type Panel } from "../panel.ts";
import { COUNT } from "../units.ts";

const FIVE_MINUTES = "5m";

export function qualityShare(where: readonly string[]): Panel {
  return curves({
    title: { zh: "数据质量占比", en: "Quality of readings" },
    description: {
      zh: "数据点按质量（好 good、可疑 suspect、无效 bad）的占比。",
      en: "Shares of points by quality: good, suspect, bad.",
    },
    unit: COUNT,
    interval: FIVE_MINUTES,
    stacked: "percent",
    queries: [
      {
        selection: {
          select: [of("count", "received", "points")],
          from: "instant",
          where: [...where, IN_TIME],
          groupBy: [EACH_INTERVAL, "quality"],
          fill: "none",
        },
        format: "time_series",
        alias: "$tag_quality",
      },
    ],
    columns: {
      good: { title: { zh: "好", en: "good" } },
      suspect: { title: { zh: "可疑", en: "suspect" } },
      bad: { title: { zh: "无效", en: "bad" } },
    },
  });
}

/** What is not good, and whose it is. */
export function qualityFaults(where: readonly string[]): Panel {
  return curves({
    title: { zh: "可疑和无效数据点", en: "Suspect and bad points" },
    description: {
      zh: "每个时间段内可疑和无效的数据点数，按部件（最多20个）。",
      en: "Points that are suspect or bad in each interval, by asset, 20 at most.",
    },
    unit: COUNT,
    interval: FIVE_MINUTES,
    as: "bars",
    stacked: "normal",
    queries: [
      {
        selection: {
          select: [of("count", "received", "points")],
          from: "instant",
          where: [...where, `"quality" <> 'good'`, IN_TIME],
          groupBy: [EACH_INTERVAL, "asset"],
          fill: "none",
          seriesMax: 20,
        },
        format: "time_series",
        alias: "$tag_asset",
      },
    ],
  });
}
