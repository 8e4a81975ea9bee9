/** Looks now and then whose calibration is overdue, and has the tasks of it opened and ended. */
import type { Cases } from "../cases/cases.ts";
import { calibrationDueOf } from "../model/calibration.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { RegistryView } from "../model/registry.ts";
import type { Engine } from "./engine.ts";

export interface Calibrations {
  look(now: Instant): Promise<void>;
}

export function createCalibrations(deps: {
  registry: Pick<RegistryView, "devices">;
  tasks: Cases["calibrationTasks"];
  engine: Pick<Engine, "write">;
  reader: Sql;
}): Calibrations {
  const { registry, tasks, engine, reader } = deps;
  return {
    async look(now) {
      const overdue = [...registry.devices()].flatMap(({ device }) => {
        const { deviceId, assetId, calibrationDueAt: dueAt } = device;
        const isOverdue = dueAt !== undefined && calibrationDueOf(device, now) === "overdue";
        return isOverdue ? [{ deviceId, assetId, dueAt }] : [];
      });
      const changes = await tasks.changes(reader, overdue);
      if (changes.opened.length === 0 && changes.ended.length === 0) return;
      await engine.write(async (tx, at) => {
        await tasks.write(tx, changes, at);
        return { value: changes };
      });
    },
  };
}
