/**
 * The last messages of topics that are no format's of ours, whoever sent them and whether or not a
 * source reads them yet, so that a source can be tried on them before it is saved. In memory alone;
 * the longest silent topics go first.
 */
import type { Instant } from "../model/clock.ts";
import { isVendorTopic } from "../model/json-source.ts";
import { LIMITS } from "../model/limits.ts";

export interface LastMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly receivedAt: Instant;
}

export interface LastMessages {
  saw(message: LastMessage): void;
  /** Newest first. */
  of(isWanted: (topic: string) => boolean): LastMessage[];
}

export function createLastMessages(): LastMessages {
  const byTopic = new Map<string, LastMessage[]>();
  return {
    saw({ topic, payload, receivedAt }) {
      if (!isVendorTopic(topic) || payload.length > LIMITS.lastMessageBytesMax) return;
      const before = byTopic.get(topic) ?? [];
      // A copy: the bytes lie in a buffer that is much larger.
      const message = { topic, payload: new Uint8Array(payload), receivedAt };
      byTopic.delete(topic);
      byTopic.set(topic, [message, ...before].slice(0, LIMITS.lastMessagesPerTopicMax));
      if (byTopic.size <= LIMITS.lastMessageTopicsMax) return;
      const [oldest] = byTopic.keys();
      if (oldest !== undefined) byTopic.delete(oldest);
    },
    of: (isWanted) =>
      [...byTopic]
        .filter(([topic]) => isWanted(topic))
        .flatMap(([, messages]) => messages)
        .sort((a, b) => b.receivedAt - a.receivedAt),
  };
}
