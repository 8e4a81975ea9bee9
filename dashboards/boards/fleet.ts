/** Devices: are they heard, does all come that is expected, and what wants a hand soon. */
import { ASSET_CLASSES } from "../../model/asset-classes/all.ts";
import { areaVariables, IN_AREA } from "../area.ts";
import { type Board, board, severalOf } from "../board.ts";
import { isChosen } from "../influxql.ts";
import { UIDS } from "../links.ts";
import { online } from "../panels/city-shares.ts";
import { countBars } from "../panels/counts.ts";
import { batteries, calibrations, radio, receivedShare, transmission } from "../panels/devices.ts";
import { qualityFaults } from "../panels/quality.ts";
import { narrowed, shareBars, shareCurve, shareFigure, shareTable } from "../panels/shares.ts";
import { CLASS, GATEWAY } from "../words.ts";

const DEVICES = {
  part: { zh: "在线", en: "Online" },
  whole: { zh: "设备", en: "Devices" },
} as const;

/** What a device says of its time is usually so late, while its readings come at their pace. */
const slowClocks = (by: string, where: readonly string[]) =>
  countBars({
    title:
      by === "class"
        ? { zh: "慢时钟设备（按类别）", en: "Slow clocks by class" }
        : { zh: "慢时钟设备（按网关）", en: "Slow clocks by gateway" },
    description: {
      zh: "时钟通常慢一分钟及以上的设备数（fleet，每5分钟一次）。",
      en: "Devices whose clock is usually a minute or more behind.",
    },
    ...{ from: "fleet", field: "slowClocks", by, where },
  });

export function fleetBoard(): Board {
  const ofClass = [isChosen("class")];
  const where = [...ofClass, isChosen("street")];
  const inArea = [...ofClass, ...IN_AREA];
  const chosen = narrowed(online, ...where, isChosen("gateway"));
  return board({
    uid: UIDS.fleet,
    title: { zh: "设备", en: "Fleet" },
    description: {
      zh: "设备在线率（目标95 %）按类别、街道、网关、协议和供电；应收与实收；HJ 212 传输有效率；电池和无线质量。",
      en: "Devices online (target 95 %) by class, street, gateway, format and supply; expected and received; HJ 212 transmission and validity; batteries and radio.",
    },
    from: "now-24h",
    variables: [
      severalOf("class", CLASS, "fleet"),
      ...areaVariables({ measurement: "fleet" }, { measurement: "instant", where: ofClass }),
      severalOf("gateway", GATEWAY, "fleet", where),
    ],
    sections: [
      {
        panels: [
          shareFigure(chosen, 6),
          shareCurve(chosen, "class", 18),
          shareBars(chosen, "class"),
          shareBars(chosen, "street"),
          shareBars(chosen, "format", 4),
          shareBars(chosen, "transport", 4),
          shareBars(chosen, "vendor"),
          shareBars(chosen, "model"),
          shareBars(chosen, "firmware"),
          shareTable(chosen, "gateway", { by: GATEWAY, ...DEVICES }),
          countBars({
            title: { zh: "在用设备", en: "Devices in service" },
            description: {
              zh: "在用的设备数，按类别（fleet，每5分钟一次）。",
              en: "Devices in service, by class.",
            },
            ...{ from: "fleet", field: "devices", by: "class", where },
          }),
          countBars({
            title: { zh: "未在用设备", en: "Devices not in service" },
            description: {
              zh: "库存、已安装未启用和维护中的设备数，按类别（fleet，每5分钟一次）；报废的不计。",
              en: "Devices in stock, installed or worked on, by class; retired ones are not counted.",
            },
            ...{ from: "fleet", field: "notInService", by: "class", where },
          }),
          slowClocks("class", where),
          slowClocks("gateway", where),
          calibrations(where),
        ],
      },
      {
        title: { zh: "电池和无线", en: "Batteries and radio" },
        panels: [batteries(inArea), radio(inArea)],
      },
      {
        title: { zh: "HJ 212 传输和有效", en: "HJ 212 transmission and validity" },
        isFolded: true,
        panels: [transmission("transmitted", IN_AREA), transmission("valid", IN_AREA)],
      },
      {
        title: { zh: "应收与实收", en: "Expected and received" },
        isFolded: true,
        panels: [
          ...ASSET_CLASSES.map((assetClass) => receivedShare(assetClass, IN_AREA)),
          qualityFaults(inArea),
        ],
      },
    ],
  });
}
