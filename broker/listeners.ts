/**
 * The sockets of the broker: MQTT over TCP, over TLS and over WebSocket, each on its own port
 * (0: any free one). Hands every connection on as a stream; refuses those beyond the limit.
 */
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer } from "node:tls";
import { createWebSocketStream, type WebSocket, WebSocketServer } from "ws";
import { GridwardenError } from "../model/errors.ts";
import type { Ports } from "./broker-types.ts";

export interface ListenerOptions {
  bind?: string | undefined;
  mqttPort?: number | undefined;
  mqttsPort?: number | undefined;
  wsPort?: number | undefined;
  tls?: { cert: string | Buffer; key: string | Buffer } | undefined;
  connectionsMax: number;
  packetBytesMax: number;
}

export interface ListenerEvents {
  connected(stream: Duplex): void;
  refused(): void;
  tooLarge(): void;
}

/** Connections that wait to be accepted; the system's own bound may be lower. */
const BACKLOG = 4_096;
/** A peer that vanished is noticed by TCP where the client asked for no keep-alive of MQTT. */
const TCP_KEEP_ALIVE_MS = 60_000;
const TLS_HANDSHAKE_MS_MAX = 30_000;
const STREAM_BUFFER_BYTES = 16 * 1024;

export class Listeners {
  readonly #options: ListenerOptions;
  readonly #events: ListenerEvents;
  readonly #servers: (Server | HttpServer)[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #perServer = new Map<Server | HttpServer, Set<Socket>>();

  constructor(options: ListenerOptions, events: ListenerEvents) {
    this.#options = options;
    this.#events = events;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  async open(): Promise<Ports> {
    const { mqttPort, mqttsPort, wsPort } = this.#options;
    const ports: Ports = {};
    try {
      if (mqttPort !== undefined) ports.mqtt = await this.#listen(this.#tcp(), mqttPort);
      if (mqttsPort !== undefined) ports.mqtts = await this.#listen(this.#tls(), mqttsPort);
      if (wsPort !== undefined) ports.ws = await this.#listen(this.#webSocket(), wsPort);
    } catch (error) {
      this.stopListening();
      throw error;
    }
    return ports;
  }

  stopListening(): void {
    for (const server of this.#servers.splice(0)) server.close();
  }

  closeConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #tcp(): Server {
    const server = createServer({ noDelay: true, ...KEEP_ALIVE }, (socket) => {
      this.#events.connected(socket);
    });
    this.#countSockets(server);
    return server;
  }

  #tls(): Server {
    const { tls } = this.#options;
    if (tls === undefined) {
      throw new GridwardenError(
        "CONFIG_INVALID",
        "an MQTTS port is set without a certificate; set the certificate's and the key's file too",
      );
    }
    const server = createTlsServer(
      { ...tls, noDelay: true, ...KEEP_ALIVE, handshakeTimeout: TLS_HANDSHAKE_MS_MAX },
      (socket) => this.#events.connected(socket),
    );
    // A handshake that fails has closed its socket; there is nobody to answer.
    server.on("tlsClientError", () => {});
    this.#countSockets(server);
    return server;
  }

  #webSocket(): HttpServer {
    const server = createHttpServer(KEEP_ALIVE, (_request, response) => {
      response.writeHead(426, { connection: "close" }).end("MQTT over WebSocket only\n");
    });
    server.on("connection", (socket: Socket) => socket.setNoDelay(true));
    const webSockets = new WebSocketServer({
      server,
      perMessageDeflate: false,
      // A frame may carry the end of one packet and the beginning of the next.
      maxPayload: 2 * this.#options.packetBytesMax,
      handleProtocols: (offered) => (offered.has("mqtt") ? "mqtt" : ([...offered][0] ?? false)),
    });
    webSockets.on("connection", (webSocket) => this.#adopt(webSocket));
    this.#countSockets(server);
    return server;
  }

  #adopt(webSocket: WebSocket): void {
    // MQTT 3.1.1, 6.0: only binary frames.
    webSocket.on("message", (_data, isBinary) => {
      if (!isBinary) webSocket.terminate();
    });
    webSocket.on("error", (error: Error & { code?: string }) => {
      if (error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") this.#events.tooLarge();
    });
    this.#events.connected(
      createWebSocketStream(webSocket, { highWaterMark: STREAM_BUFFER_BYTES }),
    );
  }

  /** The bound holds over all listeners: what others have open is taken from each one's share. */
  #countSockets(server: Server | HttpServer): void {
    const own = new Set<Socket>();
    this.#perServer.set(server, own);
    server.maxConnections = this.#options.connectionsMax;
    server.on("drop", () => this.#events.refused());
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      own.add(socket);
      this.#shareOut();
      socket.once("close", () => {
        this.#sockets.delete(socket);
        own.delete(socket);
        this.#shareOut();
      });
    });
  }

  #shareOut(): void {
    if (this.#perServer.size < 2) return;
    for (const [server, own] of this.#perServer) {
      const others = this.#sockets.size - own.size;
      server.maxConnections = Math.max(1, this.#options.connectionsMax - others);
    }
  }

  #listen(server: Server | HttpServer, port: number): Promise<number> {
    const host = this.#options.bind;
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once("error", (error) => {
        reject(
          new GridwardenError(
            "CONFIG_INVALID",
            `the broker cannot listen on port ${port}: ${error.message}; free it or set another`,
            { cause: error },
          ),
        );
      });
      server.listen({ port, backlog: BACKLOG, ...(host === undefined ? {} : { host }) }, () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }
}

const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS };
