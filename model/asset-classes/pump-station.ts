/**
 * Drainage pump stations (泵站): the wet well into which the sewers run, and two pumps that take
 * turns. Code 2115 of the extension 大类 21; filing row of Yuncheng (运城).
 * Levels are heights above the floor of the wet well; `overflowCm` of the asset says where it runs
 * over. What counts hours or looks ahead takes a plain number and thus a well of 4 m; an override
 * has it otherwise for a station.
 */
import { HOUR_MS, MINUTE_MS } from "../clock.ts";
import type { Signal } from "../rule.ts";
import {
  atLeast,
  below,
  DEFAULT_HOLD,
  declareClass,
  numeric,
  outOfRange,
  type RuleDeclaration,
  signalAtLeast,
  yesNo,
} from "./declare-class.ts";
import { WELL_HAZARD } from "./gas.ts";
import { SEWER_LEVEL } from "./sewer.ts";

const OVERFLOW_CM_USUAL = 400;
/** Both pumps run long before. */
const HIGH_CM_USUAL = 250;
/** No two reports of a station lie further apart; silence beyond it counts for nothing. */
const GAP_MS = 30 * MINUTE_MS;

/** A share of the asset's `overflowCm`, and so many centimetres more. */
const ofOverflow = (times: number, plus: number) => ({
  attribute: "overflowCm",
  times,
  plus,
  otherwise: OVERFLOW_CM_USUAL * times + plus,
});

const hours = (ends: { above?: number; below?: number }, overMs: number): Signal => ({
  kind: "hours",
  ...ends,
  overMs,
  gapMs: GAP_MS,
});

function pumpIdle(pump: number): RuleDeclaration {
  return {
    name: `pump-${pump}-idle`,
    title: { zh: `${pump}号泵一天未运行`, en: `Pump ${pump} has not run for a day` },
    condition: signalAtLeast(`pump${pump}On`, hours({ below: 0.5 }, 24 * HOUR_MS), 23, 22),
    onDelayMs: 0,
    offDelayMs: 0,
    severity: "notice",
    source: "own default: pumps take turns, each runs every day",
  };
}

export const pumpStation = declareClass({
  slug: "pump-station",
  title: { zh: "泵站", en: "Pump station" },
  componentCategories: ["2115"],
  measurements: [
    numeric("wetWellCm", "cm", [0, 2000], 1, { zh: "集水池水位", en: "Level of the wet well" }),
    yesNo("pump1On", { zh: "1号泵运行", en: "Pump 1 runs" }),
    yesNo("pump2On", { zh: "2号泵运行", en: "Pump 2 runs" }),
    numeric("flowM3h", "m³/h", [0, 1e6], 2, { zh: "流量", en: "Flow" }),
    numeric("powerW", "W", [0, 1e6], 0, { zh: "有功功率", en: "Power" }),
  ],
  reportPeriodMs: 10 * MINUTE_MS,
  rules: [
    {
      name: "wet-well-high",
      title: { zh: "集水池水位高", en: "Wet well high" },
      condition: {
        ...atLeast("wetWellCm", ofOverflow(0.8, 0), ofOverflow(0.75, 0)),
        // About to run over.
        steps: [{ severity: "major", raise: ofOverflow(1, -20), clear: ofOverflow(0.95, -20) }],
      },
      onDelayMs: MINUTE_MS,
      offDelayMs: MINUTE_MS,
      severity: "warning",
      conditionId: SEWER_LEVEL.conditionId,
      explains: [{ family: "surcharge", waitMs: 0 }],
      source:
        "own default: 80 % of the overflow's height, then 0.2 m below it; a well whose height is not known counts as 4 m; deadband 5 %, delay 60 s by ISA-18.2",
    },
    {
      name: "overflow-soon",
      title: { zh: "预计30分钟内溢流", en: "Overflow within 30 minutes" },
      condition: {
        ...below("wetWellCm", 0.5, 1),
        signal: {
          kind: "forecast",
          reaches: OVERFLOW_CM_USUAL,
          fallsBy: 5,
          fitMs: 15 * MINUTE_MS,
          pointsMin: 2,
        },
      },
      onDelayMs: 5 * MINUTE_MS,
      offDelayMs: 5 * MINUTE_MS,
      severity: "warning",
      source: "own default: on its way there for 5 min, longer than a pump takes to start",
    },
    {
      name: "level-held",
      title: { zh: "高水位持续1小时", en: "Level high for an hour" },
      condition: signalAtLeast("wetWellCm", hours({ above: HIGH_CM_USUAL }, 2 * HOUR_MS), 1, 0.5),
      onDelayMs: 0,
      offDelayMs: 0,
      severity: "major",
      conditionId: SEWER_LEVEL.conditionId,
      source:
        "own default: one of two hours above where both pumps run; they stand, or cannot keep up",
    },
    ...[1, 2].map(pumpIdle),
    {
      name: "no-flow",
      title: { zh: "泵站5小时无出流", en: "Nothing pumped for 5 hours" },
      condition: signalAtLeast("flowM3h", hours({ below: 1 }, 6 * HOUR_MS), 5, 4),
      onDelayMs: 0,
      offDelayMs: 0,
      severity: "warning",
      source: "own default: a town's sewage fills a wet well within the hour, also at night",
    },
    outOfRange("wetWellCm", "level-probe", { zh: "液位计异常", en: "Level probe at fault" }),
  ],
  conditions: [
    SEWER_LEVEL,
    {
      conditionId: "pump-failure",
      kind: "component",
      categoryCode: "",
      title: { zh: "泵站设备故障、停机", en: "Pump broken or stopped" },
      closing: { zh: "修复", en: "Repaired" },
      limit: { value: 1, unit: "working-day" },
      filing: "review",
      lifeSafety: false,
      hold: DEFAULT_HOLD,
      source: "own default: the city tables have no row for pump stations",
    },
  ],
  // No gas sensor hangs in the wet well: unknown, thus poisonous.
  hazards: [WELL_HAZARD],
  retentionDays: 365,
});
