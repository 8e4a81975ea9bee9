/**
 * The ladder of an escalation as the city sets it: who is called when, how often, and until when. Data of
 * `channels.json`; what it leaves out is our own default.
 */
import { z } from "zod";
import { type DurationMs, SECOND_MS } from "../../model/clock.ts";
import { Who } from "../../model/reaching.ts";

const SECONDS_MAX = 7 * 86_400;

const LadderStep = z.strictObject({
  who: Who,
  /** After the case began to wait; of the crew after it got the case. */
  afterSeconds: z.int().min(0).max(SECONDS_MAX),
  /** Called again after so long, each time in words of its own; absent: once. */
  everySeconds: z.int().min(10).max(SECONDS_MAX).optional(),
  /** Calls at most; absent: until somebody takes the order. */
  times: z.int().min(1).max(1_000).optional(),
});

const Ladder = z
  .array(LadderStep)
  .min(1)
  .max(Who.options.length)
  .superRefine((steps, context) => {
    const fault = (index: number, message: string): void =>
      context.addIssue({ code: "custom", path: [index, "who"], message });
    for (const [index, step] of steps.entries()) {
      const before = steps[index - 1];
      if (before === undefined) continue;
      if (Who.options.indexOf(step.who) <= Who.options.indexOf(before.who)) {
        fault(index, `each once, in the order ${Who.options.join(", ")}`);
      }
      if (step.afterSeconds < before.afterSeconds) fault(index, "not called before the one below");
    }
  });
export type Ladder = readonly z.infer<typeof LadderStep>[];

export const Ladders = z.strictObject({
  lifeSafety: Ladder.default([
    { who: "crew", afterSeconds: 0, everySeconds: 40 },
    { who: "lead", afterSeconds: 60, everySeconds: 60 },
    { who: "department", afterSeconds: 120, everySeconds: 60 },
    { who: "leader", afterSeconds: 180, everySeconds: 120 },
  ]),
  other: Ladder.default([
    { who: "crew", afterSeconds: 0, everySeconds: 900, times: 3 },
    { who: "lead", afterSeconds: 2_700, everySeconds: 3_600, times: 2 },
  ]),
});
export type Ladders = Readonly<Record<"lifeSafety" | "other", Ladder>>;

export const inMs = (seconds: number): DurationMs => seconds * SECOND_MS;
