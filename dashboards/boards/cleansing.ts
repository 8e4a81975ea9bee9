/** Bins: emptied daily (日产日清) by street, full ones, and what overflows. */
import { wasteBin } from "../../model/asset-classes/waste-bin.ts";
import { areaVariables, IN_AREA } from "../area.ts";
import { type Board, board, consoleVariable } from "../board.ts";
import { is, isChosen } from "../influxql.ts";
import { UIDS } from "../links.ts";
import { alarmSteps, raisedPerHour } from "../panels/alarms.ts";
import { caseSteps } from "../panels/cases.ts";
import { binsFull, clearedDaily } from "../panels/city-shares.ts";
import { countCurve } from "../panels/counts.ts";
import { narrowed, shareBars, shareCurve, shareFigure, shareTable } from "../panels/shares.ts";
import { STREET } from "../words.ts";

const FITTED = { zh: "装有设备", en: "Fitted" } as const;

export function cleansingBoard(): Board {
  const ofClass = [is("class", wasteBin.slug)];
  const street = isChosen("street");
  const ofStreet = [...ofClass, street];
  const where = [...ofClass, ...IN_AREA];
  const full = narrowed(binsFull, street);
  const cleared = narrowed(clearedDaily, street);
  return board({
    uid: UIDS.cleansing,
    title: { zh: "垃圾清运：日产日清", en: "Bins emptied daily" },
    description: {
      zh: "各街道日产日清率和满溢垃圾桶。",
      en: "By street: bins that are emptied daily, and bins that are full.",
    },
    from: "now-7d",
    variables: [
      ...areaVariables(
        { measurement: "assets", where: ofClass },
        { measurement: "instant", where: ofClass },
      ),
      consoleVariable(),
    ],
    sections: [
      { panels: [shareFigure(cleared, 12), shareFigure(full, 12)] },
      {
        title: { zh: "日产日清", en: "Emptied daily" },
        panels: [
          shareBars(cleared, "street", 12),
          shareCurve(cleared, "street"),
          shareTable(cleared, "street", {
            ...{ by: STREET, whole: FITTED },
            part: { zh: "当日未清运", en: "Not emptied" },
          }),
          countCurve({
            title: { zh: "居民区两日未清运", en: "Not emptied for two days" },
            description: {
              zh: "规则 waste-bin.not-emptied-2d 在报的垃圾桶数（assets）。",
              en: "Bins on which the rule 'waste-bin.not-emptied-2d' stands.",
            },
            ...{ from: "assets", field: "rule_not-emptied-2d", by: "street", where: ofStreet },
          }),
        ],
      },
      {
        title: { zh: "满溢", en: "Full" },
        panels: [
          shareTable(full, "street", {
            ...{ by: STREET, whole: FITTED },
            part: { zh: "满溢", en: "Full" },
          }),
          shareCurve(full, "street"),
          raisedPerHour("rule", where, 24),
          alarmSteps(where),
          caseSteps(where),
        ],
      },
    ],
  });
}
