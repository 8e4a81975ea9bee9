/**
 * Sends what waits: at once, when the network is back, and again by and by. What waits is kept before it is sent
 * and goes under one key, so a reload or a lost answer makes no second report.
 */
import { signal } from "@preact/signals";
import { post, Refused } from "../../shared/api.ts";
import type { CitizenReportTaken } from "../../shared/platform-types.ts";
import { clearDraft, type Draft, isSame, reportOf } from "../draft.ts";
import { addMine } from "../mine.ts";
import { keep, kept } from "../store.ts";
import {
  type Event,
  isDue,
  isTooLate,
  keyOf,
  nextSending,
  type Sending,
} from "./sending-machine.ts";

type Mine = Sending<Draft, CitizenReportTaken>;

const KEPT_AS = "sending";
const LOOK_EACH_MS = 1_000;
const TOO_MANY = 429;
const OWN_FAULTS = 500;
/** Of an answer that is none of the platform's: a proxy's, or that of a network that wants a sign-in. */
const NOT_OURS = "UNKNOWN";
const TOO_LARGE = 413;

export const sending = signal<Mine>({ state: "writing" });
let isAsking = false;

export async function startSender(): Promise<void> {
  sending.value = (await kept<Mine>(KEPT_AS)) ?? sending.value;
  window.addEventListener("online", () => void go({ kind: "online" }));
  setInterval(look, LOOK_EACH_MS);
  look();
}

export async function go(event: Event<Draft, CitizenReportTaken>): Promise<void> {
  sending.value = nextSending(sending.value, event, Date.now());
  await keep(KEPT_AS, sending.value);
  look();
}

export function sendNow(report: Draft): Promise<void> {
  const former = keyOf(sending.value, (tried) => isSame(tried, report), Date.now());
  return go({ kind: "send", key: former ?? newKey(), report });
}

/** Also where the address is not a secure one, in which a browser makes no UUID. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function look(): void {
  const { value } = sending;
  if (value.state !== "waiting" || isAsking) return;
  const now = Date.now();
  if (isTooLate(value, now)) return void go({ kind: "tooLate" });
  if (!isDue(value.nextAt, now)) return;
  isAsking = true;
  void tryOnce(value).finally(() => {
    isAsking = false;
  });
}

async function tryOnce({ key, report }: Extract<Mine, { state: "waiting" }>): Promise<void> {
  try {
    const photos = await Promise.all(report.photos.map(base64Of));
    const body = { ...reportOf(report), photos };
    const headers = { "idempotency-key": key };
    const taken = await post<CitizenReportTaken>("/api/v1/public/reports", body, { headers });
    await addMine({ publicNo: taken.publicNo, link: taken.link, at: Date.now() });
    await go({ kind: "taken", key, taken });
    if (sending.value.state === "taken") clearDraft();
  } catch (fault) {
    await go(eventOf(fault, key));
  }
}

function eventOf(fault: unknown, key: string): Event<Draft, CitizenReportTaken> {
  if (!(fault instanceof Refused) || isNotNow(fault)) return { kind: "failed", key };
  if (fault.status !== TOO_MANY) {
    const { code, message } = fault;
    return { kind: "refused", key, refusal: { code, message } };
  }
  const { retryAfterS } = fault.details;
  return typeof retryAfterS === "number"
    ? { kind: "failed", key, afterMs: retryAfterS * 1_000 }
    : { kind: "failed", key };
}

const isNotNow = ({ status, code }: Refused): boolean =>
  status >= OWN_FAULTS || (code === NOT_OURS && status !== TOO_LARGE && status !== TOO_MANY);

function base64Of(photo: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(photo);
  });
}
