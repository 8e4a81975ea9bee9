/**
 * Decoding alone, on one core: messages of a format through its gateway, with nothing journaled,
 * judged or stored. Each message has its own values, as its devices would send them. A second is one
 * of processor time, all threads together, so that what else runs on the machine counts less.
 */
import { encodeReport } from "../firmware-sim/encoders/hj212.ts";
import { encodeTelemetry, telemetryTopic } from "../firmware-sim/encoders/native.ts";
import { encodeSparkplug, type SentMetric } from "../firmware-sim/encoders/sparkplug.ts";
import { formatContext, uplinkOn } from "../ingest/doubles/formats-world.ts";
import type { Gateway, GatewayContext } from "../ingest/gateways/gateway.ts";
import { createHj212Gateway } from "../ingest/gateways/hj212-gateway.ts";
import { createNativeGateway } from "../ingest/gateways/native.ts";
import { createSparkplugGateway } from "../ingest/gateways/sparkplug.ts";
import type { DeviceId } from "../model/ids.ts";
import type { Uplink } from "../model/uplink.ts";
import type { Row } from "./bench.ts";
import { measureScripts } from "./decode-scripts.ts";
import { median } from "./processes.ts";

interface Load {
  readonly what: string;
  readonly wanted: number;
  readonly gateway: Gateway;
  readonly context: GatewayContext;
  /** Decoded once, before. */
  readonly births: readonly Uplink[];
  /** Decoded again and again; of Sparkplug a whole number of rounds of the sequence. */
  readonly uplinks: readonly Uplink[];
  readonly valuesEach: number;
}

const START = Date.UTC(2026, 10, 20);
const UPLINKS = 4_096;
const ROUNDS = 10;
const METRICS = 10;
/** COD, ammonia, phosphorus, nitrogen, pH, temperature, turbidity, flow. */
const FACTORS = [
  ...["w01018", "w21003", "w21011", "w21001", "w01001", "w01010", "w01012", "w00000"],
];

export async function measureDecode({ runs }: { runs: number }): Promise<Row[]> {
  const rows = [nativeLoad(), hj212Load(), sparkplugLoad()].map((load) => rowOf(load, runs));
  return [...rows, ...(await measureScripts({ runs }))];
}

function rowOf(load: Load, runs: number): Row {
  const { gateway, context } = load;
  for (const birth of load.births) gateway.decode(birth, 0, context);
  const perSecond: number[] = [];
  // The first run warms up and is not counted.
  for (let run = 0; run <= runs; run += 1) {
    const found = decodeAll(load);
    if (run > 0) perSecond.push(found);
  }
  return {
    what: `${load.what} decoded, messages/s of one core`,
    measured: `${Math.round(median(perSecond)).toLocaleString("en")}/s`,
    wanted: load.wanted.toLocaleString("en"),
  };
}

function decodeAll({ gateway, context, uplinks, valuesEach, what }: Load): number {
  let values = 0;
  const begunAt = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const uplink of uplinks) values += gateway.decode(uplink, round, context).values.length;
  }
  const { user, system } = process.cpuUsage(begunAt);
  const wanted = ROUNDS * uplinks.length * valuesEach;
  if (values !== wanted) throw new Error(`${what}: ${values} values were decoded of ${wanted}`);
  return ((ROUNDS * uplinks.length) / (user + system)) * 1_000_000;
}

function nativeLoad(): Load {
  const deviceId = "mc-000231" as DeviceId;
  const context = formatContext("senml", { [deviceId]: "manhole-cover" });
  const entry = context.registry.deviceByExternalId("senml", deviceId);
  if (entry === undefined) throw new Error("the benchmark's own device is not there");
  const own = { ...entry, device: { ...entry.device, deviceId } };
  const registry = {
    ...context.registry,
    device: (id: string) => (id === deviceId ? own : undefined),
  };
  const topic = telemetryTopic("manhole-cover", deviceId);
  const uplinks = listOf((n) => {
    const values = { tiltDeg: n % 9, isOpen: n % 2, waterLevelCm: n % 50, batteryPercent: 80 };
    const payload = encodeTelemetry([{ observedAt: START + n * 60_000, seq: n, values }]);
    return uplinkOn(topic, payload, { receivedAt: START + n * 60_000 });
  });
  return {
    ...{ what: "native telemetry of 4 values", wanted: 250_000, births: [], valuesEach: 4 },
    ...{ gateway: createNativeGateway(), context: { ...context, registry }, uplinks },
  };
}

function hj212Load(): Load {
  const logger = { mn: "411524WWTP0001", password: "123456" };
  const topic = `hj212/${logger.mn}/up`;
  const uplinks = listOf((n) => {
    const at = START + n * 60_000;
    const factors = FACTORS.map((code) => ({
      code,
      fields: [
        ["Rtd", (1 + (n % 70) / 10).toFixed(1)],
        ["Flag", "N"],
      ] as const,
    }));
    const frames = encodeReport(logger, { cn: "2011", qn: at, dataTime: at, factors });
    return uplinkOn(topic, Buffer.concat(frames), { receivedAt: at });
  });
  return {
    ...{ what: `HJ 212 frames of ${FACTORS.length} factors`, wanted: 40_000, births: [] },
    ...{ gateway: createHj212Gateway(), uplinks, valuesEach: FACTORS.length },
    context: formatContext("hj212", { [logger.mn]: "sewage-plant" }),
  };
}

function sparkplugLoad(): Load {
  const aliases = Array.from({ length: METRICS }, (_, n) => n);
  const say = (topic: string, seq: number, metrics: SentMetric[], at = START): Uplink =>
    uplinkOn(`spBv1.0/plants/${topic}`, encodeSparkplug({ timestamp: at, seq, metrics }), {
      receivedAt: at,
    });
  const names = ["codMgL", "nh3nMgL", "tnMgL", "tpMgL", "ph"];
  const nameOf = (n: number): string => names[n] ?? `Pumps/Pump ${n}/Power`;
  const metric = (n: number, alias: number, at: number): SentMetric => ({
    ...{ alias, type: "Float", value: ((n + alias) % 100) / 10, timestamp: at },
  });
  return {
    ...{ what: `Sparkplug DDATA of ${METRICS} metrics`, wanted: 60_000, valuesEach: METRICS },
    gateway: createSparkplugGateway(),
    context: formatContext("sparkplug", { "plants/edge": "", "plants/edge/out": "sewage-plant" }),
    births: [
      say("NBIRTH/edge", 254, [{ name: "bdSeq", type: "Int64", value: 0 }]),
      say(
        "DBIRTH/edge/out",
        255,
        aliases.map((alias) => ({ ...metric(0, alias, START), name: nameOf(alias) })),
      ),
    ],
    uplinks: listOf((n) => {
      const at = START + n * 1_000;
      const metrics = aliases.map((alias) => metric(n, alias, at));
      return say("DDATA/edge/out", n % 256, metrics, at);
    }),
  };
}

function listOf(make: (n: number) => Uplink): Uplink[] {
  return Array.from({ length: UPLINKS }, (_, n) => make(n));
}
