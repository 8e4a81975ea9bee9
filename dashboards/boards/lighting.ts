/** Lamps: how many burn of those that should (亮灯率), how many have a controller (装灯率), and what burns by day. */
import { streetlight } from "../../model/asset-classes/streetlight.ts";
import { areaVariables, IN_AREA } from "../area.ts";
import { type Board, board, consoleVariable } from "../board.ts";
import { is, isChosen } from "../influxql.ts";
import { UIDS } from "../links.ts";
import { alarmSteps, raisedPerHour } from "../panels/alarms.ts";
import { caseSteps } from "../panels/cases.ts";
import { fittedLamps, lampsHeard, litAll, litOn } from "../panels/city-shares.ts";
import { countCurve } from "../panels/counts.ts";
import { narrowed, shareBars, shareCurve, shareFigure, shareTable } from "../panels/shares.ts";
import { STREET } from "../words.ts";

const LAST_NIGHT = "24h";
const LAMPS = {
  by: STREET,
  part: { zh: "装有设备", en: "Fitted" },
  whole: { zh: "登记", en: "Registered" },
} as const;

export function lightingBoard(): Board {
  const ofClass = [is("class", streetlight.slug)];
  const street = isChosen("street");
  const where = [...ofClass, ...IN_AREA];
  return board({
    uid: UIDS.lighting,
    title: { zh: "照明：亮灯率和装灯率", en: "Lighting and fitted rates" },
    description: {
      zh: "亮灯率按道路和街道，目标主干道98 %、次干道和支路96 %；装灯率；白天亮灯。",
      en: "Lighting rate by road and street, target 98 % on trunk roads and 96 % on others; fitted rate; lamps lit by day.",
    },
    from: "now-7d",
    variables: [
      ...areaVariables({ measurement: "lighting" }, { measurement: "instant", where: ofClass }),
      consoleVariable(),
    ],
    sections: [
      {
        panels: [
          ...(["trunk", "other"] as const).map((road) =>
            shareFigure(narrowed(litOn(road), street), 6, LAST_NIGHT),
          ),
          shareFigure(narrowed(lampsHeard, street), 6, LAST_NIGHT),
          shareFigure(narrowed(fittedLamps, street), 6),
        ],
      },
      {
        title: { zh: "亮灯率", en: "Lighting rate" },
        panels: [
          shareCurve(narrowed(litAll, street), "road"),
          shareCurve(narrowed(litAll, street), "street"),
          shareBars(narrowed(litAll, street), "street", 12, LAST_NIGHT),
          shareCurve(narrowed(lampsHeard, street), "street"),
          countCurve({
            title: { zh: "白天亮灯", en: "Lit by day" },
            description: {
              zh: "按计划应熄而亮着的路灯数（lighting，每5分钟一次）。",
              en: "Lamps that burn though their plan wants them dark.",
            },
            ...{ from: "lighting", field: "lit_by_day", by: "street", where: [street] },
          }),
          shareTable(narrowed(fittedLamps, street), "street", LAMPS),
        ],
      },
      {
        title: { zh: "报警和案卷", en: "Alarms and cases" },
        panels: [raisedPerHour("rule", where, 24), alarmSteps(where), caseSteps(where)],
      },
    ],
  });
}
