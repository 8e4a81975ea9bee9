/**
 * A notice: something about a case that a person must know or do, beside the orders to its crew.
 * It stands until somebody acknowledges it, or until its reason is gone.
 */
import { z } from "zod";
import type { CaseState } from "./case.ts";
import type { Instant } from "./clock.ts";
import type { CaseNo, UnitId } from "./ids.ts";

/**
 * `no-crew`: the case stands at its unit, which has no crew for it.
 * `check-wanted`: nobody but a person can tell whether the repair holds; its sensors say nothing.
 */
export const NoticeKind = z.enum(["no-crew", "check-wanted"]);
export type NoticeKind = z.infer<typeof NoticeKind>;

/** Whose it is: the lead of the handling unit (专业部门), or an inspector (监督员). */
export const NOTICE_ROLE = { "no-crew": "unit", "check-wanted": "inspector" } as const satisfies {
  [kind in NoticeKind]: string;
};

export const NOTICE_TEXT = {
  "no-crew": {
    zh: "本单位没有可派的处置人员，案卷停在单位，请安排人员。",
    en: "The unit has no crew for this case, which stands at the unit; assign somebody.",
  },
  "check-wanted": {
    zh: "传感器不能证明已修复，请到现场核查。",
    en: "No sensor can prove the repair; check it on site.",
  },
} as const satisfies { [kind in NoticeKind]: { zh: string; en: string } };

export interface Notice {
  /** The same notice has the same id, however often it is said. */
  noticeId: string;
  kind: NoticeKind;
  caseNo: CaseNo;
  unitId: UnitId | undefined;
  lifeSafety: boolean;
  at: Instant;
}

/** A notice as it lies in the list; `doneBy` is a user's name, or `system` when its reason went. */
export interface KeptNotice extends Notice {
  doneAt?: Instant;
  doneBy?: string;
}

/** Does a case in this state still give this notice its reason? */
export function hasReason(
  kind: NoticeKind,
  theCase: { state: CaseState; crewId?: string | undefined },
): boolean {
  switch (kind) {
    case "no-crew":
      return theCase.state === "DISPATCHED" && theCase.crewId === undefined;
    case "check-wanted":
      return theCase.state === "CHECKING";
  }
}
