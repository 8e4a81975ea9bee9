import { expect, test } from "vitest";
import { createAckMeter } from "./ack-meter.ts";

test("the meter tells mean and longest wait since it was read last, and hands every answer on", () => {
  let now = 0;
  const said: (Error | undefined)[] = [];
  const meter = createAckMeter(() => now);
  const [first, second] = [1, 2].map(() => meter.timed((error) => void said.push(error)));
  now = 2;
  first?.();
  now = 6;
  second?.(new Error("disk"));
  expect(said).toEqual([undefined, new Error("disk")]);
  expect(meter.read()).toEqual({ acknowledged: 2, ackMsMean: 4, ackMsMax: 6 });
  expect(meter.read()).toEqual({ acknowledged: 0, ackMsMean: 0, ackMsMax: 0 });
});
