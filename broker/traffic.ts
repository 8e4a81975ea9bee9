/**
 * The hooks that every message and subscription passes: rights first, then the journal, and only
 * then the acknowledgement. The way of an uplink is kept short: one comparison of its topic, one
 * object for the journal.
 */
import type { AedesPublishPacket, Client, PublishPacket, Subscription } from "aedes";
import type { Clock } from "../model/clock.ts";
import { isValidFilter } from "../model/topic-filter.ts";
import type { AcceptUplink } from "../model/uplink.ts";
import { acknowledge } from "./acknowledge.ts";
import type { Done, IncomingPacket } from "./hub.ts";
import { type BrokerClient, grantedQos, type Member } from "./member.ts";
import type { BrokerPacket, Persistence } from "./persistence.ts";
import { type Qos, usernameOf } from "./session.ts";
import { maySubscribe, publishRight, type TopicLookUps } from "./topic-rights.ts";
import type { WillPacket } from "./wills.ts";

export type EndReason = "foreign-topic" | "journal" | "packet-size" | "slow-subscriber";

export interface TrafficDeps {
  clock: Clock;
  accept: AcceptUplink;
  lookUps: TopicLookUps;
  /** A message that is for subscribers alone. */
  sawMessage?: ((topic: string, payload: Uint8Array) => void) | undefined;
  persistence: Persistence;
  /** Closes a connection and counts why. */
  end(client: BrokerClient, reason: EndReason): void;
  subscriptionRefused(): void;
}

export interface TrafficLimits {
  subscriberPendingBytesMax: number;
  subscriptionsPerSessionMax: number;
}

export class Traffic {
  /** Uplinks handed to the journal and not answered yet. */
  pending = 0;
  /** From now on nothing is handed on: the broker is closing its connections itself. */
  isStopped = false;
  readonly #deps: TrafficDeps;
  readonly #limits: TrafficLimits;

  constructor(deps: TrafficDeps, limits: TrafficLimits) {
    this.#deps = deps;
    this.#limits = limits;
  }

  readonly authorizePublish = (client: Client | null, packet: PublishPacket, done: Done): void => {
    const member = (client as BrokerClient | null)?.member;
    if (client === null) this.#publishWill(packet as unknown as WillPacket, done);
    else if (member === undefined || this.isStopped) done(new Error("not taken"));
    else if (packet.topic === member.rights.mainTopic) this.#accept(member, packet, client, done);
    else this.#judge(member, packet, client, done);
  };

  /** aedes carries a packet to one client: null keeps it back, another packet goes instead. */
  readonly authorizeForward = (
    client: Client,
    packet: AedesPublishPacket,
  ): AedesPublishPacket | null => {
    const member = (client as BrokerClient).member;
    if (member === undefined) return null;
    const sent = packet as unknown as BrokerPacket;
    if (client.conn.writableLength > this.#limits.subscriberPendingBytesMax) {
      this.#deps.end(client, "slow-subscriber");
      return null;
    }
    // What comes from the queue has its packet id; its right may have ended since.
    if (sent.messageId !== undefined) return this.#mayRead(member, sent.topic) ? packet : null;
    if (member.rights.identity.kind === "gateway" && !this.#mayRead(member, sent.topic))
      return null;
    if (sent.qos === 0) return packet;
    const { persistence } = this.#deps;
    if (!client.clean && !sent.retain && persistence.isHeldBack(client, sent)) return null;
    const qos = Math.min(sent.qos, grantedQos(member, sent.topic)) as Qos;
    const messageId = qos === 0 ? undefined : persistence.messageIdFor(client, sent, qos);
    if (qos === sent.qos && messageId === undefined) return packet;
    return { ...packet, qos, messageId } as AedesPublishPacket;
  };

  /**
   * aedes is told QoS 2 for every filter, so that it takes nothing away by its own count; the QoS
   * that was granted is applied when a message goes out.
   */
  readonly authorizeSubscribe = (
    client: Client,
    subscription: Subscription,
    done: (error: Error | null, subscription?: Subscription | null) => void,
  ): void => {
    const member = (client as BrokerClient).member;
    const filter = subscription.topic;
    if (
      member === undefined ||
      !isValidFilter(filter) ||
      !maySubscribe(member.rights, filter, this.#deps.lookUps.gatewayMayUse) ||
      (member.granted.size >= this.#limits.subscriptionsPerSessionMax &&
        !member.granted.has(filter))
    ) {
      this.#deps.subscriptionRefused();
      this.#deps.persistence.sessions.unsubscribe(client.id, filter);
      done(null, null);
    } else {
      member.granted.set(filter, subscription.qos);
      done(null, { ...subscription, qos: 2 });
    }
  };

  #mayRead(member: Member, topic: string): boolean {
    return maySubscribe(member.rights, topic, this.#deps.lookUps.gatewayMayUse);
  }

  #judge(member: Member, packet: IncomingPacket, client: Client, done: Done): void {
    switch (publishRight(member.rights, packet.topic, this.#deps.lookUps)) {
      case "foreign":
        this.#deps.end(client, "foreign-topic");
        done(new Error(`'${member.username}' has no right to publish to '${packet.topic}'`));
        break;
      case "message":
        this.#deps.sawMessage?.(packet.topic, packet.payload as Buffer);
        done();
        break;
      case "aside":
        packet.isAside = true;
        this.#accept(member, packet, client, done);
        break;
      case "uplink":
        this.#accept(member, packet, client, done);
        break;
    }
  }

  #accept(member: Member, packet: IncomingPacket, client: Client, done: Done): void {
    this.pending += 1;
    this.#deps.accept(
      {
        source: "mqtt",
        sender: member.username,
        topic: packet.topic,
        payload: packet.payload as Buffer,
        receivedAt: this.#deps.clock.now(),
      },
      (error) => {
        this.pending -= 1;
        if (error === undefined) acknowledge(client.conn, packet);
        else this.#deps.end(client, "journal");
        done(error);
      },
    );
  }

  /** The will of a client that was connected when an earlier process ended. */
  #publishWill(will: WillPacket, done: Done): void {
    if (!will.isUplink) {
      done();
      return;
    }
    this.#deps.accept(
      {
        source: "mqtt",
        sender: usernameOf(will.clientId),
        topic: will.topic,
        payload: will.payload,
        receivedAt: this.#deps.clock.now(),
      },
      done,
    );
  }
}
