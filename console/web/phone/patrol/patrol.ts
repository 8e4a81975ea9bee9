/**
 * An inspector's patrol: begun and ended by his own hand, and told to the platform with where he is while
 * it goes on. The machine decides; here are the disk, the network and the clock.
 */
import { computed, effect, signal, untracked } from "@preact/signals";
import { post } from "../../shared/api.ts";
import { now, platformNow } from "../../shared/clock.ts";
import { changeKept, kept } from "../store.ts";
import { metresBetween } from "../way/distance.ts";
import type { Place } from "../way/where.ts";
import {
  been,
  begun,
  ended,
  goingOn,
  messageOf,
  type PatrolPlace,
  type Patrols,
  toldOf,
} from "./patrol-machine.ts";

const KEPT_AS = "patrols";
const TELL_MS = 60_000;
const TELL_M = 100;
/** A phone says each second where it is; nearer and sooner than this it is no news. */
const NEWS_MS = 10_000;
const NEWS_M = 20;
/** A line that is dead says nothing: then no answer came. */
const ANSWER_MS_MAX = 30_000;

const patrols = signal<Patrols>([]);
/** Why the last telling did not work. */
export const patrolFault = signal<unknown>(undefined);
/** Since when, of the patrol that goes on. */
export const patrolSince = computed(() => goingOn(patrols.value, now.value)?.startedAt);
/** Something of it the platform does not have yet. */
export const isPatrolUnsent = computed(() => messageOf(patrols.value) !== undefined);

/** Where he was when it was kept last, and when it was told last. */
let newest: PatrolPlace | undefined;
let told: PatrolPlace | undefined;
let isTelling = false;
let isHis: (() => boolean) | undefined;
const others = new BroadcastChannel("gridwarden-patrols");

export async function restorePatrols(): Promise<void> {
  patrols.value = (await kept<Patrols>(KEPT_AS).catch(() => undefined)) ?? patrols.value;
}

/**
 * Answers what ends it. `isHisSession`: false while another person's session is on this phone, or nobody
 * knows yet whose it is; then nothing goes out.
 */
export function startTelling(isHisSession: () => boolean): () => void {
  isHis = isHisSession;
  const timer = setInterval(() => void tell(), TELL_MS);
  const stop = new AbortController();
  window.addEventListener("online", () => void tell(), { signal: stop.signal });
  others.addEventListener("message", () => void restorePatrols(), { signal: stop.signal });
  const stopWaiting = effect(() => {
    if (isHisSession()) untracked(() => void tell());
  });
  return () => {
    isHis = undefined;
    clearInterval(timer);
    stop.abort();
    stopWaiting();
    patrols.value = [];
    newest = undefined;
    told = undefined;
  };
}

export async function beginPatrol(): Promise<void> {
  newest = undefined;
  told = undefined;
  await change((before) => begun(before, Math.round(platformNow())));
  await tell();
}

export async function endPatrol(): Promise<void> {
  await change((before) => ended(before, Math.round(platformNow())));
  await tell();
}

/** On patrol alone; else it is forgotten at once. */
export async function patrolledTo({ lon, lat, accuracyM }: Place): Promise<void> {
  const place = { lon, lat, accuracyM, at: Math.round(platformNow()) };
  if (newest !== undefined && place.at - newest.at < NEWS_MS) {
    if (metresBetween(newest, place) < NEWS_M) return;
  }
  newest = place;
  await change((before) => been(before, place));
  if (told !== undefined && metresBetween(told, place) < TELL_M) return;
  told = place;
  await tell();
}

async function change(step: (before: Patrols) => Patrols): Promise<void> {
  try {
    patrols.value = await changeKept<Patrols>(KEPT_AS, (before = []) => step(before));
    others.postMessage("changed");
  } catch {
    // A phone that is full knows it for as long as the page is open.
    patrols.value = step(patrols.value);
  }
}

/** All that the platform does not have yet; what does not get through is told with the next. */
async function tell(): Promise<void> {
  if (isTelling) return;
  isTelling = true;
  try {
    while (isHis?.() === true) {
      const message = messageOf(patrols.value);
      if (message === undefined) break;
      await post("/api/v1/me/patrol", message, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
      await change((before) => toldOf(before, message));
    }
    patrolFault.value = undefined;
  } catch (fault) {
    patrolFault.value = fault;
  } finally {
    isTelling = false;
  }
}
