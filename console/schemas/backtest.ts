/** A rule tried on stored readings. */
import { z } from "zod";
import { AssetId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { Severity } from "../../model/rule.ts";
import { AlarmAnswer, RuleBody } from "./alarms.ts";
import { IsoTime, TimeParameter } from "./common.ts";

const ASSETS_MAX = 1_000;

export const BacktestBody = z
  .strictObject({
    from: TimeParameter,
    to: TimeParameter.describe(`exclusive; at most ${LIMITS.backtestDaysMax} days after \`from\``),
    rule: RuleBody.optional().describe("what the rule would be; absent: the one that stands"),
    assetIds: z
      .array(AssetId)
      .min(1)
      .max(ASSETS_MAX)
      .optional()
      .describe("these alone; absent: all of the rule's class"),
  })
  .meta({ id: "BacktestBody" });
export type BacktestBody = z.infer<typeof BacktestBody>;

const TriedAlarm = z
  .object({
    deviceId: z.string(),
    assetId: z.string(),
    severity: Severity.describe("the most severe that it reached"),
    raisedAt: IsoTime,
    returnedAt: IsoTime.optional().describe("absent: it stood at the end"),
    evidence: AlarmAnswer.shape.evidence,
  })
  .meta({ id: "TriedAlarm" });
const Newest = z.array(TriedAlarm).max(LIMITS.backtestAlarmsListedMax).describe("newest first");

const BacktestSide = z
  .object({
    alarms: Newest,
    truncated: z.boolean().describe("there were more alarms than are listed"),
    alarmCount: z.int(),
    assetsWithAlarms: z.int(),
    casesCount: z.int(),
    ordersPerDay: z
      .object({ mean: z.number(), max: z.int() })
      .describe("cases that would be dispatched, by local day, in all units together"),
    bySeverity: z.record(Severity, z.int()),
  })
  .meta({ id: "BacktestSide" });

export const BacktestAnswer = z
  .object({
    ruleId: z.string(),
    from: IsoTime,
    to: IsoTime,
    assets: z.int(),
    devices: z.int(),
    readings: z.int(),
    candidate: BacktestSide,
    present: BacktestSide.optional().describe("absent where the rule is new"),
    onlyCandidate: Newest,
    onlyCandidateCount: z.int(),
    onlyPresent: Newest,
    onlyPresentCount: z.int(),
  })
  .meta({ id: "Backtest" });
export type BacktestAnswer = z.infer<typeof BacktestAnswer>;
