/** What somebody else has done with a case since it was read. Pure. */
import type { CaseDetail } from "../../shared/platform-types.ts";

export type HistoryRecord = CaseDetail["history"][number];

/** Records that came after the case was read, oldest first. */
export function newRecords(
  before: Pick<CaseDetail, "history">,
  after: Pick<CaseDetail, "history">,
): HistoryRecord[] {
  const seen = before.history.at(-1)?.seq ?? 0;
  return after.history.filter(({ seq }) => seq > seen);
}

/** Is it still taken as the case stands now, and from whom it was? */
export const isStillTaken = (event: string, { takes }: Pick<CaseDetail, "takes">): boolean =>
  takes.some((take) => take.event === event && take.isYours);
