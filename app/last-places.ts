/** Rules of last places as the API asks for them: over evaluations of units, the newest first. */
import { LAST_PLACE_RULES, lastPlaces, periodBefore, periodOf } from "../cases/cases.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Evaluation, EvaluationPeriod } from "../model/evaluation.ts";
import type { LastPlaces } from "../model/last-place.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { createEvaluationDoor } from "./evaluation.ts";

export function createLastPlacesDoor(deps: {
  evaluation: Pick<ReturnType<typeof createEvaluationDoor>, "read">;
  zone: TimeZone;
}): { read(query: { period: string; model: string }): Promise<LastPlaces> } {
  const { evaluation, zone } = deps;

  const quarterOf = ({ from }: EvaluationPeriod): string => {
    const { year, month } = zone.local(from);
    return `${year}-Q${Math.ceil(month / 3)}`;
  };

  return {
    async read({ period, model }) {
      const each = lengthOf(period);
      const rules = LAST_PLACE_RULES.filter((rule) => rule.each === each);
      const evaluated: Evaluation[] = [];
      let asked = periodOf(period, zone);
      for (let n = 0; n < Math.max(...rules.map(({ running }) => running)); n += 1) {
        const query = { period: asked.period, subject: "unit", model } as const;
        evaluated.push(await evaluation.read(query));
        asked = periodBefore(asked, zone);
      }
      const placed = evaluated.map((found) => ({ ...found, quarter: quarterOf(found) }));
      const { asOf = 0, to = 0 } = evaluated[0] ?? {};
      const fault = evaluated.find((found) => found.fault !== undefined)?.fault;
      return {
        period,
        isOver: asOf >= to,
        asOf,
        verified: fault === undefined,
        ...(fault !== undefined && { fault }),
        items: rules.flatMap((rule) => lastPlaces(rule, placed)),
      };
    },
  };
}

/** @throws GridwardenError REQUEST_INVALID */
function lengthOf(period: string): "month" | "quarter" {
  if (/^\d{4}-\d\d$/.test(period)) return "month";
  if (/^\d{4}-Q\d$/.test(period)) return "quarter";
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field 'period': got '${period.slice(0, 40)}', wanted a month '2026-11' or a quarter '2026-Q4'; ` +
      "rules of last places look at no other",
  );
}
