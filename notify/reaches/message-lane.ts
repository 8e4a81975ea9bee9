/**
 * One channel's lane: takes the messages that wait for it and gives them to it, several at once, and
 * waits for no other channel. What the channel does not take within its time is told at once, so that another way is tried
 * beside it.
 */
import type { Channel, Sending } from "../../model/channel.ts";
import type { Clock, DurationMs, Instant, Timer } from "../../model/clock.ts";
import { LIMITS } from "../../model/limits.ts";
import type { Log } from "../../model/log.ts";
import { afterFailure, type ChannelHealth, HEALTHY, isDown } from "./channel-health.ts";
import type { StoredMessage } from "./message-table.ts";

export interface MessageLaneDeps {
  clock: Clock;
  log: Log;
  /** From here on they count as given to the channel. */
  take(max: number): Promise<StoredMessage[]>;
  nextDueAt(): Promise<Instant | undefined>;
  settle(message: StoredMessage, sending: Sending): Promise<void>;
  /** It has had its time and says nothing. */
  slow(message: StoredMessage): Promise<void>;
  /** What waits for it shall go another way. */
  divert(): Promise<void>;
}

export interface MessageLane {
  /** There may be messages. */
  wake(): void;
  /** It fails, or wants to be left in peace: what has another way goes by that. */
  isDown(): boolean;
  /** The clock was set back by so much: it rests no longer for that. */
  setBack(byMs: DurationMs): void;
  /** Ends after the messages that are on their way, or soon: what has no answer then is sent again. */
  close(): Promise<void>;
}

const RETRY_MS = 1_000;
const KEEP_MS_MAX = 60_000;
const CLOSING_MS_MAX = 2_000;

export function createMessageLane(channel: Channel, deps: MessageLaneDeps): MessageLane {
  const { clock, log } = deps;
  const { channelId } = channel;
  const onTheirWay = new Set<Promise<void>>();
  let health: ChannelHealth = HEALTHY;
  let isAwake = false;
  let isClosed = false;
  let running: Promise<void> | undefined;
  let timer: Timer | undefined;

  const byWall = (ms: number): number => ms * clock.speed;
  const isResting = (of: ChannelHealth): boolean => isDown(of) || of.restUntil > clock.now();

  async function run(): Promise<void> {
    while (isAwake && !isClosed) {
      isAwake = false;
      const now = clock.now();
      if (health.restUntil > now) {
        later(health.restUntil);
        continue;
      }
      const most = isDown(health) ? 1 : LIMITS.channelParallelMax;
      const room = most - onTheirWay.size;
      // Who comes back wakes it.
      if (room <= 0) return;
      const dueAt = await deps.nextDueAt();
      if (dueAt === undefined || dueAt > now) {
        later(dueAt);
        continue;
      }
      const messages = await deps.take(room);
      for (const message of messages) follow(give(message));
      isAwake = true;
    }
  }

  function follow(giving: Promise<void>): void {
    const one = giving
      .catch((error: unknown) => log.error("a message's answer is lost", { channelId, error }))
      .finally(() => {
        onTheirWay.delete(one);
        wake();
      });
    onTheirWay.add(one);
  }

  async function give(message: StoredMessage): Promise<void> {
    const { messageId, body, repeats, tries } = message;
    const begunWith = health.failures;
    const patience = clock.after(byWall(LIMITS.fallbackMs), () => {
      tooSlow(message, begunWith).catch((error: unknown) => {
        log.warn("a slow message found no other way yet", { messageId, error });
      });
    });
    const said = { ...body, messageId, repeats: repeats + tries };
    const sending = await channel
      .send(message.to, said)
      .catch(thrown)
      .finally(() => patience.cancel());
    const before = health;
    health = afterSending(before, sending, begunWith);
    await untilDone(() => deps.settle(message, sending));
    await onHealth(before, sending.kind === "failed" ? sending.reason : undefined);
  }

  /** What was said must be kept, however long the database is away; a restart finds it as not answered. */
  async function untilDone(work: () => Promise<void>): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      try {
        return await work();
      } catch (error) {
        if (isClosed) throw error;
        log.warn("what a channel said could not be kept; it is tried again", { channelId, error });
      }
      const restMs = Math.min(KEEP_MS_MAX, RETRY_MS * 2 ** Math.min(failures, 20));
      await new Promise<void>((resolve) => void clock.after(byWall(restMs), resolve));
    }
  }

  /** What says nothing for so long is not waited for by those behind it. */
  async function tooSlow(message: StoredMessage, begunWith: number): Promise<void> {
    const before = health;
    health = afterFailure(before, clock.now(), { begunWith });
    await untilDone(() => deps.slow(message));
    await onHealth(before, "it does not answer in time");
  }

  async function onHealth(before: ChannelHealth, reason: string | undefined): Promise<void> {
    if (isDown(before) && !isDown(health)) return log.info("a channel is up again", { channelId });
    if (isResting(before) || !isResting(health)) return;
    const what = isDown(health) ? "is down" : "wants a rest";
    log.warn(`a channel ${what}; its messages go another way`, { channelId, reason });
    await untilDone(deps.divert);
  }

  /** A wrong number is no fault of the channel's. */
  function afterSending(before: ChannelHealth, sending: Sending, begunWith: number): ChannelHealth {
    if (sending.kind === "taken") return HEALTHY;
    if (sending.isFinal) return before;
    return afterFailure(before, clock.now(), { begunWith, retryAfterMs: sending.retryAfterMs });
  }

  function later(at: Instant | undefined): void {
    timer?.cancel();
    timer = undefined;
    if (at === undefined || isClosed) return;
    timer = clock.after(Math.max(0, at - clock.now()), () => {
      timer = undefined;
      wake();
    });
  }

  function wake(): void {
    isAwake = true;
    if (running !== undefined || isClosed) return;
    running = run()
      .catch((error: unknown) => {
        log.error("messages could not be taken up; they are tried again", { channelId, error });
        later(clock.now() + byWall(RETRY_MS));
      })
      .finally(() => {
        running = undefined;
        if (isAwake) wake();
      });
  }

  return {
    wake,
    isDown: () => isResting(health),
    setBack(byMs) {
      health = { ...health, restUntil: health.restUntil - byMs };
    },
    async close() {
      isClosed = true;
      timer?.cancel();
      await running;
      let patience: Timer | undefined;
      const tooLong = new Promise<void>((resolve) => {
        patience = clock.after(byWall(CLOSING_MS_MAX), resolve);
      });
      await Promise.race([Promise.all(onTheirWay), tooLong]);
      patience?.cancel();
    },
  };
}

/** A channel shall not throw; one that does has failed. */
const thrown = (error: unknown): Sending => ({
  kind: "failed",
  reason: `the channel failed: ${(error as Error).message}`,
  isFinal: false,
});
