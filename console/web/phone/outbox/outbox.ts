/**
 * The phone's outbox: keeps what was said, and sends it when it can, one thing at a time and from one page
 * of the phone alone. The machine decides; here are the disk, the network and the clock.
 */
import { signal } from "@preact/signals";
import { get, part, post, Refused, send } from "../../shared/api.ts";
import { now } from "../../shared/clock.ts";
import type { CaseDetail, CaseItem, SentFileItem } from "../../shared/platform-types.ts";
import { asTheOnlyPage, randomId } from "../secure.ts";
import { changeBox, dropPhoto, keepPhoto, photoOf, readBox } from "../store.ts";
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

export const outbox = signal<Outbox>([]);
/** Told what the platform has taken, with the case as it is then, just before it leaves the box. */
type Listener = (act: Act, answer: CaseItem | undefined) => void;

/** A line that is dead says nothing: then no answer came. */
const ACT_MS_MAX = 60_000;
const PHOTO_MS_MAX = 300_000;
const LOCK = "gridwarden-outbox";
const OTHER_PAGES = "gridwarden-outbox";
/** Answers that say "not now" and nothing of what was said. */
const NOT_NOW = new Set([408, 425, 429, 500, 502, 503, 504, 507]);

let running: { username: string; stop: AbortController; onTaken: Listener } | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
/** This page is at it. */
let isTurning = false;
const others = new BroadcastChannel(OTHER_PAGES);

/** The person's store is open. */
export async function startOutbox(username: string, onTaken: Listener): Promise<void> {
  running = { username, stop: new AbortController(), onTaken };
  const { signal: stopped } = running.stop;
  others.addEventListener("message", () => void reread(), { signal: stopped });
  window.addEventListener("online", () => void hurry(), { signal: stopped });
  document.addEventListener("visibilitychange", () => !document.hidden && void hurry(), {
    signal: stopped,
  });
  await reread();
  void turn();
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

/** Kept on the phone when this is done, however the network is. */
export async function say({ photos = [], ...saying }: Saying): Promise<void> {
  const entry = { id: randomId(), photos, at: Math.round(now.value), ...saying };
  await change((box) => added(box, entry));
  void turn();
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
  if (outbox.value.some(({ status }) => status.kind === "waiting")) await change(hurried);
  void turn();
}

async function change(step: (box: Outbox) => Outbox): Promise<Outbox> {
  outbox.value = await changeBox(step);
  others.postMessage("changed");
  return outbox.value;
}

async function reread(): Promise<void> {
  outbox.value = await readBox();
}

/** One page of the phone sends; another has its turn when that one is done, or closed. */
async function turn(): Promise<void> {
  const mine = running;
  if (mine === undefined || isTurning) return;
  isTurning = true;
  clearTimeout(timer);
  try {
    await asTheOnlyPage(LOCK, () => sendAll(mine));
  } finally {
    isTurning = false;
  }
  const due = nextDue(outbox.value);
  if (running === mine && due !== undefined) {
    timer = setTimeout(() => void turn(), Math.max(500, due - Date.now()));
  }
}

async function sendAll(mine: NonNullable<typeof running>): Promise<void> {
  // Whoever was sending while it had the turn is gone.
  await change(restarted);
  while (running === mine) {
    const next = nextToSend(await change((box) => box), Date.now());
    if (next === undefined) return;
    const box = await change((before) => begun(before, next.id, Date.now()));
    const entry = box.find(({ id }) => id === next.id);
    if (entry?.status.kind === "sending") await sendOne(entry, mine);
  }
}

async function sendOne(entry: Entry, mine: NonNullable<typeof running>): Promise<void> {
  try {
    const files = await sendPhotos(entry);
    const answer = await sendAct(entry, files);
    // First, so that nothing that is shown falls back for a moment to how it was.
    mine.onTaken(entry.act, answer);
    await change((box) => answered(box, entry.id, answer === undefined ? {} : answerOf(answer)));
    for (const photoId of entry.photos) await dropPhoto(photoId);
  } catch (fault) {
    await settle(entry, fault, mine.username);
  }
}

const answerOf = ({ caseNo, version }: CaseItem) => ({ caseNo, version });

/** One that the platform has already is not sent again. */
async function sendPhotos(entry: Entry): Promise<string[]> {
  const fileIds: string[] = [];
  for (const photoId of entry.photos) {
    const photo = await photoOf(photoId);
    if (photo === undefined) continue;
    const { blob, moment, name, takenAt, lon, lat } = photo;
    let { fileId } = photo;
    if (fileId === undefined) {
      const query = new URLSearchParams({ name, moment, takenAt });
      if (lon !== undefined && lat !== undefined) {
        query.set("lon", lon.toFixed(7));
        query.set("lat", lat.toFixed(7));
      }
      const response = await send("POST", `/api/v1/files?${query}`, blob, {
        headers: { "content-type": blob.type, "idempotency-key": photoId },
        signal: AbortSignal.timeout(PHOTO_MS_MAX),
      });
      ({ fileId } = (await response.json()) as SentFileItem);
      await keepPhoto({ ...photo, fileId });
    }
    fileIds.push(fileId);
  }
  return fileIds;
}

async function sendAct(
  { id, act, expects }: Entry,
  files: string[],
): Promise<CaseItem | undefined> {
  const options = {
    headers: { "idempotency-key": id },
    signal: AbortSignal.timeout(ACT_MS_MAX),
  };
  const attached = files.length > 0 ? { files } : {};
  switch (act.kind) {
    case "transition": {
      const body = {
        event: act.event,
        ...(expects !== undefined && { version: expects }),
        ...act.said,
        ...attached,
      };
      const path = `/api/v1/cases/${part(act.caseNo ?? "")}/transitions`;
      return await post<CaseItem>(path, body, options);
    }
    case "report":
      return await post<CaseItem>("/api/v1/cases", { ...act.body, ...attached }, options);
    case "shift": {
      const { crewId, state, note } = act;
      const body = note === undefined ? { state } : { state, note };
      await post(`/api/v1/crews/${part(crewId)}/shift`, body, { signal: options.signal });
      return undefined;
    }
  }
}

async function settle(entry: Entry, fault: unknown, username: string): Promise<void> {
  const { id } = entry;
  if (!(fault instanceof Refused) || NOT_NOW.has(fault.status)) {
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

/** Nothing while the platform does not answer. */
const standingOf = (caseNo: string): Promise<CaseDetail | undefined> =>
  get<CaseDetail>(`/api/v1/cases/${part(caseNo)}`).catch(() => undefined);

function refusalOf({ status, code, message, details }: Refused): Refusal {
  const { allowed } = details;
  const isNamed = Array.isArray(allowed) && allowed.every((each) => typeof each === "string");
  return { status, code, message, ...(isNamed && { allowed }) };
}
