/** Whether somebody is on shift, and whether the phone may tell where he is meanwhile. */
import { signal } from "@preact/signals";
import { get, part } from "../../shared/api.ts";
import { now, sayTime } from "../../shared/clock.ts";
import type { RosterInfo } from "../../shared/platform-types.ts";
import type { SessionUser } from "../../shared/session.ts";
import { outbox } from "../outbox/outbox.ts";
import type { Shift } from "../outbox/outbox-machine.ts";
import { patrolSince } from "../patrol/patrol.ts";
import { keep, kept } from "../store.ts";

interface Holidays {
  days: { date: string; kind: "off" | "work" }[];
}

export const roster = signal<RosterInfo | undefined>(undefined);
export const daysOff = signal<ReadonlySet<string>>(new Set());

const LOCATE_KEPT_AS = "gridwarden.phone.locate";
export const mayLocate = signal(localStorage.getItem(LOCATE_KEPT_AS) === "yes");

export function allowLocating(isAllowed: boolean): void {
  localStorage.setItem(LOCATE_KEPT_AS, isAllowed ? "yes" : "no");
  mayLocate.value = isAllowed;
}

export async function restoreDuty(): Promise<void> {
  roster.value ??= await kept<RosterInfo>("roster");
}

/** Answers that were overtaken say how it was. */
let asking = 0;

/** @throws Refused, Unreachable */
export async function loadDuty({ crewId, unitId }: SessionUser): Promise<void> {
  if (crewId === undefined || unitId === undefined) return;
  asking += 1;
  const mine = asking;
  const info = await get<RosterInfo>(`/api/v1/units/${part(unitId)}/roster`);
  if (asking !== mine) return;
  roster.value = info;
  await keep("roster", info);
  const year = today().slice(0, 4);
  // A year whose holidays nobody has put yet has none.
  const { days } = await get<Holidays>(`/api/v1/holidays/${year}`).catch(() => ({ days: [] }));
  daysOff.value = new Set(days.filter(({ kind }) => kind === "off").map(({ date }) => date));
}

/** The platform has taken a mark: until the roster is asked for again it stands by that. */
export function shiftTaken({ crewId, state }: Shift): void {
  asking += 1;
  const info = roster.value;
  if (info === undefined) return;
  const others = info.onDuty.filter((each) => each !== crewId);
  const onDuty = state === "on" ? [...others, crewId as RosterInfo["onDuty"][number]] : others;
  roster.value = { ...info, onDuty };
}

/** As the platform says, with what was said on this phone and not sent yet; what it refused is not so. */
export function isOnShift({ crewId }: SessionUser): boolean {
  // An inspector's own patrol: he has no crew whose shift it would be.
  if (crewId === undefined) return patrolSince.value !== undefined;
  const said = outbox.value.findLast(
    ({ act, status }) => act.kind === "shift" && status.kind !== "refused",
  )?.act;
  if (said?.kind === "shift") return said.state === "on";
  return roster.value?.onDuty.some((each) => each === crewId) ?? false;
}

/** The platform's day, `2026-11-27`. */
export const today = (): string => sayTime(now.value).slice(0, 10);
