/** Days of the platform's zone, as a date field has them. */
import { offsetMinutes } from "../../shared/clock.ts";

const MINUTE_MS = 60_000;

/** `2026-11-22` */
export const dayOf = (ms: number, offset = offsetMinutes()): string =>
  new Date(ms + offset * MINUTE_MS).toISOString().slice(0, 10);

/** The midnight at which it begins. */
export const dayStart = (day: string, offset = offsetMinutes()): number =>
  Date.parse(`${day}T00:00:00Z`) - offset * MINUTE_MS;
