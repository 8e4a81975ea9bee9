/** A store that fails, hangs, lags or comes back: alarms go on, and it gets what it lacks. */
import { afterEach, expect, test, vi } from "vitest";
import type { PastReading } from "../ingest/ingest.ts";
import { begin, endEngines, fresh, upTo } from "./engine-double.ts";

afterEach(endEngines);

test("when the store fails it is opened again, and what it lacks is stored but not judged again", async () => {
  const kept = fresh();
  const world = await begin(kept);
  world.add(2);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(2)));
  world.failAppends = 1;
  world.add(3);
  await vi.waitFor(() => expect(world.judged).toEqual(upTo(5)));
  world.add(1);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(6)), 5_000);
  expect(world.judged).toEqual(upTo(6));
});

test("alarms do not wait for a store that is away, and it gets what it lacks when it is back", async () => {
  const kept = fresh();
  const world = await begin(kept);
  world.add(2);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(2)));
  world.failAppends = 1;
  world.failOpens = 3;
  world.add(1);
  await vi.waitFor(() => expect(world.engine.stats().storeFault).toContain("not stored"));
  world.add(2);
  await vi.waitFor(() => expect(world.judged).toEqual(upTo(5)));
  expect(world.stored).toEqual(upTo(2));
  expect(world.engine.stats().storeFault).toContain("not stored");
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(5)), 10_000);
  expect(world.judged).toEqual(upTo(5));
  expect(world.engine.stats().storeFault).toBeUndefined();
});

test("what the store puts aside is counted so as soon as it has said it", async () => {
  const world = await begin(fresh());
  world.add(1);
  await vi.waitFor(() => expect(world.stored).toEqual([0]));
  const before = world.engine.stats().ledger;
  world.putAside = 1;
  world.add(1);
  await vi.waitFor(() => expect(world.engine.stats().ledger.putAside).toBe(before.putAside + 1));
  const { journaled, stored } = world.engine.stats().ledger;
  expect([journaled, stored]).toEqual([before.journaled + 1, before.stored]);
});

test("a store that is away from the start keeps nobody from judging", async () => {
  const kept = fresh();
  kept.records = upTo(3);
  kept.storedTo = 1;
  kept.cursor = { position: 2, open_from: null, alive_at: 0 };
  const world = await begin(kept, 2);
  await vi.waitFor(() => expect(world.judged).toEqual([2]));
  await vi.waitFor(() => expect(world.stored).toEqual([1, 2]), 10_000);
  expect(world.judged).toEqual([2]);
});

test("a store that does not answer in time holds up no alarm, and is asked no more", async () => {
  const world = await begin(fresh());
  world.add(1);
  await vi.waitFor(() => expect(world.stored).toEqual([0]));
  world.doubtful = new Set([1, 3]);
  world.add(1);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(2)));
  expect(world.answers).toEqual([[1.5]]);
  world.isStoreDumb = true;
  world.failOpens = 100;
  world.add(2);
  await vi.waitFor(() => expect(world.judged).toEqual(upTo(4)), 5_000);
  expect(world.answers).toEqual([[1.5], [undefined]]);
  expect(world.engine.stats().storeFault).toContain("did not answer within 2000 ms");
  world.add(1);
  await vi.waitFor(() => expect(world.judged).toEqual(upTo(5)));
  expect(world.stored).toEqual(upTo(2));
});

test("judging goes on while the store catches up, which asks the store for what it doubts", async () => {
  const world = await begin(fresh());
  world.add(2);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(2)));
  let go = (): void => {};
  world.slowLine = new Promise((resolve) => {
    go = resolve;
  });
  world.failAppends = 1;
  world.add(1);
  await vi.waitFor(() => expect(world.opens).toBe(2), 5_000);
  world.doubtful = new Set([3]);
  world.add(2);
  await vi.waitFor(() => expect(world.judged).toEqual(upTo(5)));
  expect(world.answers).toEqual([[undefined]]);
  expect(world.stored).toEqual(upTo(2));
  go();
  world.add(1);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(6)), 5_000);
  expect(world.judged).toEqual(upTo(6));
  expect(world.answers).toEqual([[undefined], [3.5]]);
});

test("while it catches up the store is asked for a key when it has what was handed over before", async () => {
  const kept = { ...fresh(), records: upTo(6_000) };
  kept.cursor = { position: 6_000, open_from: null, alive_at: 0 };
  let go = (): void => {};
  const slow = new Promise<void>((resolve) => {
    go = resolve;
  });
  const world = await begin(kept, 0, slow);
  world.held = [];
  world.doubtful = new Set([200]);
  go();
  await vi.waitFor(() => expect(world.held).toHaveLength(1));
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  // Before the first batch there was nothing to wait for.
  expect([world.answers.length, world.held.length]).toEqual([1, 1]);
  const [settle] = world.held;
  world.held = undefined;
  settle?.();
  await vi.waitFor(() => expect(world.stored).toHaveLength(6_000), 5_000);
  expect([world.answers.length, world.opens]).toEqual([3, 1]);
});

test("a database older than the store judges what lies between, and stores it once", async () => {
  const kept = fresh();
  kept.records = upTo(6);
  kept.storedTo = 5;
  kept.cursor = { position: 2, open_from: null, alive_at: 0 };
  const world = await begin(kept);
  await vi.waitFor(() => expect(world.judged).toEqual([2, 3, 4, 5]));
  world.add(1);
  await vi.waitFor(() => expect(world.judged).toEqual([2, 3, 4, 5, 6]));
  await vi.waitFor(() => expect(world.stored).toEqual([5, 6]), 5_000);
});

test("a stop while frames are rebuilt without a store judges nothing", async () => {
  const kept = fresh();
  kept.records = upTo(2_500);
  kept.cursor = { position: 2_490, open_from: 0, alive_at: 0 };
  let go = (): void => {};
  const slow = new Promise<void>((resolve) => {
    go = resolve;
  });
  const world = await begin(kept, 100, slow);
  await vi.waitFor(() => expect(world.lines).toBe(1));
  const stopped = world.engine.stop();
  go();
  await stopped;
  expect(world.judged).toEqual([]);
  expect(kept.cursor?.position).toBe(2_490);
});

test("what the store holds is known before the judge has a line of its own", async () => {
  const kept = fresh();
  kept.records = upTo(4);
  kept.storedTo = 1;
  kept.cursor = { position: 3, open_from: null, alive_at: 0 };
  let go = (): void => {};
  const slow = new Promise<void>((resolve) => {
    go = resolve;
  });
  const world = await begin(kept, 0, slow);
  expect(world.engine.latest("an asset")).toEqual(["known to the line"]);
  expect(world.judged).toEqual([]);
  go();
  await vi.waitFor(() => expect(world.judged).toEqual([3]));
});

test("a store that does not take what is replaced is opened again: series may be numbered that it lacks", async () => {
  const world = await begin(fresh());
  world.add(1);
  await vi.waitFor(() => expect(world.stored).toEqual([0]));
  world.failReplaces = 1;
  await expect(world.engine.replacePast([])).rejects.toThrow("the disk is full");
  await vi.waitFor(() => expect(world.opens).toBe(2), 5_000);
  expect(await world.engine.replacePast([])).toBe(0);
});

test("what comes while the store is asked stands, and nothing is put in its place", async () => {
  const world = await begin(fresh());
  world.add(1);
  await vi.waitFor(() => expect(world.stored).toEqual([0]));
  let asked = 0;
  world.standing = async () => {
    asked += 1;
    if (asked > 1) return [7, undefined];
    world.add(1);
    await vi.waitFor(() => expect(world.stored).toEqual([0, 1]));
    return [undefined, undefined];
  };
  const past = [{}, {}] as unknown as PastReading[];
  expect(await world.engine.addPast(past)).toEqual({ standing: [7, undefined], refused: 0 });
  expect([asked, world.placed]).toEqual([2, 1]);
});
