/**
 * Data loggers dial in over TCP and speak HJ 212. Each whole frame of a known MN with its right PW
 * becomes an uplink; the answer leaves when that uplink is on disk. Unknown MN or wrong PW: no
 * answer, connection closed, counted, remembered as knocking. What comes before the first good
 * frame is nobody's and only counted; later noise is an uplink and ends as a dead letter.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../../model/clock.ts";
import { LIMITS } from "../../model/limits.ts";
import type { TimeZone } from "../../model/local-time.ts";
import type { Log } from "../../model/log.ts";
import type { Metrics } from "../../model/metrics.ts";
import type { RegistryView } from "../../model/registry.ts";
import type { AcceptUplink } from "../../model/uplink.ts";
import { answersTo } from "./hj212-answer.ts";
import { type FrameItem, FrameReader, type Hj212Frame } from "./hj212-frame.ts";

export interface Hj212ListenerDeps {
  registry: RegistryView;
  accept: AcceptUplink;
  /** Called with the MN of a stranger. */
  onKnock(mn: string): void;
  zone: TimeZone;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export interface Hj212ListenerOptions {
  port: number;
  bind?: string;
  connectionsMax?: number;
}

export interface Hj212Listener {
  start(): Promise<{ port: number }>;
  stop(): Promise<void>;
}

/** A logger that has said nothing for so long is gone; it dials in again. */
const IDLE_WALL_MS_MAX = 35 * 60_000;
/** Bytes without a single good frame after which a connection is nobody's. */
const NOISE_BYTES_MAX = 64 * 1024;
/** Uplinks of one connection that wait for the disk before its socket is read on. */
const PENDING_MAX = 64;

export function createHj212Listener(
  deps: Hj212ListenerDeps,
  options: Hj212ListenerOptions,
): Hj212Listener {
  const sockets = new Set<Socket>();
  const closed = deps.metrics.counter(
    "gridwarden_ingest_hj212_closed_total",
    "connections of data loggers that the platform closed",
    ["why"],
  );
  const frames = deps.metrics.counter(
    "gridwarden_ingest_hj212_frames_total",
    "whole frames received over TCP",
  );
  deps.metrics.gauge(
    "gridwarden_ingest_hj212_connections",
    "connections of data loggers",
    () => sockets.size,
  );
  let server: Server | undefined;

  function onConnection(socket: Socket): void {
    if (sockets.size >= (options.connectionsMax ?? LIMITS.hj212ConnectionsMax)) {
      closed.add(1, { why: "too-many" });
      socket.destroy();
      return;
    }
    sockets.add(socket);
    const close = (why: string): void => {
      closed.add(1, { why });
      socket.destroy();
    };
    const logger = createConnection(deps, socket, close, () => frames.add(1));
    socket.setNoDelay(true);
    socket.setTimeout(IDLE_WALL_MS_MAX, () => close("idle"));
    socket.on("data", (chunk) => logger.read(chunk));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  }

  return {
    start: () =>
      new Promise((resolve, reject) => {
        const listening = createServer(onConnection);
        listening.once("error", reject);
        listening.listen(options.port, options.bind, () => {
          const address = listening.address();
          resolve({ port: typeof address === "object" && address !== null ? address.port : 0 });
        });
        server = listening;
      }),
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        if (server === undefined) return resolve();
        server.close(() => resolve());
        server = undefined;
      }),
  };
}

function createConnection(
  deps: Hj212ListenerDeps,
  socket: Socket,
  close: (why: string) => void,
  onFrame: () => void,
): { read(chunk: Uint8Array): void } {
  const reader = new FrameReader();
  let mn: string | undefined;
  let noiseBytes = 0;
  let pending = 0;

  /** `answer` is called when the bytes are on disk. */
  function keep(topicMn: string, sender: string, payload: Uint8Array, answer: () => void): void {
    pending += 1;
    if (pending >= PENDING_MAX) socket.pause();
    const uplink = {
      source: "hj212-tcp" as const,
      sender,
      topic: `hj212/${topicMn}/up`,
      payload,
      receivedAt: deps.clock.now(),
    };
    deps.accept(uplink, (error) => {
      pending -= 1;
      if (pending < PENDING_MAX) socket.resume();
      if (error !== undefined) close("journal");
      else answer();
    });
  }

  function onFault(item: Extract<FrameItem, { kind: "fault" }>): void {
    noiseBytes += item.bytes.length;
    const entry = mn === undefined ? undefined : deps.registry.deviceByExternalId("hj212", mn);
    if (mn !== undefined && entry !== undefined) {
      keep(mn, entry.device.deviceId, item.bytes, () => {});
    }
    if (noiseBytes > NOISE_BYTES_MAX) close("noise");
  }

  function onGoodFrame(frame: Hj212Frame): void {
    const entry = deps.registry.deviceByExternalId("hj212", frame.mn);
    const password = entry?.device.protocolPassword;
    if (entry === undefined || password === undefined || password !== frame.pw) {
      deps.onKnock(frame.mn);
      close(entry === undefined ? "unknown-mn" : "wrong-pw");
      return;
    }
    mn = frame.mn;
    noiseBytes = 0;
    onFrame();
    keep(frame.mn, entry.device.deviceId, frame.bytes, () => {
      if (socket.destroyed) return;
      for (const answer of answersTo(frame, deps.clock.now(), deps.zone)) socket.write(answer);
    });
  }

  return {
    read(chunk) {
      for (const item of reader.push(chunk)) {
        if (socket.destroyed) return;
        if (item.kind === "frame") onGoodFrame(item.frame);
        else onFault(item);
      }
    },
  };
}
