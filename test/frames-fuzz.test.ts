/**
 * Native telemetry and frames of HJ 212 under chance: broken bytes, frames broken inside and given a right
 * checksum again. Nothing throws, no value is stored that was not in the payload, nothing past the end is read.
 */
import { expect, test } from "vitest";
import { formatContext, uplinkOn } from "../ingest/doubles/formats-world.ts";
import type { Decoded, GatewayContext } from "../ingest/gateways/gateway.ts";
import { encodeHj212 } from "../ingest/gateways/hj212-frame.ts";
import { createHj212Gateway } from "../ingest/gateways/hj212-gateway.ts";
import { createNativeGateway } from "../ingest/gateways/native.ts";
import { DEAD_LETTER_REASONS } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { fuzz, fuzzRuns, surrounded } from "./support/fuzz.ts";

const LONG_MS = 3_600_000;
const AT = 1_795_307_400_000;

/** As the formats write numbers: HJ 212 has no exponent. */
const PLAIN = /-?(?:\d+\.?\d*|\.\d+)/g;
const WITH_EXPONENT = new RegExp(`${PLAIN.source}(?:[eE][+-]?\\d+)?`, "g");

/** Every number that stands in the text. */
function numbersIn(text: string, form: RegExp): Set<number> {
  const found = new Set<number>([0, 1]);
  for (const [digits] of text.matchAll(form)) found.add(Number(digits));
  return found;
}

function check({ values, faults }: Decoded, input: Uint8Array, form: RegExp): void {
  const numbers = numbersIn(Buffer.from(input).toString("latin1"), form);
  for (const { value, min = value, max = value } of values) {
    for (const each of [value, min, max]) {
      if (!numbers.has(each)) throw new Error(`${each} was not in the payload`);
    }
  }
  for (const { reason, text } of faults) {
    expect(Object.hasOwn(DEAD_LETTER_REASONS, reason)).toBe(true);
    expect(text.length > 10 && text.length < 1_000).toBe(true);
  }
  expect(values.length).toBeLessThanOrEqual(
    LIMITS.uplinkElementsMax * LIMITS.extraMeasurementsPerDeviceMax,
  );
}

test(
  "native telemetry",
  () => {
    const { registry, ...rest } = formatContext("senml", { "mc-1": "manhole-cover" });
    const entry = registry.deviceByExternalId("senml", "mc-1");
    const context = { ...rest, registry: { device: () => entry } } as unknown as GatewayContext;
    const values = { tiltDeg: 31.5, isOpen: true, waterLevelCm: 12, odd: 7e2 };
    const samples = [
      { observedAt: AT, seq: 42, values },
      [
        { observedAt: "2026-11-22T08:30:05+08:00", values: { tiltDeg: 3 } },
        { values: { temperatureC: -4.5 } },
      ],
      { values: {} },
    ].map((sample) => Buffer.from(JSON.stringify(sample)));
    const gateway = createNativeGateway();
    const topic = `v1/manhole-cover/${entry?.device.deviceId}/telemetry`;
    let taken = 0;
    fuzz("native", samples, (input) => {
      const decode = (fill: number): Decoded =>
        gateway.decode(uplinkOn(topic, surrounded(input, fill)), 0, context);
      const decoded = decode(0x20);
      check(decoded, input, WITH_EXPONENT);
      expect(decode(0x31)).toEqual(decoded);
      taken += decoded.values.length;
    });
    expect(taken).toBeGreaterThan(fuzzRuns() / 10);
  },
  LONG_MS,
);

test(
  "HJ 212, whole frames, parts of them and what looks like one",
  () => {
    const mn = "88888880000001";
    const context = formatContext("hj212", { [mn]: "sewage-plant" });
    const head = (cn: string, flag: number): string =>
      `QN=20261122083000000;ST=32;CN=${cn};PW=123456;MN=${mn};Flag=${flag};CP=&&`;
    // Factors in the class's own units, so that no number is turned into another.
    const segments = [
      `${head("2011", 5)}DataTime=20261122083000;w01018-Rtd=38.6,w01018-Flag=N;w01001-Rtd=7.2,w01001-Flag=N&&`,
      `${head("2061", 4)}DataTime=20261122080000;w01018-Min=30.1,w01018-Avg=35.5,w01018-Max=41.2,w01018-Flag=N&&`,
      `${head("9015", 4)}&&`,
    ].map((text) => Buffer.from(text, "latin1"));
    let taken = 0;
    fuzz("hj212", segments, (segment, random) => {
      const whole = Buffer.from(encodeHj212(Buffer.from(segment).toString("latin1")));
      const cut = random.isLucky(0.2) ? whole.subarray(random.below(whole.length)) : whole;
      const input = random.isLucky(0.2) ? Buffer.concat([cut, whole]) : cut;
      const decode = (fill: number): Decoded =>
        createHj212Gateway().decode(
          uplinkOn(`hj212/${mn}/up`, surrounded(input, fill)),
          0,
          context,
        );
      const decoded = decode(0x20);
      check(decoded, input, PLAIN);
      expect(decode(0x31)).toEqual(decoded);
      taken += decoded.values.length;
    });
    expect(taken).toBeGreaterThan(fuzzRuns() / 10);
  },
  LONG_MS,
);
