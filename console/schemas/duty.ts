/** Duty rosters of units, and what units and their crews have in hand. */
import { z } from "zod";
import { CrewId, UnitId } from "../../model/ids.ts";
import { Roster } from "../../model/roster.ts";
import { IsoTime, pageOf, TimeParameter } from "./common.ts";

export const UnitParams = z.strictObject({ unitId: UnitId });

export const RosterBody = Roster.meta({ id: "Roster" });

export const RosterAnswer = z
  .object({
    unitId: UnitId,
    roster: RosterBody.optional().describe("absent: all crews of the unit are on duty"),
    onDuty: z.array(CrewId).describe("crews that are on duty now"),
    warnings: z.array(z.string()).describe("when nobody is on duty, and which crew never is"),
  })
  .meta({ id: "UnitRoster" });

const figures = {
  orders: z.int().describe("dispatched or being handled"),
  handling: z.int(),
  overdue: z.int(),
  oldestWaitingAt: IsoTime.optional().describe("dispatch of the oldest that is not begun"),
};

export const UnitLoadAnswer = z
  .object({
    unitId: UnitId,
    name: z.string(),
    ...figures,
    standing: z.int().describe("orders that no crew has"),
    crews: z.array(
      z.object({
        crewId: CrewId,
        name: z.string(),
        onDuty: z.boolean(),
        ...figures,
        position: z
          .object({
            lon: z.number(),
            lat: z.number(),
            accuracyM: z.number().optional(),
            at: IsoTime,
          })
          .optional(),
        positionAgeMs: z.int().optional(),
      }),
    ),
  })
  .meta({ id: "UnitLoad" });
export const UnitLoadPage = pageOf(UnitLoadAnswer);

export const ShiftParams = z.strictObject({ crewId: CrewId });
export const ShiftBody = z
  .strictObject({
    state: z.enum(["on", "off"]),
    note: z.string().trim().min(1).max(500).optional(),
  })
  .meta({ id: "Shift" });
export const ShiftAnswer = z
  .object({
    crewId: CrewId,
    state: z.enum(["on", "off"]),
    at: IsoTime,
    by: z.string(),
    note: z.string().optional(),
  })
  .meta({ id: "ShiftMark" });

export const AttendanceQuery = z.strictObject({
  unitId: UnitId,
  from: TimeParameter,
  to: TimeParameter,
});
export const AttendanceList = z.object({
  items: z.array(
    z
      .object({
        crewId: CrewId,
        state: z.enum(["onTime", "late", "leftEarly", "absent", "unplanned"]),
        from: IsoTime.optional().describe("of the planned turn"),
        to: IsoTime.optional(),
        signedOnAt: IsoTime.optional(),
        signedOffAt: IsoTime.optional(),
        isRunning: z.boolean(),
      })
      .meta({ id: "Attendance" }),
  ),
});
