/**
 * Patrol areas (巡查责任区) and patrols: which grids an inspector (监督员) walks, and where he was on patrol.
 * A grid is a responsibility grid by its name, or the first digits of its unit grid cells.
 */
import { z } from "zod";
import type { Instant } from "./clock.ts";
import type { UnitId, Username } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import type { Asset } from "./registry.ts";
import { SCOPE_DIGITS } from "./steward.ts";

export const PatrolGrids = z
  .array(
    z
      .string()
      .trim()
      .min(1)
      .max(64)
      .regex(/^\P{Cc}+$/u, "a grid's name, or the first 6 to 16 digits of its cells"),
  )
  .max(LIMITS.patrolGridsMax);

export interface PatrolArea {
  username: Username;
  /** Of the inspector; absent where he is of none. */
  unitId?: UnitId;
  /** Each once, in the order in which they were given; empty: he has no area. */
  grids: readonly string[];
  changedAt?: Instant;
  changedBy?: string;
}

export const isInGrid = (
  { responsibleGrid, gridCell }: Pick<Asset, "responsibleGrid" | "gridCell">,
  grid: string,
): boolean =>
  responsibleGrid === grid || (SCOPE_DIGITS.test(grid) && gridCell?.startsWith(grid) === true);

/** Where an inspector was, in WGS-84 degrees. */
export interface PatrolPlace {
  lon: number;
  lat: number;
  accuracyM?: number | undefined;
  /** His phone's time. */
  at: Instant;
}

/** What a phone tells of a patrol: the same patrol begins at the same time, however often it is told. */
export interface PatrolSaid {
  startedAt: Instant;
  /** Absent while it goes on. */
  endedAt?: Instant | undefined;
  places: readonly PatrolPlace[];
}

/** A patrol that goes on. */
export interface Patrol {
  startedAt: Instant;
  /** The newest. */
  place?: PatrolPlace;
}

/** How much of an area was walked by within a span. */
export interface AreaCoverage {
  seen: number;
  of: number;
  walkedM: number;
  /** By their ids. */
  unseen: Asset[];
}
