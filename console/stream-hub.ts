/**
 * The live stream: alarms, cases and notices as they happen, readings sampled to the newest of a series
 * once a second. One subscription to the platform serves all clients, and stands only while there
 * is one. A client that does not read is dropped before its unread bytes become a burden.
 */
import type { ServerResponse } from "node:http";
import { type Clock, SECOND_MS, type Timer } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Metrics } from "../model/metrics.ts";
import type { Notice } from "../model/notice.ts";
import { flagNames, qualityOf, type Reading } from "../model/reading.ts";
import type { RegistryDoor, StreamDoor, StreamEvent } from "./deps.ts";
import { showAlarm, showCase, showNotice } from "./show.ts";

interface StreamClient {
  response: ServerResponse;
  /** Which notices are its own. */
  reads(notice: Notice): boolean;
  /** Readings of this asset alone; alarms and cases come all the same. */
  assetId?: string | undefined;
  /** False: it gets no readings at all; absent: it does. */
  hasReadings?: boolean;
  /** Asked at every beat; the stream of a client whose token has ended is closed. */
  isWelcome(): Promise<boolean>;
}

export interface StreamHub {
  /** @throws RATE_LIMITED when there are as many clients as are served. */
  checkRoom(): void;
  /** The response's head is written already. */
  add(client: StreamClient): void;
  /** Ends the streams of those whose session has ended, without waiting for the next beat. */
  turnAway(): Promise<void>;
  stop(): void;
}

export interface StreamHubOptions {
  clientsMax?: number;
  pendingBytesMax?: number;
  /** Series whose newest value waits for the next second; the longest waiting go first. */
  seriesMax?: number;
  /** Of the wall's time. */
  beatMs?: number;
  sampleMs?: number;
}

const SERIES_MAX = 2_000;
const BEAT_MS = 15 * SECOND_MS;
const SAMPLE_MS = SECOND_MS;
const BEAT = ": still here\n\n";

export function createStreamHub(
  deps: {
    stream: StreamDoor;
    registry: Pick<RegistryDoor, "device">;
    zone: TimeZone;
    clock: Clock;
    meters: Metrics;
  },
  options: StreamHubOptions = {},
): StreamHub {
  const clientsMax = options.clientsMax ?? LIMITS.streamClientsMax;
  const pendingBytesMax = options.pendingBytesMax ?? LIMITS.streamPendingBytesMax;
  const seriesMax = options.seriesMax ?? SERIES_MAX;
  const clients = new Set<StreamClient>();
  /** Newest reading by series since the last sample. */
  const sampled = new Map<string, Reading>();
  let timers: Timer[] = [];
  let unsubscribe: (() => void) | undefined;

  deps.meters.gauge(
    "gridwarden_console_stream_clients",
    "Clients of the live stream.",
    () => clients.size,
  );
  const dropped = deps.meters.counter(
    "gridwarden_console_stream_dropped_total",
    "Clients of the live stream that were dropped: too slow, or their token had ended.",
    ["why"],
  );

  function write(client: StreamClient, text: string): void {
    if (text === "") return;
    const { response } = client;
    response.write(text);
    if (response.writableLength <= pendingBytesMax) return;
    dropped.add(1, { why: "slow" });
    remove(client);
    response.destroy();
  }

  function hear(event: StreamEvent): void {
    if (event.kind === "readings") {
      for (const reading of event.readings) sample(reading);
      return;
    }
    const text = frameOf(event);
    for (const client of clients) {
      if (event.kind !== "notice" || client.reads(event.notice)) write(client, text);
    }
  }

  function frameOf(event: Exclude<StreamEvent, { kind: "readings" }>): string {
    switch (event.kind) {
      case "alarm":
        return frame("alarm", showAlarm(event.alarm, deps.zone));
      case "case":
        return frame("case", showCase(event.case, deps.zone));
      case "notice":
        return frame("notice", showNotice(event.notice, deps.zone));
    }
  }

  function sample(reading: Reading): void {
    const series = `${reading.deviceId} ${reading.measurement} ${reading.period}`;
    const former = sampled.get(series);
    if (former !== undefined && former.observedAt > reading.observedAt) return;
    sampled.set(series, reading);
    if (sampled.size <= seriesMax) return;
    for (const oldest of sampled.keys()) {
      sampled.delete(oldest);
      break;
    }
  }

  function sendSampled(): void {
    if (sampled.size === 0) return;
    const texts: { assetId: string; text: string }[] = [];
    for (const reading of sampled.values()) {
      const assetId = deps.registry.device(reading.deviceId)?.asset.assetId;
      if (assetId !== undefined) texts.push({ assetId, text: readingFrame(reading, assetId) });
    }
    sampled.clear();
    const all = texts.map(({ text }) => text).join("");
    for (const client of clients) {
      const { assetId } = client;
      if (client.hasReadings === false) continue;
      const wanted =
        assetId === undefined
          ? all
          : texts.map((one) => (one.assetId === assetId ? one.text : "")).join("");
      write(client, wanted);
    }
  }

  function readingFrame(reading: Reading, assetId: string): string {
    const { deviceId, measurement, period, value, observedAt, receivedAt, flags } = reading;
    return frame("reading", {
      assetId,
      deviceId,
      measurement,
      period,
      value,
      observedAt: deps.zone.iso(observedAt),
      receivedAt: deps.zone.iso(receivedAt),
      quality: qualityOf(flags),
      flags: flagNames(flags),
    });
  }

  async function turnAway(): Promise<void> {
    for (const client of [...clients]) {
      const isWelcome = await client.isWelcome().catch(() => false);
      if (isWelcome || !clients.has(client)) continue;
      dropped.add(1, { why: "token" });
      remove(client);
      client.response.end();
    }
  }

  async function beat(): Promise<void> {
    await turnAway();
    for (const client of [...clients]) write(client, BEAT);
  }

  function begin(): void {
    const everyWallMs = (ms: number, call: () => void): Timer =>
      deps.clock.every(ms * deps.clock.speed, call);
    unsubscribe = deps.stream.subscribe(hear);
    timers = [
      everyWallMs(options.sampleMs ?? SAMPLE_MS, sendSampled),
      everyWallMs(options.beatMs ?? BEAT_MS, () => void beat()),
    ];
  }

  function remove(client: StreamClient): void {
    if (!clients.delete(client) || clients.size > 0) return;
    for (const timer of timers) timer.cancel();
    unsubscribe?.();
    sampled.clear();
  }

  return {
    checkRoom() {
      if (clients.size < clientsMax) return;
      throw new GridwardenError(
        "RATE_LIMITED",
        `${clients.size} clients watch the stream already, the limit is ${clientsMax}; try again later`,
      );
    },
    add(client) {
      clients.add(client);
      if (clients.size === 1) begin();
      client.response.on("close", () => remove(client));
      write(client, BEAT);
    },
    turnAway,
    stop() {
      for (const client of [...clients]) {
        remove(client);
        client.response.end();
      }
    },
  };
}

function frame(kind: string, data: unknown): string {
  return `event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}
