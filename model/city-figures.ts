/** The figures of the city as it is now by which its lighting and its plants are judged. */
import type { Instant } from "./clock.ts";

export interface CityFigures {
  at: Instant;
  /** Lamps with a device: that their plan wants lit now; of these, heard of late with a good value; of these, lit. */
  lighting: { due: number; heard: number; lit: number };
  /**
   * Outlets of plants: all; measured of late; of these, on which no rule of a discharge limit stands that
   * opens a case (GB 18918-2002: a daily mean, pH at once).
   */
  outlets: { all: number; measured: number; within: number };
}
