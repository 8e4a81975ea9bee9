/**
 * Clients whose session ends with their connection: the QoS 2 messages they have begun to send,
 * and, for crews, the orders they have not acknowledged yet. Nothing of it outlives the connection.
 */
import { copyPayload } from "./copy-payload.ts";
import { type Qos, type QueuedMessage, Session } from "./session.ts";

export class PassingClients {
  readonly #sessions = new Map<string, Session>();
  readonly #incoming = new Map<string, Set<number>>();
  readonly #messagesMax: number;

  constructor(messagesMax: number) {
    this.#messagesMax = messagesMax;
  }

  /** Begins to remember what this client has not acknowledged. */
  remember(id: string): void {
    this.#sessions.set(id, new Session(id));
  }

  forget(id: string): void {
    this.#sessions.delete(id);
  }

  session(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /** The packet id to send it under; undefined where this client is not remembered. */
  send(
    id: string,
    message: { topic: string; payload: Buffer | string },
    qos: Qos,
  ): number | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined) return undefined;
    const messageId = session.nextMessageId();
    const sent: QueuedMessage = {
      seq: 0,
      counter: messageId,
      cmd: "publish",
      topic: message.topic,
      payload: copyPayload(message.payload),
      qos,
      messageId,
      takenBy: undefined,
      isOnDisk: false,
    };
    session.add(sent);
    const oldest = session.oldest();
    if (session.queueLength > this.#messagesMax && oldest !== undefined) session.remove(oldest);
    return messageId;
  }

  incoming(id: string): Set<number> | undefined {
    return this.#incoming.get(id);
  }

  addIncoming(id: string, messageId: number): void {
    const known = this.#incoming.get(id);
    if (known === undefined) this.#incoming.set(id, new Set([messageId]));
    else known.add(messageId);
  }

  forgetIncoming(id: string): void {
    this.#incoming.delete(id);
  }
}
