/**
 * What a phone still has to tell the platform, as a pure machine. Entries go out one at a time, in the
 * order in which they were said within one chain (a case; a report and what follows it). Each has an id of
 * its own, which is its Idempotency-Key, and expects the version of the case that its sayer saw. What is
 * lost on the way goes out again as it is; what is refused stays until a person decides, and holds back
 * what was said after it in its chain. Nothing leaves the box but by an answer or by a person's hand.
 */
import type { CaseState } from "../../shared/platform-types.ts";

export interface Transition {
  kind: "transition";
  /** Absent behind a report whose number is not known yet. */
  caseNo?: string;
  event: string;
  said: { note?: string; reason?: string; outcome?: string; until?: string };
  /** How the case stood when it was said, what was said before counted in. */
  seen: { state: CaseState; crewId?: string };
}
export interface Report {
  kind: "report";
  body: Record<string, unknown>;
}
export interface Shift {
  kind: "shift";
  crewId: string;
  state: "on" | "off";
  note?: string;
}
export type Act = Transition | Report | Shift;

export interface Refusal {
  status: number;
  code: string;
  message: string;
  allowed?: string[];
  /** What its sentence is made of in the language of the page. */
  details?: Record<string, unknown>;
}

export type Status =
  | { kind: "waiting"; tries: number; notBefore: number; firstTriedAt?: number }
  | { kind: "sending"; tries: number; firstTriedAt: number }
  | { kind: "refused"; refusal: Refusal; tries: number };

export interface Entry {
  /** The Idempotency-Key. */
  id: string;
  chain: string;
  act: Act;
  /** Ids of photos that go with it. */
  photos: string[];
  /** The platform's time when it was said, ms. */
  at: number;
  /** The version that the case must have; filled in by the answer to the one before. */
  expects?: number;
  status: Status;
}

export type Outbox = readonly Entry[];

const AGAIN_MS_MIN = 2_000;
const AGAIN_MS_MAX = 60_000;
/** The longest that a platform asks to wait; a time beyond it is of a clock that was set back since. */
const WAIT_MS_MAX = 3_600_000;
/** The platform knows a key for 24 hours; a report that may have come is not sent again after that. */
const KEY_KNOWN_MS = 23 * 3_600_000;

/** An id that is there already changes nothing, nor does the second tap on a button. */
export function added(box: Outbox, said: Omit<Entry, "status">): Outbox {
  if (box.some(({ id }) => id === said.id)) return box;
  const last = box.findLast(({ chain }) => chain === said.chain);
  if (last !== undefined && last.status.kind !== "refused" && isSame(last, said)) return box;
  const isBehind = box.some(({ chain }) => chain === said.chain);
  const { expects, ...entry } = said;
  const waits: Entry = { ...entry, status: { kind: "waiting", tries: 0, notBefore: 0 } };
  // Behind another the version that it will meet is not known yet.
  return [...box, isBehind || expects === undefined ? waits : { ...waits, expects }];
}

const isSame = (a: Pick<Entry, "act" | "photos">, b: Pick<Entry, "act" | "photos">): boolean =>
  JSON.stringify([a.act, a.photos]) === JSON.stringify([b.act, b.photos]);

const isDue = (notBefore: number, now: number): boolean =>
  notBefore <= now || notBefore > now + WAIT_MS_MAX;

/** The one to send now; nothing while one is on its way, or all that is left must wait. */
export function nextToSend(box: Outbox, now: number): Entry | undefined {
  if (box.some(({ status }) => status.kind === "sending")) return undefined;
  const seen = new Set<string>();
  for (const entry of box) {
    const isFirst = !seen.has(entry.chain);
    seen.add(entry.chain);
    const { status } = entry;
    if (isFirst && status.kind === "waiting" && isDue(status.notBefore, now)) return entry;
  }
  return undefined;
}

/** When `nextToSend` has something again; nothing where a person must act first. */
export function nextDue(box: Outbox): number | undefined {
  const seen = new Set<string>();
  let due: number | undefined;
  for (const { chain, status } of box) {
    if (seen.has(chain)) continue;
    seen.add(chain);
    if (status.kind === "waiting") due = Math.min(due ?? status.notBefore, status.notBefore);
  }
  return due;
}

/** It goes out now; a report that may have come long ago is a person's matter instead. */
export function begun(box: Outbox, id: string, now: number): Outbox {
  return changed(box, id, (entry) => {
    const { status } = entry;
    if (status.kind !== "waiting") return entry;
    const firstTriedAt = status.firstTriedAt ?? now;
    // By a clock that was set since, nobody knows how long ago it was.
    const isUnsure = entry.act.kind === "report" && Math.abs(now - firstTriedAt) > KEY_KNOWN_MS;
    if (isUnsure) {
      const refusal = { status: 0, code: "PHONE_UNSURE", message: "" };
      return { ...entry, status: { kind: "refused", refusal, tries: status.tries } };
    }
    return { ...entry, status: { kind: "sending", tries: status.tries, firstTriedAt } };
  });
}

/** The platform has done it, now or before. What follows in its chain learns the number and the version. */
export function answered(
  box: Outbox,
  id: string,
  answer: { caseNo?: string; version?: number },
): Outbox {
  const done = box.find((entry) => entry.id === id);
  if (done === undefined) return box;
  return passOn(box, done, answer);
}

/** No answer came, or the platform could not take it now: the same goes out again later. */
export function lost(box: Outbox, id: string, now: number, waitMs = 0): Outbox {
  return changed(box, id, (entry) => {
    if (entry.status.kind !== "sending") return entry;
    const tries = entry.status.tries + 1;
    const pauseMs = Math.min(AGAIN_MS_MAX, AGAIN_MS_MIN * 2 ** Math.min(tries - 1, 10));
    const { firstTriedAt } = entry.status;
    const notBefore = now + Math.min(WAIT_MS_MAX, Math.max(pauseMs, waitMs));
    return { ...entry, status: { kind: "waiting", tries, notBefore, firstTriedAt } };
  });
}

export function refused(box: Outbox, id: string, refusal: Refusal): Outbox {
  return changed(box, id, (entry) => ({
    ...entry,
    status: { kind: "refused", refusal, tries: entry.status.tries },
  }));
}

/** A case as it stands by the platform's word. */
export interface Standing {
  version: number;
  state: CaseState;
  crewId?: string | undefined;
}

/** By a person's hand, or since the case only became newer: as of the case that stands now. */
export function triedAgain(box: Outbox, id: string, standing?: Standing): Outbox {
  return changed(box, id, (entry) => {
    const again: Entry = {
      ...entry,
      status: { kind: "waiting", tries: entry.status.tries, notBefore: 0 },
    };
    if (standing === undefined || again.act.kind !== "transition") return again;
    const { version, state, crewId } = standing;
    const seen = crewId === undefined ? { state } : { state, crewId };
    return { ...again, expects: version, act: { ...again.act, seen } };
  });
}

/** By a person's hand alone. */
export function dropped(box: Outbox, id: string): Outbox {
  const gone = box.find((entry) => entry.id === id);
  if (gone === undefined || gone.status.kind === "sending") return box;
  const { expects } = gone;
  return passOn(box, gone, expects === undefined ? {} : { version: expects });
}

/** The application was ended while something was on its way: whether it came is not known. */
export const restarted = (box: Outbox): Outbox =>
  box.map((entry) => {
    if (entry.status.kind !== "sending") return entry;
    const { tries, firstTriedAt } = entry.status;
    return { ...entry, status: { kind: "waiting", tries: tries + 1, notBefore: 0, firstTriedAt } };
  });

/** The network is back: what waits for its time need not. */
export const hurried = (box: Outbox): Outbox =>
  box.map((entry) =>
    entry.status.kind === "waiting" && entry.status.notBefore > 0
      ? { ...entry, status: { ...entry.status, notBefore: 0 } }
      : entry,
  );

function changed(box: Outbox, id: string, change: (entry: Entry) => Entry): Outbox {
  return box.map((entry) => (entry.id === id ? change(entry) : entry));
}

function passOn(box: Outbox, from: Entry, known: { caseNo?: string; version?: number }): Outbox {
  let isNext = true;
  return box.flatMap((entry) => {
    if (entry.id === from.id) return [];
    if (entry.chain !== from.chain || box.indexOf(entry) < box.indexOf(from)) return [entry];
    const { act } = entry;
    const numbered =
      act.kind === "transition" && act.caseNo === undefined && known.caseNo !== undefined
        ? { ...entry, act: { ...act, caseNo: known.caseNo } }
        : entry;
    const expects = isNext && known.version !== undefined ? { expects: known.version } : {};
    isNext = false;
    return [{ ...numbered, ...expects }];
  });
}
