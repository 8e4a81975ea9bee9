/**
 * Spans of the platform's time in which it could not hear: it was down, its broker was out of
 * reach, its disk took nothing, the machine slept. Silence is counted without them, like a
 * stopwatch that is held. Kept in order, apart from each other, and saved, since a device that was
 * last heard before a span is still owed it after a restart. Reads no clock.
 */
import type { DurationMs, Instant } from "../model/clock.ts";

export interface DeafSpan {
  readonly since: Instant;
  readonly until: Instant;
}

export interface Deafness {
  /** Puts back what was saved. */
  restore(spans: readonly DeafSpan[]): void;
  /** Told again, in part or in whole, it changes nothing; an empty span is none. */
  add(since: Instant, until: Instant): void;
  /** What a tick says of now: from a deaf tick to the next one nobody could be heard. */
  note(now: Instant, canHear: boolean): void;
  /** When it will have been able to hear for so long since `at`; not while it is deaf: infinity. */
  endOf(at: Instant, durationMs: DurationMs): Instant;
  /** Drops spans after which it could hear for `durationMs`: older silence is too long anyway. */
  forget(now: Instant, durationMs: DurationMs): void;
  /** The clock was set back to `now`: what it said of later times is void. */
  notAfter(now: Instant): void;
  spans(): readonly DeafSpan[];
}

/** Beyond it the two oldest become one, and what was heard between them counts for nothing. */
const SPANS_MAX = 100;

export function createDeafness(onChange: () => void = () => {}): Deafness {
  let spans: readonly DeafSpan[] = [];
  /** Since the first of the deaf ticks that are going on. */
  let deafSince: Instant | undefined;

  const change = (changed: readonly DeafSpan[]): void => {
    spans = changed;
    onChange();
  };

  const add = (since: Instant, until: Instant): void => {
    if (!(since < until)) return;
    const isApart = (span: DeafSpan): boolean => span.until < since || until < span.since;
    const met = spans.filter((span) => !isApart(span));
    const [first = { since, until }] = met;
    if (met.length === 1 && first.since <= since && until <= first.until) return;
    const whole = {
      since: Math.min(since, first.since),
      until: Math.max(until, met.at(-1)?.until ?? until),
    };
    change(
      bounded([...spans.filter(isApart), whole].sort((one, other) => one.since - other.since)),
    );
  };

  const endOf = (at: Instant, durationMs: DurationMs): Instant => {
    let end = at + durationMs;
    for (const { since, until } of spans) {
      if (until <= at) continue;
      if (since >= end) break;
      end += until - Math.max(since, at);
    }
    return deafSince !== undefined && end > deafSince ? Number.POSITIVE_INFINITY : end;
  };

  return {
    restore(saved) {
      spans = saved;
    },
    add,
    note(now, canHear) {
      if (deafSince !== undefined) add(deafSince, now);
      deafSince = canHear ? undefined : (deafSince ?? now);
    },
    endOf,
    forget(now, durationMs) {
      const kept = spans.filter(({ until }) => endOf(until, durationMs) > now);
      if (kept.length < spans.length) change(kept);
    },
    notAfter(now) {
      if (deafSince !== undefined) deafSince = Math.min(deafSince, now);
      if ((spans.at(-1)?.until ?? now) <= now) return;
      const begun = spans.filter(({ since }) => since < now);
      change(begun.map(({ since, until }) => ({ since, until: Math.min(until, now) })));
    },
    spans: () => spans,
  };
}

function bounded(spans: readonly DeafSpan[]): readonly DeafSpan[] {
  const [first, second, ...rest] = spans;
  if (spans.length <= SPANS_MAX || first === undefined || second === undefined) return spans;
  return [{ since: first.since, until: second.until }, ...rest];
}
