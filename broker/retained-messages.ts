/**
 * The last retained message of each topic. Their number is bounded: a new topic beyond it is
 * refused retention (the message itself is delivered), a known one may always be replaced.
 */

import { hasWildcard, matchesFilter } from "../model/topic-filter.ts";
import { copyPayload } from "./copy-payload.ts";
import type { Qos } from "./session.ts";
import type { RetainedRow } from "./sessions-file.ts";

export interface RetainedMessage {
  topic: string;
  payload: Buffer;
  qos: Qos;
}

export class RetainedMessages {
  readonly #messages = new Map<string, RetainedMessage>();
  readonly #countMax: number;

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  get size(): number {
    return this.#messages.size;
  }

  load(rows: readonly RetainedRow[]): void {
    for (const row of rows) {
      const payload = copyPayload(row.payload);
      this.#messages.set(row.topic, { topic: row.topic, payload, qos: row.qos as Qos });
    }
  }

  row(topic: string): RetainedRow | undefined {
    return this.#messages.get(topic);
  }

  /** An empty payload clears; false: the bound refuses it. */
  store(topic: string, payload: Uint8Array, qos: Qos): boolean {
    if (payload.length === 0) {
      this.#messages.delete(topic);
      return true;
    }
    if (this.#messages.size >= this.#countMax && !this.#messages.has(topic)) return false;
    this.#messages.set(topic, { topic, payload: copyPayload(payload), qos });
    return true;
  }

  *matching(filter: string): Generator<RetainedMessage> {
    if (!hasWildcard(filter)) {
      const message = this.#messages.get(filter);
      if (message !== undefined) yield message;
      return;
    }
    for (const message of this.#messages.values()) {
      if (matchesFilter(filter, message.topic)) yield message;
    }
  }
}
