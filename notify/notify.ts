/**
 * The door of what people are told: orders lie in the outbox in the transaction of their case and leave it
 * only when a session of their crew has acknowledged them. Sent after the commit, again when the
 * broker did not take them, when the crew subscribes and after a restart; in order per crew, at
 * least once, always under the same id. A crew that is away costs rows, not memory. In a flood what is
 * not life safety is gathered into digests. Notices to other people are kept beside them, for the
 * page and whoever asks.
 */
import type { OrderLoad } from "../model/alarm-performance.ts";
import type { Case, Order } from "../model/case.ts";
import { type Clock, DAY_MS, HOUR_MS, type Instant, type Timer } from "../model/clock.ts";
import type { Database, Migration, Sql } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { KeptNotice, Notice, NoticeKind } from "../model/notice.ts";
import { DIGEST_KIND } from "./digest.ts";
import { createDigests } from "./digests.ts";
import { createFloodBoard } from "./flood-board.ts";
import { floodMigrations } from "./flood-tables.ts";
import { countNotices, enqueueOrders, type SettledOrder } from "./gathering.ts";
import { createLane, type Lane } from "./lane.ts";
import { createMarks, type Marks } from "./marks.ts";
import {
  acknowledgeNotice,
  forgetNotices,
  insertNotice,
  listNotices,
  type NoticeFilter,
  type NoticePage,
  type NoticeReader,
  noticeMigrations,
  settleNotice,
} from "./notices.ts";
import { declareMetrics } from "./notify-metrics.ts";
import { crewOfTopic, orderIdOf, orderPayload, orderTopic } from "./order-payload.ts";
import {
  crewsWaiting,
  forgetDelivered,
  outboxMigrations,
  type WaitingOrder,
  waitingOf,
} from "./outbox.ts";
import { reachingMigrations } from "./reaching.ts";

export { type ChannelBook, readChannels } from "./channels/channel-book.ts";
export { createReaching, type Reaching } from "./reaching.ts";

export const notifyMigrations: readonly Migration[] = [
  ...outboxMigrations,
  ...noticeMigrations,
  ...floodMigrations,
  ...reachingMigrations,
];

export interface SettledNotice {
  /** Absent where the notice is about no case. */
  caseNo: string | undefined;
  kind: NoticeKind;
  at: Instant;
  /** With a rule: its notices, whichever case told of it. */
  ruleId?: string;
  /** With a supervision order: its notices, whichever of its cases they bear. */
  supervisionNo?: string;
  /** This notice alone. */
  noticeId?: string;
}

export interface NotifyDeps {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  zone: TimeZone;
  database: Database;
  /** QoS 1; settles when the broker has it. */
  publish(topic: string, payload: string): Promise<void>;
  /** A case as the API shows it. */
  view(theCase: Case): object;
}

export interface NotifyOptions {
  /** A broker that has not taken an order for so long (of the wall) has failed. */
  publishMsMax?: number;
  /** Delivered orders are kept for so long. */
  keptMs?: number;
  /** Orders of one crew that wait; beyond it is counted and logged. */
  warnPerCrew?: number;
}

export interface Notify {
  readonly migrations: readonly Migration[];
  enqueue(tx: Sql, orders: readonly Order[]): Promise<void>;
  /** Notices first, then which of them have lost their reason. */
  saveNotices(
    tx: Sql,
    notices: readonly Notice[],
    settled: readonly SettledNotice[],
  ): Promise<void>;
  /** Of the centre and of every crew that ever had an order. */
  floods(): Promise<OrderLoad[]>;
  listNotices(sql: Sql, reader: NoticeReader, filter: NoticeFilter): Promise<NoticePage>;
  /** @throws GridwardenError NOTICE_NOT_FOUND */
  acknowledgeNotice(
    tx: Sql,
    reader: NoticeReader,
    said: { noticeId: string; by: string; now: Instant },
  ): Promise<KeptNotice>;
  /** Takes up what was not acknowledged before a restart. */
  start(): Promise<void>;
  /** Ends after what is being sent; the rest stays in the outbox. */
  stop(): Promise<void>;
  /** Tell it after each commit that may have brought orders. */
  kick(): void;
  /** A session has acknowledged a message of ours. */
  delivered(message: { username: string; topic: string; payload: Uint8Array }): void;
  crewSubscribed(crewId: string): void;
  stats(): { waiting: number; crewsWaiting: number; sent: number; delivered: number };
}

const PUBLISH_MS_MAX = 5_000;
const KEPT_MS = 30 * DAY_MS;
const FORGET_EVERY_MS = HOUR_MS;

export function createNotify(deps: NotifyDeps, options: NotifyOptions = {}): Notify {
  const { clock, log, metrics, database } = deps;
  const { publishMsMax = PUBLISH_MS_MAX, keptMs = KEPT_MS } = options;
  const warnPerCrew = options.warnPerCrew ?? LIMITS.outboxWarnPerCrew;
  const lanes = new Map<string, Lane>();
  const waitingByCrew = new Map<string, number>();
  const counts = { sent: 0, delivered: 0 };
  const counted = declareMetrics(metrics, waiting);

  /** Orders up to here have been seen committed; lanes know of them. */
  let seenSeq = 0;
  const marks: Marks = createMarks({
    clock,
    log,
    database,
    onDelivered({ crewId, kind, seq, createdAt, at }) {
      if (kind === DIGEST_KIND) return;
      counts.delivered += 1;
      counted.delivered.add(1);
      counted.ageSeconds.observe(Math.max(0, at - createdAt) / 1_000);
      if (seq <= seenSeq) addWaiting(crewId, -1);
    },
  });

  const digests = createDigests({
    clock,
    log,
    database,
    onMade(settled) {
      settle(settled);
      kick();
    },
  });
  const board = createFloodBoard({ clock, metrics, database, gathered: digests.gathered });
  /** Of the transaction that is being written; of one that failed the next one's takes its place. */
  let settledByEnqueue: SettledOrder[] = [];

  let isRunning = false;
  let looking: Promise<void> | undefined;
  let shallLook = false;
  let forgetting: Timer | undefined;

  function waiting(): number {
    let sum = 0;
    for (const count of waitingByCrew.values()) sum += count;
    return sum;
  }

  function addWaiting(crewId: string, count: number): void {
    const before = waitingByCrew.get(crewId) ?? 0;
    const after = Math.max(0, before + count);
    if (after === 0) waitingByCrew.delete(crewId);
    else waitingByCrew.set(crewId, after);
    if (before <= warnPerCrew && after > warnPerCrew) {
      counted.backlogs.add(1);
      log.warn("a crew's orders pile up; is its phone off?", { crewId, waiting: after });
    }
  }

  function settle(orders: readonly SettledOrder[]): void {
    for (const { crewId, seq } of orders) if (seq <= seenSeq) addWaiting(crewId, -1);
  }

  function laneOf(crewId: string): Lane {
    const known = lanes.get(crewId);
    if (known !== undefined) return known;
    const lane = createLane(crewId, {
      clock,
      log,
      waiting: (afterSeq, max) => waitingOf(database.reader, crewId, afterSeq, max),
      send: (order) => send(crewId, order),
    });
    lanes.set(crewId, lane);
    return lane;
  }

  async function send(crewId: string, order: WaitingOrder): Promise<void> {
    if (marks.isDelivered(order.orderId)) return;
    try {
      await withinTime(deps.publish(orderTopic(crewId), order.payload));
    } catch (error) {
      counted.failed.add(1);
      marks.tried(order.orderId, undefined);
      throw error;
    }
    counts.sent += 1;
    counted.sent.add(1);
    marks.tried(order.orderId, clock.now());
  }

  /** The broker's answer is waited for by the wall, whatever pace the platform lives at. */
  async function withinTime(publishing: Promise<void>): Promise<void> {
    let timer: Timer | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = clock.after(publishMsMax * clock.speed, () => {
        reject(new Error(`the broker did not take it within ${publishMsMax} ms`));
      });
    });
    try {
      await Promise.race([publishing, tooLate]);
    } finally {
      timer?.cancel();
    }
  }

  /** Finds crews with orders that were committed since the last look and wakes their lanes. */
  async function look(): Promise<void> {
    while (shallLook && isRunning) {
      shallLook = false;
      for (const crew of await crewsWaiting(database.reader, seenSeq)) {
        seenSeq = Math.max(seenSeq, crew.lastSeq);
        addWaiting(crew.crewId, crew.count);
        counted.digests.add(crew.digests);
        laneOf(crew.crewId).wake();
      }
      await board.look();
    }
  }

  function kick(): void {
    shallLook = true;
    settle(settledByEnqueue.splice(0));
    digests.wake();
    if (!isRunning || looking !== undefined) return;
    looking = look()
      .catch((error: unknown) => {
        log.error("the outbox could not be read; the next commit tries again", { error });
      })
      .finally(() => {
        looking = undefined;
        if (shallLook && isRunning) kick();
      });
  }

  async function forget(): Promise<void> {
    try {
      await database.transaction(async (tx) => {
        await forgetDelivered(tx, clock.now() - keptMs);
        await forgetNotices(tx, clock.now() - keptMs);
      });
    } catch (error) {
      log.warn("old orders and notices could not be deleted; the next hour tries again", { error });
    }
  }

  return {
    migrations: notifyMigrations,
    async enqueue(tx, orders) {
      const rows = orders.map((order) => {
        const { orderId, crewId, caseNo, kind, createdAt } = order;
        const payload = orderPayload(order, deps.view, deps.zone);
        const { lifeSafety, isDrill = false } = order.case;
        return { orderId, crewId, caseNo, kind, payload, createdAt, lifeSafety, isDrill };
      });
      settledByEnqueue = await enqueueOrders(tx, rows);
    },
    async saveNotices(tx, notices, settled) {
      const times: Instant[] = [];
      for (const notice of notices) {
        const isNew = await insertNotice(tx, notice);
        if (isNew && notice.isDrill !== true) times.push(notice.at);
      }
      await countNotices(tx, times);
      for (const gone of settled) await settleNotice(tx, gone);
    },
    floods: board.shown,
    listNotices,
    acknowledgeNotice,
    async start() {
      if (isRunning) return;
      isRunning = true;
      forgetting = clock.every(FORGET_EVERY_MS, () => void forget());
      digests.start();
      kick();
      await looking;
    },
    async stop() {
      if (!isRunning) return;
      isRunning = false;
      forgetting?.cancel();
      await digests.stop();
      await looking;
      await Promise.all([...lanes.values()].map((lane) => lane.close()));
      lanes.clear();
      waitingByCrew.clear();
      seenSeq = 0;
      await marks.flush();
    },
    kick,
    delivered({ username, topic, payload }) {
      const crewId = crewOfTopic(topic);
      if (crewId === undefined || crewId !== username) return;
      const orderId = orderIdOf(payload);
      if (orderId !== undefined) marks.delivered(orderId, crewId, clock.now());
    },
    crewSubscribed(crewId) {
      if (isRunning) laneOf(crewId).rewind();
    },
    stats: () => ({ waiting: waiting(), crewsWaiting: waitingByCrew.size, ...counts }),
  };
}
