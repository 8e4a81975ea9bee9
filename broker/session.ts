/**
 * One session that outlives its connection: its subscriptions, and the messages that wait for its
 * acknowledgement, oldest first. Memory only; what changes is told to the caller, who writes it.
 */

export type Qos = 0 | 1 | 2;

export interface QueuedMessage {
  /** Its place in the sessions file. */
  readonly seq: number;
  /** The broker's number of the message, the same in every session it waits in. */
  readonly counter: number;
  cmd: "publish" | "pubrel";
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: Qos;
  messageId: number | undefined;
  /** The connection that it was handed to last. */
  takenBy: object | undefined;
  isOnDisk: boolean;
}

/** Messages that were taken from a queue for a connection, and have not been written to it yet. */
export class CatchUp {
  readonly #taken = new Set<number>();
  #wake: (() => void) | undefined;

  take(counter: number): void {
    this.#taken.add(counter);
  }

  written(counter: number): void {
    this.#taken.delete(counter);
    if (this.#taken.size === 0) this.#wake?.();
  }

  get isDone(): boolean {
    return this.#taken.size === 0;
  }

  allWritten(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** The connection has ended: nothing more will be written. */
  abandon(): void {
    this.#taken.clear();
    this.#wake?.();
  }
}

const MESSAGE_ID_MAX = 65_535;

export class Session {
  readonly id: string;
  readonly filters = new Map<string, Qos>();
  /** Packet ids of QoS 2 messages that were received and not yet released. */
  readonly incoming = new Set<number>();
  awaySince: number | undefined;
  /** Something was dropped that no connection had been handed. */
  hasLost = false;
  /** The queue is still being sent to a new connection; newer messages wait behind it. */
  catchUp: CatchUp | undefined;
  readonly #queue = new Map<number, QueuedMessage>();
  readonly #byMessageId = new Map<number, QueuedMessage>();
  #lastMessageId = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** The user name stands before the client id, and has no slash of its own. */
  get username(): string {
    return usernameOf(this.id);
  }

  get queueLength(): number {
    return this.#queue.size;
  }

  messages(): IterableIterator<QueuedMessage> {
    return this.#queue.values();
  }

  oldest(): QueuedMessage | undefined {
    for (const message of this.#queue.values()) return message;
    return undefined;
  }

  byCounter(counter: number): QueuedMessage | undefined {
    return this.#queue.get(counter);
  }

  byMessageId(messageId: number): QueuedMessage | undefined {
    return this.#byMessageId.get(messageId);
  }

  add(message: QueuedMessage): void {
    this.#queue.set(message.counter, message);
    if (message.messageId !== undefined) this.#byMessageId.set(message.messageId, message);
  }

  remove(message: QueuedMessage): void {
    this.#queue.delete(message.counter);
    if (message.messageId !== undefined && this.byMessageId(message.messageId) === message) {
      this.#byMessageId.delete(message.messageId);
    }
  }

  giveMessageId(message: QueuedMessage): number {
    message.messageId ??= this.nextMessageId();
    this.#byMessageId.set(message.messageId, message);
    return message.messageId;
  }

  /** A packet id that no unacknowledged message of this session has; queues are far shorter. */
  nextMessageId(): number {
    do {
      this.#lastMessageId = this.#lastMessageId >= MESSAGE_ID_MAX ? 1 : this.#lastMessageId + 1;
    } while (this.#byMessageId.has(this.#lastMessageId));
    return this.#lastMessageId;
  }
}

export function usernameOf(sessionId: string): string {
  return sessionId.slice(0, sessionId.indexOf("/"));
}
