/** What a form has changed of a device, as the merge patch that says so; dates are of the platform's zone. */
import { offsetMinutes } from "../../shared/clock.ts";
import type { DeviceItem } from "../../shared/platform-types.ts";

/** Only what is otherwise than before; what was emptied is null. */
export function changesOf(
  device: DeviceItem,
  typed: Record<string, string>,
): Record<string, string | null> {
  const changes: Record<string, string | null> = {};
  for (const [name, text] of Object.entries(typed)) {
    const before = device[name as keyof DeviceItem] ?? "";
    const value = text.trim();
    if (value !== before) changes[name] = value === "" ? null : value;
  }
  return changes;
}

/** `2026-11-22` of an ISO time in the platform's zone; "" of none. */
export function dateOf(iso: string | undefined, offset = offsetMinutes()): string {
  const ms = Date.parse(iso ?? "");
  return Number.isNaN(ms) ? "" : new Date(ms + offset * 60_000).toISOString().slice(0, 10);
}

/** The local midnight at which the day begins; "" of none. */
export function isoOfDate(date: string, offset = offsetMinutes()): string {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(ms) ? "" : new Date(ms - offset * 60_000).toISOString();
}
