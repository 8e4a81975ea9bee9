/**
 * Reaching people about cases: begins and ends escalations in the transaction of the case, has those called who are
 * due when the time comes, and takes what gateways and people say. Which people there are is asked at each call,
 * so a roster or a number that changes meanwhile counts from then on. Due times lie in the database,
 * so a restart goes on where it was; after an acceptance has committed nobody is called any more.
 */

import { type Case, type Order, TERMINAL_STATES } from "../model/case.ts";
import type { ReceiptCall } from "../model/channel.ts";
import { type Clock, DAY_MS, HOUR_MS, type Instant, type Timer } from "../model/clock.ts";
import type { Contacts } from "../model/contact.ts";
import type { Database, Migration, Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Metrics } from "../model/metrics.ts";
import { wantsPerson } from "../model/notice.ts";
import type { Escalation, Message } from "../model/reaching.ts";
import type { ChannelBook } from "./channels/channel-book.ts";
import { aboutCase } from "./escalation/call-text.ts";
import { broughtForward, followed, isOfRound, taken } from "./escalation/escalation.ts";
import {
  dueEscalations,
  escalationMigration,
  findEscalation,
  forgetEscalations,
  nextCallAt,
  openEscalations,
  type StoredEscalation,
  saveEscalation,
  setBackEscalations,
} from "./escalation/escalation-store.ts";
import { dropCalls, dropOrders, dropQuestions } from "./reaches/message-drops.ts";
import { forgetMessages, messagesOf } from "./reaches/message-store.ts";
import { messageMigrations } from "./reaches/message-table.ts";
import { createMessenger, type Wish } from "./reaches/messenger.ts";
import { createReceiving } from "./receiving.ts";
import { createTelling, type TellingDeps } from "./telling.ts";

export const reachingMigrations: readonly Migration[] = [escalationMigration, ...messageMigrations];

export interface ReachingDeps extends TellingDeps {
  clock: Clock;
  metrics: Metrics;
  database: Database;
  book: ChannelBook;
  contactsOf(person: string): Contacts | undefined;
  /** As it stands; nothing where there is none. */
  caseOf(sql: Sql, caseNo: string): Promise<Case | undefined>;
  /** A person of the crew takes the order; the case's own machine says whether he may. */
  acceptOrder(caseNo: string, person: string): Promise<void>;
}

export interface Reaching {
  /** In the transaction in which the cases changed and the orders were made. */
  follow(tx: Sql, changed: readonly Case[], orders: readonly Order[], now: Instant): Promise<void>;
  /** Something to one person that is no call; said again it is the same message. */
  say(tx: Sql, wish: Wish, now: Instant): Promise<void>;
  /** Tell it after each commit that may have brought calls. */
  kick(): void;
  /** @throws GridwardenError RECEIPT_REFUSED, RECEIPT_INVALID */
  receipts(channelId: string, call: ReceiptCall): Promise<{ known: number; unknown: number }>;
  /** A person takes the care of the case. @throws GridwardenError ESCALATION_OVER */
  take(tx: Sql, caseNo: string, person: string, now: Instant): Promise<Escalation>;
  ofCase(sql: Sql, caseNo: string): Promise<{ escalations: Escalation[]; messages: Message[] }>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const DUE_AT_ONCE = 100;
const KEPT_MS = 30 * DAY_MS;
const FORGET_EVERY_MS = HOUR_MS;
const RETRY_WALL_MS = 1_000;

export function createReaching(deps: ReachingDeps): Reaching {
  const { clock, log, database, zone, book } = deps;
  const { ladders } = book;
  /** Cases that have an escalation which is not over; may hold more, of an hour, never fewer. Unknown until the start. */
  let open: Set<string> | undefined;
  const hasChannels = book.channels.size > 0;
  const messenger = createMessenger({
    ...deps,
    channels: book.channels,
    budgets: book.budgets,
    contactsOf,
    isCalling: async (sql, { caseNo, step }) => {
      const { escalation } = (await findEscalation(sql, caseNo)) ?? {};
      return escalation?.state === "calling" && isOfRound(escalation, step);
    },
  });
  const receiving = createReceiving({ ...deps, messenger, bringForward, take });
  const acceptedSeconds = deps.metrics.histogram(
    "gridwarden_notify_life_safety_acceptance_seconds",
    "From when a life-safety case began to want a person until one took it.",
    [10, 30, 60, 120, 180, 300, 600, 1_800, 3_600],
  );
  let isRunning = false;
  /** Calls or messages may have been written since the last look. */
  let isTouched = false;
  let isKicked = false;
  let looking: Promise<void> | undefined;
  let timer: Timer | undefined;
  let forgetting: Timer | undefined;

  const ladderOf = ({ lifeSafety }: Pick<Escalation, "lifeSafety">) =>
    ladders[lifeSafety ? "lifeSafety" : "other"];

  const telling = createTelling(deps, messenger, ladderOf);

  /** Of a reporter no more is known than when reporters rest. */
  function contactsOf(person: string): Contacts | undefined {
    if (!person.startsWith("reporter:")) return deps.contactsOf(person);
    const { quietHours } = book.citizens ?? {};
    return { points: [], ...(quietHours !== undefined && { quietHours }) };
  }

  /** What waits for the end of quiet hours may be no longer true then. */
  async function dropStale(tx: Sql, theCase: Case, now: Instant): Promise<void> {
    const { caseNo, state, reopenCount } = theCase;
    if (TERMINAL_STATES.has(state)) await dropOrders(tx, { caseNo }, now);
    else if (reopenCount !== undefined) await dropQuestions(tx, caseNo, now);
  }

  async function followCase(tx: Sql, theCase: Case, now: Instant): Promise<void> {
    const { caseNo } = theCase;
    await dropStale(tx, theCase, now);
    if (open?.has(caseNo) === false && !wantsPerson(theCase)) return;
    const before = (await findEscalation(tx, caseNo))?.escalation;
    const after = followed(before, theCase, now);
    if (after === undefined) return;
    open?.add(caseNo);
    isTouched = true;
    const about = aboutCase(theCase, deps.wordsOf(theCase), zone);
    if (after.state !== "calling") {
      if (after !== before) await end(tx, before, { escalation: after, about }, now);
      return;
    }
    if (after.round !== before?.round) {
      await dropCalls(tx, caseNo, now);
      const { crewId } = before ?? {};
      if (crewId !== undefined && crewId !== after.crewId) {
        await dropOrders(tx, { caseNo, crewId }, now);
      }
      await telling.tellGroup(tx, { escalation: after, about }, now);
    }
    await telling.call(tx, { escalation: after, about }, now);
  }

  async function end(
    tx: Sql,
    before: Escalation | undefined,
    stored: StoredEscalation,
    now: Instant,
  ): Promise<void> {
    const { caseNo, takenBy, startedAt, lifeSafety } = stored.escalation;
    await dropCalls(tx, caseNo, now);
    await saveEscalation(tx, stored);
    if (before?.state !== "calling" || takenBy === undefined) return;
    if (lifeSafety) acceptedSeconds.observe(Math.max(0, now - startedAt) / 1_000);
  }

  async function lookOnce(): Promise<void> {
    while (isKicked && isRunning) {
      isKicked = false;
      timer?.cancel();
      timer = undefined;
      const nextAt = await callDue();
      const now = clock.now();
      if (nextAt === undefined) break;
      if (nextAt <= now) isKicked = true;
      else timer = clock.after(nextAt - now, look);
    }
    messenger.kick();
  }

  /** Answers when the next call is due. In the queue of all writes, so that it meets those that touched it. */
  function callDue(): Promise<Instant | undefined> {
    return database.transaction(async (tx) => {
      isTouched = false;
      for (const stored of await dueEscalations(tx, clock.now(), DUE_AT_ONCE)) {
        await telling.call(tx, stored, clock.now());
      }
      return await nextCallAt(tx);
    });
  }

  function look(): void {
    isKicked = true;
    if (!isRunning || looking !== undefined) return;
    looking = lookOnce()
      .catch((error: unknown) => {
        log.error("calls about cases could not be made; they are tried again", { error });
        timer = clock.after(RETRY_WALL_MS * clock.speed, look);
      })
      .finally(() => {
        looking = undefined;
        if (isKicked && isRunning) look();
      });
  }

  async function take(tx: Sql, caseNo: string, person: string, now: Instant): Promise<Escalation> {
    const stored = await findEscalation(tx, caseNo);
    if (stored?.escalation.state !== "calling") {
      throw new GridwardenError(
        "ESCALATION_OVER",
        `case ${caseNo}: nobody is called about it any more`,
      );
    }
    const escalation = taken(stored.escalation, person, now);
    await end(tx, stored.escalation, { ...stored, escalation }, now);
    return escalation;
  }

  /** He has said no: who comes next in the ladder is called now. */
  async function bringForward(tx: Sql, stored: StoredEscalation, now: Instant): Promise<void> {
    const escalation = broughtForward(stored.escalation, ladderOf(stored.escalation), now);
    await telling.call(tx, { ...stored, escalation }, now);
  }

  /** While there were no channels nobody followed the cases; what is over since then calls nobody. */
  async function holdAgainstCases(caseNos: readonly string[]): Promise<void> {
    for (let from = 0; from < caseNos.length; from += DUE_AT_ONCE) {
      await database.transaction(async (tx) => {
        for (const caseNo of caseNos.slice(from, from + DUE_AT_ONCE)) {
          const theCase = await deps.caseOf(tx, caseNo);
          const before = (await findEscalation(tx, caseNo))?.escalation;
          if (theCase === undefined || before === undefined) continue;
          if (followed(before, theCase, clock.now()) === before) continue;
          await followCase(tx, theCase, clock.now());
        }
      });
    }
  }

  const setBack = () => database.transaction((tx) => setBackEscalations(tx, ladders, clock.now()));
  clock.onSetBack(() => {
    if (!isRunning) return;
    setBack()
      .then(look)
      .catch((error: unknown) => log.error("calls wait for a time to come", { error }));
  });

  async function forget(): Promise<void> {
    try {
      await database.transaction(async (tx) => {
        open = new Set(await openEscalations(tx));
        await forgetMessages(tx, clock.now() - KEPT_MS);
        await forgetEscalations(tx, clock.now() - KEPT_MS);
      });
    } catch (error) {
      log.warn("old messages could not be deleted; the next hour tries again", { error });
    }
  }

  return {
    async follow(tx, changed, orders, now) {
      if (!hasChannels) return;
      for (const theCase of changed) await followCase(tx, theCase, now);
      for (const order of orders) if (await telling.tellOrder(tx, order, now)) isTouched = true;
    },
    async say(tx, wish, now) {
      await messenger.tell(tx, wish, now);
      isTouched = true;
    },
    kick() {
      if (!isTouched) return;
      messenger.kick();
      look();
    },
    async receipts(channelId, callOf) {
      try {
        return await receiving.receipts(channelId, callOf);
      } finally {
        look();
      }
    },
    take,
    async ofCase(sql, caseNo) {
      const stored = await findEscalation(sql, caseNo);
      return {
        escalations: stored === undefined ? [] : [stored.escalation],
        messages: await messagesOf(sql, caseNo),
      };
    },
    async start() {
      if (isRunning) return;
      if (!hasChannels) return;
      open = new Set(await openEscalations(database.reader));
      await setBack();
      await holdAgainstCases([...open]);
      await messenger.start();
      isRunning = true;
      forgetting = clock.every(FORGET_EVERY_MS, () => void forget());
      look();
    },
    async stop() {
      if (!isRunning) return;
      isRunning = false;
      forgetting?.cancel();
      timer?.cancel();
      await looking;
      await messenger.stop();
    },
  };
}
