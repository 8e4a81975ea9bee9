/**
 * Reaching people on a real database, with a clock that only its test moves and channels that do as they
 * are told: the crews of a small county, their lead, the department's head and a leader.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase } from "../database/database.ts";
import type { Case, Order } from "../model/case.ts";
import { Case as CaseShape } from "../model/case.ts";
import type { Channel, ChannelMessage, Receipt, Sending } from "../model/channel.ts";
import { type ManualClock, manualClock } from "../model/clock.ts";
import type { Contacts } from "../model/contact.ts";
import type { Database } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import type { Notice } from "../model/notice.ts";
import type { Person, Who } from "../model/reaching.ts";
import { Ladders } from "../notify/escalation/ladder.ts";
import { notifyMigrations } from "../notify/notify.ts";
import { Budgets } from "../notify/reaches/budget.ts";
import { createReaching, type Reaching } from "../notify/reaching.ts";

export const zone = timeZone("Asia/Shanghai");
/** A Monday at nine. */
export const MONDAY = Date.parse("2026-11-23T09:00+08:00");

export interface Sent {
  at: number;
  channelId: string;
  to: string;
  message: ChannelMessage;
}

export type Manner = (to: string, message: ChannelMessage) => Sending | Promise<Sending>;

const TAKEN: Sending = { kind: "taken" };

export interface ReachingWorld {
  clock: ManualClock;
  reaching: Reaching;
  sent: Sent[];
  notices: Notice[];
  /** Orders that a person of a crew has taken: the case as it stands then is told to follow. */
  accepted: { caseNo: string; person: string; at: number }[];
  manners: Map<string, Manner>;
  people: Map<string, Contacts>;
  /** Which of the names are on a level now. */
  levels: (who: Who | "group", about: { unitId?: string; crewId?: string }) => string[];
  /** So many of the next transactions, and of the next orders that are accepted, fail. */
  failing: { transactions: number; accepts: number };
  /** Those of the city's file from the next start on. */
  channelIds: readonly string[];
  /** The case has changed. */
  change(theCase: Case): Promise<void>;
  /** A crew gets an order of the case. */
  order(kind: Order["kind"], theCase: Case): Promise<void>;
  /** Something that is no call. */
  say(wish: Parameters<Reaching["say"]>[1]): Promise<void>;
  /** Moves time on second by second and lets everything happen. */
  pass(seconds: number): Promise<void>;
  receipt(channelId: string, receipt: Receipt): Promise<{ known: number; unknown: number }>;
  messages(caseNo: string): ReturnType<Reaching["ofCase"]>;
  /** As after a kill: another process on the same database. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  channelIds?: readonly string[];
  people?: Record<string, Contacts>;
  levels?: ReachingWorld["levels"];
  ladders?: object;
  budgets?: object;
}

export function dispatchedCase(more: Partial<Case> = {}): Case {
  return CaseShape.parse({
    caseNo: "4115242026112300001",
    kind: "component",
    categoryCode: "0102",
    conditionId: "cover-open",
    state: "DISPATCHED",
    version: 3,
    source: "sensor",
    lifeSafety: true,
    lon: 114.06,
    lat: 32.12,
    address: "中山路12号",
    unitId: "drains",
    crewId: "drains-1",
    limit: { value: 2, unit: "urgent-hour" },
    openedAt: MONDAY,
    dispatchedAt: MONDAY,
    deadline: MONDAY + 7_200_000,
    reworkCount: 0,
    ...more,
  });
}

export const byWays = (...ways: string[]): Contacts => ({
  points: ways.map((way) => {
    const [channelId = "", to = ""] = way.split("/");
    return { channelId, to };
  }),
});

const PEOPLE: Record<string, Contacts> = {
  "user:wang": byWays("app/wang", "sms/1390001", "voice/1390001"),
  "user:lead": byWays("app/lead", "voice/1390002"),
  "user:head": byWays("sms/1390003"),
  "user:mayor": byWays("voice/1390004"),
};

const LEVELS: Record<Who | "group", string[]> = {
  crew: ["user:wang"],
  lead: ["user:lead"],
  department: ["user:head"],
  leader: ["user:mayor"],
  group: [],
};

export async function startReachingWorld(options: WorldOptions = {}): Promise<ReachingWorld> {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-reaching-"));
  const clock = manualClock(MONDAY);
  const people = new Map(Object.entries(options.people ?? PEOPLE));
  const manners = new Map<string, Manner>();
  const sent: Sent[] = [];
  const notices: Notice[] = [];
  const accepted: ReachingWorld["accepted"] = [];
  const cases = new Map<string, Case>();
  const failing = { transactions: 0, accepts: 0 };
  let release: (sending: Sending) => void = () => {};
  const stopped = new Promise<Sending>((resolve) => {
    release = resolve;
  });
  /** Of a process that is no more nothing is heard. */
  let generation = 0;
  let database = openDatabase();
  await database.open(notifyMigrations);
  function openDatabase() {
    const metrics = memoryMetrics();
    return createDatabase({ log: silentLog, metrics }, { file: join(directory, "db.sqlite") });
  }

  function channelOf(channelId: string): Channel {
    const own = generation;
    return {
      channelId,
      async send(to, message) {
        if (own !== generation) return await new Promise<Sending>(() => {});
        sent.push({ at: clock.now(), channelId, to, message });
        const sending = (manners.get(channelId) ?? (() => TAKEN))(to, message);
        return await Promise.race([sending, stopped]);
      },
      readReceipts: ({ body }) => ({ receipts: [body as Receipt], faults: [] }),
    };
  }

  function make(): Reaching {
    const channels = new Map(
      world.channelIds.map((id) => [id, { kind: "webhook" as const, channel: channelOf(id) }]),
    );
    return createReaching({
      ...{ clock, zone, database: failable(database), log: silentLog, metrics: memoryMetrics() },
      book: {
        channels,
        ladders: Ladders.parse(options.ladders ?? {}),
        budgets: Budgets.parse(options.budgets ?? {}),
        need(channelId) {
          throw new Error(channelId);
        },
      },
      people: (who, about) =>
        world.levels(who, about).flatMap((name): Person[] => {
          const [kind, id = ""] = name.split(":");
          const contacts = people.get(name);
          return contacts === undefined ? [] : [{ kind: kind as Person["kind"], id, contacts }];
        }),
      contactsOf: (person) => people.get(person),
      wordsOf: () => ({ zh: "井盖开启", en: "manhole cover open" }),
      async saveNotice(_tx, notice) {
        notices.push(notice);
      },
      caseOf: async (_sql, caseNo) => cases.get(caseNo),
      async acceptOrder(caseNo, person) {
        if (failing.accepts > 0) {
          failing.accepts -= 1;
          throw new GridwardenError("DATABASE_FAILED", "the disk is full");
        }
        accepted.push({ caseNo, person, at: clock.now() });
        const theCase = cases.get(caseNo);
        if (theCase !== undefined) await change({ ...theCase, acceptedAt: clock.now() });
      },
    });
  }

  function failable(real: Database): Database {
    return {
      reader: real.reader,
      async transaction(work) {
        if (failing.transactions === 0) return await real.transaction(work);
        failing.transactions -= 1;
        throw new GridwardenError("DATABASE_FAILED", "the disk is full");
      },
    };
  }

  const change = (theCase: Case): Promise<void> => follow(theCase, []);

  async function follow(theCase: Case, orders: readonly Order[]): Promise<void> {
    cases.set(theCase.caseNo, theCase);
    await database.transaction((tx) => reaching.follow(tx, [theCase], orders, clock.now()));
    reaching.kick();
    await settled();
  }

  async function order(kind: Order["kind"], theCase: Case): Promise<void> {
    const { caseNo, crewId } = theCase;
    if (crewId === undefined) throw new Error(`case ${caseNo} has no crew`);
    const common = { kind, caseNo, crewId, case: theCase, hazards: [], createdAt: clock.now() };
    await follow(theCase, [{ ...common, orderId: `${caseNo}-${clock.now()}-${kind}` }]);
  }

  async function say(wish: Parameters<Reaching["say"]>[1]): Promise<void> {
    await database.transaction((tx) => reaching.say(tx, wish, clock.now()));
    reaching.kick();
    await settled();
  }

  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      clock.advance(1_000);
      await settled();
    }
  }

  const world: ReachingWorld = {
    ...{ clock, sent, notices, accepted, manners, people, failing, change, order, say, pass },
    channelIds: options.channelIds ?? ["app", "sms", "voice"],
    levels: options.levels ?? ((who) => LEVELS[who]),
    get reaching() {
      return reaching;
    },
    async receipt(channelId, body) {
      const told = await reaching.receipts(channelId, { headers: {}, query: {}, body });
      await settled();
      return told;
    },
    messages: (caseNo) => reaching.ofCase(database.reader, caseNo),
    async restart() {
      generation += 1;
      await database.close();
      database = openDatabase();
      await database.open(notifyMigrations);
      reaching = make();
      await reaching.start();
      await settled();
    },
    async stop() {
      release({ kind: "failed", reason: "the test is over", isFinal: false });
      await reaching.stop();
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  let reaching = make();
  await reaching.start();
  return world;
}

const TURNS = 30;

/** Whatever is under way without time passing has happened. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
