/** The burden that alarms and orders are to people. */
import { z } from "zod";
import { Severity } from "../../model/rule.ts";
import { IsoTime, TimeParameter } from "./common.ts";

export const PerformanceQuery = z.strictObject({
  from: TimeParameter.optional().describe("inclusive; a day before `to` when absent"),
  to: TimeParameter.optional().describe("exclusive; now when absent"),
});

const Figure = z
  .object({
    value: z.number(),
    target: z.number(),
    sense: z
      .enum(["atMost", "atLeast", "below"])
      .describe("what the value should be to the target; `below` leaves the target out"),
    isMet: z.boolean(),
  })
  .meta({ id: "Figure", description: "A figure beside its benchmark" });

const Place = z.object({
  deviceId: z.string().optional(),
  assetId: z.string().optional(),
  gatewayId: z.string().optional(),
});

export const PerformanceAnswer = z
  .object({
    from: IsoTime,
    to: IsoTime,
    raised: z.int().describe("alarms that people were told of"),
    averagePer10Min: Figure,
    peakPer10Min: Figure.extend({
      at: IsoTime.optional().describe("when its 10 minutes began"),
    }),
    floodShare: Figure.describe("share of the time in flood"),
    bySeverity: z.object(
      Object.fromEntries(Severity.options.map((name) => [name, Figure.extend({ count: z.int() })])),
    ),
    worstShare: Figure.describe("share of the worst actors together"),
    worstActors: z.array(Place.extend({ ruleId: z.string(), count: z.int(), share: z.number() })),
    chattering: Figure.describe("devices and rules that were raised too often at a time"),
    standing: z.int().describe("now; held ones do not count"),
    stale: Figure.describe("now; active for more than a day"),
    staleAlarms: z
      .array(
        Place.extend({
          alarmId: z.string(),
          ruleId: z.string(),
          severity: Severity,
          raisedAt: IsoTime,
        }),
      )
      .describe("the 100 oldest"),
    units: z
      .array(z.object({ unitId: z.string().optional(), raised: z.int(), averagePer10Min: Figure }))
      .describe("by who maintains the asset, the busiest first"),
    load: z
      .array(
        z.object({
          crewId: z.string().optional().describe("absent: the whole centre"),
          state: z.enum(["calm", "flood"]),
          since: IsoTime.optional(),
          per10Min: z.int(),
          gathered: z.int().describe("orders that wait for the next digest"),
        }),
      )
      .describe("of orders, now"),
  })
  .meta({ id: "AlarmPerformance" });
export type PerformanceAnswer = z.infer<typeof PerformanceAnswer>;
