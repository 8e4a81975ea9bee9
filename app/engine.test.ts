/** The engine: what is judged, stored and committed, and when. */
import { afterEach, expect, test, vi } from "vitest";
import { noEffects } from "../cases/cases.ts";
import type { Case } from "../model/case.ts";
import {
  begin,
  betweenTheTwo,
  endEngines,
  forgetEngines,
  fresh,
  type Kept,
  upTo,
} from "./engine-double.ts";

afterEach(endEngines);

test("what is journaled is judged, committed and then stored, each once and in order", async () => {
  const kept = fresh();
  const world = await begin(kept);
  world.add(3);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(3)));
  world.add(2);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(5)));
  expect(world.judged).toEqual(upTo(5));
  expect(kept.cursor?.position).toBe(5);
  expect(world.kept.at(-1)).toBe(5);
});

test("nothing is stored before it is committed, and a refused commit is tried again", async () => {
  const world = await begin(fresh());
  world.failCommits = 2;
  world.add(3);
  await vi.waitFor(() => expect(world.engine.stats().fault).toContain("database is locked"));
  expect(world.stored).toEqual([]);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(3)), 5_000);
  expect(world.judged).toEqual(upTo(3));
  expect(world.engine.stats().fault).toBeUndefined();
});

test("what was judged and refused at the end is not saved with the cursor of before", async () => {
  const kept = fresh();
  const world = await begin(kept);
  world.failCommits = 2;
  world.add(3);
  await vi.waitFor(() => expect(world.engine.stats().fault).toContain("database is locked"));
  await world.engine.stop();
  expect(world.failCommits).toBe(0);
  expect(kept.cursor).toBeUndefined();
});

test.each([
  ["what was judged", { cursor: { position: 9, open_from: null, alive_at: 0 }, storedTo: 3 }],
  ["the store of readings", { cursor: undefined, storedTo: 9 }],
])("a journal that ends before %s is refused with the cure", async (what, more) => {
  const kept: Kept = { ...fresh(), records: upTo(5), ...more };
  await expect(begin(kept)).rejects.toThrow(
    `ends at position 5, but ${what} goes up to 9: journal files are gone`,
  );
  forgetEngines();
});

test("a stop opens the store no second time and finds no fault in it", async () => {
  const world = await begin(fresh());
  world.add(2);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(2)));
  await world.engine.stop();
  expect(world.opens).toBe(1);
  expect(world.engine.stats().storeFault).toBeUndefined();
});

test("after a crash between commit and store the rest is stored and not judged", async () => {
  const kept = fresh();
  kept.records = upTo(8);
  kept.storedTo = 3;
  kept.cursor = { position: 6, open_from: null, alive_at: 0 };
  const world = await begin(kept);
  await vi.waitFor(() => expect(world.stored).toEqual([3, 4, 5, 6, 7]));
  expect(world.judged).toEqual([6, 7]);
  expect(world.remembered).toEqual([3, 4, 5]);
});

test("a frame that began before what is stored is decoded from its beginning", async () => {
  const kept = fresh();
  kept.records = upTo(4);
  kept.storedTo = 3;
  kept.cursor = { position: 3, open_from: 1, alive_at: 0 };
  const world = await begin(kept);
  await vi.waitFor(() => expect(world.judged).toEqual([3]));
  expect(world.stored).toEqual([3]);
});

test("the journal keeps the beginning of a frame until the store has all of it", async () => {
  const kept = fresh();
  const world = await begin(kept);
  world.held = [];
  world.add(2, 1);
  await vi.waitFor(() => expect(world.held).toHaveLength(1));
  world.add(2);
  await vi.waitFor(() => expect(world.held).toHaveLength(2));
  // The frame is whole by now, but the store has neither half.
  expect(world.committed.at(-1)).toEqual({ position: 4, openFrom: 1 });
  const [first, second] = world.held;
  first?.();
  await vi.waitFor(() => expect(world.kept).toEqual([1]));
  second?.();
  await vi.waitFor(() => expect(world.kept).toEqual([1, 4]));
  world.held = undefined;
});

test("a line begins with the newest memory from before it, and decodes again from there", async () => {
  const kept = { ...fresh(), records: upTo(8), storedTo: 5 };
  kept.cursor = { position: 5, open_from: null, alive_at: 0 };
  kept.memories.saved = [1, 3, 6];
  const world = await begin(kept);
  await vi.waitFor(() => expect(world.stored).toEqual([5, 6, 7]));
  expect(world.begun).toEqual([[3, 3]]);
  expect(world.judged).toEqual([5, 6, 7]);
});

test("a memory is saved with the cursor, and the journal kept from the one that the store needs", async () => {
  const kept = fresh();
  kept.memories.wanted = [2, 4];
  const world = await begin(kept);
  world.held = [];
  world.add(2);
  await vi.waitFor(() => expect(world.held).toHaveLength(1));
  world.add(2);
  await vi.waitFor(() => expect(world.held).toHaveLength(2));
  expect(kept.memories.saved).toEqual([2, 4]);
  world.add(1);
  await vi.waitFor(() => expect(world.held).toHaveLength(3));
  const [first, second, third] = world.held;
  first?.();
  await vi.waitFor(() => expect(world.kept).toEqual([2]));
  second?.();
  await vi.waitFor(() => expect(world.kept).toEqual([2, 4]));
  // What comes after a memory is needed to go on from it.
  third?.();
  await vi.waitFor(() => expect(world.kept).toEqual([2, 4, 4]));
  world.held = undefined;
});

test("what devices and crews told is saved with the cursor of their batch, and not when read again", async () => {
  const kept = betweenTheTwo();
  const world = await begin(kept);
  await vi.waitFor(() => expect(world.stored).toEqual([2, 3, 4, 5]));
  await world.engine.write(async () => ({ value: 7 }));
  world.add(1);
  await vi.waitFor(() => expect(world.judged).toEqual([4, 5, 6]));
  await vi.waitFor(() => expect(kept.cursor?.position).toBe(7));
  expect(world.told).toEqual([
    [[4, 5], 4],
    [[6], 6],
  ]);
});

test("a sender is turned away once its message is judged, not when it is read again", async () => {
  const kept = betweenTheTwo();
  const world = await begin(kept);
  await vi.waitFor(() => expect(world.stored).toEqual([2, 3, 4, 5]));
  expect(world.turnedAway).toEqual([
    ["sender-4", 6],
    ["sender-5", 6],
  ]);
});

test("what the platform cannot hear is told to the alerts, before anything that comes afterwards", async () => {
  const world = await begin(fresh());
  await vi.waitFor(() => expect(world.hearing).toEqual([true]), 3_000);
  world.canHear = false;
  await vi.waitFor(() => expect(world.hearing).toEqual([true, false]), 3_000);
  world.canHear = true;
  world.add(1);
  await vi.waitFor(() => expect(world.judged).toEqual([0]));
  expect(world.hearing).toEqual([true, false, "deaf span"]);
  await vi.waitFor(() => expect(world.hearing.at(-1)).toBe(true), 3_000);
});

test("work of the API runs between batches in one transaction, and its error is its own", async () => {
  const world = await begin(fresh());
  const answer = await world.engine.write(async () => ({ value: 7 }));
  expect(answer).toBe(7);
  const refused = world.engine.write(async () => {
    throw new Error("no such case");
  });
  await expect(refused).rejects.toThrow("no such case");
  world.add(1);
  await vi.waitFor(() => expect(world.stored).toEqual([0]));
});

/** Eight records, six of them judged, three stored, and a store that opens when it is told to. */
function slowToOpen(): { kept: Kept; open: () => void } {
  let open = (): void => {};
  const opening = new Promise<void>((resolve) => {
    open = resolve;
  });
  const cursor = { position: 6, open_from: null, alive_at: 0 };
  return {
    kept: { ...fresh(), records: upTo(8), storedTo: 3, cursor, opening },
    open: () => open(),
  };
}

test("a case that is closed resets what its alarms leave, in the transaction that closes it", async () => {
  const world = await begin(fresh());
  const inState = (state: string, assetId?: string) =>
    ({ state, assetId, conditionId: "bin-full" }) as unknown as Case;
  const changed = [
    inState("CLOSED", "can-1"),
    inState("FORCE_CLOSED", "can-2"),
    inState("HANDLING", "can-3"),
    inState("VOIDED", "can-4"),
    inState("CLOSED"),
    // A drill moves nothing real.
    { ...inState("CLOSED", "can-5"), isDrill: true },
  ];
  await world.engine.write(async () => ({ value: 7, effects: { ...noEffects(), changed } }));
  expect(world.resets.slice(0, 4)).toEqual([
    ...["can-1 bin-full", "can-2 bin-full", "can-4 bin-full"],
    "saved",
  ]);
});

test("a write that comes before the store is open leaves the cursor where it was", async () => {
  const { kept, open } = slowToOpen();
  const world = await begin(kept);
  await world.engine.write(async () => ({ value: 7 }));
  expect(kept.cursor?.position).toBe(6);
  open();
  await vi.waitFor(() => expect(world.stored).toEqual([3, 4, 5, 6, 7]));
  expect(world.judged).toEqual([6, 7]);
});

test("a stop before everything is stored again judges nothing twice", async () => {
  const { kept, open } = slowToOpen();
  const world = await begin(kept);
  const stopped = world.engine.stop();
  open();
  await stopped;
  expect(world.judged).toEqual([]);
  expect(kept.cursor?.position).toBe(6);
});

test("newest values count as known when the store has told them, not while it is away at the start", async () => {
  const cursor = { position: 5, open_from: null, alive_at: 0 };
  const kept: Kept = { ...fresh(), records: upTo(5), storedTo: 5, cursor };
  const world = await begin(kept, 4);
  await vi.waitFor(() => expect(world.engine.stats().isReplayed).toBe(true), 10_000);
  expect(world.engine.stats().isLatestKnown).toBe(false);
  // Though nothing comes meanwhile.
  await vi.waitFor(() => expect(world.engine.stats().isLatestKnown).toBe(true), 20_000);
  await world.engine.stop();
  const again = await begin({ ...kept, cursor: undefined, records: [], storedTo: 0 });
  await vi.waitFor(() => expect(again.engine.stats().isLatestKnown).toBe(true));
});
