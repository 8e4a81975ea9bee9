/**
 * All sessions that outlive their connections: who subscribes to what, and what waits for whom.
 * Bounded in number (all and per user), in age, in messages per session and in bytes of all
 * queues: what is longest away or oldest goes first and is counted. Answers from memory and tells
 * the write-behind what changed.
 */
import type { Instant } from "../model/clock.ts";
import type { BrokerLimits } from "./broker-limits.ts";
import { copyPayload } from "./copy-payload.ts";
import { CatchUp, type Qos, type QueuedMessage, Session, usernameOf } from "./session.ts";
import type { QueuedRow, SessionRow } from "./sessions-file.ts";
import { TopicTrie } from "./topic-trie.ts";
import type { WriteBehind } from "./write-behind.ts";

/** What is dropped at a bound. */
export type Dropped = "message" | "session";

interface Subscriber {
  session: Session;
  filter: string;
  qos: Qos;
}

export interface NewMessage {
  counter: number;
  topic: string;
  payload: Uint8Array | string;
  qos: Qos;
}

type Changes = Pick<WriteBehind, "session" | "queued" | "unqueued">;

/** Bytes of a queued message beside its payload and topic, roughly. */
const MESSAGE_OVERHEAD_BYTES = 200;

export class Sessions {
  readonly #limits: BrokerLimits;
  readonly #changes: Changes;
  readonly #onDropped: (what: Dropped) => void;
  readonly #sessions = new Map<string, Session>();
  readonly #perUser = new Map<string, number>();
  /** Ids of sessions without a connection, the one that is away longest first. */
  readonly #away = new Set<string>();
  readonly #subscribers = new TopicTrie<Subscriber>();
  /** Session id and filter to what stands in the trie. */
  readonly #entries = new Map<Session, Map<string, Subscriber>>();
  #nextSeq = 0;
  #queuedCount = 0;
  #queuedBytes = 0;

  constructor(limits: BrokerLimits, changes: Changes, onDropped: (what: Dropped) => void) {
    this.#limits = limits;
    this.#changes = changes;
    this.#onDropped = onDropped;
  }

  get size(): number {
    return this.#sessions.size;
  }

  get queuedCount(): number {
    return this.#queuedCount;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  load(sessions: readonly SessionRow[], queued: readonly QueuedRow[], now: Instant): void {
    for (const row of sessions) {
      const session = this.#make(row.id);
      session.awaySince = row.awaySince ?? now;
      session.hasLost = row.hasLost === 1;
      this.#away.add(row.id);
      for (const [filter, qos] of JSON.parse(row.filters) as [string, Qos][]) {
        this.#subscribe(session, filter, qos);
      }
      for (const id of JSON.parse(row.incoming) as number[]) session.incoming.add(id);
    }
    // A message of before is told by a number below zero: the broker counts its own from one.
    for (const [index, row] of queued.entries()) {
      this.#nextSeq = Math.max(this.#nextSeq, row.seq + 1);
      const session = this.#sessions.get(row.session);
      if (session === undefined) continue;
      this.#append(session, {
        seq: row.seq,
        counter: index - queued.length,
        cmd: row.cmd === "pubrel" ? "pubrel" : "publish",
        topic: row.topic,
        payload: copyPayload(row.payload),
        qos: row.qos as Qos,
        messageId: row.messageId ?? undefined,
        takenBy: undefined,
        isOnDisk: true,
      });
    }
  }

  row(id: string): SessionRow | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined) return undefined;
    return {
      id,
      awaySince: session.awaySince ?? null,
      hasLost: session.hasLost ? 1 : 0,
      filters: JSON.stringify([...session.filters]),
      incoming: JSON.stringify([...session.incoming]),
    };
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  ensure(id: string): Session {
    return this.#sessions.get(id) ?? this.#open(id);
  }

  subscribe(id: string, filter: string, qos: Qos): void {
    const session = this.ensure(id);
    if (session.filters.get(filter) === qos) return;
    this.#subscribe(session, filter, qos);
    this.#changes.session(id);
  }

  unsubscribe(id: string, filter: string): void {
    const session = this.#sessions.get(id);
    if (session === undefined || !session.filters.has(filter)) return;
    this.#unsubscribe(session, filter);
    this.#changes.session(id);
  }

  hasSubscriber(topic: string): boolean {
    return this.#subscribers.hasMatch(topic);
  }

  /** One entry a session, with the highest QoS of its subscriptions that match. */
  subscribersOf(topic: string): { clientId: string; topic: string; qos: Qos }[] {
    const best = new Map<Session, Subscriber>();
    for (const subscriber of this.#subscribers.match(topic)) {
      const known = best.get(subscriber.session);
      if (known === undefined || known.qos < subscriber.qos) {
        best.set(subscriber.session, subscriber);
      }
    }
    return [...best.values()].map(({ session, filter, qos }) => {
      return { clientId: session.id, topic: filter, qos };
    });
  }

  enqueue(id: string, message: NewMessage, payload: Buffer): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    const queued: QueuedMessage = {
      seq: this.#nextSeq,
      counter: message.counter,
      cmd: "publish",
      topic: message.topic,
      payload,
      qos: message.qos,
      messageId: undefined,
      takenBy: undefined,
      isOnDisk: false,
    };
    this.#nextSeq += 1;
    this.#append(session, queued);
    this.#changes.queued(id, queued);
    while (
      session.queueLength > this.#limits.offlineMessagesPerSessionMax ||
      (this.#queuedBytes > this.#limits.offlineBytesMax && session.queueLength > 0)
    ) {
      const oldest = session.oldest();
      if (oldest === undefined) return;
      if (oldest.takenBy === undefined) this.#noteLoss(session);
      this.dequeue(session, oldest);
    }
  }

  dequeue(session: Session, message: QueuedMessage): void {
    session.remove(message);
    this.#queuedCount -= 1;
    this.#queuedBytes -= sizeOf(message);
    this.#changes.unqueued(message);
  }

  noteChanged(session: Session, message?: QueuedMessage): void {
    if (message === undefined) this.#changes.session(session.id);
    else this.#changes.queued(session.id, message);
  }

  /** A session that its client opened; true when something was lost while it was away. */
  arrive(id: string): boolean {
    const session = this.#sessions.get(id);
    if (session === undefined) return false;
    const hasLost = session.hasLost;
    session.hasLost = false;
    session.awaySince = undefined;
    // Anew: the connection that it was taken over from has just left, and with it the one before.
    session.catchUp = new CatchUp();
    this.#away.delete(id);
    this.#changes.session(id);
    return hasLost;
  }

  leave(id: string, now: Instant): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    session.awaySince = now;
    session.catchUp?.abandon();
    session.catchUp = undefined;
    this.#away.delete(id);
    this.#away.add(id);
    this.#changes.session(id);
  }

  forgetAged(now: Instant): void {
    for (const id of this.#away) {
      const session = this.#sessions.get(id);
      if (session === undefined) continue;
      const { awaySince = now } = session;
      // It left before the clock was set back; those behind it have times of their own.
      if (awaySince > now) {
        session.awaySince = now;
        this.#changes.session(id);
      }
      if (now - awaySince <= this.#limits.sessionAgeMsMax) continue;
      this.forget(id);
      this.#onDropped("session");
    }
  }

  forget(id: string): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    for (const filter of [...session.filters.keys()]) this.#unsubscribe(session, filter);
    for (const message of [...session.messages()]) this.dequeue(session, message);
    this.#sessions.delete(id);
    this.#away.delete(id);
    const left = (this.#perUser.get(session.username) ?? 1) - 1;
    if (left === 0) this.#perUser.delete(session.username);
    else this.#perUser.set(session.username, left);
    this.#changes.session(id);
  }

  #open(id: string): Session {
    const username = usernameOf(id);
    if ((this.#perUser.get(username) ?? 0) >= this.#limits.sessionsPerUserMax) {
      this.#forgetLongestAway((other) => usernameOf(other) === username);
    }
    if (this.#sessions.size >= this.#limits.sessionsMax) this.#forgetLongestAway(() => true);
    return this.#make(id);
  }

  #make(id: string): Session {
    const session = new Session(id);
    this.#sessions.set(id, session);
    this.#perUser.set(session.username, (this.#perUser.get(session.username) ?? 0) + 1);
    return session;
  }

  #forgetLongestAway(isMeant: (id: string) => boolean): void {
    for (const id of this.#away) {
      if (!isMeant(id)) continue;
      this.forget(id);
      this.#onDropped("session");
      return;
    }
  }

  #noteLoss(session: Session): void {
    this.#onDropped("message");
    if (session.hasLost) return;
    session.hasLost = true;
    this.#changes.session(session.id);
  }

  #append(session: Session, message: QueuedMessage): void {
    session.add(message);
    this.#queuedCount += 1;
    this.#queuedBytes += sizeOf(message);
  }

  #subscribe(session: Session, filter: string, qos: Qos): void {
    this.#unsubscribe(session, filter);
    session.filters.set(filter, qos);
    if (qos === 0) return;
    const subscriber: Subscriber = { session, filter, qos };
    this.#subscribers.add(filter, subscriber);
    const entries = this.#entries.get(session);
    if (entries === undefined) this.#entries.set(session, new Map([[filter, subscriber]]));
    else entries.set(filter, subscriber);
  }

  #unsubscribe(session: Session, filter: string): void {
    session.filters.delete(filter);
    const entries = this.#entries.get(session);
    const subscriber = entries?.get(filter);
    if (subscriber === undefined) return;
    this.#subscribers.remove(filter, subscriber);
    entries?.delete(filter);
    if (entries?.size === 0) this.#entries.delete(session);
  }
}

function sizeOf(message: QueuedMessage): number {
  return message.payload.length + message.topic.length + MESSAGE_OVERHEAD_BYTES;
}
