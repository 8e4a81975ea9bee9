/**
 * The lines that samples take: a device's own MQTT connection, a gateway's that carries many devices,
 * a plant's data logger over TCP or over MQTT in transparent mode. Each stores what it cannot send,
 * in a bounded memory, and sends it in batches when it can. The noise of transport happens here.
 */
import type { DurationMs, Instant, Timer } from "../model/clock.ts";
import type { Line, Reported } from "./actor.ts";
import { createCommandEar } from "./encoders/commands.ts";
import {
  commandTopic,
  encodeTelemetry,
  type Sample,
  statusTopic,
  telemetryTopic,
} from "./encoders/native.ts";
import type { FleetDevice } from "./fleet.ts";
import { createHj212Client, type Hj212Client, type Report } from "./hj212-client.ts";
import { createMqttClient, type MqttClient, type MqttClientOptions } from "./mqtt-client.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import { createPlantLogger, type PlantLogger } from "./plant.ts";
import type { Random } from "./random.ts";

export interface LineDeps {
  /** A timer in milliseconds of the wall. */
  after(wallMs: number, call: () => void): Timer;
  now(): Instant;
  random: Random;
  onFirstConnected(): void;
  onClosed(who: string, why: string): void;
  count: LineCounts;
}

/** Sums over all lines. */
export interface LineCounts {
  readings: number;
  messages: number;
  duplicates: number;
  late: number;
}

export interface TransportNoise {
  duplicateShare: number;
  lateBatches?: { share: number; heldFor: DurationMs } | undefined;
}

export interface SimLine extends Line {
  isConnected(): boolean;
  connects(): number;
  refusals(): number;
  resent(): number;
  /** Samples that are stored and messages that are not acknowledged. */
  pending(): number;
  shed(): number;
  /** What the noise of transport holds back goes out now. */
  letGo(): void;
  end(): Promise<void>;
}

export interface MqttAccess {
  url: string;
  username?: string;
  password?: string;
  ca?: string;
  isClean: boolean;
}

/** A lamp's controller keeps three days, a bin's sensor two weeks. */
const STORED_SAMPLES_MAX = 500;
const STORED_REPORTS_MAX = 5_000;
/** After an outage a device sends this many samples in one message; the platform takes 500. */
const BATCH_SAMPLES_MAX = 100;
const GATEWAY_IN_FLIGHT_MAX = 64;

type CommandEar = ReturnType<typeof createCommandEar>;

interface Mailbox {
  device: FleetDevice;
  samples: Outbox<Sample>;
  heldUntil: Instant;
  isRepeated: boolean;
  ear?: CommandEar;
}

export function createNativeLine(
  deps: LineDeps,
  options: {
    clientId: string;
    devices: readonly FleetDevice[];
    access: MqttAccess;
    noise: TransportNoise;
  },
): SimLine {
  const { clientId, devices, access, noise } = options;
  const boxes = new Map<string, Mailbox>();
  for (const device of devices) {
    const samples = createOutbox<Sample>(STORED_SAMPLES_MAX);
    boxes.set(device.deviceId, { device, samples, heldUntil: 0, isRepeated: false });
  }
  const waiting = new Set<Mailbox>();

  const flush = (): void => {
    for (const box of waiting) {
      if (box.heldUntil > deps.now()) continue;
      const { class: slug, deviceId } = box.device;
      const topic = telemetryTopic(slug, deviceId);
      while (box.samples.size() > 0 && client.canPublish()) {
        const samples = box.samples.take(BATCH_SAMPLES_MAX);
        const message = { topic, payload: encodeTelemetry(samples) };
        client.publish(message);
        deps.count.messages += 1;
        const isTwice = deps.random.isLucky(noise.duplicateShare) || box.isRepeated;
        if (isTwice && client.publish(message)) {
          deps.count.duplicates += 1;
        }
      }
      if (box.samples.size() === 0) waiting.delete(box);
    }
  };

  const client = createMqttClient(
    mqttDeps(deps, clientId, flush, (topic, payload) => {
      const ack = boxes.get(topic.split("/")[2] ?? "")?.ear?.(payload);
      if (ack !== undefined) client.publish({ topic: `${topic}/ack`, payload: ack });
    }),
    nativeOptions(clientId, devices, access),
  );

  return {
    ...mqttLine(client),
    shed: () => sumOf(boxes, ({ samples }) => samples.shed()),
    pending: () => client.unacknowledged() + sumOf(boxes, ({ samples }) => samples.size()),
    take(sample) {
      const box = boxes.get(sample.deviceId);
      if (box === undefined) return;
      const { observedAt, seq, values, isText } = sample;
      box.samples.push({ observedAt, seq, values, ...(isText ? { isText } : {}) });
      deps.count.readings += Object.keys(values).length;
      waiting.add(box);
      holdBack(box, sample, deps, noise);
      flush();
    },
    listen(deviceId, obey) {
      const box = boxes.get(deviceId);
      if (box !== undefined) box.ear = createCommandEar(deps.now, obey);
    },
    letGo() {
      for (const box of boxes.values()) box.heldUntil = 0;
      flush();
    },
    hold(deviceId, isHeld) {
      const box = boxes.get(deviceId);
      if (box !== undefined) box.heldUntil = isHeld ? Number.POSITIVE_INFINITY : 0;
      flush();
    },
    repeat(deviceId, isRepeated) {
      const box = boxes.get(deviceId);
      if (box !== undefined) box.isRepeated = isRepeated;
    },
  };
}

/** A few reports wait with what follows them and come late, as one batch; danger never waits. */
function holdBack(box: Mailbox, sample: Reported, deps: LineDeps, noise: TransportNoise): void {
  const { lateBatches } = noise;
  if (lateBatches === undefined || box.heldUntil === Number.POSITIVE_INFINITY) return;
  if (sample.isUrgent) {
    box.heldUntil = 0;
  } else if (box.heldUntil <= sample.at && deps.random.isLucky(lateBatches.share)) {
    box.heldUntil = sample.at + lateBatches.heldFor;
    deps.count.late += 1;
  }
}

/** A device has one will; a gateway has no status of its own and can only greet for its devices. */
function nativeOptions(
  clientId: string,
  devices: readonly FleetDevice[],
  access: MqttAccess,
): MqttClientOptions {
  const status = (payload: string) =>
    devices.map(({ class: slug, deviceId }) => ({ topic: statusTopic(slug, deviceId), payload }));
  const [will] = status("offline");
  const isGateway = devices.length !== 1 || devices[0]?.gatewayId !== undefined;
  return {
    ...access,
    clientId,
    births: status("online"),
    farewells: status("offline"),
    ...(isGateway || will === undefined ? {} : { will }),
    subscriptions: devices.map(({ class: slug, deviceId }) => commandTopic(slug, deviceId)),
    ...(isGateway ? { inFlightMax: GATEWAY_IN_FLIGHT_MAX } : {}),
  };
}

export function createPlantLine(
  deps: LineDeps,
  options: {
    device: FleetDevice;
    mn: string;
    password: string;
    /** The platform's listener for data loggers; without it over MQTT in transparent mode. */
    tcp?: { host: string; port: number };
    access: MqttAccess;
  },
): SimLine {
  const { device, mn, password, tcp } = options;
  const stored = createOutbox<Report>(STORED_REPORTS_MAX);
  const logger = createPlantLogger({ mn, password });
  let send: (report: Report) => boolean;
  let canSend: () => boolean;
  const flush = (): void => {
    while (stored.size() > 0 && canSend()) {
      for (const report of stored.take(1)) {
        send(report);
        deps.count.messages += report.frames.length;
      }
    }
  };
  const plant = {
    take: plantTake(deps, logger, stored, flush),
    hold: (): void => flush(),
    listen: (): void => {},
    // A logger asks for an answer to each report and sends none twice that has it.
    repeat: (): void => {},
    letGo: flush,
    shed: () => stored.shed(),
  };
  if (tcp !== undefined) {
    const client = createHj212Client(
      {
        after: deps.after,
        random: () => deps.random.next(),
        onConnected: connectedOnce(deps, flush),
        onAnswered: flush,
        onClosed: (why) => deps.onClosed(device.deviceId, why),
      },
      { ...tcp, logger: { mn, password } },
    );
    send = (report) => client.send(report);
    canSend = () => client.canSend();
    const pending = (): number => client.unanswered() + stored.size();
    return { ...clientLine(client), ...plant, refusals: () => 0, pending };
  }
  const client = createMqttClient(mqttDeps(deps, device.deviceId, flush), {
    ...options.access,
    clientId: device.deviceId,
    subscriptions: [`hj212/${mn}/down`],
  });
  send = (report) =>
    report.frames.every((payload) => client.publish({ topic: `hj212/${mn}/up`, payload }));
  canSend = () => client.canPublish();
  const pending = (): number => client.unacknowledged() + stored.size();
  return { ...mqttLine(client), ...plant, pending };
}

function plantTake(
  deps: LineDeps,
  logger: PlantLogger,
  stored: Outbox<Report>,
  flush: () => void,
): (sample: Reported) => void {
  return (sample) => {
    for (const report of logger.take(sample.observedAt, sample.values, sample.faults)) {
      stored.push(report);
    }
    deps.count.readings += Object.keys(sample.values).length;
    flush();
  };
}

function mqttDeps(
  deps: LineDeps,
  who: string,
  flush: () => void,
  onMessage?: (topic: string, payload: Buffer) => void,
) {
  return {
    after: deps.after,
    random: () => deps.random.next(),
    onConnected: connectedOnce(deps, flush),
    onAcked: flush,
    onClosed: (why: string) => deps.onClosed(who, why),
    ...(onMessage === undefined ? {} : { onMessage }),
  };
}

function connectedOnce(deps: LineDeps, flush: () => void): () => void {
  let isFirst = true;
  return () => {
    if (isFirst) deps.onFirstConnected();
    isFirst = false;
    flush();
  };
}

function mqttLine(client: MqttClient) {
  return { ...clientLine(client), refusals: () => client.stats.refusals };
}

function clientLine(client: MqttClient | Hj212Client) {
  return {
    connect: () => client.connect(),
    cut: () => client.cut(),
    end: () => client.end(),
    isConnected: () => client.isConnected(),
    connects: () => client.stats.connects,
    resent: () => client.stats.resent,
  };
}

function sumOf<K, V>(map: ReadonlyMap<K, V>, of: (value: V) => number): number {
  let sum = 0;
  for (const value of map.values()) sum += of(value);
  return sum;
}
