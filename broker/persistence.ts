/**
 * The memory of the broker as aedes asks for it (the interface of aedes-persistence 11), answered
 * from memory and written behind to the sessions file.
 * Differs from aedes' own in what it keeps: only granted subscriptions, each session's highest
 * QoS, one packet id for one unacknowledged message, `dup` on what was sent before, no message
 * twice over one connection, and all of it within bounds.
 */
import { Readable } from "node:stream";
import type { Instant } from "../model/clock.ts";
import type { Log } from "../model/log.ts";
import type { Counter } from "../model/metrics.ts";
import type { BrokerLimits } from "./broker-limits.ts";
import { copyPayload } from "./copy-payload.ts";
import type { Member } from "./member.ts";
import { PassingClients } from "./passing-clients.ts";
import { RetainedMessages } from "./retained-messages.ts";
import { CatchUp, type Qos, type QueuedMessage } from "./session.ts";
import { type Dropped, Sessions } from "./sessions.ts";
import type { SessionsFile } from "./sessions-file.ts";
import type { PublishRight } from "./topic-rights.ts";
import { type WillPacket, Wills } from "./wills.ts";
import { WriteBehind } from "./write-behind.ts";

/** A packet as it goes through aedes. */
export interface BrokerPacket {
  cmd: string;
  topic: string;
  payload: Buffer | string;
  qos: Qos;
  retain: boolean;
  dup: boolean;
  brokerId?: string;
  brokerCounter?: number;
  messageId?: number | undefined;
}

/** As much of aedes' client as is looked at here. */
interface PersistedClient {
  id: string;
  clean?: boolean;
  closed?: boolean;
  member?: Member;
  willRight?: PublishRight;
}

interface PacketId {
  messageId: number;
}

export interface PersistenceEvents {
  dropped(what: Dropped | "retained"): void;
  writeFailures: Counter;
}

export class Persistence {
  readonly sessions: Sessions;
  readonly retained: RetainedMessages;
  readonly passing: PassingClients;
  readonly #wills = new Wills();
  readonly #written: WriteBehind;
  readonly #events: PersistenceEvents;
  #brokerId = "";
  #isKeepingWills = false;

  constructor(file: SessionsFile, limits: BrokerLimits, log: Log, events: PersistenceEvents) {
    this.#events = events;
    this.passing = new PassingClients(limits.offlineMessagesPerSessionMax);
    this.retained = new RetainedMessages(limits.retainedMessagesMax);
    const rows = {
      session: (id: string) => this.sessions.row(id),
      retained: (topic: string) => this.retained.row(topic),
      will: (id: string) => this.#wills.row(id),
    };
    this.#written = new WriteBehind(file, rows, log, events.writeFailures);
    this.sessions = new Sessions(limits, this.#written, (what) => events.dropped(what));
  }

  load(file: SessionsFile, now: Instant): void {
    const content = file.load();
    this.sessions.load(content.sessions, content.queued, now);
    this.retained.load(content.retained);
    this.#wills.load(content.wills);
  }

  flushed(): Promise<void> {
    return this.#written.flushed();
  }

  /** From now on no will is forgotten: those of clients that do not come back are still owed. */
  keepWills(): void {
    this.#isKeepingWills = true;
  }

  close(): void {
    this.#written.close();
  }

  async setup(broker: { id: string }): Promise<void> {
    this.#brokerId = broker.id;
  }

  // Retained messages

  async storeRetained(packet: BrokerPacket): Promise<void> {
    const payload =
      typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
    if (this.retained.store(packet.topic, payload, packet.qos))
      this.#written.retained(packet.topic);
    else this.#events.dropped("retained");
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(this.#retainedPackets(filters));
  }

  *#retainedPackets(filters: readonly string[]): Generator<BrokerPacket> {
    for (const filter of filters) {
      for (const message of this.retained.matching(filter)) {
        yield { cmd: "publish", ...message, retain: true, dup: false };
      }
    }
  }

  // Subscriptions

  /** aedes hands in the whole SUBSCRIBE, refused filters too: only what was granted is kept. */
  async addSubscriptions(
    client: PersistedClient,
    subscriptions: readonly { topic: string; qos: Qos }[],
  ): Promise<void> {
    for (const { topic, qos } of subscriptions) {
      if (client.member?.granted.has(topic)) this.sessions.subscribe(client.id, topic, qos);
    }
  }

  async removeSubscriptions(client: PersistedClient, filters: readonly string[]): Promise<void> {
    for (const filter of filters) this.sessions.unsubscribe(client.id, filter);
  }

  async subscriptionsByClient(client: PersistedClient): Promise<{ topic: string; qos: Qos }[]> {
    const session = this.sessions.get(client.id);
    if (session === undefined) return [];
    session.catchUp = new CatchUp();
    return [...session.filters].map(([topic, qos]) => ({ topic, qos }));
  }

  async subscriptionsByTopic(
    topic: string,
  ): Promise<{ clientId: string; topic: string; qos: Qos }[]> {
    return this.sessions.subscribersOf(topic);
  }

  async cleanSubscriptions(client: PersistedClient): Promise<void> {
    this.sessions.forget(client.id);
  }

  // Messages on their way out

  async outgoingEnqueue(subscriber: { clientId: string }, packet: BrokerPacket): Promise<void> {
    await this.outgoingEnqueueCombi([subscriber], packet);
  }

  async outgoingEnqueueCombi(
    subscribers: readonly { clientId: string; qos?: Qos }[],
    packet: BrokerPacket,
  ): Promise<void> {
    if (subscribers.length === 0) return;
    const payload = copyPayload(packet.payload);
    const { topic, brokerCounter: counter = 0 } = packet;
    for (const { clientId, qos = packet.qos } of subscribers) {
      const granted = Math.min(qos, packet.qos) as Qos;
      this.sessions.enqueue(clientId, { counter, topic, payload, qos: granted }, payload);
    }
  }

  /** Must this message not go out now, because the queue brings it or has brought it already? */
  isHeldBack(client: PersistedClient, packet: BrokerPacket): boolean {
    const session = this.sessions.get(client.id);
    if (session === undefined) return false;
    if (session.catchUp !== undefined) return true;
    return session.byCounter(packet.brokerCounter ?? 0)?.takenBy === client;
  }

  /** The packet id for a message to a client, unlike that of any that it has not acknowledged. */
  messageIdFor(client: PersistedClient, packet: BrokerPacket, qos: Qos): number | undefined {
    if (client.clean === true) return this.passing.send(client.id, packet, qos);
    const session = this.sessions.get(client.id);
    const message = session?.byCounter(packet.brokerCounter ?? 0);
    if (message !== undefined) return session?.giveMessageId(message);
    return session?.nextMessageId();
  }

  async outgoingUpdate(client: PersistedClient, packet: BrokerPacket): Promise<void> {
    const session = this.sessions.get(client.id);
    if (session === undefined) return;
    session.catchUp?.written(packet.brokerCounter ?? 0);
    if (packet.cmd === "pubrel") {
      const message = session.byMessageId(packet.messageId ?? 0);
      if (message === undefined || message.cmd === "pubrel") return;
      message.cmd = "pubrel";
      this.sessions.noteChanged(session, message);
      return;
    }
    const message = session.byCounter(packet.brokerCounter ?? 0);
    if (message === undefined) return;
    message.takenBy = client;
    this.sessions.noteChanged(session, message);
  }

  async outgoingClearMessageId(
    client: PersistedClient,
    { messageId }: PacketId,
  ): Promise<BrokerPacket | undefined> {
    const passing = this.passing.session(client.id);
    const session = passing ?? this.sessions.get(client.id);
    const message = session?.byMessageId(messageId);
    if (session === undefined || message === undefined) return undefined;
    if (passing === undefined) this.sessions.dequeue(session, message);
    else passing.remove(message);
    return this.#packetOf(message, false);
  }

  outgoingStream(client: PersistedClient): Readable {
    return Readable.from(this.#waiting(client));
  }

  /**
   * What waits for a client that has come back, and what joins the queue meanwhile. Ends when all
   * of it has been written, so that no newer message comes before an older one.
   */
  async *#waiting(client: PersistedClient): AsyncGenerator<BrokerPacket> {
    const session = this.sessions.get(client.id);
    const catchUp = session?.catchUp;
    if (session === undefined || catchUp === undefined) return;
    while (session.catchUp === catchUp) {
      for (const message of session.messages()) {
        if (message.takenBy === client) continue;
        const wasSent = message.messageId !== undefined;
        message.takenBy = client;
        session.giveMessageId(message);
        catchUp.take(message.counter);
        yield this.#packetOf(message, wasSent);
      }
      if (catchUp.isDone) session.catchUp = undefined;
      else await catchUp.allWritten();
    }
  }

  #packetOf(message: QueuedMessage, wasSent: boolean): BrokerPacket {
    return {
      cmd: message.cmd,
      topic: message.topic,
      payload: message.payload,
      qos: message.qos,
      retain: false,
      dup: wasSent && message.cmd === "publish",
      brokerId: this.#brokerId,
      brokerCounter: message.counter,
      messageId: message.messageId,
    };
  }

  // QoS 2 on its way in: the packet id is enough to know a repetition

  async incomingStorePacket(client: PersistedClient, { messageId }: PacketId): Promise<void> {
    if (client.clean !== false) return this.passing.addIncoming(client.id, messageId);
    const session = this.sessions.ensure(client.id);
    session.incoming.add(messageId);
    this.sessions.noteChanged(session);
  }

  async incomingGetPacket(client: PersistedClient, packet: PacketId): Promise<PacketId> {
    const incoming =
      client.clean === false
        ? this.sessions.get(client.id)?.incoming
        : this.passing.incoming(client.id);
    if (!incoming?.has(packet.messageId)) throw new Error("no such packet");
    return packet;
  }

  async incomingDelPacket(client: PersistedClient, { messageId }: PacketId): Promise<void> {
    if (client.clean !== false) {
      this.passing.incoming(client.id)?.delete(messageId);
      return;
    }
    const session = this.sessions.get(client.id);
    if (session?.incoming.delete(messageId)) this.sessions.noteChanged(session);
  }

  async cleanIncoming(client: PersistedClient): Promise<void> {
    this.passing.forgetIncoming(client.id);
  }

  // Wills

  /** A will that would be put aside is not kept over a restart. */
  async putWill(client: PersistedClient, will: BrokerPacket): Promise<void> {
    if (client.willRight === "aside") return;
    const packet: WillPacket = {
      cmd: "publish",
      clientId: client.id,
      brokerId: this.#brokerId,
      topic: will.topic,
      payload: copyPayload(will.payload),
      qos: will.qos,
      retain: will.retain,
      dup: false,
      isUplink: client.willRight !== "message",
    };
    this.#wills.put(packet, client);
    this.#written.will(client.id);
  }

  async getWill(client: PersistedClient): Promise<WillPacket | undefined> {
    return this.#wills.get(client.id);
  }

  async delWill(client: PersistedClient): Promise<WillPacket | undefined> {
    if (this.#isKeepingWills) return undefined;
    const will = this.#wills.delete(client.id);
    if (will !== undefined) this.#written.will(client.id);
    return will;
  }

  streamWill(): Readable {
    return Readable.from(this.#wills.ofEarlierBrokers());
  }

  async destroy(): Promise<void> {}
}
