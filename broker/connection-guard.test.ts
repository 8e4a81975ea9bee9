/** The guard follows packets through any splitting of the stream. */
import { Duplex } from "node:stream";
import fc from "fast-check";
import { generate } from "mqtt-packet";
import { expect, test } from "vitest";
import { ConnectionGuard } from "./connection-guard.ts";

function guarded(packetBytesMax: number): {
  stream: Duplex;
  heard: { messages: number; tooLarge: number[] };
} {
  const heard = { messages: 0, tooLarge: [] as number[] };
  const guard = new ConnectionGuard(
    { packetBytesMax, messagesPerSecondPerClientMax: Number.MAX_SAFE_INTEGER },
    {
      received: (count) => {
        heard.messages += count;
      },
      tooLarge: (_connection, bytes) => heard.tooLarge.push(bytes),
      slowed: () => {},
    },
  );
  const stream = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  guard.guard(stream);
  return { stream, heard };
}

const publish = (bytes: number): Buffer =>
  generate({
    cmd: "publish",
    topic: "t",
    payload: Buffer.alloc(bytes),
    qos: 0,
    dup: false,
    retain: false,
  });

test("messages are counted and passed on whole, however the bytes are split", () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 6 });
  fc.assert(
    fc.property(sizes, fc.array(fc.integer({ min: 1, max: 5_000 })), (payloads, cuts) => {
      const { stream, heard } = guarded(30_000);
      const ping = generate({ cmd: "pingreq" });
      const bytes = Buffer.concat(payloads.flatMap((size) => [publish(size), ping]));
      const read: Buffer[] = [];
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        if (at >= bytes.length) break;
        stream.push(bytes.subarray(at, at + cut));
        at += cut;
        read.push(stream.read() as Buffer);
      }
      expect(Buffer.concat(read).equals(bytes)).toBe(true);
      expect(heard).toEqual({ messages: payloads.length, tooLarge: [] });
    }),
    { numRuns: 50 },
  );
});

test("a packet too large is noticed by its header, and nothing is read from then on", () => {
  const { stream, heard } = guarded(1_000);
  stream.push(Buffer.concat([publish(10), publish(2_000).subarray(0, 3)]));
  expect(stream.read()).toBeNull();
  stream.push(publish(1));
  expect(stream.read()).toBeNull();
  expect(heard.tooLarge).toEqual([2_003]);
});
