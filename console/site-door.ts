/** What the console asks of who knows a case's place: what is dangerous there, what shuts it off, whose it is. */
import type { Case, Hazard } from "../model/case.ts";
import type { Place } from "../model/geography.ts";
import type { Asset } from "../model/registry.ts";

/** A gas value with the limit from which on nobody goes in. */
export interface SiteHazard extends Hazard {
  limit?: { value: number; direction: "above" | "below" };
}

export interface Site {
  asset?: Asset;
  hazards: SiteHazard[];
  /** The nearest valve, the feeder of a lamp. */
  cutOffs: { kind: "valve" | "feeder"; asset: Asset; distanceM: number }[];
  /** Each unit once, in the order in which they answer for the asset. */
  units: {
    unitId: string;
    name: string;
    is: "maintenance" | "owner" | "competent";
    phones: string[];
  }[];
}

export interface SitesDoor {
  of(theCase: Case): Site;
  /** Of every class and of none, the nearest first. */
  around(place: Place, limit: number): { asset: Asset; distanceM: number }[];
}

export interface PositionsDoor {
  /**
   * A place of the crew, as if it came by MQTT; false, and nothing is kept, while it is off duty.
   * @throws CREW_NOT_FOUND
   */
  say(
    crewId: string,
    place: Place & { accuracyM?: number | undefined; at?: string | undefined },
  ): Promise<boolean>;
}
