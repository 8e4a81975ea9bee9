import { expect, test } from "vitest";
import { LIMITS } from "../model/limits.ts";
import { createLastMessages } from "./last-messages.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

test("of a vendor's topic the newest messages are remembered, as they were then", () => {
  const last = createLastMessages();
  const payload = bytes("1");
  for (let at = 1; at <= LIMITS.lastMessagesPerTopicMax + 2; at += 1) {
    last.saw({ topic: "acme/1", payload, receivedAt: at });
  }
  payload.fill(0);
  last.saw({ topic: "acme/2", payload: bytes("2"), receivedAt: 2 });
  const found = last.of(() => true);
  expect(found.map(({ receivedAt }) => receivedAt)).toEqual([5, 4, 3, 2]);
  expect(Buffer.from(found[0]?.payload ?? []).toString()).toBe("1");
  expect(last.of((topic) => topic === "acme/2")).toHaveLength(1);
});

test("topics of formats and large messages are not, and the longest silent topics go", () => {
  const last = createLastMessages();
  last.saw({ topic: "v1/waste-bin/b/telemetry", payload: bytes("{}"), receivedAt: 1 });
  const large = new Uint8Array(LIMITS.lastMessageBytesMax + 1);
  last.saw({ topic: "acme/large", payload: large, receivedAt: 1 });
  expect(last.of(() => true)).toEqual([]);
  for (let n = 0; n <= LIMITS.lastMessageTopicsMax; n += 1) {
    last.saw({ topic: "acme/0", payload: bytes("{}"), receivedAt: n });
    last.saw({ topic: `acme/${n}`, payload: bytes("{}"), receivedAt: n });
  }
  const topics = new Set(last.of(() => true).map(({ topic }) => topic));
  expect(topics.size).toBe(LIMITS.lastMessageTopicsMax);
  expect([topics.has("acme/0"), topics.has("acme/1")]).toEqual([true, false]);
});
