/** Shifts on and off (到岗, 离岗) as crews say them, and attendance (考勤) against the roster. */
import type { Instant } from "./clock.ts";
import type { CrewId } from "./ids.ts";

export interface ShiftMark {
  crewId: CrewId;
  state: "on" | "off";
  at: Instant;
  /** The user who said it. */
  by: string;
  note?: string | undefined;
}

/**
 * `onTime`, `late`: when it signed on. `leftEarly`: it signed off before the turn was over. `absent`: never signed
 * on. `unplanned`: on without a turn. Of a turn that runs what is known of it now.
 */
export type AttendanceState = "onTime" | "late" | "leftEarly" | "absent" | "unplanned";

export interface Attendance {
  crewId: CrewId;
  state: AttendanceState;
  /** The planned turn; absent of what was not planned. */
  from?: Instant;
  to?: Instant;
  signedOnAt?: Instant;
  signedOffAt?: Instant;
  /** The turn, or the shift, is not over. */
  isRunning: boolean;
}
