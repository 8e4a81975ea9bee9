/** Under which topic the network server of each device speaks: in memory, and on disk soon after. */
import type { Database } from "../model/database.ts";
import { forgetWay, loadWays, saveWay } from "./carrier-rows.ts";

export function createWays(database: Database) {
  const known = new Map<string, string>();
  /** Undefined: no way is known any more. */
  const unsaved = new Map<string, string | undefined>();
  return {
    of: (deviceId: string) => known.get(deviceId),
    put(deviceId: string, way: string): void {
      if (known.get(deviceId) === way) return;
      known.set(deviceId, way);
      unsaved.set(deviceId, way);
    },
    /** It may be another device now, which that way does not lead to. */
    forget(deviceId: string): void {
      if (known.delete(deviceId)) unsaved.set(deviceId, undefined);
    },
    /** What was heard meanwhile is newer. */
    async load(): Promise<void> {
      for (const [deviceId, way] of await loadWays(database.reader)) {
        if (!known.has(deviceId) && !unsaved.has(deviceId)) known.set(deviceId, way);
      }
    },
    async save(): Promise<void> {
      if (unsaved.size === 0) return;
      const some = new Map(unsaved);
      await database.transaction(async (tx) => {
        for (const [deviceId, way] of some) {
          if (way === undefined) await forgetWay(tx, deviceId);
          else await saveWay(tx, deviceId, way);
        }
      });
      for (const [deviceId, way] of some) {
        if (unsaved.get(deviceId) === way) unsaved.delete(deviceId);
      }
    },
  };
}
