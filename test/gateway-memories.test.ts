/** What gateways remember: which memory a line begins with, and that it is saved with its positions. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DatabaseDoor } from "../database/database.ts";
import { createMemories, type LineMemory } from "../ingest/ingest.ts";
import { loadMemories, memoryMigrations, saveMemory } from "../ingest/memories.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { createTestDatabase } from "./support/city-database.ts";

const memory = (position: number, text = `at ${position}`): LineMemory => ({
  position,
  parts: new Map([["sparkplug", new Uint8Array(Buffer.from(text))]]),
});
const positions = (kept: readonly LineMemory[]): number[] => kept.map(({ position }) => position);

describe("of several memories", () => {
  test("a line begins with the newest from before its position", () => {
    const memories = createMemories();
    for (const position of [10, 20, 30]) memories.add(memory(position));
    const found = [9, 10, 19, 20, 29, 30, 99].map((at) => memories.at(at)?.position);
    expect(found).toEqual([undefined, 10, 10, 20, 20, 30, 30]);
  });

  test("those go that nobody begins with any more", () => {
    const memories = createMemories();
    for (const position of [10, 20, 30]) memories.add(memory(position));
    memories.storedTo(9);
    expect(positions(memories.kept())).toEqual([10, 20, 30]);
    memories.storedTo(25);
    expect(positions(memories.kept())).toEqual([20, 30]);
    memories.storedTo(500);
    expect(positions(memories.kept())).toEqual([30]);
  });

  test("while the store is away the one that it needs and the newest are kept", () => {
    const memories = createMemories();
    for (let position = 10; position <= 1_000; position += 10) memories.add(memory(position));
    expect(positions(memories.kept())).toEqual([10, 980, 990, 1_000]);
    expect(memories.at(700)?.position).toBe(10);
  });

  test("one of the same position, judged again, takes the place of the first", () => {
    const memories = createMemories();
    memories.add(memory(10));
    memories.add(memory(10, "again"));
    expect(memories.kept()).toEqual([memory(10, "again")]);
  });
});

describe("in the database", () => {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-test-"));
  let database: DatabaseDoor;

  beforeAll(async () => {
    const deps = { log: silentLog, metrics: memoryMetrics() };
    database = createTestDatabase(deps, { file: join(directory, "memories.db") });
    await database.open(memoryMigrations);
  });
  afterAll(async () => {
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test("it is saved once, with those that are kept, and read back as it was", async () => {
    const save = (each: LineMemory, kept: LineMemory[]) =>
      database.transaction((tx) => saveMemory(tx, each, kept));
    const [one, two] = [memory(10), memory(5_000_000_000)];
    await save(one, [one]);
    await save(two, [one, two]);
    await save(two, [one, two]);
    expect(await loadMemories(database.reader)).toEqual([one, two]);
    const three = memory(5_000_000_001, "\u0000\u00ff");
    await save(three, [two, three]);
    expect(await loadMemories(database.reader)).toEqual([two, three]);
  });
});
