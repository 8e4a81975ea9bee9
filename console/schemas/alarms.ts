/** Alarms, the rules they come from, and letters that could not be read. */
import { z } from "zod";
import { ALARM_STATES } from "../../model/alarm.ts";
import { AlarmId, AssetId, RuleId } from "../../model/ids.ts";
import { Rule, Severity } from "../../model/rule.ts";
import { RULE_WANT_NAMES } from "../../model/rule-fault.ts";
import { IsoTime, PageQuery, pageOf, TimeParameter } from "./common.ts";

export const RuleAnswer = Rule.meta({ id: "Rule" });
export const RulePage = pageOf(RuleAnswer);
export const RuleQuery = PageQuery.extend({ class: z.string().max(40).optional() });
const Share = z.number().min(0).max(1);
const RuleTrust = z
  .object({
    labels: z.int().describe("cases with a word of a crew, the newest 20 of the present version"),
    precision: Share.optional().describe("true labels / labels; absent without any"),
    floor: Share.describe("the city's; 0: off"),
    isDistrusted: z.boolean(),
    isImmediate: z.boolean().describe("a new case of the rule goes to its crew at once"),
  })
  .meta({ id: "RuleTrust" });
const Precision = z
  .object({
    labels: z.int(),
    trueCount: z.int(),
    falseCount: z.int(),
    precision: Share.optional(),
    interval: z.object({ low: Share, high: Share }).optional().describe("Wilson, 95 %"),
  })
  .meta({ id: "Precision" });
export const RulePrecision = z
  .object({
    ruleId: z.string(),
    trust: RuleTrust.optional().describe("of the version that stands; absent where none does"),
    simulated: z
      .object({ version: z.int(), trueCount: z.int(), falseCount: z.int(), precision: Share })
      .optional()
      .describe("what the simulator's day says of a default rule"),
    versions: z
      .array(
        z.object({
          version: z.int(),
          all: Precision,
          recent: Precision.describe("of the newest 20 labels, by which the version is trusted"),
          isDistrusted: z.boolean(),
        }),
      )
      .describe("the newest 100 versions that have labels, newest first"),
  })
  .meta({ id: "RulePrecision" });
export const RuleDetail = Rule.extend({
  trust: RuleTrust.optional(),
  strayOverrides: z
    .array(z.string())
    .optional()
    .describe("assetIds that overrides name and nobody has"),
}).meta({ id: "RuleDetail" });
/** The id stands in the address; a version must be the one that stands. */
export const RuleBody = Rule.omit({ ruleId: true })
  .extend({
    version: z.int().min(0).optional(),
    strayOverrides: RuleDetail.shape.strayOverrides.describe("as it was read; not looked at"),
    trust: z.unknown().optional().describe("the same"),
  })
  .meta({ id: "RuleBody" });
export const RuleFaults = z.object({
  faults: z
    .array(
      z.object({
        path: z.string(),
        wanted: z.string(),
        got: z.string(),
        nearest: z.string().optional(),
        reason: z.enum(RULE_WANT_NAMES).describe("what `wanted` says, as a name for a page"),
        values: z.record(z.string(), z.union([z.string(), z.number()])).describe("what fills it"),
      }),
    )
    .describe("as RULE_INVALID has them in its details; empty: it would be taken"),
});
export type RuleFaults = z.infer<typeof RuleFaults>;
export const RuleVersions = z.object({
  items: z.array(z.object({ rule: RuleAnswer, changedAt: IsoTime, changedBy: z.string() })),
});
export const RuleParams = z.strictObject({ ruleId: RuleId });

export const AlarmQuery = PageQuery.extend({
  state: z.enum(ALARM_STATES).optional(),
  assetId: AssetId.optional(),
});
export const AlarmParams = z.strictObject({ alarmId: AlarmId });
export const AcknowledgeBody = z.strictObject({ note: z.string().max(2000).optional() }).nullish();

export const ShelveBody = z.strictObject({
  until: TimeParameter.describe("when it ends; after now, and at most 30 days"),
  reason: z.string().trim().min(1).max(500),
});

export const AlarmAnswer = z
  .object({
    alarmId: z.string(),
    ruleId: z.string(),
    ruleVersion: z.int(),
    assetId: z.string().optional().describe("absent only of a gateway's alarm"),
    deviceId: z.string().optional().describe("absent where the asset or a gateway bears it itself"),
    gatewayId: z.string().optional(),
    class: z.string(),
    conditionId: z.string().optional(),
    severity: Severity,
    lifeSafety: z.boolean(),
    state: z.enum(ALARM_STATES),
    raisedAt: IsoTime,
    acknowledgedAt: IsoTime.optional(),
    acknowledgedBy: z.string().optional(),
    note: z.string().optional(),
    returnedAt: IsoTime.optional(),
    clearedAt: IsoTime.optional(),
    clearedBy: z.string().optional().describe("who reset it; absent where it ended by itself"),
    shelvedUntil: IsoTime.optional(),
    shelvedBy: z.string().optional(),
    shelveReason: z.string().optional(),
    evidence: z
      .object({
        measurement: z.string(),
        value: z.number(),
        observedAt: IsoTime,
        receivedAt: IsoTime,
        flags: z.array(z.string()),
      })
      .optional(),
  })
  .meta({ id: "Alarm" });
export type AlarmAnswer = z.infer<typeof AlarmAnswer>;
export const AlarmPage = pageOf(AlarmAnswer);

export const DeadLetterPage = pageOf(
  z
    .object({
      id: z.union([z.string(), z.number()]),
      time: IsoTime,
      source: z.string(),
      sender: z.string(),
      topic: z.string(),
      reason: z.string(),
      text: z.string(),
      payload: z.string().describe("base64, up to a bound"),
      payloadBytes: z.int().describe("how many there were"),
    })
    .meta({ id: "DeadLetter" }),
);

export const KnockPage = pageOf(
  z
    .object({
      format: z.string(),
      id: z.string(),
      sender: z.string(),
      firstAt: IsoTime,
      lastAt: IsoTime,
      count: z.int(),
    })
    .meta({ id: "Knock" }),
);
