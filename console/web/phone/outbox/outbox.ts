/**
 * The phone's outbox: keeps what was said, and sends it when it can, one thing at a time and from one page
 * of the phone alone. The machine decides; here are the disk, the network and the clock.
 */
import { signal } from "@preact/signals";
import { get, part, Refused } from "../../shared/api.ts";
import { now } from "../../shared/clock.ts";
import type { CaseDetail, CaseItem } from "../../shared/platform-types.ts";
import { asTheOnlyPage, randomId } from "../secure.ts";
import { changeBox, dropPhoto, readBox } from "../store.ts";
import { afterConflict } from "./after-conflict.ts";
import {
  type Act,
  added,
  answered,
  begun,
  dropped,
  type Entry,
  hurried,
  lost,
  nextDue,
  nextToSend,
  type Outbox,
  type Refusal,
  refused,
  restarted,
  triedAgain,
} from "./outbox-machine.ts";
import { sendEntry } from "./send-entry.ts";

export const outbox = signal<Outbox>([]);
/** Why what was said last could not be kept: the phone is full. */
export const notKept = signal<unknown>(undefined);
/** Told what the platform has taken, with the case as it is then, just before it leaves the box. */
type Listener = (act: Act, answer: CaseItem | undefined) => void;

const LOCK = "gridwarden-outbox";
const OTHER_PAGES = "gridwarden-outbox";
/** Answers that say "not now" and nothing of what was said. */
const NOT_NOW = new Set([408, 425, 429, 500, 502, 503, 504, 507]);
/** Of an answer that is none of the platform's: a proxy's, or that of a network that wants a sign-in. */
const NOT_OURS = "UNKNOWN";
const TOO_LARGE = 413;
/** After a fault of the phone itself. */
const AGAIN_MS = 30_000;
const TIMER_MS_MAX = 3_600_000;

interface Running {
  username: string;
  /** False while another person's session is on this phone: under his name nothing of this one goes out. */
  isHis(): boolean;
  onTaken: Listener;
}
let running: (Running & { stop: AbortController }) | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
/** This page is at it. */
let isTurning = false;
/** Meanwhile the network came back: what is under way may fail by how it was before. */
let isHurried = false;
const others = new BroadcastChannel(OTHER_PAGES);

/** The person's store is open. */
export async function startOutbox(whose: Running): Promise<void> {
  running = { ...whose, stop: new AbortController() };
  const { signal: stopped } = running.stop;
  others.addEventListener("message", () => void rereadOutbox(), { signal: stopped });
  window.addEventListener("online", () => void hurry(), { signal: stopped });
  document.addEventListener("visibilitychange", () => !document.hidden && void hurry(), {
    signal: stopped,
  });
  await rereadOutbox();
  // Whoever opens the page waits for nothing that an earlier one has put off.
  void hurry();
}

export function stopOutbox(): void {
  running?.stop.abort();
  running = undefined;
  clearTimeout(timer);
  outbox.value = [];
}

export interface Saying {
  chain: string;
  act: Act;
  photos?: string[];
  expects?: number;
}

/** Kept on the phone when this is done, however the network is; false where the phone could not. */
export async function say({ photos = [], ...saying }: Saying): Promise<boolean> {
  const entry = { id: randomId(), photos, at: Math.round(now.value), ...saying };
  try {
    await change((box) => added(box, entry));
    notKept.value = undefined;
  } catch (fault) {
    notKept.value = fault;
    return false;
  }
  void turn();
  return true;
}

/** By a person's hand, who has seen how the case stands now. */
export async function sayAgain(id: string): Promise<void> {
  const act = outbox.value.find((entry) => entry.id === id)?.act;
  const caseNo = act?.kind === "transition" ? act.caseNo : undefined;
  const standing = caseNo === undefined ? undefined : await standingOf(caseNo);
  await change((box) => triedAgain(box, id, standing));
  void turn();
}

export async function takeBack(id: string): Promise<void> {
  const photos = outbox.value.find((entry) => entry.id === id)?.photos ?? [];
  await change((box) => dropped(box, id));
  for (const photoId of photos) await dropPhoto(photoId);
  void turn();
}

export async function hurry(): Promise<void> {
  if (running === undefined) return;
  isHurried = isTurning;
  if (outbox.value.some(({ status }) => status.kind === "waiting")) {
    await change(hurried).catch(() => undefined);
  }
  void turn();
}

async function change(step: (box: Outbox) => Outbox): Promise<Outbox> {
  outbox.value = await changeBox(step);
  others.postMessage("changed");
  return outbox.value;
}

/** As it is on the phone, also where another page has changed it. */
export async function rereadOutbox(): Promise<void> {
  outbox.value = await readBox();
}

/** One page of the phone sends; another has its turn when that one is done, or closed. */
async function turn(): Promise<void> {
  const mine = running;
  if (mine === undefined || isTurning) return;
  isTurning = true;
  clearTimeout(timer);
  let pauseMs = 500;
  try {
    await asTheOnlyPage(LOCK, () => sendAll(mine));
  } catch {
    // The phone's memory has failed; what is there is tried again.
    pauseMs = AGAIN_MS;
  } finally {
    isTurning = false;
  }
  const due = nextDue(outbox.value);
  // Under another's name it waits until this person is back, who hurries it.
  if (running !== mine || due === undefined || !mine.isHis()) return;
  const waitMs = Math.min(TIMER_MS_MAX, Math.max(pauseMs, due - Date.now()));
  timer = setTimeout(() => void turn(), waitMs);
}

async function sendAll(mine: Running): Promise<void> {
  // Whoever was sending while it had the turn is gone.
  await change(restarted);
  while (running === mine && mine.isHis()) {
    const next = nextToSend(await change((box) => box), Date.now());
    if (next === undefined) return;
    const box = await change((before) => begun(before, next.id, Date.now()));
    const entry = box.find(({ id }) => id === next.id);
    if (entry?.status.kind === "sending") await sendOne(entry, mine);
    if (!isHurried) continue;
    isHurried = false;
    await change(hurried);
  }
}

async function sendOne(entry: Entry, mine: Running): Promise<void> {
  try {
    const answer = await sendEntry(entry);
    // First, so that nothing that is shown falls back for a moment to how it was.
    mine.onTaken(entry.act, answer);
    await change((box) => answered(box, entry.id, answer === undefined ? {} : answerOf(answer)));
    for (const photoId of entry.photos) await dropPhoto(photoId);
  } catch (fault) {
    await settle(entry, fault, mine.username);
  }
}

const answerOf = ({ caseNo, version }: CaseItem) => ({ caseNo, version });

async function settle(entry: Entry, fault: unknown, username: string): Promise<void> {
  const { id } = entry;
  if (!(fault instanceof Refused) || isNotNow(fault)) {
    const seconds = fault instanceof Refused ? Number(fault.details.retryAfterS ?? 0) : 0;
    await change((box) => lost(box, id, Date.now(), seconds * 1_000));
    return;
  }
  const refusal = refusalOf(fault);
  if (fault.code !== "CASE_VERSION_CONFLICT" || entry.act.kind !== "transition") {
    await change((box) => refused(box, id, refusal));
    return;
  }
  const standing = await standingOf(entry.act.caseNo ?? "");
  if (standing === undefined) {
    await change((box) => lost(box, id, Date.now()));
    return;
  }
  const then = afterConflict(entry, standing, username, refusal);
  await change((box) => {
    if (then.kind === "done") return answered(box, id, { version: then.version });
    if (then.kind === "again") return triedAgain(box, id, standing);
    return refused(box, id, then.refusal);
  });
}

const isNotNow = ({ status, code }: Refused): boolean =>
  NOT_NOW.has(status) || (code === NOT_OURS && status !== TOO_LARGE);

/** Nothing while the platform does not answer. */
const standingOf = (caseNo: string): Promise<CaseDetail | undefined> =>
  get<CaseDetail>(`/api/v1/cases/${part(caseNo)}`).catch(() => undefined);

function refusalOf({ status, code, message, details }: Refused): Refusal {
  const { allowed } = details;
  const isNamed = Array.isArray(allowed) && allowed.every((each) => typeof each === "string");
  return { status, code, message, details, ...(isNamed && { allowed }) };
}
