/** How much the alarms ask of people, and which rules ask for nothing. */
import { areaVariables, IN_AREA } from "../area.ts";
import { type Board, board, severalOf } from "../board.ts";
import { isChosen } from "../influxql.ts";
import { UIDS } from "../links.ts";
import {
  alarmSteps,
  noisiest,
  precisions,
  raisedPerHour,
  standing,
  standingByClass,
  standingBySeverity,
  standingCurve,
} from "../panels/alarms.ts";
import { CLASS } from "../words.ts";

export function alarmsBoard(): Board {
  const ofClass = [isChosen("class")];
  const where = [...ofClass, ...IN_AREA];
  return board({
    uid: UIDS.alarms,
    title: { zh: "报警负荷和规则准确率", en: "Alarm load and rule precision" },
    description: {
      zh: "在报、新增的报警，报警最多的规则和部件，以及现场核实的规则准确率。",
      en: "Alarms that stand and that are raised, the rules and assets that raise most, and what crews found of them.",
    },
    variables: [
      severalOf("class", CLASS, "fleet"),
      ...areaVariables(
        { measurement: "fleet", where: ofClass },
        { measurement: "instant", where: ofClass },
      ),
    ],
    sections: [
      {
        panels: [
          standing(ofClass),
          standingBySeverity(ofClass, 10),
          standingByClass(ofClass, 10),
          standingCurve("class", ofClass),
          standingCurve("severity", ofClass),
        ],
      },
      {
        title: { zh: "新增", en: "Raised" },
        panels: [
          raisedPerHour("class", where),
          raisedPerHour("severity", where),
          raisedPerHour("rule", where),
          raisedPerHour("street", where),
          noisiest("rule", where),
          noisiest("asset", where),
          noisiest("grid", where),
          precisions(),
          alarmSteps(where),
        ],
      },
    ],
  });
}
