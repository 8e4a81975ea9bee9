import { expect, test } from "vitest";
import { commandTopic, encodeTelemetry, statusTopic, telemetryTopic } from "./native.ts";

const AT = 1_795_307_400_000;

test("one sample is an object and several are an array in the order given", () => {
  const one = { observedAt: AT, seq: 42, values: { tiltDeg: 31.52, isOpen: true } };
  expect(JSON.parse(encodeTelemetry([one]).toString())).toEqual({
    observedAt: AT,
    seq: 42,
    values: { tiltDeg: 31.5, isOpen: true },
  });
  const two = JSON.parse(encodeTelemetry([one, { ...one, seq: 43 }]).toString());
  expect(two.map((element: { seq: number }) => element.seq)).toEqual([42, 43]);
});

test("a confused sensor writes text where numbers belong", () => {
  const bytes = encodeTelemetry([{ observedAt: AT, seq: 1, values: { powerW: 12 }, isText: true }]);
  expect(JSON.parse(bytes.toString()).values).toEqual({ powerW: "12 (uncalibrated)" });
});

test("topics carry class and device", () => {
  expect([
    telemetryTopic("manhole-cover", "mc-000231"),
    statusTopic("waste-bin", "bin-000017"),
    commandTopic("gas-line", "gl-000004"),
  ]).toEqual([
    "v1/manhole-cover/mc-000231/telemetry",
    "v1/waste-bin/bin-000017/status",
    "v1/gas-line/gl-000004/command",
  ]);
});
