/** What devices and crews last told of themselves; who told nothing has none of it. */
import type { Instant } from "./clock.ts";

export interface DeviceStatus {
  state: "online" | "offline";
  /** Receipt of the status. */
  at: Instant;
}

/** What a device answered to a command. */
export interface CommandAnswer {
  /** The command's. */
  id: string;
  ok: boolean;
  message?: string;
  /** Receipt of the answer. */
  at: Instant;
}

/** Where a crew was, in WGS-84 degrees. */
export interface CrewPlace {
  lon: number;
  lat: number;
  accuracyM?: number;
  /** The crew's own time. */
  at: Instant;
}
