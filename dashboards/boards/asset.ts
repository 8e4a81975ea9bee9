/** One asset of a class: all that it measures, with its alarms and cases as marks on the curves. */
import type { AssetClass } from "../../model/asset-class.ts";
import { alarmMarks, caseMarks } from "../annotations.ts";
import { ASSET_TAG, type Board, board, consoleVariable, oneOf, oneOfThese } from "../board.ts";
import { is, isChosen } from "../influxql.ts";
import { assetUid } from "../links.ts";
import { alarmSteps } from "../panels/alarms.ts";
import { caseSteps } from "../panels/cases.ts";
import { devicePanels, newestValues, sharedOfDevice } from "../panels/measurements.ts";
import { qualityShare } from "../panels/quality.ts";
import { ASSET, PERIOD } from "../words.ts";
import { reportsPeriods } from "./class.ts";

const PERIODS = ["instant", "minute", "hour", "day", "rolled_5m", "rolled_hour", "rolled_day"];

export function assetBoard(assetClass: AssetClass): Board {
  const { slug, title } = assetClass;
  const first = reportsPeriods(assetClass) ? "hour" : "instant";
  const ofClass = [is("class", slug)];
  const where = [...ofClass, isChosen("asset")];
  const period = "$period";
  return board({
    uid: assetUid(slug),
    title: { zh: `部件详情：${title.zh}`, en: `Asset: ${title.en}` },
    description: {
      zh: `一个部件（${title.zh}）的各项测量，曲线上标出它的报警和案卷。`,
      en: `What one asset of the class '${slug}' measures, with its alarms and cases as marks.`,
    },
    tag: ASSET_TAG,
    variables: [
      oneOf("asset", ASSET, "instant", ofClass),
      oneOfThese("period", PERIOD, [first, ...PERIODS.filter((each) => each !== first)]),
      consoleVariable(),
    ],
    annotations: [alarmMarks(where), caseMarks(where)],
    sections: [
      { panels: [newestValues({ assetClass, where })] },
      {
        title: { zh: "测量", en: "Measurements" },
        panels: devicePanels({ assetClass, where, period }),
      },
      {
        title: { zh: "报警和案卷", en: "Alarms and cases" },
        panels: [alarmSteps(where), caseSteps(where)],
      },
      {
        title: { zh: "电池、无线和数据质量", en: "Battery, radio and quality of data" },
        isFolded: true,
        panels: [...sharedOfDevice({ assetClass, where, period: "instant" }), qualityShare(where)],
      },
    ],
  });
}
