/** What people recorded of a period, by whose it is: items and the means of marks. Pure. */
import type { Instant } from "../../model/clock.ts";
import type {
  EvaluationExtra,
  EvaluationPeriod,
  EvaluationSubject,
} from "../../model/evaluation.ts";
import type { EvaluationItemRecord } from "../../model/evaluation-item.ts";
import { roundTo } from "./counts.ts";

export interface Extras {
  /** In the order of recording. */
  items: EvaluationExtra[];
  /** The mean of each name's marks. */
  marks: ReadonlyMap<string, number>;
}

export const NO_EXTRAS: Extras = { items: [], marks: new Map() };

const MEAN_DECIMALS = 4;

/** Recorded before `until`, and not revoked before then. */
export function itemsThatCount(
  records: readonly EvaluationItemRecord[],
  { period }: Pick<EvaluationPeriod, "period">,
  subject: EvaluationSubject,
  until: Instant,
): EvaluationItemRecord[] {
  return records.filter(
    (record) =>
      record.period === period &&
      record.subject === subject &&
      record.at < until &&
      (record.revoked === undefined || record.revoked.at >= until),
  );
}

export function extrasOf(counted: readonly EvaluationItemRecord[]): Map<string, Extras> {
  const found = new Map<string, Extras>();
  for (const subjectId of new Set(counted.map((record) => record.subjectId))) {
    const own = counted.filter((record) => record.subjectId === subjectId);
    found.set(subjectId, { items: own.flatMap(extraOf), marks: meansOf(own) });
  }
  return found;
}

function extraOf({ itemId, kind, points, reason }: EvaluationItemRecord): EvaluationExtra[] {
  return kind === "mark" ? [] : [{ itemId, kind, points, reason }];
}

function meansOf(records: readonly EvaluationItemRecord[]): Map<string, number> {
  const given = new Map<string, number[]>();
  for (const { markId, points } of records) {
    if (markId !== undefined) given.set(markId, [...(given.get(markId) ?? []), points]);
  }
  return new Map(
    [...given].map(([markId, points]) => {
      const sum = points.reduce((all, each) => all + each, 0);
      return [markId, roundTo(sum / points.length, MEAN_DECIMALS)];
    }),
  );
}
