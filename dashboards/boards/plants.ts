/** Sewage plants: load, removal, and outlets against their limits. */
import { sewagePlant } from "../../model/asset-classes/sewage-plant.ts";
import { areaVariables, IN_AREA } from "../area.ts";
import { type Board, board, consoleVariable, severalOf } from "../board.ts";
import { is } from "../influxql.ts";
import { UIDS } from "../links.ts";
import { alarmSteps } from "../panels/alarms.ts";
import { caseSteps } from "../panels/cases.ts";
import { plantsWithin } from "../panels/city-shares.ts";
import { flowCurve, loadCurve, PLANT, plantsNow, pollutantPanels } from "../panels/plants.ts";
import { narrowed, shareCurve, shareFigure } from "../panels/shares.ts";

export function plantsBoard(): Board {
  const where = [is("class", sewagePlant.slug), ...IN_AREA];
  const within = narrowed(plantsWithin, ...IN_AREA);
  return board({
    uid: UIDS.plants,
    title: { zh: "污水处理厂：负荷和去除率", en: "Plants: load and removal" },
    description: {
      zh: "各污水处理厂的负荷率、去除率和排口达标情况。",
      en: "Load, removal and outlets within their limits, of each sewage plant.",
    },
    from: "now-7d",
    variables: [
      ...areaVariables({ measurement: "plant" }, { measurement: "plant" }),
      severalOf("asset", PLANT, "plant", IN_AREA),
      consoleVariable(),
    ],
    sections: [
      { panels: [shareFigure(within, 6), shareCurve(within, undefined, 18), plantsNow()] },
      { title: { zh: "负荷", en: "Load" }, panels: [loadCurve(), flowCurve()] },
      { title: { zh: "去除", en: "Removal" }, panels: pollutantPanels() },
      {
        title: { zh: "报警和案卷", en: "Alarms and cases" },
        panels: [alarmSteps(where), caseSteps(where)],
      },
    ],
  });
}
