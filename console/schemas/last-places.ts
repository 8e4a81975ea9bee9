/** Last places as they are asked for and shown. */
import { z } from "zod";
import { IsoTime } from "./common.ts";
import { EvaluationAnswer, EvaluationQuery } from "./evaluation.ts";

export const LastPlacesQuery = EvaluationQuery.pick({ model: true }).extend({
  period: z.string().max(20).describe("a month `2026-11` or a quarter `2026-Q4`"),
});
export type LastPlacesQuery = z.infer<typeof LastPlacesQuery>;

const { verified, fault } = EvaluationAnswer.shape;

export const LastPlacesAnswer = z
  .object({
    period: z.string(),
    isOver: z.boolean().describe("of a period that is not over nothing is final"),
    asOf: IsoTime,
    verified,
    fault,
    items: z.array(
      z.object({
        ruleId: z.string().describe("`last-twice`, `last-three`, …"),
        subjectId: z.string().describe("the unit"),
        name: z.string().optional(),
        peerGroup: z.string(),
        periods: z.array(z.string()).describe("the run, the newest first"),
        scores: z.array(z.number()).describe("in each of them"),
      }),
    ),
  })
  .meta({ id: "LastPlaces" });
