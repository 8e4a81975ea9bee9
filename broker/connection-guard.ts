/**
 * Stands between a socket and the MQTT parser: follows the packets' fixed headers as the bytes are
 * read. A packet that says it is longer than the limit ends the connection before its payload is
 * gathered. A client that publishes more than its share in a second is not read until the second
 * is over, so that TCP slows it; nobody else waits.
 */
import type { Duplex } from "node:stream";

export interface GuardEvents {
  /** PUBLISH packets that have begun. */
  received(messages: number): void;
  tooLarge(connection: Duplex, packetBytes: number): void;
  slowed(): void;
}

export interface GuardLimits {
  packetBytesMax: number;
  messagesPerSecondPerClientMax: number;
}

const SECOND_MS = 1_000;
const PUBLISH = 3;
const LENGTH_SHIFT_MAX = 21;

interface GuardedConnection extends Duplex {
  packetGuard: PacketGuard;
}

/** Where one connection stands in its stream of packets. */
class PacketGuard {
  readonly owner: ConnectionGuard;
  readonly read: Duplex["read"];
  isHeld = false;
  /** The second in which `count` messages were read. */
  second = 0;
  count = 0;
  /** Bytes of the packet at hand that are still to come. */
  #left = 0;
  /** Bits of the remaining length read so far; -1 before a packet's first byte. */
  #shift = -1;
  #length = 0;
  #isPublish = false;

  constructor(owner: ConnectionGuard, read: Duplex["read"]) {
    this.owner = owner;
    this.read = read;
  }

  /** Counts the PUBLISH packets that begin in these bytes; over the limit: that packet's length. */
  follow(chunk: Uint8Array, packetBytesMax: number): { publishes: number; tooLarge: number } {
    let publishes = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, chunk.length - at);
        this.#left -= step;
        at += step;
        continue;
      }
      const byte = chunk[at] ?? 0;
      at += 1;
      if (this.#shift < 0) {
        this.#isPublish = byte >> 4 === PUBLISH;
        this.#shift = 0;
        this.#length = 0;
        continue;
      }
      this.#length |= (byte & 127) << this.#shift;
      if (byte > 127 && this.#shift < LENGTH_SHIFT_MAX) {
        this.#shift += 7;
        continue;
      }
      if (this.#length > packetBytesMax) return { publishes, tooLarge: this.#length };
      this.#shift = -1;
      this.#left = this.#length;
      if (this.#isPublish) publishes += 1;
    }
    return { publishes, tooLarge: 0 };
  }
}

export class ConnectionGuard {
  readonly #limits: GuardLimits;
  readonly #events: GuardEvents;
  readonly #held = new Set<GuardedConnection>();
  #second = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(limits: GuardLimits, events: GuardEvents) {
    this.#limits = limits;
    this.#events = events;
  }

  start(): void {
    this.#timer = setInterval(() => this.#nextSecond(), SECOND_MS);
  }

  /** Nothing more is read from any connection. */
  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
  }

  /** To be called before anybody reads. */
  guard(connection: Duplex): void {
    const guarded = connection as GuardedConnection;
    guarded.packetGuard = new PacketGuard(this, connection.read);
    guarded.read = guardedRead;
  }

  readThrough(connection: GuardedConnection, size: number | undefined): unknown {
    const guard = connection.packetGuard;
    // Streams read nothing, by a size of 0, to say that they may be filled; that always passes.
    if (size === 0) return guard.read.call(connection, 0);
    if (guard.isHeld || this.#isStopped) return null;
    const chunk = guard.read.call(connection, size) as Uint8Array | null;
    if (chunk === null) return null;
    const { publishes, tooLarge } = guard.follow(chunk, this.#limits.packetBytesMax);
    if (tooLarge > 0) {
      guard.isHeld = true;
      this.#events.tooLarge(connection, tooLarge);
      return null;
    }
    if (publishes > 0) this.#count(connection, guard, publishes);
    return chunk;
  }

  #count(connection: GuardedConnection, guard: PacketGuard, publishes: number): void {
    if (guard.second !== this.#second) {
      guard.second = this.#second;
      guard.count = 0;
    }
    guard.count += publishes;
    this.#events.received(publishes);
    if (guard.count < this.#limits.messagesPerSecondPerClientMax) return;
    guard.isHeld = true;
    this.#held.add(connection);
    this.#events.slowed();
  }

  #nextSecond(): void {
    this.#second += 1;
    for (const connection of this.#held) {
      connection.packetGuard.isHeld = false;
      if (!connection.destroyed) connection.emit("readable");
    }
    this.#held.clear();
  }
}

function guardedRead(this: GuardedConnection, size?: number): unknown {
  return this.packetGuard.owner.readThrough(this, size);
}
