/** Sewage plants: load, removal, and outlets against their limits. */
import { sewagePlant } from "../../model/asset-classes/sewage-plant.ts";
import { type Board, board, consoleVariable, severalOf } from "../board.ts";
import { is, isChosen } from "../influxql.ts";
import { UIDS } from "../links.ts";
import { alarmSteps } from "../panels/alarms.ts";
import { caseSteps } from "../panels/cases.ts";
import { plantsWithin } from "../panels/city-shares.ts";
import { flowCurve, loadCurve, PLANT, plantsNow, pollutantPanels } from "../panels/plants.ts";
import { narrowed, shareCurve, shareFigure } from "../panels/shares.ts";
import { STREET } from "../words.ts";

export function plantsBoard(): Board {
  const street = isChosen("street");
  const where = [is("class", sewagePlant.slug), street];
  const within = narrowed(plantsWithin, street);
  return board({
    uid: UIDS.plants,
    title: { zh: "污水处理厂：负荷和去除率", en: "Plants: load and removal" },
    description: {
      zh: "各污水处理厂的负荷率、去除率和排口达标情况。",
      en: "Load, removal and outlets within their limits, of each sewage plant.",
    },
    from: "now-7d",
    variables: [
      severalOf("street", STREET, "plant"),
      severalOf("asset", PLANT, "plant", [street]),
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
