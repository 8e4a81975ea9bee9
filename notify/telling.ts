/**
 * Who is told what about a case: those whose turn it is in the ladder of an escalation, the groups that are told of it,
 * and a crew of its orders. Written in the transaction in which it comes about; when that is, is not known here.
 */
import type { Case, Order } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import type { Notice } from "../model/notice.ts";
import type { Escalation, Person, Who } from "../model/reaching.ts";
import type { ChannelBook } from "./channels/channel-book.ts";
import { aboutCase, callBody, isToldOnce, orderBody, type Words } from "./escalation/call-text.ts";
import { broughtForward, callsDue } from "./escalation/escalation.ts";
import { type StoredEscalation, saveEscalation } from "./escalation/escalation-store.ts";
import type { createMessenger } from "./reaches/messenger.ts";

export interface TellingDeps {
  log: Log;
  zone: TimeZone;
  /** Who is to be called now, by name; some may have no way to be reached. */
  people(who: Who | "group", about: { unitId?: string; crewId?: string }): Person[];
  /** What the case is about. */
  wordsOf(theCase: Case): Words;
  /** Life safety that nobody can be called about. */
  saveNotice(tx: Sql, notice: Notice): Promise<void>;
}

interface Telling {
  call(tx: Sql, stored: StoredEscalation, now: Instant): Promise<void>;
  tellGroup(tx: Sql, stored: StoredEscalation, now: Instant): Promise<void>;
  /** Answers whether it is an order that is told. */
  tellOrder(tx: Sql, order: Order, now: Instant): Promise<boolean>;
}

export function createTelling(
  deps: TellingDeps,
  messenger: Pick<ReturnType<typeof createMessenger>, "tell">,
  ladderOf: (escalation: Escalation) => ChannelBook["ladders"]["other"],
): Telling {
  const { log, zone } = deps;

  /** Whoever is due; where there is nobody, who comes next in the ladder is called in his place. */
  async function call(tx: Sql, stored: StoredEscalation, now: Instant): Promise<void> {
    const { about } = stored;
    let { escalation } = stored;
    const ladder = ladderOf(escalation);
    let told = 0;
    const { lifeSafety, crewId, calls } = escalation;
    let isMissing = lifeSafety && crewId === undefined && calls.lead === undefined;
    for (let level = 0; level <= ladder.length; level += 1) {
      const due = callsDue(escalation, ladder, now);
      escalation = due.escalation;
      for (const one of due.calls) {
        const count = await tellAll(tx, { escalation, about }, one, now);
        told += count;
        // A crew has its order over MQTT, whatever other way it has.
        if (count === 0 && one.n === 0 && one.who !== "crew") isMissing = true;
      }
      if (!isMissing) break;
      isMissing = false;
      const hurried = broughtForward(escalation, ladder, now);
      if (hurried === escalation && told === 0) await tellNobody(tx, escalation, now);
      escalation = hurried;
    }
    await saveEscalation(tx, { escalation, about });
  }

  /** Life safety that nobody can be called about is somebody's work at once. */
  async function tellNobody(tx: Sql, escalation: Escalation, now: Instant): Promise<void> {
    const { caseNo, round, unitId, lifeSafety, isDrill } = escalation;
    if (!lifeSafety) return;
    log.warn("there is nobody to be called about a life-safety case", { caseNo, unitId });
    const noticeId = `${caseNo}-${round}-nobody-reached`;
    const kind = "nobody-reached";
    const about = { caseNo, unitId, lifeSafety, ...(isDrill && { isDrill }) };
    await deps.saveNotice(tx, { noticeId, kind, ...about, at: now });
  }

  async function tellAll(
    tx: Sql,
    { escalation, about }: StoredEscalation,
    { who, n, step }: { who: Who; n: number; step: string },
    now: Instant,
  ): Promise<number> {
    const { caseNo, lifeSafety, isDrill, unitId, crewId } = escalation;
    const body = callBody(about, who, isDrill);
    let told = 0;
    for (const person of deps.people(who, withoutNothing({ unitId, crewId }))) {
      const whose = who === "crew" ? { crewId } : {};
      const wish = { ...whose, caseNo, step, n, person, isCall: true, lifeSafety, body };
      if (await messenger.tell(tx, wish, now)) told += 1;
    }
    return told;
  }

  async function tellGroup(
    tx: Sql,
    { escalation, about }: StoredEscalation,
    now: Instant,
  ): Promise<void> {
    const { caseNo, lifeSafety, isDrill, unitId, round } = escalation;
    const body = callBody(about, "group", isDrill);
    const step = `${round}.group.0`;
    for (const person of deps.people("group", withoutNothing({ unitId }))) {
      await messenger.tell(
        tx,
        { caseNo, step, n: 0, person, isCall: false, lifeSafety, body },
        now,
      );
    }
  }

  async function tellOrder(tx: Sql, order: Order, now: Instant): Promise<boolean> {
    const { kind, caseNo, crewId, orderId, case: theCase } = order;
    if (!isToldOnce(kind)) return false;
    const about = aboutCase(theCase, deps.wordsOf(theCase), zone);
    const { lifeSafety, isDrill = false } = theCase;
    const body = orderBody(about, kind, isDrill);
    for (const person of deps.people("crew", { crewId })) {
      const step = `order.${orderId.slice(caseNo.length + 1)}`;
      await messenger.tell(
        tx,
        { caseNo, step, n: 0, person, crewId, isCall: false, lifeSafety, body },
        now,
      );
    }
    return true;
  }

  return { call, tellGroup, tellOrder };
}

/** Fields that are there. */
function withoutNothing<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
