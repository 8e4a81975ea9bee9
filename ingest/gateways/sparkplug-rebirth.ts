/**
 * The command by which a host asks a Sparkplug node for its births: a payload with the one metric
 * `Node Control/Rebirth` = true (Sparkplug 3.0, "Commands").
 */
import type { Instant } from "../../model/clock.ts";

const NAME = Buffer.from("Node Control/Rebirth");
const BOOLEAN = 11;

/** Field number and wire type of protobuf, as one byte. */
const FIELD = { timestamp: 0x08, metric: 0x12, name: 0x0a, metricAt: 0x18, datatype: 0x20 };
const VALUE = 0x70;

export function rebirthCommand(now: Instant): Buffer {
  const at = varint(now);
  const metric = Buffer.from([
    ...[FIELD.name, NAME.length, ...NAME],
    ...[FIELD.metricAt, ...at, FIELD.datatype, BOOLEAN, VALUE, 1],
  ]);
  return Buffer.from([FIELD.timestamp, ...at, FIELD.metric, metric.length, ...metric]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = Math.max(0, Math.floor(value));
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}
