/** What somebody else has done with a case since it was read. Pure. */
import type { CaseDetail } from "../../shared/platform-types.ts";

export type HistoryRecord = CaseDetail["history"][number];

/** How far the case had come when somebody looked at it. */
export interface Seen {
  version: number;
  seq: number;
}

export const seenOf = ({ version, history }: Pick<CaseDetail, "version" | "history">): Seen => ({
  version,
  seq: history.at(-1)?.seq ?? 0,
});

/** Records that came after the case was seen, oldest first. */
export const newRecords = (seen: Seen, { history }: Pick<CaseDetail, "history">): HistoryRecord[] =>
  history.filter(({ seq }) => seq > seen.seq);

/** Is it still taken as the case stands now, and from whom it was? */
export const isStillTaken = (event: string, { takes }: Pick<CaseDetail, "takes">): boolean =>
  takes.some((take) => take.event === event && take.isYours);
