import { expect, test, vi } from "vitest";
import type { ScriptRuns } from "../ingest/ingest.ts";
import { manualClock } from "../model/clock.ts";
import type { DecoderOff, KeptDecoder } from "../model/decoder.ts";
import { LIMITS } from "../model/limits.ts";
import { silentLog } from "../model/log.ts";
import type { DeviceEntry } from "../model/registry.ts";
import { createUnreadWatch, type UnreadWatchDeps } from "./unread-watch.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const NOW = 1_795_307_405_000;
const FRAMES = LIMITS.unreadFramesMax;

/** Two covers and a lamp of one decoder, a cover of another, and one in stock. */
const DEVICES = (
  [
    ["cover-1", "manhole-cover", "em400", undefined],
    ["cover-2", "manhole-cover", "em400", undefined],
    ["cover-3", "manhole-cover", "em400", "stock"],
    ["lamp-1", "streetlight", "em400", undefined],
    ["cover-4", "manhole-cover", "other", undefined],
  ] as const
).map(
  ([deviceId, slug, decoder, life]) =>
    ({
      device: { deviceId, decoder, ...(life !== undefined && { life }) },
      asset: { class: slug },
    }) as unknown as DeviceEntry,
);

interface World {
  off?: DecoderOff;
  version?: number;
  standing?: string[];
  failTells?: number;
}

function setUp(world: World = {}) {
  const clock = manualClock(NOW);
  const made: Parameters<UnreadWatchDeps["tell"]>[0]["made"] = [];
  const done: string[] = [];
  const kept = (): KeptDecoder =>
    ({
      ...{ decoderId: "em400", version: world.version ?? 1 },
      ...(world.off !== undefined && { off: world.off }),
    }) as KeptDecoder;
  const scans = { count: 0 };
  const watch = createUnreadWatch({
    registry: {
      devices() {
        scans.count += 1;
        return DEVICES;
      },
      device: (id) => DEVICES.find(({ device }) => device.deviceId === id),
      decoders: {
        get: (id) => (id === "em400" ? kept() : ({ decoderId: id, version: 1 } as KeptDecoder)),
        switchedOff: () => (world.off === undefined ? [] : [kept()]),
      },
    },
    rules: () => [
      { class: "manhole-cover", enabled: true, lifeSafety: true },
      { class: "streetlight", enabled: true, lifeSafety: false },
      { class: "streetlight", enabled: false, lifeSafety: true },
    ],
    standing: async () => world.standing ?? [],
    async tell(told) {
      if ((world.failTells ?? 0) > 0) {
        world.failTells = 0;
        throw new Error("the database is away");
      }
      made.push(...told.made);
      done.push(...told.done);
    },
    clock,
    log: silentLog,
  });
  const names = (): string[][] => made.map(({ notice }) => notice.devices?.some ?? []);
  return { clock, world, watch, made, done, names, scans };
}

const idOf = (since: number, repeats: number): string => `uplinks-unread-em400-${since}-${repeats}`;

/** Of one batch: how many frames of each device came to nothing. */
function runOf(unread: Record<string, number>, more: object = {}): ScriptRuns[] {
  const devices = new Map(
    Object.entries(unread).map(([id, count]) => [
      id,
      { unread: count, wasRead: false, wasUnasked: false, ...more },
    ]),
  );
  const counts = { answered: 0, faults: 1, throws: 1, lastFault: "threw" };
  return [{ decoderId: "em400", version: 1, ...counts, devices }];
}

test("a decoder that is off costs its life-safety devices their hearing, which is told by their names", async () => {
  const { watch, made, names } = setUp({ off: { at: NOW - 5, reason: "" } });
  await watch.look();
  await watch.look();
  expect(names()).toEqual([["cover-1", "cover-2"]]);
  expect(made[0]?.notice).toMatchObject({
    ...{ noticeId: idOf(NOW - 5, 0), kind: "uplinks-unread", lifeSafety: true, at: NOW },
    devices: { count: 2 },
  });
  expect(made[0]?.unread).toMatchObject({ decoderId: "em400", since: NOW - 5, repeats: 0 });
});

test("it is told again while it lasts, in the place of what stood, and done when the decoder is on", async () => {
  const { clock, world, watch, made, done } = setUp({ off: { at: NOW, reason: "" } });
  await watch.look();
  clock.advance(LIMITS.unreadRepeatMs - 1);
  await watch.look();
  expect(made).toHaveLength(1);
  clock.advance(1);
  await watch.look();
  expect(made.map(({ notice }) => notice.noticeId)).toEqual([idOf(NOW, 0), idOf(NOW, 1)]);
  expect(done).toEqual([idOf(NOW, 0)]);
  delete world.off;
  await watch.look();
  expect(done).toEqual([idOf(NOW, 0), idOf(NOW, 1)]);
});

test("after a restart what stands is told to nobody again, and what is over is done", async () => {
  const standing = [idOf(NOW, 0), "uplinks-unread-gone-7-0"];
  const { watch, made, done } = setUp({ off: { at: NOW, reason: "" }, standing });
  await watch.look();
  expect([made, done]).toEqual([[], ["uplinks-unread-gone-7-0"]]);
});

test("frames that nobody was asked for are told at once, one that fails only after some in a row", async () => {
  const { watch, names, done } = setUp();
  watch.note(runOf({ "cover-1": FRAMES - 1, "lamp-1": FRAMES }));
  watch.note(runOf({ "cover-1": FRAMES - 1 }, { wasRead: true }));
  await watch.look();
  expect(names()).toEqual([]);
  watch.note(runOf({ "cover-1": 1 }));
  await vi.waitFor(() => expect(names()).toEqual([["cover-1"]]));
  watch.note(runOf({ "cover-1": 0 }, { wasRead: true }));
  await vi.waitFor(() => expect(done).toHaveLength(1));
  watch.note(runOf({ "cover-2": 1 }, { wasUnasked: true }));
  await vi.waitFor(() => expect(names()).toEqual([["cover-1"], ["cover-2"]]));
});

test("another version of the decoder has failed on nothing yet", async () => {
  const { world, watch, names, done } = setUp();
  watch.note(runOf({ "cover-1": FRAMES }));
  await vi.waitFor(() => expect(names()).toHaveLength(1));
  world.version = 2;
  await watch.look();
  expect(done).toHaveLength(1);
});

test("batches that change nothing have nobody looked for among all devices", async () => {
  const { watch, scans } = setUp({ off: { at: NOW, reason: "" } });
  const other = runOf({ "cover-4": FRAMES }).map((run) => ({ ...run, decoderId: "other" }));
  watch.note(other);
  await vi.waitFor(() => expect(scans.count).toBe(1));
  for (let batch = 0; batch < 5; batch += 1) {
    watch.note(other);
    watch.note([]);
    await turn();
  }
  expect(scans.count).toBe(1);
});

test("what could not be told is told with the next batch", async () => {
  const { watch, names } = setUp({ failTells: 1 });
  watch.note(runOf({ "cover-1": FRAMES }));
  await turn();
  expect(names()).toEqual([]);
  watch.note([]);
  await vi.waitFor(() => expect(names()).toEqual([["cover-1"]]));
});

test("what could not be told is told at the next look", async () => {
  const { watch, names } = setUp({ off: { at: NOW, reason: "" }, failTells: 1 });
  await watch.look();
  expect(names()).toEqual([]);
  await watch.look();
  expect(names()).toHaveLength(1);
});
