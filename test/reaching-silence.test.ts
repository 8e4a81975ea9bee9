/** Three people in ten do not hear their telephone: a life-safety order still reaches one in time. */
import { expect, test } from "vitest";
import { simulateSilence } from "../bench/silence.ts";

test.each([2, 1])(
  "with crews of %i, nineteen orders of twenty are accepted within 3 minutes",
  async (members) => {
    const seconds = (await simulateSilence(members, 200, 11)).sort((a, b) => a - b);
    expect(seconds).toHaveLength(200);
    expect(seconds[Math.ceil(200 * 0.95) - 1]).toBeLessThanOrEqual(180);
    // Somebody who hears nothing at first is why it takes longer at all.
    expect(seconds.at(-1)).toBeGreaterThan(60);
  },
  120_000,
);
