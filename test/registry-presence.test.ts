/** What devices and crews told of themselves, on a real database: which of two stands, and how long. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS, MINUTE_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import { Crew } from "../model/registry.ts";
import { createRegistry, type Presence, type Registry } from "../registry/registry.ts";
import { cover, device, openDatabase, START } from "./support/registry-world.ts";

type Told = Parameters<Presence["save"]>[1];

interface World {
  registry: Registry;
  presence: Presence;
  /** Saves each batch in a transaction of its own. */
  save(...batches: Partial<Told>[]): Promise<void>;
  /** In one transaction, with the statements that it took. */
  statements(told: Partial<Told>): Promise<number>;
  count(table: string): Promise<number>;
  run(sql: string): Promise<void>;
}

const NOTHING: Told = { statuses: [], acks: [], positions: [] };

async function setUp(deviceIds: readonly string[] = ["d-1", "d-2"]): Promise<World> {
  const { database, deps } = await openDatabase();
  const registry = createRegistry(deps, { areaCode: "411524", adminPassword: "for-tests-only" });
  await registry.open();
  await registry.assets.create(cover("c-1"));
  await registry.importDevices(deviceIds.map((each) => device(each, "c-1")));
  for (const crewId of ["crew-1", "crew-2"]) {
    await registry.crews.create(Crew.parse({ crewId, name: crewId, unitId: "centre" }));
  }
  const { presence } = registry;
  return {
    registry,
    presence,
    async save(...batches) {
      for (const told of batches) {
        await database.transaction((tx) => presence.save(tx, { ...NOTHING, ...told }));
      }
    },
    async statements(told) {
      let count = 0;
      await database.transaction((tx) => {
        const run: Sql["run"] = (sql, values) => {
          count += 1;
          return tx.run(sql, values);
        };
        const unused = () => Promise.reject(new Error("a save reads nothing"));
        return presence.save({ run, all: unused, get: unused }, { ...NOTHING, ...told });
      });
      return count;
    },
    async count(table) {
      const row = await database.reader.get<{ n: number }>(`select count(*) as n from ${table}`);
      return row?.n ?? 0;
    },
    run: (sql) => database.transaction(async (tx) => void (await tx.run(sql))),
  };
}

const said = (deviceId: string, status: "online" | "offline", at: number) => ({
  deviceId,
  status,
  at,
});
const answered = (id: string, at: number, more: { isOk?: boolean; message?: string } = {}) => ({
  deviceId: "d-1",
  id,
  isOk: true,
  at,
  ...more,
});
const placed = (at: number, lon = 115.4, crewId = "crew-1") => ({ crewId, lon, lat: 31.8, at });

test("a device's newest status stands, whichever comes first, and one of which nothing was heard has none", async () => {
  const { save, presence } = await setUp();
  await save(
    { statuses: [said("d-1", "online", START)] },
    { statuses: [said("d-1", "offline", START + 9), said("d-2", "online", START + 9)] },
    { statuses: [said("d-1", "online", START + 5), said("d-2", "offline", START + 5)] },
  );
  expect(await presence.statusesOf(["d-1", "d-2", "d-3"])).toEqual(
    new Map([
      ["d-1", { state: "offline", at: START + 9 }],
      ["d-2", { state: "online", at: START + 9 }],
    ]),
  );
});

test("however batches are cut and repeated, what stands is the newest, of equal times the last", async () => {
  const { save, presence, run } = await setUp();
  const status = fc.record({
    deviceId: fc.constantFrom("d-1", "d-2"),
    status: fc.constantFrom("online" as const, "offline" as const),
    at: fc.integer({ min: START, max: START + 4 }),
  });
  const batch = fc.record({ told: fc.array(status, { maxLength: 6 }), isTwice: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { maxLength: 5 }), async (batches) => {
      await run("delete from device_status");
      const newest = new Map<string, { state: string; at: number }>();
      for (const { told, isTwice } of batches) {
        const statuses = { statuses: told };
        await save(statuses, ...(isTwice ? [statuses] : []));
        for (const { deviceId, status: state, at } of told) {
          if (at >= (newest.get(deviceId)?.at ?? 0)) newest.set(deviceId, { state, at });
        }
      }
      expect(await presence.statusesOf(["d-1", "d-2"])).toEqual(newest);
    }),
    { numRuns: 60 },
  );
});

test("the newest answers to commands are kept up to a bound, and a late older one pushes none out", async () => {
  const { save, presence, count } = await setUp();
  const max = LIMITS.commandAnswersPerDeviceMax;
  const many = Array.from({ length: max + 5 }, (_, n) => answered(`c${n}`, START + n));
  await save({ acks: many.slice(0, 3) }, { acks: many.slice(3) }, { acks: [answered("late", 1)] });
  const kept = await presence.commandAnswersOf("d-1");
  expect(kept.map(({ id }) => id)).toEqual(
    many
      .slice(-max)
      .map(({ id }) => id)
      .reverse(),
  );
  expect(await count("command_answers")).toBe(max);
  expect(await presence.commandAnswersOf("d-2")).toEqual([]);
});

test("a second answer to a command takes the place of the first, an older one does not", async () => {
  const { save, presence } = await setUp();
  const failed = answered("c1", START + 5, { isOk: false, message: "jammed" });
  await save({ acks: [failed] }, { acks: [answered("c1", START + 4)] });
  const jammed = { id: "c1", ok: false, message: "jammed", at: START + 5 };
  expect(await presence.commandAnswersOf("d-1")).toEqual([jammed]);
  await save({ acks: [answered("c1", START + 6)] });
  expect(await presence.commandAnswersOf("d-1")).toEqual([{ id: "c1", ok: true, at: START + 6 }]);
});

test("of a crew's places the newest is told, and of each minute the newest is kept", async () => {
  const { save, presence, count } = await setUp();
  await save(
    { positions: [{ ...placed(START), accuracyM: 8 }, placed(START + 50_000, 115.5)] },
    { positions: [placed(START + 40_000, 115.6), placed(START - MINUTE_MS, 115.7)] },
    { positions: [placed(START + MINUTE_MS, 116, "crew-2")] },
  );
  expect(await count("crew_positions")).toBe(3);
  expect(await presence.placesOf(["crew-1", "crew-2", "crew-3"], START)).toEqual(
    new Map([
      ["crew-1", { lon: 115.5, lat: 31.8, at: START + 50_000 }],
      ["crew-2", { lon: 116, lat: 31.8, at: START + MINUTE_MS }],
    ]),
  );
  await save({ positions: [{ ...placed(START + 50_000, 115.8), accuracyM: 0 }] });
  const places = await presence.placesOf(["crew-1"], START);
  expect(places.get("crew-1")).toEqual({
    lon: 115.8,
    lat: 31.8,
    accuracyM: 0,
    at: START + 50_000,
  });
});

test("where a crew was 90 days ago is told to nobody, and is gone at the next tidying", async () => {
  const { save, presence, count } = await setUp();
  // The second is a minute younger, and goes a minute later.
  const places = [placed(START), placed(START + MINUTE_MS), placed(START, 115, "crew-2")];
  await save({ positions: places });
  const now = START + LIMITS.crewPositionDaysMax * DAY_MS;
  expect((await presence.placesOf(["crew-1", "crew-2"], now)).size).toBe(2);
  expect([...(await presence.placesOf(["crew-1", "crew-2"], now + 1)).keys()]).toEqual(["crew-1"]);
  await presence.tidy(now);
  expect(await count("crew_positions")).toBe(3);
  await presence.tidy(now + 1);
  expect(await count("crew_positions")).toBe(1);
  await presence.tidy(now + 90 * DAY_MS);
  expect(await count("crew_positions")).toBe(0);
});

test("a device or crew that is removed takes along what it told, and tells nothing afterwards", async () => {
  const { registry, save, presence, count, run } = await setUp();
  const told = {
    statuses: [said("d-1", "online", START)],
    acks: [answered("c1", START)],
    positions: [placed(START)],
  };
  const tables = ["device_status", "command_answers", "crew_positions"];
  const counts = () => Promise.all(tables.map(count));
  await save(told);
  expect(await counts()).toEqual([1, 1, 1]);
  await registry.deviceRegister.remove("d-1");
  // The API removes no crews yet; the database holds the promise.
  await run("delete from crews where crew_id = 'crew-1'");
  expect(await counts()).toEqual([0, 0, 0]);
  await save(told);
  expect(await counts()).toEqual([0, 0, 0]);
  await registry.deviceRegister.create(device("d-1", "c-1"));
  expect(await presence.statusesOf(["d-1"])).toEqual(new Map());
});

test("a batch without a word costs no statement, and ten thousand devices one each at most", async () => {
  const deviceIds = Array.from({ length: 10_000 }, (_, n) => `lamp-${n}`);
  const { statements, presence } = await setUp(deviceIds);
  expect(await statements({})).toBe(0);
  const twice = [START, START + 1].flatMap((at) => deviceIds.map((id) => said(id, "online", at)));
  expect(await statements({ statuses: twice })).toBe(10_000);
  const statuses = await presence.statusesOf(deviceIds);
  expect(statuses.size).toBe(10_000);
  expect(statuses.get("lamp-9999")).toEqual({ state: "online", at: START + 1 });
});

test("a device that answers without end costs no more than what is kept of it", async () => {
  const { statements } = await setUp();
  const acks = Array.from({ length: 2_000 }, (_, n) => answered(`c${n}`, START + n));
  expect(await statements({ acks })).toBe(LIMITS.commandAnswersPerDeviceMax + 1);
  const positions = Array.from({ length: 2_000 }, (_, n) => placed(START + n));
  expect(await statements({ positions })).toBe(1);
});

test("after the clock was set back, what was told before it no longer stands in the way", async () => {
  const { save, presence } = await setUp();
  const ahead = START + 1_000_000;
  await save({
    statuses: [said("d-1", "online", ahead)],
    acks: [answered("c-1", ahead)],
    positions: [placed(ahead, 115.9)],
  });
  await presence.notAfter(START);
  await save({
    statuses: [said("d-1", "offline", START)],
    acks: [answered("c-1", START, { isOk: false })],
    positions: [placed(START, 115.1)],
  });
  expect((await presence.statusesOf(["d-1"])).get("d-1")).toEqual({ state: "offline", at: START });
  expect(await presence.commandAnswersOf("d-1")).toMatchObject([{ ok: false, at: START }]);
  expect((await presence.placesOf(["crew-1"], START)).get("crew-1")).toMatchObject({ lon: 115.1 });
});
