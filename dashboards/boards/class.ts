/** A board for each asset class, made of its declaration: a measurement more is a panel more here. */
import type { AssetClass } from "../../model/asset-class.ts";
import { dangerMarks } from "../annotations.ts";
import { areaVariables, IN_AREA } from "../area.ts";
import { type Board, board, CLASS_TAG, consoleVariable, oneOfThese, severalOf } from "../board.ts";
import { is, isChosen } from "../influxql.ts";
import { classUid } from "../links.ts";
import { alarmSteps, raisedPerHour, standing, standingBySeverity } from "../panels/alarms.ts";
import { caseFigure, caseSteps, openBy } from "../panels/cases.ts";
import { measurementPanels, newestValues, sharedPanels } from "../panels/measurements.ts";
import { qualityFaults, qualityShare } from "../panels/quality.ts";
import { ASSET, PERIOD } from "../words.ts";

/** They have a mean with least and most; the first is what a board begins with. */
const ROLLED_HOUR = "rolled_hour";
const ROLLED = ["rolled_5m", ROLLED_HOUR, "rolled_day"];
const PERIODS = ["hour", "day", "minute"];

/** Is it the devices themselves who say hours and days, and are its rules about those? */
export const reportsPeriods = ({ rules }: AssetClass): boolean =>
  rules.some(({ condition }) => "period" in condition && condition.period === "hour");

const hasDangers = ({ rules, conditions }: AssetClass): boolean =>
  [...rules, ...conditions].some(({ lifeSafety }) => lifeSafety);

export function classBoard(assetClass: AssetClass): Board {
  const { slug, title } = assetClass;
  const ofClass = [is("class", slug)];
  const inArea = [...ofClass, ...IN_AREA];
  const where = [...inArea, isChosen("asset")];
  const periods = reportsPeriods(assetClass) ? [...PERIODS, ...ROLLED] : [...ROLLED, ...PERIODS];
  return board({
    uid: classUid(slug),
    title,
    description: {
      zh: `${title.zh}的报警、案卷和各项测量；虚线为默认规则的限值。`,
      en: `Alarms, cases and every measurement of the class '${slug}'; dashed lines are limits of its default rules.`,
    },
    tag: CLASS_TAG,
    variables: [
      ...areaVariables(
        { measurement: "fleet", where: ofClass },
        { measurement: "instant", where: ofClass },
      ),
      severalOf("asset", ASSET, "instant", inArea),
      oneOfThese("period", PERIOD, periods),
      consoleVariable(),
    ],
    annotations: hasDangers(assetClass) ? [dangerMarks(inArea)] : [],
    sections: [
      {
        panels: [
          standing(ofClass),
          caseFigure("open", ofClass),
          caseFigure("overdue", ofClass),
          caseFigure("life_safety", ofClass),
        ],
      },
      {
        title: { zh: "测量", en: "Measurements" },
        panels: [
          newestValues({ assetClass, where }),
          ...measurementPanels({ assetClass, where, period: "$period", interval: "5m" }),
        ],
      },
      {
        title: { zh: "报警和案卷", en: "Alarms and cases" },
        panels: [
          standingBySeverity(ofClass),
          openBy("state", ofClass),
          openBy("unit", ofClass),
          raisedPerHour("rule", inArea),
          raisedPerHour("street", inArea),
          alarmSteps(where),
          caseSteps(where),
        ],
      },
      {
        title: { zh: "电池、无线和数据质量", en: "Battery, radio and quality of data" },
        isFolded: true,
        panels: [
          ...sharedPanels({ assetClass, where, period: ROLLED_HOUR, interval: "1h" }),
          qualityShare(where),
          qualityFaults(where),
        ],
      },
    ],
  });
}
