/** Devices one by one: what came of what was expected, batteries and radio. Readings and their roll-ups. */
import type { AssetClass } from "../../model/asset-class.ts";
import { sewagePlant } from "../../model/asset-classes/sewage-plant.ts";
import { DAY_MS } from "../../model/clock.ts";
import {
  as,
  EACH_SERIES,
  each,
  IN_TIME,
  is,
  NOT_BAD,
  name,
  of,
  type Selection,
} from "../influxql.ts";
import { assetInRowOf, assetOfRow } from "../links.ts";
import { BAD, type Column, type Panel, type Title, table } from "../panel.ts";
import { COUNT, DAYS, GRAFANA_UNITS, SHARE } from "../units.ts";
import { ASSET, CLASS, DEVICE, TIME } from "../words.ts";
import { POLLUTANTS } from "./plants.ts";

/** So many devices a table holds; streets and classes at the top make them fewer. */
const DEVICES_MAX = 500;
/** Two counts of five minutes lie within. */
const COUNTED_NOW = "11m";
/** A roll-up of a day is there when the day is over. */
const WEEK = "7d";
const MONTH = "30d";
const MONTH_DAYS = 30;
const RECEIVED_TARGET = 0.95;
const HOURS_A_DAY = 24;

const BY_DEVICE = ["device", "asset", "class"] as const;
const WHO: Readonly<Record<string, Column>> = {
  device: { title: DEVICE },
  asset: { title: ASSET, link: assetOfRow },
  class: { title: CLASS },
};
const red = (below: number, unit: string, title: Title, decimals = 0): Column => ({
  ...{ title, unit, decimals, base: BAD },
  limits: [{ value: below, color: "transparent" }],
});

/** Messages of each device and day, of those that its class's report period makes. */
export function receivedShare(assetClass: AssetClass, where: readonly string[]): Panel {
  const { slug, title, reportPeriodMs } = assetClass;
  const expected = DAY_MS / reportPeriodMs;
  return table({
    title: {
      zh: `每日应收与实收：${title.zh}`,
      en: `Expected and received each day: ${title.en}`,
    },
    description: {
      zh: `每台设备每日实收数据点数；应收${expected}（上报周期${reportPeriodMs / 60_000}分钟），不足95 %为红色；当天未完。最多${DEVICES_MAX}台。读取原始数据，请先选街道。`,
      en: `Points of each device and day; ${expected} are expected (a report in ${reportPeriodMs / 60_000} minutes), less than 95 % is red; today is not over. At most ${DEVICES_MAX} devices. Reads raw readings: choose a street first.`,
    },
    ...{ unit: COUNT, width: 12 },
    queries: [
      {
        selection: {
          select: [
            of("count", "received"),
            as(`count(${name("received")}) / ${expected}`, "share"),
          ],
          from: "instant",
          where: [is("class", slug), ...where, IN_TIME],
          groupBy: [each("1d"), "device", "asset"],
          ...{ fill: "0", seriesMax: DEVICES_MAX },
        },
        format: "table",
      },
    ],
    columns: {
      Time: { title: TIME },
      device: { title: DEVICE },
      asset: { title: ASSET, link: assetInRowOf(slug) },
      received: { title: { zh: "实收", en: "Received" }, decimals: 0 },
      share: red(RECEIVED_TARGET, SHARE, { zh: "实收/应收", en: "Of expected" }, 1),
    },
  });
}

/** HJ 212: hours that came (传输率), and hours that came and are valid (传输率 × 有效率), of 24. */
export function transmission(kind: "transmitted" | "valid", where: readonly string[]): Panel {
  const isValid = kind === "valid";
  return table({
    title: isValid
      ? { zh: "HJ 212 传输有效率（传输率×有效率）", en: "HJ 212 transmission × validity" }
      : { zh: "HJ 212 传输率", en: "HJ 212 transmission" },
    description: isValid
      ? {
          zh: "每台数采仪每日收到且有效（标记不为 F M S C D B）的小时值占24的比例，按因子；不足95 %为红色。",
          en: "Hourly values of each logger, day and factor that came and are valid (none of the flags F M S C D B), of 24; below 95 % is red.",
        }
      : {
          zh: "每台数采仪每日收到的小时值占24的比例，按因子；不足95 %为红色。",
          en: "Hourly values of each logger, day and factor that came, of 24; below 95 % is red.",
        },
    ...{ unit: SHARE, width: 12 },
    queries: [
      {
        selection: {
          select: POLLUTANTS.map(({ name: factor }) =>
            as(`count(${name(factor)}) / ${HOURS_A_DAY}`, factor),
          ),
          from: "hour",
          where: [is("class", sewagePlant.slug), ...where, ...(isValid ? [NOT_BAD] : []), IN_TIME],
          groupBy: [each("1d"), "device", "asset"],
          ...{ fill: "0", seriesMax: DEVICES_MAX },
        },
        format: "table",
      },
    ],
    columns: {
      Time: { title: TIME },
      device: { title: DEVICE },
      asset: { title: ASSET, link: assetInRowOf(sewagePlant.slug) },
      ...Object.fromEntries(
        POLLUTANTS.map(({ name: factor, title }) => [
          factor,
          red(RECEIVED_TARGET, SHARE, title, 0),
        ]),
      ),
    },
  });
}

/** By the line through the first and the last day of a month: a battery that was changed has none. */
export function batteries(where: readonly string[]): Panel {
  const days: Title = { zh: "预计剩余", en: "Days left" };
  const lost = `(${name("before")} - ${name("batteryPercent")})`;
  const ends: Selection = {
    select: [of("first", "batteryPercent", "before"), of("last", "batteryPercent")],
    ...{ from: "rolled_day", where: [...where, IN_TIME], groupBy: [...BY_DEVICE] },
  };
  return table({
    title: { zh: "电池预计耗尽", en: "Batteries by their end" },
    description: {
      zh: `按${MONTH_DAYS}天内电量下降推算的剩余天数（rolled_day），60天内为红色；电量没有下降的不列。`,
      en: `Days left by what the battery lost in ${MONTH_DAYS} days (roll-ups of days), red below 60; what lost nothing is not listed.`,
    },
    ...{ unit: COUNT, width: 12, within: MONTH },
    queries: [
      {
        selection: {
          select: [
            as(`${name("batteryPercent")} / ${lost} * ${MONTH_DAYS}`, "days"),
            name("batteryPercent"),
            ...BY_DEVICE.map(name),
          ],
          from: ends,
          where: [`${lost} > 0`],
        },
        format: "table",
      },
    ],
    columns: {
      Time: { title: TIME, isHidden: true },
      ...WHO,
      days: red(2 * MONTH_DAYS, DAYS, days),
      batteryPercent: red(20, GRAFANA_UNITS["%"] ?? COUNT, { zh: "电量", en: "Battery" }),
    },
    ...{ sortBy: days, isAscending: true },
  });
}

/** As they are registered: those within thirty days, and those that are past. */
export function calibrations(where: readonly string[]): Panel {
  const fields = ["calibrationDue", "calibrationOverdue"];
  const overdue: Title = { zh: "已超期", en: "Overdue" };
  return table({
    title: { zh: "校准到期", en: "Calibration due" },
    description: {
      zh: "30天内应校准和校准已超期的设备数，按类别（fleet，每5分钟一次）；有超期的为红色。",
      en: "Devices whose calibration is due within 30 days, and overdue, by class; red where one is overdue.",
    },
    ...{ unit: COUNT, decimals: 0, width: 12, within: COUNTED_NOW },
    queries: [
      {
        selection: {
          select: fields.map((field) => of("sum", field)),
          from: {
            select: fields.map((field) => of("last", field)),
            ...{ from: "fleet", where: [...where, IN_TIME], groupBy: [EACH_SERIES] },
          },
          groupBy: ["class"],
        },
        format: "table",
      },
    ],
    columns: {
      Time: { title: TIME, isHidden: true },
      class: { title: CLASS },
      calibrationDue: { title: { zh: "30天内", en: "Within 30 days" } },
      calibrationOverdue: { title: overdue, limits: [{ value: 1, color: BAD }] },
    },
    sortBy: overdue,
  });
}

export function radio(where: readonly string[]): Panel {
  const rssi: Title = { zh: "RSSI", en: "RSSI" };
  return table({
    title: { zh: "无线质量", en: "Radio quality" },
    description: {
      zh: `最近7天各设备 RSSI、SNR、RSRP 均值（rolled_day），弱的为红色；最多${DEVICES_MAX}台。`,
      en: `Mean RSSI, SNR and RSRP of each device in 7 days (roll-ups of days), weak ones red; at most ${DEVICES_MAX} devices.`,
    },
    ...{ unit: COUNT, width: 12, within: WEEK },
    queries: [
      {
        selection: {
          select: ["rssiDbm", "snrDb", "rsrpDbm"].map((field) => of("mean", field)),
          from: "rolled_day",
          where: [...where, IN_TIME],
          ...{ groupBy: [...BY_DEVICE], seriesMax: DEVICES_MAX },
        },
        format: "table",
      },
    ],
    columns: {
      Time: { title: TIME, isHidden: true },
      ...WHO,
      rssiDbm: red(-115, GRAFANA_UNITS.dBm ?? COUNT, rssi),
      snrDb: red(-10, GRAFANA_UNITS.dB ?? COUNT, { zh: "SNR", en: "SNR" }, 1),
      rsrpDbm: red(-115, GRAFANA_UNITS.dBm ?? COUNT, { zh: "RSRP", en: "RSRP" }),
    },
    ...{ sortBy: rssi, isAscending: true },
  });
}
