/**
 * A payload of Sparkplug B (`sparkplug_b.proto`, org.eclipse.tahu.protobuf) from bytes to metrics
 * as they were sent, and a metric's value by its datatype. Datasets, templates and bytes are known
 * and not read. A number that is not exactly what was sent is none.
 */
import { LIMITS } from "../../model/limits.ts";
import { SPARKPLUG_TYPES } from "../../model/sparkplug.ts";
import {
  nextField,
  readDouble,
  readFloat,
  readLength,
  readVarint,
  signed,
  skipField,
  unsigned,
  WIRE_BITS_32,
  WIRE_BITS_64,
  WIRE_BYTES,
  WIRE_VARINT,
  type Wire,
  wireOf,
} from "./sparkplug-wire.ts";

export interface SparkplugPayload {
  /** Milliseconds since 1970, when it was sent. */
  timestamp: number | undefined;
  seq: number | undefined;
  metrics: SparkplugMetric[];
}

export interface SparkplugMetric {
  name: string | undefined;
  alias: number | undefined;
  timestamp: number | undefined;
  datatype: number | undefined;
  isHistorical: boolean;
  isNull: boolean;
  /** Property `Quality`: OPC's 192 good, 0 bad, 500 stale. */
  quality: number | undefined;
  /** Field number of the value, 0: it has none. */
  valueField: number;
  low: number;
  high: number;
  real: number;
  text: string;
}

export type MetricValue =
  | { readonly kind: "value"; readonly value: number | boolean | string }
  | { readonly kind: "none"; readonly why: string };

const { Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32 } = SPARKPLUG_TYPES;
const TYPES_KEPT_MAX = SPARKPLUG_TYPES.UUID;

const INT = 10;
const LONG = 11;
const FLOAT = 12;
const DOUBLE = 13;
const BOOLEAN = 14;
const STRING = 15;
/** What nobody reads, by the field of its value. */
const UNREAD: Readonly<Record<number, string>> = {
  0: "has no value",
  16: "is bytes",
  17: "is a dataset",
  18: "is a template",
  19: "is of an extension",
};
const NAME_OF_TYPE = new Map<number, string>(
  Object.entries(SPARKPLUG_TYPES).map(([name, code]) => [code, name]),
);

/** A text says why it cannot be read. */
export function readSparkplug(bytes: Buffer): SparkplugPayload | string {
  const payload: SparkplugPayload = { timestamp: undefined, seq: undefined, metrics: [] };
  const wire = wireOf(bytes);
  while (nextField(wire)) {
    if (wire.field === 1 && wire.type === WIRE_VARINT) payload.timestamp = readNumber(wire);
    else if (wire.field === 3 && wire.type === WIRE_VARINT) payload.seq = readNumber(wire);
    else if (wire.field === 2 && wire.type === WIRE_BYTES) {
      if (payload.metrics.length === LIMITS.sparkplugMetricsPerUplinkMax) {
        return `it has more than ${LIMITS.sparkplugMetricsPerUplinkMax} metrics`;
      }
      const end = readLength(wire);
      const metric = readMetric(wireOf(bytes, wire.at, end));
      wire.at = end;
      if (metric === undefined) return `metric ${payload.metrics.length + 1} cannot be read`;
      payload.metrics.push(metric);
    } else skipField(wire);
  }
  return wire.isBroken ? `its ${bytes.length} bytes end within a field` : payload;
}

function readMetric(wire: Wire): SparkplugMetric | undefined {
  const metric: SparkplugMetric = {
    name: undefined,
    alias: undefined,
    timestamp: undefined,
    datatype: undefined,
    isHistorical: false,
    isNull: false,
    quality: undefined,
    valueField: 0,
    low: 0,
    high: 0,
    real: 0,
    text: "",
  };
  while (nextField(wire)) {
    if (wire.type === WIRE_VARINT) takeVarint(metric, wire);
    else if (wire.type === WIRE_BYTES) takeBytes(metric, wire);
    else if (wire.field === FLOAT && wire.type === WIRE_BITS_32) {
      metric.valueField = FLOAT;
      metric.real = readFloat(wire);
    } else if (wire.field === DOUBLE && wire.type === WIRE_BITS_64) {
      metric.valueField = DOUBLE;
      metric.real = readDouble(wire);
    } else skipField(wire);
  }
  return wire.isBroken ? undefined : metric;
}

function takeVarint(metric: SparkplugMetric, wire: Wire): void {
  readVarint(wire);
  switch (wire.field) {
    case 2:
      metric.alias = unsigned(wire);
      return;
    case 3:
      metric.timestamp = unsigned(wire);
      return;
    case 4:
      metric.datatype = wire.low;
      return;
    case 5:
      metric.isHistorical = wire.low !== 0;
      return;
    case 7:
      metric.isNull = wire.low !== 0;
      return;
    case INT:
    case LONG:
    case BOOLEAN:
      metric.valueField = wire.field;
      metric.low = wire.low;
      metric.high = wire.high;
      return;
    default:
  }
}

function takeBytes(metric: SparkplugMetric, wire: Wire): void {
  const { field, bytes } = wire;
  const end = readLength(wire);
  if (field === 1) metric.name = bytes.toString("utf8", wire.at, end);
  else if (field === 9) metric.quality = readQuality(wireOf(bytes, wire.at, end));
  else if (field === STRING) {
    metric.valueField = STRING;
    metric.text = bytes.toString("utf8", wire.at, end);
  } else if (UNREAD[field] !== undefined) metric.valueField = field;
  wire.at = end;
}

/** Of a PropertySet: keys and values in two lists, in the same order. */
function readQuality(wire: Wire): number | undefined {
  let keys = 0;
  let wanted = -1;
  const values: number[] = [];
  while (nextField(wire)) {
    if (wire.type !== WIRE_BYTES || wire.field > 2) {
      skipField(wire);
      continue;
    }
    const { field } = wire;
    const end = readLength(wire);
    if (field === 2) values.push(readPropertyNumber(wireOf(wire.bytes, wire.at, end)));
    else {
      if (wire.bytes.toString("utf8", wire.at, end).toLowerCase() === "quality") wanted = keys;
      keys += 1;
    }
    wire.at = end;
  }
  return values[wanted];
}

function readPropertyNumber(wire: Wire): number {
  let value = Number.NaN;
  while (nextField(wire)) {
    const isNumber = wire.type === WIRE_VARINT && (wire.field === 3 || wire.field === 4);
    skipField(wire);
    if (isNumber) value = wire.low;
  }
  return value;
}

function readNumber(wire: Wire): number | undefined {
  readVarint(wire);
  return unsigned(wire);
}

/** `datatype`: its own, or that of its birth. Signed numbers are in two's complement. */
export function metricValue(metric: SparkplugMetric, datatype: number | undefined): MetricValue {
  if (metric.isNull) return none("is null");
  const unread = UNREAD[metric.valueField];
  if (unread !== undefined) return none(unread);
  if (datatype !== undefined && datatype > TYPES_KEPT_MAX) return none("is a list or a set");
  if (metric.valueField === STRING) return { kind: "value", value: metric.text };
  const value = numberOf(metric, datatype ?? 0);
  if (typeof value === "number" && !Number.isFinite(value)) return none("is no finite number");
  if (value !== undefined) return { kind: "value", value };
  const type = NAME_OF_TYPE.get(datatype ?? 0) ?? "no type";
  return none(`does not hold exactly what its datatype ${type} says`);
}

function numberOf(metric: SparkplugMetric, datatype: number): number | boolean | undefined {
  const { valueField, low, high } = metric;
  if (valueField === BOOLEAN) return low !== 0;
  if (valueField === FLOAT || valueField === DOUBLE) return metric.real;
  switch (datatype) {
    case Int8:
      return signedOf(metric, 8);
    case Int16:
      return signedOf(metric, 16);
    case Int32:
      return signedOf(metric, 32);
    case UInt8:
      return high === 0 && low < 2 ** 8 ? low : undefined;
    case UInt16:
      return high === 0 && low < 2 ** 16 ? low : undefined;
    case UInt32:
      return high === 0 ? low : undefined;
    case Int64:
      // Whether an int_value with its upper bit set was meant as a negative number nobody can tell.
      return valueField === INT && high === 0 && low >= 2 ** 31 ? undefined : signed(metric);
    case SPARKPLUG_TYPES.Boolean:
      return high === 0 && low <= 1 ? low === 1 : undefined;
    default:
      return unsigned(metric);
  }
}

/** A negative number comes as wide as its type, or widened to 32 or 64 bits. */
function signedOf({ low, high }: SparkplugMetric, bits: 8 | 16 | 32): number | undefined {
  const value = (low << (32 - bits)) >> (32 - bits);
  if (high === 0 && (low < 2 ** bits || (low | 0) === value)) return value;
  return high === 0xffff_ffff && value < 0 && (low | 0) === value ? value : undefined;
}

function none(why: string): MetricValue {
  return { kind: "none", why };
}
