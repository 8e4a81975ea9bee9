/**
 * An MQTT 3.1.1 client as light as a device's: one socket, one parser, no timers of its own, so that
 * ten thousand fit in a process. QoS 1: what is not acknowledged is kept and sent again with dup
 * after a reconnect. What cannot be sent now is refused to the caller, who stores it.
 */
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { generate, type IPublishPacket, type Packet, parser } from "mqtt-packet";
import { type ReconnectDeps, ReconnectingClient } from "./reconnecting-client.ts";

export interface MqttMessage {
  topic: string;
  payload: Buffer | string;
  retain?: boolean;
}

export interface MqttClientOptions {
  /** mqtt://host:port or mqtts://host:port */
  url: string;
  clientId: string;
  username?: string;
  password?: string;
  /** A clean session keeps nothing at the broker between connections. */
  isClean?: boolean;
  keepaliveS?: number;
  will?: MqttMessage;
  /** Published, retained, after every connect; the device's `online`. */
  births?: readonly MqttMessage[];
  /** Published, retained, before a proper end; the device's `offline`. */
  farewells?: readonly MqttMessage[];
  subscriptions?: readonly string[];
  inFlightMax?: number;
  /** PEM of the authority that signed the broker's certificate. */
  ca?: string;
}

export interface MqttClientDeps extends ReconnectDeps {
  /** A message was acknowledged: there is room for another. */
  onAcked?(): void;
  onMessage?(topic: string, payload: Buffer): void;
}

export interface MqttClientStats {
  connects: number;
  refusals: number;
  published: number;
  acked: number;
  resent: number;
}

const KEEPALIVE_S = 120;
const IN_FLIGHT_MAX = 16;
const CONNACK_WALL_MS_MAX = 20_000;
const HABITS = { peer: "broker", backoffWallMsMin: 500, endWallMsMax: 2_000 };
/** A refused sign-in will hardly be taken a second later. */
const REFUSED_RETRY_WALL_MS = 10_000;
const MESSAGE_ID_MAX = 65_535;
const PROTOCOL = { protocolId: "MQTT", protocolVersion: 4 } as const;

export function createMqttClient(deps: MqttClientDeps, options: MqttClientOptions): MqttClient {
  return new MqttClient(deps, options);
}

export class MqttClient extends ReconnectingClient<MqttClientDeps> {
  readonly stats: MqttClientStats = {
    connects: 0,
    refusals: 0,
    published: 0,
    acked: 0,
    resent: 0,
  };
  readonly #options: MqttClientOptions;
  readonly #inFlight = new Map<number, IPublishPacket>();
  #lastId = 0;
  #hasSent = false;
  #isPingOpen = false;

  constructor(deps: MqttClientDeps, options: MqttClientOptions) {
    super(deps, HABITS);
    this.#options = options;
  }

  canPublish(): boolean {
    return this.isUp && this.#inFlight.size < (this.#options.inFlightMax ?? IN_FLIGHT_MAX);
  }

  unacknowledged(): number {
    return this.#inFlight.size;
  }

  /** False: not now (away, or too many unacknowledged); nothing was taken. */
  publish(message: MqttMessage): boolean {
    if (!this.canPublish()) return false;
    const messageId = this.#nextId();
    const packet = publishPacket(message, messageId, message.retain === true);
    this.#inFlight.set(messageId, packet);
    this.stats.published += 1;
    this.#write(packet);
    return true;
  }

  /** Says farewell and closes. */
  override end(): Promise<void> {
    if (this.isUp) {
      for (const farewell of this.#options.farewells ?? []) {
        this.#write(publishPacket(farewell, this.#nextId(), true));
      }
      this.#write({ cmd: "disconnect" });
    }
    return super.end();
  }

  protected override dial(): Socket {
    const { socket, readyEvent } = openSocket(this.#options);
    const packets = parser(PROTOCOL);
    packets.on("packet", (packet) => {
      if (this.socket === socket) this.#receive(packet);
    });
    packets.on("error", (error: unknown) => socket.destroy(new Error(String(error))));
    socket.on(readyEvent, () => this.#write(connectPacket(this.#options)));
    socket.on("data", (chunk: Buffer) => packets.parse(chunk));
    this.setTimer(CONNACK_WALL_MS_MAX, () => socket.destroy(new Error("no CONNACK came")));
    return socket;
  }

  #write(packet: Packet): void {
    this.#hasSent = true;
    this.socket?.write(generate(packet));
  }

  #nextId(): number {
    do this.#lastId = this.#lastId >= MESSAGE_ID_MAX ? 1 : this.#lastId + 1;
    while (this.#inFlight.has(this.#lastId));
    return this.#lastId;
  }

  #receive(packet: Packet): void {
    if (packet.cmd === "connack") this.#connected(packet.returnCode ?? 0);
    else if (packet.cmd === "puback") this.#acknowledged(packet.messageId ?? 0);
    else if (packet.cmd === "pingresp") this.#isPingOpen = false;
    else if (packet.cmd === "publish") {
      if (packet.qos === 1) this.#write({ cmd: "puback", messageId: packet.messageId ?? 0 });
      this.deps.onMessage?.(packet.topic, Buffer.from(packet.payload));
    }
  }

  #connected(returnCode: number): void {
    const isRefused = returnCode !== 0;
    this.retryWallMsMin = isRefused ? REFUSED_RETRY_WALL_MS : 0;
    if (isRefused) {
      this.stats.refusals += 1;
      const why = `the broker refused the connection with return code ${returnCode}`;
      this.socket?.destroy(new Error(why));
      return;
    }
    this.isUp = true;
    this.attempts = 0;
    this.#isPingOpen = false;
    this.stats.connects += 1;
    const topics = this.#options.subscriptions ?? [];
    if (topics.length > 0) {
      const subscriptions = topics.map((topic) => ({ topic, qos: 1 as const }));
      this.#write({ cmd: "subscribe", messageId: this.#nextId(), subscriptions });
    }
    for (const birth of this.#options.births ?? []) {
      this.#write(publishPacket(birth, this.#nextId(), true));
    }
    for (const packet of this.#inFlight.values()) {
      packet.dup = true;
      this.stats.resent += 1;
      this.#write(packet);
    }
    this.#keepAlive();
    this.deps.onConnected?.();
  }

  #acknowledged(messageId: number): void {
    if (!this.#inFlight.delete(messageId)) return;
    this.stats.acked += 1;
    this.deps.onAcked?.();
  }

  #keepAlive(): void {
    this.#hasSent = false;
    this.setTimer(((this.#options.keepaliveS ?? KEEPALIVE_S) * 1000) / 2, () => {
      if (this.#isPingOpen) {
        this.socket?.destroy(new Error("the broker answers no ping"));
        return;
      }
      if (!this.#hasSent) {
        this.#isPingOpen = true;
        this.#write({ cmd: "pingreq" });
      }
      this.#keepAlive();
    });
  }
}

function openSocket(options: MqttClientOptions): { socket: Socket; readyEvent: string } {
  const { hostname, port, protocol } = new URL(options.url);
  const host = hostname.replace(/^\[|\]$/g, "");
  if (protocol !== "mqtts:") {
    const socket = connectTcp({ host, port: Number(port || 1883), noDelay: true });
    return { socket, readyEvent: "connect" };
  }
  const ca = options.ca === undefined ? {} : { ca: options.ca };
  const socket = connectTls({ host, port: Number(port || 8883), ...ca });
  return { socket, readyEvent: "secureConnect" };
}

function connectPacket(options: MqttClientOptions): Packet {
  const { username, password, will } = options;
  return {
    cmd: "connect",
    ...PROTOCOL,
    clientId: options.clientId,
    clean: options.isClean ?? true,
    keepalive: options.keepaliveS ?? KEEPALIVE_S,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
    ...(will === undefined
      ? {}
      : { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } }),
  };
}

function publishPacket(message: MqttMessage, messageId: number, retain: boolean): IPublishPacket {
  const { topic, payload } = message;
  return { cmd: "publish", topic, payload, qos: 1, dup: false, retain, messageId };
}
