/**
 * Carries a message to the subscriptions of the connected clients; stands in for aedes' mqemitter.
 * That one waits for every receiver and holds a hundred messages at most, so one subscriber that
 * reads slowly would stop all senders. This one never waits: what a subscriber has not read yet is
 * bounded where it is sent.
 */
import { TopicTrie } from "./topic-trie.ts";

export interface RoutedPacket {
  topic: string;
}
export type Receiver = (packet: RoutedPacket, done: () => void) => void;
type Done = (error?: Error | null) => void;

const noWait = (): void => {};

export class MessageRouter {
  readonly #receivers = new TopicTrie<Receiver>();
  #isClosed = false;

  on(filter: string, receiver: Receiver, done?: Done): this {
    this.#receivers.add(filter, receiver);
    if (done !== undefined) setImmediate(done);
    return this;
  }

  removeListener(filter: string, receiver: Receiver, done?: Done): this {
    this.#receivers.remove(filter, receiver);
    done?.();
    return this;
  }

  hasReceiver(topic: string): boolean {
    return this.#receivers.hasMatch(topic);
  }

  emit(packet: RoutedPacket, done: Done = noWait): this {
    if (!this.#isClosed) {
      for (const receiver of this.#receivers.match(packet.topic)) receiver(packet, noWait);
    }
    done();
    return this;
  }

  close(done: Done): this {
    this.#isClosed = true;
    setImmediate(done);
    return this;
  }
}
