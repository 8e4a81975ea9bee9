/**
 * What both directions of Sparkplug B share: the datatypes, what a birth declares of a metric, and
 * the payload of a command as bytes (`sparkplug_b.proto`, org.eclipse.tahu.protobuf; Sparkplug 3.0,
 * "NCMD", "DCMD"): it bears its time and no sequence number, and a metric that has an alias goes by
 * the alias alone (tck-id-payloads-alias-data-cmd-requirement).
 */

/** Codes of `DataType` in the proto, of those that are one value. */
export const SPARKPLUG_TYPES = {
  ...{ Int8: 1, Int16: 2, Int32: 3, Int64: 4, UInt8: 5, UInt16: 6, UInt32: 7, UInt64: 8 },
  ...{ Float: 9, Double: 10, Boolean: 11, String: 12, DateTime: 13, Text: 14, UUID: 15 },
} as const;
export type SparkplugType = keyof typeof SPARKPLUG_TYPES;

/** A metric as its birth declares it. */
export interface DeclaredMetric {
  readonly name: string;
  readonly alias?: number;
  /** Code of its datatype; absent where the birth said none. */
  readonly datatype?: number;
}

/** A value to be written, which its datatype can hold. */
export interface MetricWrite {
  /** Its alias, where it has one. */
  readonly key: string | number;
  readonly datatype: SparkplugType;
  readonly value: number | boolean | string;
}

/** Field numbers of the value in `Metric`, and the wire types of protobuf. */
const FIELD = { int: 10, long: 11, float: 12, double: 13, boolean: 14, string: 15 };
const WIRE = { varint: 0, bits64: 1, bytes: 2, bits32: 5 };

export function encodeSparkplugCommand(at: number, writes: readonly MetricWrite[]): Buffer {
  const metrics = writes.map((write) => lengthy(2, encodeMetric(write, at)));
  return Buffer.concat([whole(1, BigInt(Math.floor(at))), ...metrics]);
}

function encodeMetric({ key, datatype, value }: MetricWrite, at: number): Buffer {
  const head = typeof key === "number" ? whole(2, BigInt(key)) : lengthy(1, Buffer.from(key));
  const type = whole(4, BigInt(SPARKPLUG_TYPES[datatype]));
  return Buffer.concat([
    head,
    whole(3, BigInt(Math.floor(at))),
    type,
    encodeValue(datatype, value),
  ]);
}

/** Signed numbers go in two's complement of 32 or 64 bits, as Tahu's clients write them. */
function encodeValue(datatype: SparkplugType, value: MetricWrite["value"]): Buffer {
  switch (datatype) {
    case "Boolean":
      return whole(FIELD.boolean, value === true ? 1n : 0n);
    case "String":
    case "Text":
    case "UUID":
      return lengthy(FIELD.string, Buffer.from(String(value)));
    case "Float": {
      const four = Buffer.alloc(4);
      four.writeFloatLE(Number(value));
      return Buffer.concat([tag(FIELD.float, WIRE.bits32), four]);
    }
    case "Double": {
      const eight = Buffer.alloc(8);
      eight.writeDoubleLE(Number(value));
      return Buffer.concat([tag(FIELD.double, WIRE.bits64), eight]);
    }
    case "UInt32":
    case "UInt64":
    case "Int64":
    case "DateTime":
      return whole(FIELD.long, BigInt.asUintN(64, BigInt(Number(value))));
    default:
      return whole(FIELD.int, BigInt.asUintN(32, BigInt(Number(value))));
  }
}

function whole(field: number, value: bigint): Buffer {
  return Buffer.concat([tag(field, WIRE.varint), varint(value)]);
}

function lengthy(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([tag(field, WIRE.bytes), varint(BigInt(bytes.length)), bytes]);
}

function tag(field: number, wireType: number): Buffer {
  return varint(BigInt(field * 8 + wireType));
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}
