/**
 * A broker of a few lines for tests: takes connections, notes what is published, acknowledges or is
 * told to keep silent, cuts lines. No sessions, no retained messages, no delivery but `send`.
 */
import { type AddressInfo, createServer, type Socket } from "node:net";
import { generate, type IConnectPacket, type IPublishPacket, parser } from "mqtt-packet";

export interface TinyBroker {
  url: string;
  port: number;
  connects: IConnectPacket[];
  published: IPublishPacket[];
  /** Answers PUBLISH with PUBACK; switched off, everything stays unacknowledged. */
  isAcknowledging: boolean;
  /** Answers CONNECT with this code. */
  returnCode: number;
  connections(): number;
  /** Publishes to whoever subscribed to this topic. */
  send(topic: string, payload: string): void;
  cutAll(): void;
  stop(): Promise<void>;
}

export async function startTinyBroker(port = 0): Promise<TinyBroker> {
  const sockets = new Map<Socket, Set<string>>();
  const server = createServer((socket) => {
    const topics = new Set<string>();
    sockets.set(socket, topics);
    const packets = parser({ protocolVersion: 4 });
    packets.on("packet", (packet) => {
      switch (packet.cmd) {
        case "connect":
          broker.connects.push(packet);
          socket.write(
            generate({ cmd: "connack", returnCode: broker.returnCode, sessionPresent: false }),
          );
          break;
        case "publish":
          broker.published.push(packet);
          if (broker.isAcknowledging) {
            socket.write(generate({ cmd: "puback", messageId: packet.messageId ?? 0 }));
          }
          break;
        case "subscribe":
          for (const { topic } of packet.subscriptions) topics.add(topic);
          socket.write(generate({ cmd: "suback", messageId: packet.messageId ?? 0, granted: [1] }));
          break;
        case "pingreq":
          socket.write(generate({ cmd: "pingresp" }));
          break;
        default:
          break;
      }
    });
    socket.on("data", (chunk: Buffer) => packets.parse(chunk));
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const listening = (server.address() as AddressInfo).port;
  const broker: TinyBroker = {
    url: `mqtt://127.0.0.1:${listening}`,
    port: listening,
    connects: [],
    published: [],
    isAcknowledging: true,
    returnCode: 0,
    connections: () => sockets.size,
    send(topic, payload) {
      for (const [socket, topics] of sockets) {
        if (!topics.has(topic)) continue;
        const dup = false;
        socket.write(
          generate({ cmd: "publish", topic, payload, qos: 1, dup, retain: false, messageId: 7 }),
        );
      }
    },
    cutAll() {
      for (const socket of sockets.keys()) socket.destroy();
    },
    async stop() {
      broker.cutAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return broker;
}

const WAIT_MS_MAX = 10_000;

/** Waits for a condition, with a limit. */
export async function until(what: string, isTrue: () => boolean): Promise<void> {
  const before = performance.now() + WAIT_MS_MAX;
  while (!isTrue()) {
    if (performance.now() > before) throw new Error(`waited ${WAIT_MS_MAX} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Timers of the wall, twenty times as fast. */
export function hastyTimers(wallMs: number, call: () => void): { cancel(): void } {
  const handle = setTimeout(call, wallMs / 20);
  return { cancel: () => clearTimeout(handle) };
}
