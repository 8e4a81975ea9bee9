/**
 * The way of a supervision order (督办) as rows of data: which event takes it from where to where,
 * whose it is and what it needs. A pair that has no row is refused. `admin` may do all; `unit` is
 * somebody of the accountable office or of a unit above it.
 */
import type { SupervisionState } from "../model/supervision.ts";
import type { CaseRole } from "./case-words.ts";

export const SUPERVISION_EVENTS = [
  "issue",
  "acknowledge",
  "reply",
  "accept",
  "sendBack",
  "extend",
  "cancel",
] as const;
export type SupervisionEvent = (typeof SUPERVISION_EVENTS)[number];

export interface SupervisionRow {
  event: SupervisionEvent;
  /** `none`: there is no order before. */
  from: readonly (SupervisionState | "none")[];
  to: SupervisionState | "same";
  roles: readonly CaseRole[];
  /** A text without which it is refused. */
  needs?: "note" | "reason";
  /** A later deadline, and fewer extensions than the bound. */
  guard?: "may-extend";
}

/** The higher first: it is in his role that somebody with both acts. */
const LEADS: readonly CaseRole[] = ["leader", "shift-lead"];

export const SUPERVISION_ROWS: readonly SupervisionRow[] = [
  { event: "issue", from: ["none"], to: "ISSUED", roles: LEADS },
  { event: "acknowledge", from: ["ISSUED"], to: "ACKNOWLEDGED", roles: ["unit"] },
  {
    // Whoever replies has seen it.
    event: "reply",
    from: ["ISSUED", "ACKNOWLEDGED", "SENT_BACK"],
    to: "REPLIED",
    roles: ["unit"],
    needs: "note",
  },
  { event: "accept", from: ["REPLIED"], to: "ACCEPTED", roles: LEADS },
  { event: "sendBack", from: ["REPLIED"], to: "SENT_BACK", roles: LEADS, needs: "reason" },
  {
    event: "extend",
    from: ["ISSUED", "ACKNOWLEDGED", "SENT_BACK"],
    to: "same",
    roles: ["leader"],
    needs: "reason",
    guard: "may-extend",
  },
  {
    event: "cancel",
    from: ["ISSUED", "ACKNOWLEDGED", "REPLIED", "SENT_BACK"],
    to: "CANCELLED",
    roles: ["leader"],
    needs: "reason",
  },
];
