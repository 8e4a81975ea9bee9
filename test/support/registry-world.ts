/** A registry on a real database in a folder of its own, taken down after each test. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect } from "vitest";
import { type ManualClock, manualClock } from "../../model/clock.ts";
import type { Database } from "../../model/database.ts";
import { type ErrorCode, isErrorCode } from "../../model/errors.ts";
import { silentLog } from "../../model/log.ts";
import { memoryMetrics } from "../../model/metrics.ts";
import { Asset, Device } from "../../model/registry.ts";
import { createRegistry, type Registry, registryMigrations } from "../../registry/registry.ts";
import { createTestDatabase } from "./city-database.ts";

export const START = Date.UTC(2026, 10, 22);
const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface World {
  registry: Registry;
  database: Database;
  clock: ManualClock;
  changes: string[];
  made: string | undefined;
  restart(): Promise<Registry>;
}

export async function openDatabase() {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-registry-"));
  cleanups.push(() => rmSync(directory, { recursive: true }));
  const common = { log: silentLog, metrics: memoryMetrics() };
  const database = createTestDatabase(common, { file: join(directory, "city.db") });
  await database.open(registryMigrations);
  cleanups.push(() => database.close());
  const clock = manualClock(START);
  return { database, clock, deps: { ...common, database, clock } };
}

export async function setUp(adminPassword?: string): Promise<World> {
  const { deps, clock, database } = await openDatabase();
  const create = (): Registry =>
    createRegistry(deps, {
      areaCode: "411524",
      adminPassword,
      classes: ["manhole-cover", "streetlight"],
    });
  const registry = create();
  const { madeAdminPassword: made } = await registry.open();
  const changes: string[] = [];
  registry.onChange(({ kind, id }) => changes.push(`${kind} ${id}`));
  const restart = async (): Promise<Registry> => {
    const again = create();
    expect(await again.open()).toEqual({});
    return again;
  };
  return { registry, database, clock, changes, made, restart };
}

export const cover = (assetId: string, more: Record<string, unknown> = {}): Asset =>
  Asset.parse({
    assetId,
    class: "manhole-cover",
    componentCode: "4115240101000001",
    name: "污水井盖",
    lon: 115.41,
    lat: 31.8,
    ...more,
  });
export const device = (
  deviceId: string,
  assetId: string,
  more: Record<string, unknown> = {},
): Device => Device.parse({ deviceId, assetId, ...more });
export const ids = (page: { items: { assetId?: string }[] }): unknown[] =>
  page.items.map(({ assetId }) => assetId);
export const refusedAs = (code: ErrorCode) =>
  expect.toSatisfy((error: unknown) => isErrorCode(error, code), code);
