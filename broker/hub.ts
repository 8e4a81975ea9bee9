/**
 * aedes with a shorter way for a message that nobody is subscribed to and that is not retained:
 * nearly every uplink. It has reached the journal by then, so it ends here, without the promises
 * and packets that aedes makes for each.
 */
import { Aedes, type AedesOptions, type Client, type PublishPacket } from "aedes";
import type { MessageRouter } from "./message-router.ts";
import type { Persistence } from "./persistence.ts";

export type Done = (error?: Error | null) => void;
type Published = (error?: Error) => void;

/** A packet on its way in, with what the hooks know of it. */
export interface IncomingPacket extends PublishPacket {
  /** For the journal alone: subscribers do not see it and it is not retained. */
  isAside?: boolean;
  /** Came at QoS 1 and has its PUBACK; it goes on at QoS 1. */
  isAcknowledged?: boolean;
}

/** aedes' publish as its client handlers call it; its declared form leaves the sender out. */
type FullPublish = (packet: PublishPacket, client: Client | null, done: Published) => void;

export class Hub extends Aedes {
  readonly #router: MessageRouter;
  readonly #persistence: Persistence;

  constructor(options: AedesOptions, router: MessageRouter, persistence: Persistence) {
    super({ ...options, mq: router, persistence });
    this.#router = router;
    this.#persistence = persistence;
  }

  override publish(
    packet: IncomingPacket,
    client?: Client | null | Published,
    done?: Published,
  ): void {
    const callback = typeof client === "function" ? client : (done ?? ignore);
    if (packet.isAcknowledged === true) packet.qos = 1;
    if (packet.isAside === true || !this.#isWanted(packet)) {
      callback();
      return;
    }
    // The mark of a repetition concerns the sender's delivery alone (MQTT 3.1.1, 3.3.1.1).
    packet.dup = false;
    const onward = super.publish as unknown as FullPublish;
    onward.call(this, packet, typeof client === "object" ? client : null, callback);
  }

  /** Is somebody who is connected subscribed to it? */
  hasReceiver(topic: string): boolean {
    return this.#router.hasReceiver(topic);
  }

  #isWanted(packet: PublishPacket): boolean {
    return (
      packet.retain ||
      this.#router.hasReceiver(packet.topic) ||
      (packet.qos > 0 && this.#persistence.sessions.hasSubscriber(packet.topic))
    );
  }
}

const ignore = (): void => {};
