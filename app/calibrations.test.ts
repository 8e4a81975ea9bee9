import { expect, test } from "vitest";
import { DAY_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { Device } from "../model/registry.ts";
import { createCalibrations } from "./calibrations.ts";

const NOW = Date.UTC(2026, 10, 22);
const NOWHERE: Sql = {
  run: async () => ({ changes: 0 }),
  all: async () => [],
  get: async () => undefined,
};

test("the devices that are overdue are told, and nothing is written where nothing changes", async () => {
  const told: unknown[] = [];
  let written = 0;
  let opened: { deviceId: string; assetId: string; dueAt: number; taskId: string }[] = [];
  const device = (deviceId: string, calibrationDueAt: number, life = "in-service") => ({
    device: Device.parse({ deviceId, assetId: `at-${deviceId}`, calibrationDueAt, life }),
    asset: {} as never,
  });
  const calibrations = createCalibrations({
    registry: {
      devices: () => [
        device("late", NOW - DAY_MS),
        device("soon", NOW + DAY_MS),
        device("stored", NOW - DAY_MS, "stock"),
      ],
    },
    tasks: {
      changes: async (_sql, overdue) => {
        told.push(overdue);
        return { opened, ended: [] };
      },
      write: async () => void written++,
    },
    engine: { write: async (work) => (await work(NOWHERE, NOW)).value },
    reader: NOWHERE,
  });
  await calibrations.look(NOW);
  expect(told).toEqual([[{ deviceId: "late", assetId: "at-late", dueAt: NOW - DAY_MS }]]);
  expect(written).toBe(0);
  opened = [{ deviceId: "late", assetId: "at-late", dueAt: NOW - DAY_MS, taskId: "t" }];
  await calibrations.look(NOW);
  expect(written).toBe(1);
});
