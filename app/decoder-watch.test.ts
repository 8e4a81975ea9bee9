import { expect, test } from "vitest";
import { manualClock } from "../model/clock.ts";
import type { DecoderOff, KeptDecoder } from "../model/decoder.ts";
import { LIMITS } from "../model/limits.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { createDecoderWatch } from "./decoder-watch.ts";

const NOW = 1_795_307_405_000;
const MAX = LIMITS.decoderFaultsMax;

function setUp() {
  const off: { decoderId: string; version: number; off: DecoderOff }[] = [];
  const told: unknown[] = [];
  const watch = createDecoderWatch({
    clock: manualClock(NOW),
    log: silentLog,
    metrics: memoryMetrics(),
    decoders: {
      async switchOff(decoderId, version, why) {
        off.push({ decoderId, version, off: why });
        return { decoderId, version, off: why } as KeptDecoder;
      },
      switchedOff: () =>
        [{ decoderId: "em300", version: 4, off: { at: 7, reason: "" } }] as KeptDecoder[],
    },
    tell: async (notices) => void told.push(notices),
  });
  const about = { decoderId: "em400", lastFault: "time: too long" };
  const note = (faults: number, answered = 0, version = 1): void =>
    watch.note([{ ...about, version, answered, faults, throws: 0, devices: new Map() }]);
  const noteThrows = (throws: number, answered: number): void =>
    watch.note([{ ...about, version: 1, answered, faults: throws, throws, devices: new Map() }]);
  return { off, told, watch, note, noteThrows };
}

test("a decoder that fails so often is switched off, and engineers are told once", async () => {
  const { off, told, note } = setUp();
  note(MAX - 1);
  expect(off).toEqual([]);
  note(1);
  await Promise.resolve();
  const at = { at: NOW, reason: "time: too long" };
  expect(off).toEqual([{ decoderId: "em400", version: 1, off: at }]);
  expect(told).toMatchObject([
    { made: { noticeId: `decoder-off-em400-1-${NOW}`, kind: "decoder-off", at: NOW } },
  ]);
});

test("at a start engineers are told of what is off, as they were or would have been", async () => {
  const { told, watch } = setUp();
  await watch.remind();
  expect(told).toMatchObject([{ made: { noticeId: "decoder-off-em300-4-7", at: 7 } }]);
});

test("faults that its answers make up for switch nothing off", () => {
  const { off, note } = setUp();
  for (let batch = 0; batch < 100; batch += 1) note(1, 20);
  expect(off).toEqual([]);
  for (let batch = 0; batch < 2 * MAX; batch += 1) note(1, 10);
  expect(off).toHaveLength(1);
});

test("what a script throws at counts only where it answers nobody", () => {
  const { off, noteThrows } = setUp();
  for (let batch = 0; batch < 100; batch += 1) noteThrows(MAX, 1);
  noteThrows(MAX - 1, 0);
  noteThrows(1, 1);
  noteThrows(MAX - 1, 0);
  expect(off).toEqual([]);
  noteThrows(1, 0);
  expect(off).toHaveLength(1);
});

test("faults of another version are none of this one's", () => {
  const { off, note } = setUp();
  note(MAX - 1);
  note(1, 0, 2);
  expect(off).toEqual([]);
});

test("the notice is done when the decoder is on again", async () => {
  const { told, watch } = setUp();
  const former = { decoderId: "em400", version: 1, off: { at: NOW - 5, reason: "" } };
  await watch.switchedOn(former as KeptDecoder);
  await watch.switchedOn({ decoderId: "em400", version: 1 } as KeptDecoder);
  expect(told).toEqual([{ done: { noticeId: `decoder-off-em400-1-${NOW - 5}`, at: NOW } }]);
});
