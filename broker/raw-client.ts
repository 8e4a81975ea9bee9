/**
 * A bare MQTT client for tests, on a socket and `mqtt-packet`: says exactly what it is told, keeps
 * what it hears, acknowledges only when asked to.
 */
import { connect as connectTcp } from "node:net";
import type { Duplex } from "node:stream";
import { generate, type IConnackPacket, type Packet, parser } from "mqtt-packet";

export interface ConnectWords {
  username?: string;
  password?: string;
  clientId?: string;
  clean?: boolean;
  keepalive?: number;
  protocolVersion?: 3 | 4 | 5;
  will?: { topic: string; payload: string; qos?: 0 | 1 | 2; retain?: boolean };
}

export interface Heard {
  topic: string;
  payload: string;
  qos: number;
  retain: boolean;
  dup: boolean;
  messageId: number | undefined;
}

type PacketOf<Cmd extends Packet["cmd"]> = Extract<Packet, { cmd: Cmd }>;

const WAIT_MS_MAX = 8_000;

export class RawClient {
  readonly stream: Duplex;
  isClosed = false;
  readonly packets: Packet[] = [];
  #nextId = 1;
  #wake: (() => void)[] = [];

  constructor(stream: Duplex) {
    this.stream = stream;
    const parse = parser();
    parse.on("packet", (packet) => {
      this.packets.push(packet);
      this.#tell();
    });
    stream.on("data", (chunk: Buffer) => parse.parse(chunk));
    stream.on("error", () => {});
    stream.on("end", () => stream.destroy());
    stream.on("close", () => {
      this.isClosed = true;
      this.#tell();
    });
  }

  static toPort(port: number): RawClient {
    return new RawClient(connectTcp(port, "127.0.0.1"));
  }

  send(packet: Packet): void {
    this.stream.write(generate(packet));
  }

  async connect(words: ConnectWords = {}): Promise<IConnackPacket> {
    const { will, password, ...rest } = words;
    this.send({
      cmd: "connect",
      protocolId: rest.protocolVersion === 3 ? "MQIsdp" : "MQTT",
      protocolVersion: 4,
      clientId: "",
      clean: true,
      keepalive: 0,
      ...rest,
      ...(password === undefined ? {} : { password: Buffer.from(password) }),
      ...(will === undefined
        ? {}
        : { will: { qos: 0, retain: false, ...will, payload: Buffer.from(will.payload) } }),
    });
    return this.next("connack");
  }

  async subscribe(...filters: [filter: string, qos: 0 | 1 | 2][]): Promise<number[]> {
    const subscriptions = filters.map(([topic, qos]) => ({ topic, qos }));
    this.send({ cmd: "subscribe", messageId: this.#id(), subscriptions });
    return (await this.next("suback")).granted as number[];
  }

  async unsubscribe(filter: string): Promise<void> {
    this.send({ cmd: "unsubscribe", messageId: this.#id(), unsubscriptions: [filter] });
    await this.next("unsuback");
  }

  /** Sends and does not wait; answers the packet id. */
  publish(
    topic: string,
    payload: string | Buffer,
    more: { qos?: 0 | 1 | 2; retain?: boolean; dup?: boolean; messageId?: number } = {},
  ): number {
    const messageId = more.messageId ?? this.#id();
    this.send({
      cmd: "publish",
      topic,
      payload,
      qos: more.qos ?? 1,
      retain: more.retain ?? false,
      dup: more.dup ?? false,
      messageId,
    });
    return messageId;
  }

  async publishAcked(
    topic: string,
    payload: string,
    more: { retain?: boolean } = {},
  ): Promise<void> {
    const messageId = this.publish(topic, payload, { ...more, qos: 1 });
    await this.next("puback", (packet) => packet.messageId === messageId);
  }

  acknowledge(message: Heard): void {
    this.send({ cmd: "puback", messageId: message.messageId ?? 0 });
  }

  /** Takes the next message that was published to this client. */
  async heard(): Promise<Heard> {
    const packet = await this.next("publish");
    return {
      topic: packet.topic,
      payload: packet.payload.toString(),
      qos: packet.qos,
      retain: packet.retain,
      dup: packet.dup,
      messageId: packet.messageId,
    };
  }

  /** Takes the oldest packet of a kind, waiting for it. */
  async next<Cmd extends Packet["cmd"]>(
    cmd: Cmd,
    isMeant: (packet: PacketOf<Cmd>) => boolean = () => true,
  ): Promise<PacketOf<Cmd>> {
    let found = -1;
    await this.until(`a packet '${cmd}'`, () => {
      found = this.packets.findIndex(
        (packet) => packet.cmd === cmd && isMeant(packet as PacketOf<Cmd>),
      );
      return found >= 0;
    });
    return this.packets.splice(found, 1)[0] as PacketOf<Cmd>;
  }

  async closed(): Promise<void> {
    await this.until("the end of the connection", () => this.isClosed);
  }

  /** Whatever was sent before it has been answered when this settles. */
  async ping(): Promise<void> {
    this.send({ cmd: "pingreq" });
    await this.next("pingresp");
  }

  /** Messages taken so far that nobody has asked for; a ping makes sure that all have come. */
  async unheard(): Promise<string[]> {
    await this.ping();
    return this.packets.flatMap((packet) =>
      packet.cmd === "publish" ? [packet.payload.toString()] : [],
    );
  }

  async disconnect(): Promise<void> {
    this.send({ cmd: "disconnect" });
    this.stream.end();
    await this.closed();
  }

  /** Ends without DISCONNECT. */
  async drop(): Promise<void> {
    this.stream.destroy();
    await this.closed();
  }

  async until(what: string, isSo: () => boolean): Promise<void> {
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      this.#tell();
    }, WAIT_MS_MAX);
    try {
      while (!isSo()) {
        if (isLate) throw new Error(`waited in vain for ${what}`);
        if (this.isClosed) throw new Error(`the connection ended before ${what}`);
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
    } finally {
      clearTimeout(limit);
    }
  }

  #tell(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  #id(): number {
    const id = this.#nextId;
    this.#nextId = (this.#nextId % 65_535) + 1;
    return id;
  }
}
