import { expect, test } from "vitest";
import type { Database, Sql } from "../model/database.ts";
import { silentLog } from "../model/log.ts";
import { createWriter } from "./writer.ts";

const nowhere: Sql = {
  run: async () => ({ changes: 0 }),
  all: async () => [],
  get: async () => undefined,
};

/** Commits take a turn of the loop, so that a writer that does not wait is caught. */
function setUp(commit: () => void = () => {}) {
  const database: Database = {
    reader: nowhere,
    async transaction(work) {
      const result = await work(nowhere);
      await new Promise((resolve) => setImmediate(resolve));
      commit();
      return result;
    },
  };
  return createWriter({ database, log: silentLog });
}

test("a write sees in memory what the write before it has committed", async () => {
  const { write } = setUp();
  const names = new Set<string>();
  const add = (name: string): Promise<string> =>
    write(async ({ onCommit }) => {
      if (names.has(name)) return "taken";
      onCommit(() => void names.add(name));
      return "added";
    });
  expect(await Promise.all([add("a"), add("a"), add("b")])).toEqual(["added", "taken", "added"]);
});

test("a commit that fails changes no memory, tells nobody, and the next write goes on", async () => {
  let isBroken = true;
  const { write, onChange } = setUp(() => {
    if (isBroken) throw new Error("disk");
  });
  const seen: string[] = [];
  onChange(({ id }) => seen.push(`told ${id}`));
  const add = (id: string): Promise<void> =>
    write(async ({ onCommit, note }) => {
      onCommit(() => seen.push(`applied ${id}`));
      note({ kind: "unit", id });
    });
  await expect(add("a")).rejects.toThrow("disk");
  isBroken = false;
  await add("b");
  expect(seen).toEqual(["applied b", "told b"]);
});
