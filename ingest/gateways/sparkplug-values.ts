/**
 * The metrics of one message of a node or device to values, by what its birth has declared and by
 * the device's mapping: names as they are, `Level/Fill` is one name. Metrics of the protocol's own
 * (bdSeq, Node Control/…) and of properties are none; what else cannot be a number is put aside.
 */
import type { Instant } from "../../model/clock.ts";
import { type DecodedValue, FLAG_BITS, type Flags } from "../../model/reading.ts";
import type { DeviceEntry } from "../../model/registry.ts";
import type { Mapped } from "../mapping/apply-mapping.ts";
import { readObservedAt } from "../observed-at.ts";
import type { Fault, GatewayContext, MetricsShown } from "./gateway.ts";
import { quoted } from "./payload.ts";
import { type Birth, type MetricFacts, metricFacts } from "./sparkplug-node.ts";
import { metricValue, type SparkplugMetric, type SparkplugPayload } from "./sparkplug-payload.ts";

export interface MetricsAbout {
  readonly entry: DeviceEntry;
  /** Undefined: none is known. */
  readonly birth: Birth | undefined;
  /** A birth tells what is now, however old the value. */
  readonly isBirth: boolean;
  readonly receivedAt: Instant;
  readonly context: GatewayContext;
}

export interface MetricsRead {
  readonly values: DecodedValue[];
  readonly faults: Fault[];
  /** Metrics that no birth has declared. */
  readonly unknown: number;
  readonly shown: readonly MetricsShown[];
}

/** Metrics of one time and quality, which go through the mapping together. */
interface Group {
  readonly at: Instant | undefined;
  readonly flags: Flags;
  readonly tree: Record<string, number | boolean | string>;
  readonly texts: string[];
}

const OPC_BAD = 0;
const OPC_STALE = 500;

export function readMetrics(payload: SparkplugPayload, about: MetricsAbout): MetricsRead {
  const groups: Group[] = [];
  const faults: Fault[] = [];
  const aside = new Map<string, { count: number; name: string }>();
  let unknown: { count: number; name: string } | undefined;
  for (const metric of payload.metrics) {
    const facts = factsOf(metric, about.birth);
    if (facts === undefined) {
      unknown ??= { count: 0, name: metric.name ?? `alias ${metric.alias ?? "none"}` };
      unknown.count += 1;
      continue;
    }
    if (!facts.isReading) continue;
    const why = takeMetric(groups, metric, facts, payload.timestamp);
    if (why === undefined) continue;
    const before = aside.get(why);
    aside.set(why, { count: (before?.count ?? 0) + 1, name: before?.name ?? facts.name });
  }
  for (const [why, { count, name }] of aside) {
    const more = count === 1 ? "" : `, as are ${count - 1} more`;
    faults.push({ reason: "VALUE_INVALID", text: `${quoted(name)} ${why}${more}`, count });
  }
  if (unknown !== undefined) {
    const { count, name } = unknown;
    const what = count === 1 ? `${quoted(name)} is` : `${quoted(name)} and ${count - 1} more are`;
    const text = `${what} of no birth that is known; the node is asked for its births`;
    faults.push({ reason: "METRIC_UNKNOWN", text, count });
  }
  const values = groups.length === 0 ? [] : valuesOf(groups, payload, about, faults);
  return { values, faults, unknown: unknown?.count ?? 0, shown: shownBy(groups, about) };
}

/** History and what is not good say nothing of what is now. */
function shownBy(groups: readonly Group[], { entry, receivedAt: at }: MetricsAbout) {
  const { deviceId } = entry.device;
  const now = groups.filter(({ flags }) => flags === 0);
  return now.map(({ tree }): MetricsShown => ({ deviceId, values: tree, at }));
}

/** What has a name and a datatype says itself what it is, birth or no birth. */
function factsOf(metric: SparkplugMetric, birth: Birth | undefined): MetricFacts | undefined {
  const { name, alias, datatype } = metric;
  if (name !== undefined && name !== "") {
    const declared = birth?.byName.get(name);
    if (declared !== undefined) return declared;
    return datatype === undefined ? undefined : metricFacts(name, datatype);
  }
  return alias === undefined ? undefined : birth?.byAlias.get(alias);
}

/** Answers why the metric is none. */
function takeMetric(
  groups: Group[],
  metric: SparkplugMetric,
  { name, datatype }: MetricFacts,
  sentAt: number | undefined,
): string | undefined {
  const read = metricValue(metric, metric.datatype ?? datatype);
  if (read.kind === "none") return read.why;
  const claimed = metric.timestamp ?? sentAt;
  const at = claimed === undefined || claimed === 0 ? undefined : readObservedAt(claimed);
  const flags = flagsOf(metric);
  let group = groups[groups.length - 1];
  // A name that is there already is a second value of the metric.
  if (
    group === undefined ||
    group.at !== at ||
    group.flags !== flags ||
    Object.hasOwn(group.tree, name)
  ) {
    group = { at, flags, tree: {}, texts: [] };
    groups.push(group);
  }
  if (name === "__proto__") return "is no name of a measurement";
  group.tree[name] = read.value;
  if (typeof read.value === "string") group.texts.push(name);
  return undefined;
}

/** Historical values are kept as late ones are: judged by nothing. */
function flagsOf({ quality, isHistorical }: SparkplugMetric): Flags {
  const late = isHistorical ? FLAG_BITS.late : 0;
  if (quality === OPC_BAD) return late | FLAG_BITS["opc-bad"];
  return quality === OPC_STALE ? late | FLAG_BITS["opc-stale"] : late;
}

function valuesOf(
  groups: readonly Group[],
  { timestamp }: SparkplugPayload,
  { entry, isBirth, context }: MetricsAbout,
  faults: Fault[],
): DecodedValue[] {
  const { deviceId } = entry.device;
  const liveAt = newestOf(groups, isBirth ? timestamp : undefined);
  const values: DecodedValue[] = [];
  const unread: string[] = [];
  for (const { at, flags, tree, texts } of groups) {
    const mapped = context.readPayload(entry, tree);
    faults.push(...mapped.faults);
    const newestAt = (flags & FLAG_BITS.late) !== 0 ? undefined : liveAt;
    for (const { measurement, value, at: mappedAt } of mapped.values) {
      values.push({
        deviceId,
        measurement,
        period: "instant",
        value,
        claimedAt: mappedAt ?? at,
        newestAt,
        seq: undefined,
        flags,
      });
    }
    // A decoder that the device has knows which texts it does not want.
    if (entry.device.decoder === undefined) unread.push(...texts.filter(isUnread(mapped)));
  }
  if (unread.length > 0) {
    const more = unread.length === 1 ? "" : `, as are ${unread.length - 1} more`;
    const text = `${quoted(unread[0])} is a text, which nothing makes a number${more}`;
    faults.push({ reason: "VALUE_INVALID", text, count: unread.length });
  }
  return values;
}

/** Read by name a text is a value, or at fault, under its own name, or it is nothing. */
function isUnread({ values, faults }: Mapped): (name: string) => boolean {
  return (name) =>
    !values.some(({ measurement }) => measurement === name) &&
    !faults.some(({ text }) => text.startsWith(`'${name}'`));
}

/** The time that lateness is judged by; history does not count. */
function newestOf(groups: readonly Group[], sentAt: number | undefined): Instant | undefined {
  let newest = sentAt === undefined ? undefined : readObservedAt(sentAt);
  for (const { at, flags } of groups) {
    if (at === undefined || (flags & FLAG_BITS.late) !== 0) continue;
    newest = newest === undefined ? at : Math.max(newest, at);
  }
  return newest;
}
