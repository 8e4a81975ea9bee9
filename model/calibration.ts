/** When a device wants to be calibrated: soon, or already. Pure. */
import { DAY_MS, type Instant } from "./clock.ts";
import { lifeOf } from "./device-life.ts";
import { LIMITS } from "./limits.ts";
import type { Device } from "./registry.ts";

export type CalibrationDue = "due" | "overdue";

/** Undefined where it is due later, or where nobody said when; and of one that measures nothing now. */
export function calibrationDueOf(device: Device, now: Instant): CalibrationDue | undefined {
  const { calibrationDueAt } = device;
  const life = lifeOf(device);
  if (calibrationDueAt === undefined || life === "stock" || life === "retired") return undefined;
  if (calibrationDueAt <= now) return "overdue";
  return calibrationDueAt <= now + LIMITS.calibrationDueDays * DAY_MS ? "due" : undefined;
}
