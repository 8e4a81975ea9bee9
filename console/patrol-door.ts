/** What the console asks of who knows whose a patrol area is, who is on patrol, and where. */
import type { Instant } from "../model/clock.ts";
import type { AreaCoverage, Patrol, PatrolArea, PatrolSaid } from "../model/patrol.ts";

export interface PatrolsDoor {
  /** Of every inspector, by name. */
  areas(): PatrolArea[];
  /** Of one who has none an empty one. @throws USER_NOT_FOUND */
  area(username: string): PatrolArea;
  /** @throws USER_NOT_FOUND, REQUEST_INVALID */
  putArea(said: { username: string; grids: readonly string[]; by: string }): Promise<PatrolArea>;
  /** Who is on patrol now, by name. */
  going(): Promise<ReadonlyMap<string, Patrol>>;
  /** Harmless twice. @throws REQUEST_INVALID */
  say(username: string, said: PatrolSaid): Promise<{ kept: number; leftOut: number }>;
  /** `to` is exclusive. @throws USER_NOT_FOUND, REQUEST_INVALID */
  coverage(username: string, from: Instant, to: Instant): Promise<AreaCoverage>;
}
