import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeHj212, type FrameItem, FrameReader, hj212Crc } from "./hj212-frame.ts";
import { EFFLUENT_HOUR, EFFLUENT_NOW, HEARTBEAT, STANDARD_EXAMPLE } from "./hj212-samples.ts";

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");
const frames = (items: FrameItem[]) =>
  items.flatMap((item) => (item.kind === "frame" ? [item.frame] : []));
const faults = (items: FrameItem[]) =>
  items.flatMap((item) => (item.kind === "fault" ? [item.reason] : []));
const data = (frame: string): string => frame.slice(6, -4);

test.each([
  ["the standard's own example", STANDARD_EXAMPLE, 0x1c80],
  ["a heartbeat of 2025", HEARTBEAT, 0x7080],
  ["an hourly upload", EFFLUENT_HOUR, 0xd581],
])("the CRC of %s is as printed", (_name, frame, crc) => {
  expect(hj212Crc(bytes(data(frame)))).toBe(crc);
});

test("the standard's example reads as its fields", () => {
  const [frame] = frames(new FrameReader().push(bytes(`${STANDARD_EXAMPLE}\r\n`)));
  expect(frame).toMatchObject({
    qn: "20160801085857223",
    st: "32",
    cn: "1062",
    pw: "100000",
    mn: "010000A8900016F000169DC0",
    flag: 5,
    cp: "RtdInterval=30",
  });
});

test("a CRC in small letters is the same CRC", () => {
  const small = EFFLUENT_NOW.slice(0, -4) + EFFLUENT_NOW.slice(-4).toLowerCase();
  expect(frames(new FrameReader().push(bytes(`${small}\r\n`)))).toHaveLength(1);
});

test("a frame of 2005 has neither QN nor Flag", () => {
  const [frame] = frames(new FrameReader().push(encodeHj212("ST=32;CN=2011;PW=1;MN=M1;CP=&&&&")));
  expect(frame).toMatchObject({ qn: undefined, flag: undefined, mn: "M1" });
});

test.each([
  ["a wrong CRC", `${EFFLUENT_NOW.slice(0, -4)}0000\r\n`, ["FRAME_CRC"]],
  ["a length one short", `${EFFLUENT_NOW.replace("##0371", "##0370")}\r\n`, ["FRAME_CRC"]],
  ["a length beyond the bound", "##9999QN=1\r\n", ["FRAME_CRC"]],
  ["a length of letters", "##00x1QN=1\r\n", ["FRAME_CRC"]],
  ["noise alone", "hello there", ["FRAME_NOISE"]],
])("%s is one fault, and the frame after it is read", (_name, text, expected) => {
  const items = new FrameReader().push(bytes(`${text}${HEARTBEAT}\r\n`));
  expect(faults(items)).toEqual(expected);
  expect(frames(items)).toHaveLength(1);
});

test("a segment without CP, MN or a CN of digits is one invalid frame", () => {
  for (const segment of ["MN=M1;CN=2011", "CN=2011;CP=&&&&", "MN=M1;CN=20;CP=&&&&", "CP=&&"]) {
    expect(faults(new FrameReader().push(encodeHj212(segment)))).toEqual(["FRAME_INVALID"]);
  }
});

test("however a stream of frames is cut, the same frames come out and nothing stays open", () => {
  const stream = bytes([STANDARD_EXAMPLE, EFFLUENT_NOW, HEARTBEAT, EFFLUENT_HOUR].join("\r\n"));
  const cuts = fc.array(fc.nat({ max: stream.length }), { maxLength: 40 });
  fc.assert(
    fc.property(cuts, (positions) => {
      const reader = new FrameReader();
      const edges = [0, ...positions.sort((a, b) => a - b), stream.length];
      const items = edges.slice(1).flatMap((end, n) => reader.push(stream.subarray(edges[n], end)));
      expect(frames(items).map((frame) => frame.cn)).toEqual(["1062", "2011", "9015", "2061"]);
      expect(faults(items)).toEqual([]);
      expect(reader.openBytes).toBe(0);
    }),
  );
});

test("any bytes: never throws, keeps at most one frame, and a good frame after them is read", () => {
  const any = fc.uint8Array({ maxLength: 3_000 });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 5 }), (chunks) => {
      const reader = new FrameReader();
      for (const chunk of chunks) {
        reader.push(chunk);
        expect(reader.openBytes).toBeLessThan(1_036);
      }
      // What is open may swallow up to a frame's length before the reader finds its feet.
      const good = bytes(`${HEARTBEAT}\r\n`.repeat(20));
      expect(frames(reader.push(good)).length).toBeGreaterThan(5);
    }),
  );
});
