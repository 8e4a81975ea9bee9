/** Patrol areas and patrols as the API shows them. */
import { withTimes } from "../model/case-view.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Patrol, PatrolArea } from "../model/patrol.ts";
import type { PatrolAreaAnswer } from "./schemas/patrols.ts";

export function showPatrolArea(
  { grids, ...area }: PatrolArea,
  patrol: Patrol | undefined,
  zone: TimeZone,
): PatrolAreaAnswer {
  const shown = { ...withTimes(area, ["changedAt"], zone), grids: [...grids] };
  return patrol === undefined ? shown : { ...shown, patrol: showPatrol(patrol, zone) };
}

const showPatrol = ({ startedAt, place }: Patrol, zone: TimeZone) => ({
  startedAt: zone.iso(startedAt),
  ...(place !== undefined && { position: withTimes(place, ["at"], zone) }),
});
