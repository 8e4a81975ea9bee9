/**
 * Payloads of Sparkplug B as an edge node sends them (`sparkplug_b.proto`), written from the proto
 * alone: births with names, aliases and datatypes, data by alias, deaths with their bdSeq.
 */

/** Codes of `DataType` in the proto. */
export const SPARKPLUG_TYPES = {
  ...{ Int8: 1, Int16: 2, Int32: 3, Int64: 4, UInt8: 5, UInt16: 6, UInt32: 7, UInt64: 8 },
  ...{ Float: 9, Double: 10, Boolean: 11, String: 12, DateTime: 13, DataSet: 16, Bytes: 17 },
  Template: 19,
} as const;
export type SparkplugType = keyof typeof SPARKPLUG_TYPES;

export interface SentMetric {
  name?: string;
  alias?: number;
  timestamp?: number;
  /** Decides how the value is written. */
  type: SparkplugType;
  /** The datatype is in births alone, as a rule. */
  isTyped?: boolean;
  isHistorical?: boolean;
  /** Property `Quality`. */
  quality?: number;
  /** Null: `is_null`. Of a dataset, bytes or a template: their bytes. */
  value: number | bigint | boolean | string | Uint8Array | null;
}

export interface SentPayload {
  timestamp?: number;
  seq?: number;
  metrics: readonly SentMetric[];
}

const LENGTHY = 2;
const INT_TYPES: ReadonlySet<SparkplugType> = new Set([
  ...(["Int8", "Int16", "Int32", "UInt8", "UInt16"] as const),
]);
const VALUE_FIELDS: Partial<Record<SparkplugType, number>> = {
  ...{ Float: 12, Double: 13, Boolean: 14, String: 15, Bytes: 16, DataSet: 17, Template: 18 },
};

export function encodeSparkplug({ timestamp, seq, metrics }: SentPayload): Buffer {
  return Buffer.concat([
    ...(timestamp === undefined ? [] : [number(1, timestamp)]),
    ...metrics.map((metric) => bytes(2, encodeMetric(metric))),
    ...(seq === undefined ? [] : [number(3, seq)]),
  ]);
}

function encodeMetric(metric: SentMetric): Buffer {
  const { name, alias, timestamp, type, isTyped = name !== undefined, quality, value } = metric;
  return Buffer.concat([
    ...(name === undefined ? [] : [bytes(1, Buffer.from(name))]),
    ...(alias === undefined ? [] : [number(2, alias)]),
    ...(timestamp === undefined ? [] : [number(3, timestamp)]),
    ...(isTyped ? [number(4, SPARKPLUG_TYPES[type])] : []),
    ...(metric.isHistorical === true ? [number(5, 1)] : []),
    ...(value === null ? [number(7, 1)] : []),
    ...(quality === undefined ? [] : [bytes(9, qualityProperty(quality))]),
    ...(value === null ? [] : [encodeValue(type, value)]),
  ]);
}

function encodeValue(type: SparkplugType, value: NonNullable<SentMetric["value"]>): Buffer {
  const field = VALUE_FIELDS[type] ?? (INT_TYPES.has(type) ? 10 : 11);
  if (typeof value === "string") return bytes(field, Buffer.from(value));
  if (value instanceof Uint8Array) return bytes(field, value);
  if (type === "Float") return Buffer.concat([key(field, 5), float(Number(value))]);
  if (type === "Double") return Buffer.concat([key(field, 1), double(Number(value))]);
  const whole = BigInt(value);
  return number(field, BigInt.asUintN(field === 10 ? 32 : 64, whole));
}

function qualityProperty(quality: number): Buffer {
  const value = Buffer.concat([number(1, SPARKPLUG_TYPES.Int32), number(3, quality)]);
  return Buffer.concat([bytes(1, Buffer.from("Quality")), bytes(2, value)]);
}

function key(field: number, wireType: number): Buffer {
  return varint(BigInt(field * 8 + wireType));
}

function number(field: number, value: number | bigint): Buffer {
  return Buffer.concat([key(field, 0), varint(BigInt(value))]);
}

function bytes(field: number, value: Uint8Array): Buffer {
  return Buffer.concat([key(field, LENGTHY), varint(BigInt(value.length)), value]);
}

function float(value: number): Buffer {
  const four = Buffer.alloc(4);
  four.writeFloatLE(value);
  return four;
}

function double(value: number): Buffer {
  const eight = Buffer.alloc(8);
  eight.writeDoubleLE(value);
  return eight;
}

function varint(value: bigint): Buffer {
  const written: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) written.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...written, Number(rest)]);
}
