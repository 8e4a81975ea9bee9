/** Over a restart a frame that comes again is none, and a counter goes on. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { MINUTE_MS } from "../../model/clock.ts";
import { LIMITS } from "../../model/limits.ts";
import { formatContext, uplinkOn } from "../doubles/formats-world.ts";
import { NOON } from "../doubles/world.ts";
import { createChirpstackGateway } from "./chirpstack.ts";
import { createFrameCounts } from "./frame-counts.ts";
import type { Gateway } from "./gateway.ts";
import { createSeen } from "./lorawan.ts";
import { lorawanMemory } from "./lorawan-memory.ts";
import { createThingsStackGateway } from "./things-stack.ts";

const EUI = "24e124785c421885";
const state = () => {
  const [seen, counts] = [createSeen(), createFrameCounts()];
  return { seen, counts, memory: lorawanMemory({ seen, counts }) };
};

/** Another of the same, with what the first one saved. */
function restarted<T extends { memory?: Gateway["memory"] }>(one: T, make: () => T): T {
  const other = make();
  const saved = one.memory?.save();
  if (saved !== undefined) other.memory?.restore(saved);
  return other;
}

test("what was told goes on as if there had been no restart, wherever it comes", () => {
  const frame = fc.record({
    deviceId: fc.constantFrom("a", "b"),
    fCnt: fc.integer({ min: 0, max: 6 }),
    afterMs: fc.integer({ min: -20_000, max: 2 * MINUTE_MS }),
    data: fc.constantFrom("AQ==", "Ag==", undefined),
    key: fc.constantFrom("up 1", "up 2", "up 3", undefined),
  });
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 30 }), fc.nat(30), (frames, restartAt) => {
      const run = (isRestarted: boolean): unknown[] => {
        let now = state();
        let at = NOON;
        return frames.map(({ deviceId, fCnt, afterMs, data, key }, position) => {
          if (isRestarted && position === restartAt) now = restarted(now, state);
          at += afterMs;
          const fate = now.counts.take(deviceId, { fCnt, at, position, data });
          return [now.seen.isRepeated(key, position), fate];
        });
      };
      expect(run(true)).toEqual(run(false));
    }),
  );
});

test("it is bounded: the newest events and the devices heard last are kept", () => {
  const { seen, counts } = state();
  const [events, devices] = [LIMITS.lorawanEventsRememberedMax, LIMITS.lorawanDevicesRememberedMax];
  for (let n = 0; n < 60_000; n += 1) seen.isRepeated(`up ${n}`, n);
  for (let n = 0; n < devices + 5; n += 1)
    counts.take(`d-${n}`, { fCnt: n, at: NOON, position: n });
  const last = seen.last();
  expect([last.length, last[0], last.at(-1)]).toEqual([
    events,
    [`up ${60_000 - events}`, 60_000 - events],
    ["up 59999", 59_999],
  ]);
  const kept = counts.last();
  expect(kept).toHaveLength(devices);
  expect(Math.min(...kept.map(([, { position }]) => position))).toBe(5);
});

test("events that have just made room for newer ones are kept, too", () => {
  const { seen } = state();
  for (let n = 0; n <= 50_000; n += 1) seen.isRepeated(`up ${n}`, n);
  const last = seen.last();
  expect(last).toHaveLength(LIMITS.lorawanEventsRememberedMax);
  expect(last.slice(-2)).toEqual([
    ["up 49999", 49_999],
    ["up 50000", 50_000],
  ]);
});

test("nothing is saved where nothing was told, and of another version nothing is taken up", () => {
  const { memory, counts, seen } = state();
  expect(memory.save()).toBeUndefined();
  memory.restore(Buffer.from(JSON.stringify({ version: 2, seen: [["k", 1]], frames: [] })));
  expect([counts.last(), seen.last()]).toEqual([[], []]);
});

const chirpstack = (fCnt: number, id: string) =>
  uplinkOn(
    `application/a1/device/${EUI}/event/up`,
    Buffer.from(
      JSON.stringify({ deduplicationId: id, fCnt, fPort: 2, data: "AA==", object: { t: 1 } }),
    ),
    { receivedAt: NOON },
  );
const thingsStack = (fCnt: number, id: string) => {
  const body = {
    end_device_ids: { dev_eui: EUI },
    uplink_message: {
      ...{
        f_cnt: fCnt,
        f_port: 2,
        frm_payload: "AA==",
        session_key_id: "s",
        decoded_payload: { t: 1 },
      },
      received_at: new Date(NOON + Number(id)).toISOString(),
    },
  };
  const topic = "v3/app@tenant/devices/d/up";
  return uplinkOn(topic, Buffer.from(JSON.stringify(body)), { receivedAt: NOON });
};

test.each([
  ["chirpstack", createChirpstackGateway, chirpstack],
  ["things-stack", createThingsStackGateway, thingsStack],
] as const)(
  "%s: an event of before a restart is none after it, and lost frames are counted",
  (format, make, say) => {
    const context = formatContext(format, { [EUI]: "waste-bin" });
    const before = make();
    expect(before.decode(say(5, "1"), 10, context).values.length).toBeGreaterThan(0);
    const after = restarted<Gateway>(before, make);
    expect(after.decode(say(5, "1"), 11, context).values).toEqual([]);
    const { values } = after.decode(say(9, "90000"), 12, context);
    expect(values.find(({ measurement }) => measurement === "framesLost")?.value).toBe(3);
  },
);
