/** How ingest carries a format that keeps a frame open over several uplinks. */
import { expect, test } from "vitest";
import type { DeviceId } from "../../model/ids.ts";
import type { DecodedValue } from "../../model/reading.ts";
import type { Uplink } from "../../model/uplink.ts";
import { NOON, telemetry, world } from "../doubles/world.ts";
import { type Decoded, type Gateway, NOTHING_DECODED } from "./gateway.ts";

const deviceId = "mc-000231" as DeviceId;

const OPEN_MS_MAX = 60_000;

/** `(` opens a frame, `)` closes it and gives its digits as one value, `!` throws. */
function bracketGateway(): Gateway {
  let open: { uplink: Uplink; position: number; text: string } | undefined;
  return {
    format: "bracket",
    firstLevels: ["bracket"],
    decode(uplink, position): Decoded {
      const text = Buffer.from(uplink.payload).toString();
      if (text === "!") throw new Error("a fault of ours");
      if (text.startsWith("(")) open ??= { uplink, position, text: "" };
      if (open === undefined) {
        return { ...NOTHING_DECODED, faults: [{ reason: "FRAME_NOISE", text: "no frame" }] };
      }
      open.text += text;
      if (!text.endsWith(")")) return NOTHING_DECODED;
      const value: DecodedValue = {
        deviceId,
        measurement: "tiltDeg",
        period: "hour",
        value: Number(open.text.slice(1, -1)),
        claimedAt: NOON - 3_600_000,
        newestAt: NOON,
        seq: undefined,
        flags: 0,
        min: 1,
        total: 7,
      };
      open = undefined;
      return { ...NOTHING_DECODED, values: [value], heard: [deviceId] };
    },
    openFrom: () => open?.position,
    expire(now) {
      if (open === undefined || now - open.uplink.receivedAt <= OPEN_MS_MAX) return [];
      const { uplink, position } = open;
      open = undefined;
      return [{ uplink, position, fault: { reason: "FRAME_INVALID", text: "never closed" } }];
    },
  };
}

/** A new process begins with a gateway that remembers nothing. */
const withBrackets = () => ({ gateways: [bracketGateway] });

function bracket(text: string, receivedAt = NOON): Uplink {
  return telemetry("mc-000231", Buffer.from(text), { topic: "bracket/1/up", receivedAt });
}

test("a frame over several uplinks holds the journal until it closes", async () => {
  const city = world(withBrackets);
  expect((await city.send(bracket("(1"))).openFrom).toBe(0);
  expect((await city.send(bracket("2"), bracket("3)"))).openFrom).toBeUndefined();
  expect(city.store.rows.map((each) => each.value)).toEqual([123]);
});

test("records before the store's position only rebuild what is open", async () => {
  const city = world(withBrackets);
  const cover = telemetry("mc-000231", { observedAt: NOON, values: { tiltDeg: 9 } });
  await city.send(cover, bracket("(1"), cover, bracket("2"));
  city.restart();
  city.journal.push(
    Buffer.concat(city.ingest.encodeUplink(bracket("3)", NOON + 1_000))),
    Buffer.concat(city.ingest.encodeUplink(bracket("4)", NOON + 1_000))),
  );
  const { batch, readings, deadLetters } = await city.replay(1);
  expect(readings.map((each) => [each.value, each.min, each.total])).toEqual([[123, 1, 7]]);
  expect(batch.columns.min?.[0]).toBe(1);
  expect(batch.columns.max).toBeUndefined();
  expect(batch.ledger).toMatchObject({ journaled: 2, stored: 1, putAside: 1 });
  expect(deadLetters.map((each) => each.reason)).toEqual(["FRAME_NOISE"]);
  expect(city.store.ledger).toMatchObject({ journaled: 4, stored: 2, duplicate: 1, putAside: 1 });
});

test("a frame that closed when the store did not answer is not lost when it is asked again", async () => {
  const city = world(withBrackets);
  const cover = (observedAt: number): Uplink =>
    telemetry("mc-000231", { observedAt, values: { tiltDeg: 9 } });
  await city.send(cover(NOON), bracket("(8"));
  city.store.fault = new Error("the store is away");
  const sent = city.send(bracket("8)"), cover(NOON - 1_000));
  await expect(sent).rejects.toThrow("the store is away");
  const { batch, openFrom, readings } = await city.replay(2);
  expect(batch.ledger).toMatchObject({ journaled: 2, stored: 2, putAside: 0 });
  expect(readings.map((each) => each.value)).toEqual([88, 9]);
  expect(openFrom).toBeUndefined();
});

test("a line that begins at an earlier position reads again what is open", async () => {
  const city = world(withBrackets);
  await city.send(bracket("(1"));
  city.restart();
  await city.replay(0);
  await city.send(bracket("2)"));
  expect(city.store.rows.map((each) => each.value)).toEqual([12]);
});

test("a frame that never closes is given up as uplinks of any format go on, and counted once", async () => {
  const city = world(withBrackets);
  await city.send(bracket("(1"));
  const cover = telemetry("mc-000231", { values: { tiltDeg: 1 } }, { receivedAt: NOON + 60_001 });
  const { deadLetters, openFrom, batch } = await city.send(cover);
  expect(openFrom).toBeUndefined();
  expect(deadLetters).toHaveLength(1);
  expect(deadLetters[0]).toMatchObject({ reason: "FRAME_INVALID", position: 0, receivedAt: NOON });
  expect(batch.ledger).toMatchObject({ journaled: 2, stored: 1, putAside: 1 });
  city.restart();
  const replayed = await city.ingest.process(city.journal, 0);
  expect(replayed.deadLetters).toEqual([]);
  expect(replayed.openFrom).toBeUndefined();
});

test("an uplink on which a decoder fails is put aside and stops nobody else", async () => {
  const city = world(withBrackets);
  const { readings, deadLetters } = await city.send(bracket("!"), bracket("(5)"));
  expect(readings.map((each) => each.value)).toEqual([5]);
  expect(deadLetters[0]?.text).toContain("a fault of ours");
});

test("a period's reading stands beside an instant one and is not the latest", async () => {
  const city = world(withBrackets);
  await city.send(bracket("(5)"));
  expect(city.ingest.latest("asset-of-mc-000231")).toEqual([]);
  expect(city.ingest.seriesOf({ deviceId: "mc-000231", period: "hour" })).toHaveLength(1);
});
