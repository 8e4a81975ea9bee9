/** Attendance: the turns that the roster plans against what crews said. Pure. */
import type { Instant } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import type { Attendance, AttendanceState, ShiftMark } from "../model/shift.ts";
import type { PlannedTurn } from "./duty.ts";

/** By time, then by crew; turns that have not begun are left out. */
export function attendanceOf(
  turns: readonly PlannedTurn[],
  marks: readonly ShiftMark[],
  now: Instant,
): Attendance[] {
  const used = new Set<ShiftMark>();
  const planned = turns
    .filter(({ from }) => from <= now)
    .map((turn) => attended(turn, shiftOf(turn, marks, used), now));
  const unplanned = marks
    .filter((mark) => mark.state === "on" && !used.has(mark) && !isRepeat(mark, marks))
    .map((mark): Attendance => {
      const off = offAfter(mark, marks);
      return {
        crewId: mark.crewId,
        state: "unplanned",
        signedOnAt: mark.at,
        ...(off !== undefined && { signedOffAt: off.at }),
        isRunning: off === undefined && now < mark.at + LIMITS.shiftMsMax,
      };
    });
  const begins = ({ from, signedOnAt }: Attendance): Instant => from ?? signedOnAt ?? 0;
  return [...planned, ...unplanned].sort(
    (a, b) => begins(a) - begins(b) || (a.crewId < b.crewId ? -1 : 1),
  );
}

interface Shift {
  on?: ShiftMark | undefined;
  off?: ShiftMark | undefined;
}

/** The first sign-on that belongs to the turn, and the sign-off behind it. */
function shiftOf(
  { crewId, from, to }: PlannedTurn,
  marks: readonly ShiftMark[],
  used: Set<ShiftMark>,
): Shift {
  const isOfTurn = ({ crewId: whose, state, at }: ShiftMark): boolean =>
    whose === crewId && state === "on" && at >= from - LIMITS.earlyShiftMs && at < to;
  const ons = marks.filter((mark) => isOfTurn(mark) && !used.has(mark));
  for (const mark of ons) used.add(mark);
  const [on] = ons;
  // Who comes back has not left.
  const last = ons.at(-1);
  return { on, off: last === undefined ? undefined : offAfter(last, marks) };
}

function attended({ crewId, from, to }: PlannedTurn, { on, off }: Shift, now: Instant): Attendance {
  return {
    crewId,
    state: stateOf({ from, to }, on?.at, off?.at),
    from,
    to,
    ...(on !== undefined && { signedOnAt: on.at }),
    ...(off !== undefined && { signedOffAt: off.at }),
    isRunning: now < to,
  };
}

function stateOf(
  { from, to }: Pick<PlannedTurn, "from" | "to">,
  onAt: Instant | undefined,
  offAt: Instant | undefined,
): AttendanceState {
  if (onAt === undefined) return "absent";
  if (onAt > from + LIMITS.lateShiftMs) return "late";
  return offAt !== undefined && offAt < to - LIMITS.lateShiftMs ? "leftEarly" : "onTime";
}

const offAfter = (on: ShiftMark, marks: readonly ShiftMark[]): ShiftMark | undefined =>
  marks
    .slice(marks.indexOf(on) + 1)
    .find((mark) => mark.crewId === on.crewId && mark.state === "off");

/** Signed on while it was on. */
function isRepeat(mark: ShiftMark, marks: readonly ShiftMark[]): boolean {
  const before = marks
    .slice(0, marks.indexOf(mark))
    .findLast(({ crewId }) => crewId === mark.crewId);
  return before?.state === "on";
}
