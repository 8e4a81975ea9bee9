/** What plants take in, let out and remove (`plant`, every five minutes), and their limits. */
import type { Measurement } from "../../model/asset-class.ts";
import { sewagePlant } from "../../model/asset-classes/sewage-plant.ts";
import { IN_AREA } from "../area.ts";
import { EACH_INTERVAL, IN_TIME, isChosen, of, type Query } from "../influxql.ts";
import { BAD, type Column, curves, type Panel, table } from "../panel.ts";
import { COUNT, GRAFANA_UNITS, SHARE, unitOf } from "../units.ts";
import { TIME } from "../words.ts";
import { linesOf, ruleLimits } from "./limits.ts";

/** Two counts of five minutes lie within. */
const NOW = "11m";
export const PLANT = { zh: "污水处理厂", en: "Plant" } as const;
const FLOW = { zh: "流量", en: "Flow" } as const;
const LOAD = { zh: "运行负荷率", en: "Load" } as const;
const CHOSEN = [isChosen("asset"), ...IN_AREA];

/** Concentrations that an outlet is held to. */
export const POLLUTANTS: readonly Measurement[] = sewagePlant.measurements.filter(
  (each) => each.unit === "mg/L" && outletLimits(each).length > 0,
);

function outletLimits(measurement: Measurement) {
  return ruleLimits(sewagePlant, measurement).filter(
    ({ rule }) => rule.attributes?.point === "outlet",
  );
}

const through = (field: string, alias: string): Query => ({
  selection: {
    select: [of("mean", field)],
    ...{ from: "plant", where: [...CHOSEN, IN_TIME] },
    ...{ groupBy: [EACH_INTERVAL, "asset"], fill: "none" },
  },
  ...{ format: "time_series", alias },
});

export function plantsNow(): Panel {
  const fields = ["outlets", "within", "flow", "load"];
  const removed = POLLUTANTS.map((each): [string, Column] => [
    `${each.name}_removed`,
    {
      title: { zh: `${each.title.zh}去除率`, en: `${each.title.en} removed` },
      ...{ unit: SHARE, decimals: 1 },
    },
  ]);
  return table({
    title: { zh: "各厂现状", en: "Plants now" },
    description: {
      zh: "各厂排口数、达标排口数、流量、负荷率和去除率（plant，每5分钟一次）；负荷率超过100 %为红色。",
      en: "Outlets and those within their limits, flow, load and removal of each plant; a load above 100 % is red.",
    },
    ...{ unit: COUNT, within: NOW },
    queries: [
      {
        selection: {
          select: [...fields, ...removed.map(([field]) => field)].map((field) => of("last", field)),
          ...{ from: "plant", where: [...CHOSEN, IN_TIME], groupBy: ["asset", "street"] },
        },
        format: "table",
      },
    ],
    columns: {
      Time: { title: TIME, isHidden: true },
      asset: { title: PLANT },
      street: { title: { zh: "街道", en: "Street" } },
      outlets: { title: { zh: "排口", en: "Outlets" }, decimals: 0 },
      within: { title: { zh: "达标排口", en: "Within limits" }, decimals: 0 },
      flow: { title: FLOW, unit: GRAFANA_UNITS["m³/h"] ?? COUNT, decimals: 1 },
      load: { title: LOAD, unit: SHARE, decimals: 0, limits: [{ value: 1, color: BAD }] },
      ...Object.fromEntries(removed),
    },
  });
}

export function loadCurve(): Panel {
  return curves({
    title: LOAD,
    description: {
      zh: "流量与设计流量（部件属性 designM3h）之比。",
      en: "Flow, of what the plant is designed for (attribute 'designM3h' of its points).",
    },
    ...{ unit: SHARE, decimals: 0, interval: "5m", limits: [{ value: 1, color: BAD }] },
    queries: [through("load", "$tag_asset")],
  });
}

export function flowCurve(): Panel {
  return curves({
    title: FLOW,
    description: {
      zh: "出水流量，没有出水流量计的为进水流量。",
      en: "Flow of the outlets, or of the inlets where no outlet measures it.",
    },
    ...{ unit: GRAFANA_UNITS["m³/h"] ?? COUNT, decimals: 1, interval: "5m" },
    queries: [through("flow", "$tag_asset")],
  });
}

/** For each pollutant what is removed, and what comes out beside what goes in. */
export const pollutantPanels = (): Panel[] =>
  POLLUTANTS.flatMap((pollutant) => [removalCurve(pollutant), concentrationCurve(pollutant)]);

function removalCurve({ name: pollutant, title }: Measurement): Panel {
  return curves({
    title: { zh: `${title.zh}去除率`, en: `${title.en} removed` },
    description: {
      zh: "1 减出水与进水浓度之比，按厂。",
      en: "1 less the concentration of the outlets by that of the inlets, by plant.",
    },
    ...{ unit: SHARE, decimals: 1, max: 1, interval: "5m" },
    queries: [through(`${pollutant}_removed`, "$tag_asset")],
  });
}

function concentrationCurve(pollutant: Measurement): Panel {
  const { title } = pollutant;
  return curves({
    title: { zh: `${title.zh}，进水和出水`, en: `${title.en}, in and out` },
    description: {
      zh: "各厂进水（虚线）和出水浓度，横线为排放限值。",
      en: "Concentration of inlets (dashed) and outlets of each plant; the line is the discharge limit.",
    },
    ...{ unit: unitOf(pollutant), decimals: pollutant.decimals, interval: "5m", faint: ["B"] },
    limits: linesOf(outletLimits(pollutant)),
    queries: [
      through(`${pollutant.name}_out`, "$tag_asset"),
      through(`${pollutant.name}_in`, "$tag_asset"),
    ],
  });
}
