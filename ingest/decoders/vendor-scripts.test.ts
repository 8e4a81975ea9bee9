/** Payload formatters in the manners of the trade, as they are published, without a change to them. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type ReadScript, type Sandbox } from "./sandbox.ts";
import { CHANNELS_SCRIPT, PAST_SCRIPT, PORTS_SCRIPT } from "./vendor-script-samples.ts";

let sandbox: Sandbox;
let channels: ReadScript;
let ports: ReadScript;
let past: ReadScript;
beforeAll(async () => {
  sandbox = await createSandbox();
  channels = sandbox.read(CHANNELS_SCRIPT);
  ports = sandbox.read(PORTS_SCRIPT);
  past = sandbox.read(PAST_SCRIPT);
});

function decode(script: ReadScript, hex: string, fPort = 85) {
  const bytes = [...Buffer.from(hex, "hex")];
  const recvTime = "2026-11-27T02:34:56.789Z";
  return sandbox.call(script, "decodeUplink", { bytes, fPort, recvTime });
}

describe("channels of type and value", () => {
  it("a cover's sensor: battery, temperature below zero, distance and position", () => {
    expect(decode(channels, "01755c" + "03674bff" + "0482a406" + "050001")).toEqual({
      kind: "answered",
      output: { battery: 92, temperature: -18.1, distance: 1700, position: "tilt" },
      warnings: [],
      normalized: { air: { temperature: -18.1 }, battery: 92 },
    });
  });

  it("an interval is sent down by its encodeDownlink, a wrong one is its error", () => {
    const encode = (data: object) => sandbox.call(channels, "encodeDownlink", { data });
    expect(encode({ report_interval: 1200 })).toEqual({
      kind: "answered",
      output: { bytes: [0xff, 0x03, 0xb0, 0x04], fPort: 85 },
      warnings: [],
    });
    const errors = ["report_interval must be a number"];
    expect(encode({ report_interval: "soon" })).toEqual({ kind: "errors", errors });
  });
});

describe("frames of fixed places by port", () => {
  it("a level: text with its unit, and a warning", () => {
    expect(decode(ports, "0ce406a40100fa01", 2)).toEqual({
      kind: "answered",
      output: {
        BatV: 3.3,
        Distance: "1700 mm",
        Interrupt_flag: 1,
        TempC_DS18B20: 25,
        Sensor_flag: 1,
      },
      warnings: ["woken by its interrupt"],
    });
  });

  it("a short frame is an error, and another port answers nothing", () => {
    expect(decode(ports, "0ce4", 2)).toEqual({ kind: "errors", errors: ["payload too short: 2"] });
    const errors = ["decodeUplink answered nothing for this input"];
    expect(decode(ports, "0ce4", 9)).toEqual({ kind: "errors", errors });
  });
});

describe("a counter with readings of before", () => {
  it("each has its own time, counted back from the uplink's", () => {
    expect(decode(past, "0001e240" + "0064" + "0032")).toEqual({
      kind: "answered",
      output: {
        total: { value: 123.456, unit: "m³" },
        water_temperature: "21.5 ℃",
        past: [
          { time: "2026-11-27T01:00:00.000Z", volume: "100 L" },
          { time: "2026-11-27T00:00:00.000Z", volume: "50 L" },
        ],
      },
      warnings: [],
    });
  });

  it("a frame that ends too early is a fault, not a value", () => {
    expect(decode(past, "0001")).toMatchObject({ kind: "fault", reason: "threw" });
  });
});

it("any frame is answered, an error of the script or its exception, and the next one as ever", () => {
  const first = decode(channels, "01755c");
  const frames = fc.uint8Array({ maxLength: 255 });
  const scripts = fc.constantFrom("channels", "ports", "past");
  fc.assert(
    fc.property(frames, fc.nat(255), scripts, (frame, port, name) => {
      const script = { channels, ports, past }[name];
      const answer = decode(script, Buffer.from(frame).toString("hex"), port);
      if (answer.kind === "fault") expect(answer.reason).toBe("threw");
      expect(decode(channels, "01755c")).toEqual(first);
    }),
    { numRuns: 500 },
  );
});
