/**
 * A report on its way: written, waiting under a key of its own, then taken or refused. What waits keeps its
 * key over every try and every reload, so the platform takes it once. Pure.
 */
export type Sending<Report, Taken> =
  | { state: "writing"; fault?: Refusal }
  | { state: "waiting"; key: string; report: Report; tries: number; nextAt: number }
  | { state: "taken"; taken: Taken };

export interface Refusal {
  code: string;
  message: string;
}

export type Event<Report, Taken> =
  | { kind: "send"; key: string; report: Report }
  | { kind: "taken"; taken: Taken }
  | { kind: "refused"; refusal: Refusal }
  /** Nobody answered, or later: `afterMs` where the platform said so. */
  | { kind: "failed"; afterMs?: number }
  | { kind: "online" }
  | { kind: "withdraw" }
  | { kind: "another" };

const FIRST_MS = 5_000;
const LAST_MS = 60_000;

export function nextSending<Report, Taken>(
  sending: Sending<Report, Taken>,
  event: Event<Report, Taken>,
  now: number,
): Sending<Report, Taken> {
  if (sending.state === "writing") {
    if (event.kind !== "send") return sending;
    return { state: "waiting", key: event.key, report: event.report, tries: 0, nextAt: now };
  }
  if (sending.state === "taken") return event.kind === "another" ? { state: "writing" } : sending;
  switch (event.kind) {
    case "taken":
      return { state: "taken", taken: event.taken };
    case "refused":
      return { state: "writing", fault: event.refusal };
    case "failed": {
      const { afterMs = Math.min(LAST_MS, FIRST_MS * 2 ** sending.tries) } = event;
      return { ...sending, tries: sending.tries + 1, nextAt: now + afterMs };
    }
    case "online":
      return { ...sending, nextAt: now };
    case "withdraw":
      return { state: "writing" };
    default:
      return sending;
  }
}
