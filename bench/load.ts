/**
 * The load generator: many devices on bare sockets, QoS 1, a window of unacknowledged messages
 * each. Runs as a process of its own so that its CPU is not the platform's; reads one plan from
 * its first argument and prints one report as JSON. Packets are built by hand-sized pieces, since
 * a full client would cost as much CPU as the broker under test.
 */
import { connect, type Socket } from "node:net";
import { generate } from "mqtt-packet";
import { type LoadSender, loadMessage } from "./load-messages.ts";

/** Signs in as itself, or as whoever speaks for it. */
export interface LoadCredentials extends LoadSender {
  key: string;
  username?: string;
}

export interface LoadPlan {
  port: number;
  devices: LoadCredentials[];
  /** Messages in all; each device sends its share. */
  messages: number;
  /** Messages a second over all devices; 0 is as fast as acknowledgements come. */
  rate: number;
  windowPerDevice: number;
  /** Of devices whose times are whole seconds: so long before now the first message stands. */
  secondsBefore?: number;
}

export interface LoadReport {
  acknowledged: number;
  seconds: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  cpuSeconds: number;
}

const SECOND_MS = 1_000;
const PUBACK = 0x40;
const CONNACK = 0x20;
const CONNECT_AT_ONCE = 100;

class LoadDevice {
  private readonly sender: LoadSender;
  readonly socket: Socket;
  private readonly sentAt = new Map<number, number>();
  private packetId = 0;
  private newestAt = 0;
  private rest: Buffer = Buffer.alloc(0);
  private onConnected: () => void = () => {};
  sent = 0;
  private readonly firstAt: number;

  private readonly latencies: number[];
  private readonly onAcknowledged: (device: LoadDevice) => void;

  constructor(
    plan: LoadPlan,
    device: LoadCredentials,
    latencies: number[],
    onAcknowledged: (device: LoadDevice) => void,
  ) {
    this.latencies = latencies;
    this.firstAt = Date.now() - (plan.secondsBefore ?? 0) * SECOND_MS;
    this.onAcknowledged = onAcknowledged;
    this.sender = device;
    this.socket = connect({ port: plan.port, host: "127.0.0.1", noDelay: true });
    this.socket.on("data", (chunk) => this.read(chunk));
    this.socket.on("error", (error) => {
      throw new Error(`device '${device.deviceId}' lost its connection: ${error.message}`);
    });
    this.socket.write(
      generate({
        cmd: "connect",
        protocolId: "MQTT",
        protocolVersion: 4,
        clean: true,
        clientId: device.deviceId,
        keepalive: 60,
        username: device.username ?? device.deviceId,
        password: Buffer.from(device.key),
      }),
    );
  }

  /** Times of HJ 212 are whole seconds, and each message has its own. */
  private timeOf(n: number): number {
    if (this.sender.format !== "hj212") return Math.max(this.newestAt + 1, Date.now());
    return this.firstAt + n * SECOND_MS;
  }

  connected(): Promise<void> {
    return new Promise((resolve) => {
      this.onConnected = resolve;
    });
  }

  get inFlight(): number {
    return this.sentAt.size;
  }

  send(): void {
    this.packetId = (this.packetId % 65_535) + 1;
    this.sent += 1;
    this.newestAt = this.timeOf(this.sent);
    const { topic, payload } = loadMessage(this.sender, this.sent, this.newestAt);
    this.sentAt.set(this.packetId, performance.now());
    this.socket.write(
      generate({
        cmd: "publish",
        topic,
        payload,
        qos: 1,
        messageId: this.packetId,
        dup: false,
        retain: false,
      }),
    );
  }

  /** CONNACK and PUBACK are four bytes each; nothing else is sent to a load device. */
  private read(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let at = 0;
    for (; at + 4 <= bytes.length; at += 4) {
      if (bytes[at] === CONNACK) {
        if (bytes[at + 3] !== 0) throw new Error(`connection refused, code ${bytes[at + 3]}`);
        this.onConnected();
      } else if (bytes[at] === PUBACK) {
        const id = bytes.readUInt16BE(at + 2);
        const sentAt = this.sentAt.get(id);
        if (sentAt === undefined) continue;
        this.sentAt.delete(id);
        this.latencies.push(performance.now() - sentAt);
        this.onAcknowledged(this);
      }
    }
    this.rest = bytes.subarray(at);
  }
}

async function run(plan: LoadPlan): Promise<LoadReport> {
  const latencies: number[] = [];
  const share = Math.ceil(plan.messages / plan.devices.length);
  let acknowledged = 0;
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const devices: LoadDevice[] = [];
  const onAcknowledged = (device: LoadDevice): void => {
    acknowledged += 1;
    if (plan.rate === 0 && device.sent < share) device.send();
    if (acknowledged >= share * plan.devices.length) finish();
  };
  for (let from = 0; from < plan.devices.length; from += CONNECT_AT_ONCE) {
    const some = plan.devices
      .slice(from, from + CONNECT_AT_ONCE)
      .map((device) => new LoadDevice(plan, device, latencies, onAcknowledged));
    await Promise.all(some.map((device) => device.connected()));
    devices.push(...some);
  }
  const begunAt = performance.now();
  const cpuBefore = process.cpuUsage();
  if (plan.rate === 0) {
    for (const device of devices) {
      for (let n = 0; n < Math.min(plan.windowPerDevice, share); n += 1) device.send();
    }
  } else {
    pace(plan, devices, share);
  }
  await finished;
  const seconds = (performance.now() - begunAt) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  for (const device of devices) device.socket.destroy();
  latencies.sort((a, b) => a - b);
  const quantile = (q: number): number => latencies[Math.floor(latencies.length * q)] ?? 0;
  return {
    acknowledged,
    seconds,
    perSecond: acknowledged / seconds,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
  };
}

/** Sends at the plan's rate whatever comes back, as devices in the field do; skips full windows. */
function pace(plan: LoadPlan, devices: LoadDevice[], share: number): void {
  const total = share * devices.length;
  const begunAt = performance.now();
  let sent = 0;
  let turn = 0;
  const timer = setInterval(() => {
    const due = Math.min(total, Math.floor(((performance.now() - begunAt) / 1000) * plan.rate));
    for (let tries = 0; sent < due && tries < devices.length * 2; tries += 1) {
      const device = devices[turn++ % devices.length];
      if (device === undefined || device.sent >= share) continue;
      if (device.inFlight >= plan.windowPerDevice) continue;
      device.send();
      sent += 1;
    }
    if (sent >= total) clearInterval(timer);
  }, 2);
}

const planText = process.argv[2];
if (planText !== undefined) {
  const { readFileSync } = await import("node:fs");
  const plan = JSON.parse(readFileSync(planText, "utf8")) as LoadPlan;
  process.stdout.write(`${JSON.stringify(await run(plan))}\n`);
  process.exit(0);
}
