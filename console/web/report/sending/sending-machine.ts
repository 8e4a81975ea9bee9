/**
 * A report on its way: written, waiting under a key of its own, then taken or refused. What waits keeps its
 * key over every try and every reload, and over being taken back to write on, as long as nothing of it
 * was changed; so the platform takes it once. Pure.
 */
export type Sending<Report, Taken> =
  | { state: "writing"; fault?: Refusal; tried?: Tried<Report> }
  | ({ state: "waiting"; tries: number; nextAt: number } & Tried<Report>)
  | { state: "taken"; taken: Taken };

/** What was sent, and may have come though its answer did not. */
export interface Tried<Report> {
  key: string;
  report: Report;
  /** When it was sent first, ms by the browser's clock. */
  since: number;
}

export interface Refusal {
  code: string;
  message: string;
}

/** An answer says to which key it belongs: another may be on its way by then. */
export type Event<Report, Taken> =
  | { kind: "send"; key: string; report: Report }
  | { kind: "taken"; key: string; taken: Taken }
  | { kind: "refused"; key: string; refusal: Refusal }
  /** Nobody answered, or later: `afterMs` where the platform said so. */
  | { kind: "failed"; key: string; afterMs?: number }
  | { kind: "online" }
  | { kind: "withdraw" }
  /** It waits for so long that the platform does not know its key any more. */
  | { kind: "tooLate" }
  | { kind: "another" };

const FIRST_MS = 5_000;
const LAST_MS = 60_000;
/** The platform knows a key for 24 hours; what may have come is not sent by itself after that. */
const KEY_KNOWN_MS = 23 * 3_600_000;

export function nextSending<Report, Taken>(
  sending: Sending<Report, Taken>,
  event: Event<Report, Taken>,
  now: number,
): Sending<Report, Taken> {
  if (sending.state === "taken") return event.kind === "another" ? { state: "writing" } : sending;
  if (sending.state === "writing") {
    const isItsOwn = event.kind === "taken" && sending.tried?.key === event.key;
    if (isItsOwn) return { state: "taken", taken: event.taken };
    if (event.kind !== "send") return sending;
    const { key, report } = event;
    const since = sending.tried?.key === key ? sending.tried.since : now;
    return { state: "waiting", key, report, since, tries: 0, nextAt: now };
  }
  const { key, report, since } = sending;
  const tried = { key, report, since };
  if ("key" in event && event.key !== key) return sending;
  switch (event.kind) {
    case "taken":
      return { state: "taken", taken: event.taken };
    case "refused":
      return { state: "writing", fault: event.refusal, tried };
    case "failed": {
      const { afterMs = Math.min(LAST_MS, FIRST_MS * 2 ** sending.tries) } = event;
      return { ...sending, tries: sending.tries + 1, nextAt: now + afterMs };
    }
    case "online":
      return { ...sending, nextAt: now };
    case "withdraw":
      return { state: "writing", tried };
    case "tooLate":
      return { state: "writing", fault: { code: "UNSURE", message: "" } };
    default:
      return sending;
  }
}

/** Under which key a report goes out: that of before where nothing of it was changed since. */
export function keyOf<Report, Taken>(
  sending: Sending<Report, Taken>,
  isSame: (tried: Report) => boolean,
  now: number,
): string | undefined {
  const tried = sending.state === "writing" ? sending.tried : undefined;
  return tried !== undefined && !isTooLate(tried, now) && isSame(tried.report)
    ? tried.key
    : undefined;
}

/** By a clock that was set since, nobody knows how long ago it was. */
export const isTooLate = ({ since }: Pick<Tried<unknown>, "since">, now: number): boolean =>
  Math.abs(now - since) > KEY_KNOWN_MS;

/** A time far ahead is of a clock that was set back since. */
export const isDue = (nextAt: number, now: number): boolean =>
  nextAt <= now || nextAt > now + KEY_KNOWN_MS;
