/**
 * Messages to people on their way: written in the transaction of what they are about, given to their
 * channel after it, in a lane a channel. Where a channel fails, is slow or down the person's next way is tried; a
 * person is never told of one step twice by one channel, but after a crash between sending and recording, and then the text
 * says so.
 */
import type { Sending } from "../../model/channel.ts";
import { type Clock, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from "../../model/clock.ts";
import { type Contacts, calledAt } from "../../model/contact.ts";
import type { Database, Sql } from "../../model/database.ts";
import { LIMITS } from "../../model/limits.ts";
import type { TimeZone } from "../../model/local-time.ts";
import type { Log } from "../../model/log.ts";
import type { Metrics } from "../../model/metrics.ts";
import type { Person } from "../../model/reaching.ts";
import type { ChannelBook } from "../channels/channel-book.ts";
import { type Budgets, spentBudget } from "./budget.ts";
import { dropOne, dropOthers, giveUp } from "./message-drops.ts";
import { createMessageLane, type MessageLane } from "./message-lane.ts";
import {
  channelsOfStep,
  channelsWaitedFor,
  insertMessage,
  markFailed,
  markTaken,
  nextDueOn,
  recoverSending,
  setBackMessages,
  takeWaiting,
  waitingOn,
} from "./message-store.ts";
import type { MessageBody, NewMessage, StoredMessage } from "./message-table.ts";
import { pointFor } from "./points.ts";

export interface MessengerDeps {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  database: Database;
  zone: TimeZone;
  channels: ChannelBook["channels"];
  budgets: Budgets;
  contactsOf(person: string): Contacts | undefined;
  /** Is somebody still wanted for the case, by this call? */
  isCalling(sql: Sql, call: Pick<NewMessage, "caseNo" | "step">): Promise<boolean>;
}

/** What shall be said to one person at one step. */
export interface Wish {
  caseNo: string;
  step: string;
  /** Which call it is, from 0: it begins with that way. */
  n: number;
  person: Person;
  /** Of whose order it is. */
  crewId?: string | undefined;
  isCall: boolean;
  lifeSafety: boolean;
  body: MessageBody;
}

export interface Messenger {
  /** In the transaction of what it is about. Answers whether the person has a way. */
  tell(tx: Sql, wish: Wish, now: Instant): Promise<boolean>;
  /** Tell it after each commit that may have brought messages. */
  kick(): void;
  /** A receipt says that it did not come: the person's next way. */
  fallBack(tx: Sql, message: StoredMessage, now: Instant): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const DIVERTED_AT_ONCE = 100;
const RETRY_MS_MIN = 2 * SECOND_MS;
const RETRY_MS_MAX = 5 * MINUTE_MS;

export const personKey = ({ kind, id }: Pick<Person, "kind" | "id">): string => `${kind}:${id}`;

export function createMessenger(deps: MessengerDeps): Messenger {
  const { clock, log, database, zone, channels } = deps;
  const lanes = new Map<string, MessageLane>();
  const counted = deps.metrics.counter(
    "gridwarden_notify_messages_total",
    "Messages to people by channel and outcome.",
    ["channel", "outcome"],
  );
  let isRunning = false;

  const isDown = (channelId: string): boolean =>
    !channels.has(channelId) || lanes.get(channelId)?.isDown() === true;

  /** The next way of the person for this step; nothing where he has none left. */
  async function send(
    tx: Sql,
    message: Omit<NewMessage, "channelId" | "to" | "dueAt" | "createdAt">,
    { contacts, n }: { contacts: Contacts; n: number },
    now: Instant,
  ): Promise<boolean> {
    const told = await channelsOfStep(tx, message);
    const used = new Set(told.map(({ channelId }) => channelId));
    const points = contacts.points.filter(({ channelId }) => channels.has(channelId));
    const point = pointFor(points, n, { used, isDown });
    if (point === undefined) return false;
    const dueAt = message.lifeSafety ? now : calledAt(contacts, now, zone);
    return await insertMessage(tx, { ...message, ...point, createdAt: now, dueAt });
  }

  async function fallBack(tx: Sql, message: StoredMessage, now: Instant): Promise<void> {
    const contacts = deps.contactsOf(message.person);
    if (contacts === undefined) return;
    if (message.isCall && !(await deps.isCalling(tx, message))) return;
    const told = await channelsOfStep(tx, message);
    if (told.some(({ state }) => state === "taken" || state === "delivered")) return;
    // On its way by another channel that is not down.
    const isOnItsWay = told.some(
      ({ channelId, state }) =>
        channelId !== message.channelId &&
        (state === "waiting" || state === "sending") &&
        !isDown(channelId),
    );
    if (!isOnItsWay) await send(tx, message, { contacts, n: told.length }, now);
  }

  async function settle(message: StoredMessage, sending: Sending): Promise<void> {
    const { messageId, channelId } = message;
    const outcome = sending.kind === "taken" ? "taken" : sending.isFinal ? "refused" : "failed";
    await database.transaction(async (tx) => {
      const now = clock.now();
      if (sending.kind === "taken") {
        await markTaken(tx, messageId, sending.receiptId, now);
        await dropOthers(tx, message, now);
        return;
      }
      const { reason } = sending;
      const isGivenUp = sending.isFinal || now - message.createdAt > LIMITS.messageAgeMsMax;
      const dueAt = isGivenUp ? undefined : retryAt(message, sending, now);
      await markFailed(tx, messageId, { reason, dueAt, now });
      if (dueAt !== undefined && !(await isWanted(tx, message))) {
        await dropOne(tx, messageId, reason, now);
      } else {
        await fallBack(tx, message, now);
      }
    });
    counted.add(1, { channel: channelId, outcome });
    kick();
  }

  /** Not where the person has it by another way, or nobody is wanted any more. */
  async function isWanted(tx: Sql, message: StoredMessage): Promise<boolean> {
    if (message.isCall && !(await deps.isCalling(tx, message))) return false;
    const told = await channelsOfStep(tx, message);
    return !told.some(({ state }) => state === "taken" || state === "delivered");
  }

  function retryAt(
    { tries }: StoredMessage,
    { retryAfterMs }: { retryAfterMs?: number },
    now: Instant,
  ): Instant {
    const restMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(tries, 20));
    return now + Math.max(restMs * clock.speed, (retryAfterMs ?? 0) * clock.speed);
  }

  async function slow(message: StoredMessage): Promise<void> {
    await database.transaction((tx) => fallBack(tx, message, clock.now()));
    kick();
  }

  async function divert(channelId: string): Promise<void> {
    let afterSeq = 0;
    for (;;) {
      const page = await database.transaction(async (tx) => {
        const waiting = await waitingOn(tx, channelId, afterSeq, DIVERTED_AT_ONCE);
        for (const message of waiting) await divertOne(tx, message);
        return waiting;
      });
      const last = page.at(-1);
      if (last === undefined || page.length < DIVERTED_AT_ONCE) break;
      afterSeq = last.seq;
    }
    kick();
  }

  /** Where he has another way, this one is not tried again; nor where the city has taken it away. */
  async function divertOne(tx: Sql, message: StoredMessage): Promise<void> {
    const now = clock.now();
    await fallBack(tx, message, now);
    if (!channels.has(message.channelId)) {
      return await giveUp(tx, message.messageId, "the channel is in channels.json no more", now);
    }
    const told = await channelsOfStep(tx, message);
    const hasOther = told.some(
      ({ channelId, state }) =>
        channelId !== message.channelId && state !== "failed" && state !== "dropped",
    );
    if (hasOther) await dropOne(tx, message.messageId, "the channel is down", now);
  }

  function laneOf(channelId: string): MessageLane | undefined {
    const known = lanes.get(channelId);
    const found = channels.get(channelId);
    if (known !== undefined || found === undefined) return known;
    const lane = createMessageLane(found.channel, {
      clock,
      log,
      take: (max) => database.transaction((tx) => takeWaiting(tx, channelId, clock.now(), max)),
      nextDueAt: () => nextDueOn(database.reader, channelId),
      settle,
      slow,
      divert: () => divert(channelId),
    });
    lanes.set(channelId, lane);
    return lane;
  }

  function kick(): void {
    if (isRunning) for (const channelId of channels.keys()) laneOf(channelId)?.wake();
  }

  /** A process that is no more gave it to a channel; who has it by another way, or need not have it, is left alone. */
  async function recover(tx: Sql): Promise<number> {
    const recovered = await recoverSending(tx);
    for (const message of recovered) {
      if (await isWanted(tx, message)) continue;
      await dropOne(tx, message.messageId, "not needed any more", clock.now());
    }
    return recovered.length;
  }

  function setBack(tx: Sql): Promise<void> {
    const now = clock.now();
    return setBackMessages(tx, now, ({ person, lifeSafety }) => {
      const contacts = lifeSafety ? undefined : deps.contactsOf(person);
      return contacts === undefined ? now : calledAt(contacts, now, zone);
    });
  }

  clock.onSetBack(({ from, to }) => {
    if (!isRunning) return;
    for (const lane of lanes.values()) lane.setBack(from - to);
    database
      .transaction(setBack)
      .then(kick)
      .catch((error: unknown) => log.error("messages wait for a time to come", { error }));
  });

  return {
    async tell(tx, { person, n, ...wish }, now) {
      const key = personKey(person);
      const { lifeSafety, crewId } = wish;
      const whose = { person: key, crewId, isDrill: wish.body.isDrill };
      const spent = lifeSafety ? undefined : await spentBudget(tx, deps.budgets, whose, now);
      const isBeyond = spent !== undefined;
      const message = { ...wish, person: key, ...(isBeyond && summaryOf(wish, spent, now)) };
      const told = await channelsOfStep(tx, message);
      return told.length > 0 || (await send(tx, message, { contacts: person.contacts, n }, now));
    },
    kick,
    fallBack,
    async start() {
      if (isRunning) return;
      const waitedFor = await database.transaction(async (tx) => {
        const recovered = await recover(tx);
        await setBack(tx);
        if (recovered > 0) log.warn("messages without an answer are sent again", { recovered });
        return await channelsWaitedFor(tx);
      });
      for (const channelId of waitedFor) if (!channels.has(channelId)) await divert(channelId);
      isRunning = true;
      kick();
    },
    async stop() {
      isRunning = false;
      await Promise.all([...lanes.values()].map((lane) => lane.close()));
      lanes.clear();
    },
  };
}

/** In place of a message beyond the budget; one an hour, whatever it is about. */
function summaryOf({ body }: Pick<Wish, "body">, spent: number, now: Instant) {
  return {
    caseNo: "",
    step: `more.${Math.floor(now / HOUR_MS)}${body.isDrill ? ".drill" : ""}`,
    crewId: undefined,
    isCall: false,
    body: {
      title: "更多案卷 / more cases",
      text: `一小时内已通知${spent}条，其余请在应用中查看。/ ${spent} messages within an hour; see the others in the application.`,
      isDrill: body.isDrill,
      fields: {},
    },
  };
}
