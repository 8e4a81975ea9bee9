/**
 * The plain loop that an engineer writes in an afternoon, for comparison: Mosquitto without
 * persistence -> MQTT.js subscriber -> InfluxDB's client -> InfluxDB. It acknowledges from memory,
 * judges nothing and opens no case. Runs as a process of its own when it is given its ports.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InfluxDB, Point } from "@influxdata/influxdb-client";
import mqtt from "mqtt";
import { freePort } from "./free-port.ts";
import { type InfluxServer, startInflux } from "./influx-server.ts";
import { cpuSeconds, pause, type Running, run, temporaryFolder, untilOpen } from "./processes.ts";
import { generateLoad } from "./throughput.ts";

const SELF = fileURLToPath(import.meta.url);
const DATABASE = "bench";
const BATCH = 5_000;
const LOOK_MS = 250;
/** So long nothing more came. */
const SETTLED_MS = 3_000;

export interface PeerReport {
  /** Acknowledged by the broker, from its memory. */
  perSecond: number;
  /** From the first message until the last is in InfluxDB. */
  storedPerSecond: number;
  cpuPer100k: number;
  cpuPer100kByPart: { mosquitto: number; subscriber: number; influxd: number };
}

async function startMosquitto(): Promise<{ running: Running; port: number }> {
  const directory = temporaryFolder();
  const port = await freePort();
  const conf = join(directory, "mosquitto.conf");
  writeFileSync(
    conf,
    `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_queued_messages 0\n`,
  );
  const running = run("mosquitto", ["-c", conf], { directory });
  await untilOpen(port);
  return { running, port };
}

async function startDatabase(): Promise<InfluxServer> {
  const server = await startInflux();
  const made = await fetch(
    `${server.url}/query?q=${encodeURIComponent(`create database ${DATABASE}`)}`,
    {
      method: "POST",
    },
  );
  if (!made.ok) throw new Error(`influxd answered ${made.status}`);
  return server;
}

export async function measurePeer(connections: number, messages: number): Promise<PeerReport> {
  const mosquitto = await startMosquitto();
  const influx = await startDatabase();
  const subscriber = run(process.execPath, [SELF, String(mosquitto.port), String(influx.port)]);
  await new Promise<void>((resolve) => subscriber.child.stdout?.once("data", () => resolve()));
  const parts = { mosquitto: mosquitto.running, subscriber, influxd: influx.running };
  const cpu = (): Record<keyof typeof parts, number> => ({
    mosquitto: cpuSeconds(parts.mosquitto.pid),
    subscriber: cpuSeconds(parts.subscriber.pid),
    influxd: cpuSeconds(parts.influxd.pid),
  });
  const before = cpu();
  const devices = Array.from({ length: connections }, (_, n) => ({
    deviceId: `dev-${n}`,
    key: "-",
  }));
  const report = await generateLoad(subscriber.directory, {
    port: mosquitto.port,
    devices,
    messages,
    rate: 0,
    windowPerDevice: 10,
  });
  const lagFrom = performance.now();
  const lagMs = (await settled(influx.port, report.acknowledged)) - lagFrom;
  const after = cpu();
  for (const part of Object.values(parts)) await part.stop();
  const per100k = 100_000 / report.acknowledged;
  const byPart = {
    mosquitto: (after.mosquitto - before.mosquitto) * per100k,
    subscriber: (after.subscriber - before.subscriber) * per100k,
    influxd: (after.influxd - before.influxd) * per100k,
  };
  return {
    perSecond: report.perSecond,
    storedPerSecond: report.acknowledged / (report.seconds + lagMs / 1_000),
    cpuPer100k: byPart.mosquitto + byPart.subscriber + byPart.influxd,
    cpuPer100kByPart: byPart,
  };
}

/** When InfluxDB held what was sent, or as much as ever: QoS 1 of a full queue may drop. */
async function settled(port: number, messages: number): Promise<number> {
  let [before, since] = [-1, 0];
  for (;;) {
    const now = performance.now();
    const query = encodeURIComponent("select count(tiltDeg) from reading");
    const answer = await fetch(`http://127.0.0.1:${port}/query?db=${DATABASE}&q=${query}`);
    const body = (await answer.json()) as {
      results: { series?: { values: [string, number][] }[] }[];
    };
    const count = body.results[0]?.series?.[0]?.values[0]?.[1] ?? 0;
    if (count >= messages) return now;
    if (count > before) [before, since] = [count, now];
    else if (now - since > SETTLED_MS) return since;
    await pause(LOOK_MS);
  }
}

async function subscribe(mqttPort: string, influxPort: string): Promise<void> {
  const writeApi = new InfluxDB({ url: `http://127.0.0.1:${influxPort}`, token: "" }).getWriteApi(
    "",
    "",
    "ms",
    { batchSize: BATCH, flushInterval: 500, maxRetries: 3 },
  );
  Object.assign(writeApi, { path: `/write?db=${DATABASE}&precision=ms` });
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { clientId: "peer" });
  client.on("message", (topic, payload) => {
    const message = JSON.parse(payload.toString()) as {
      observedAt: number;
      values: Record<string, number>;
    };
    const point = new Point("reading").tag("device", topic.split("/")[2] ?? "");
    for (const [name, value] of Object.entries(message.values)) point.floatField(name, value);
    writeApi.writePoint(point.timestamp(message.observedAt));
  });
  await client.subscribeAsync("v1/+/+/telemetry", { qos: 1 });
  process.on("SIGTERM", () => {
    void writeApi.close().finally(() => process.exit(0));
  });
  process.stdout.write("ready\n");
}

const [, script, mqttPort, influxPort] = process.argv;
if (script === SELF && mqttPort !== undefined && influxPort !== undefined) {
  await subscribe(mqttPort, influxPort);
}
