/** What the page of the evaluation says by itself is what the platform means: periods, and what a rate is of. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { newCounts } from "../cases/evaluation/counts.ts";
import { duesIn, ratesOf, share } from "../cases/evaluation/indicators.ts";
import { periodBefore, periodOf } from "../cases/evaluation/period.ts";
import { RATE_PARTS } from "../console/web/centre/evaluation/figures.ts";
import {
  PERIOD_KINDS,
  partsOf,
  periodAt,
  stepped,
} from "../console/web/centre/evaluation/periods.ts";
import { COUNT_NAMES, RATE_NAMES } from "../model/indicator.ts";
import { timeZone } from "../model/local-time.ts";

const zone = timeZone("Asia/Shanghai");
const EAST = 8 * 60;

test("the running period and each one before it are what the platform means by them", () => {
  const [first, last] = [Date.UTC(2020, 0, 1), Date.UTC(2060, 0, 1)];
  fc.assert(
    fc.property(
      fc.integer({ min: first, max: last }),
      fc.constantFrom(...PERIOD_KINDS),
      (now, kind) => {
        const name = periodAt(kind, now, EAST);
        const period = periodOf(name, zone);
        expect(period.from <= now && now < period.to).toBe(true);
        expect(partsOf(name)?.kind).toBe(kind);
        expect(stepped(name, -1)).toBe(periodBefore(period, zone).period);
        expect(stepped(stepped(name, -5), 5)).toBe(name);
      },
    ),
  );
});

test("each rate is of the counts that the platform divides", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { minLength: 40, maxLength: 40 }), (numbers) => {
      const counts = newCounts();
      for (const [index, name] of COUNT_NAMES.entries()) counts[name] = numbers[index] ?? 0;
      const all: Record<string, number> = { ...counts, ...duesIn(counts) };
      const rates = ratesOf(counts);
      for (const name of RATE_NAMES) {
        const [part, whole] = RATE_PARTS[name];
        expect([name, share(all[part] ?? -1, all[whole] ?? -1)]).toEqual([name, rates[name]]);
      }
    }),
  );
});
