/**
 * Posts (岗位) by the limits of their stages: acceptor, verifying and checking inspector, shift lead
 * filing and closing, dispatcher. Counts what people did and, for on-time dispatching, what waits
 * beyond its limit; what the platform does itself is no post's. A check is judged from when it was
 * sent, also where a sensor was waited for first. Pure.
 */
import type { CaseState } from "../../model/case.ts";
import type { Instant } from "../../model/clock.ts";
import { POSTS, type Post } from "../../model/indicator.ts";
import { stageLimitMs } from "../case-stages.ts";
import type { CaseFacts } from "./case-facts.ts";
import { share, shownRate } from "./indicators.ts";
import type { Span } from "./tally.ts";
import type { CaseTimeline, EvaluatedEvent } from "./timeline.ts";

export interface PostTally {
  done: number;
  onTime: number;
  accurate: number;
  /** Waits beyond its limit. */
  overdue: number;
}

export type PostTallies = Record<Post, PostTally>;

const STAGE_OF: Record<Post, CaseState> = {
  accept: "REPORTED",
  verify: "VERIFYING",
  file: "PENDING_FILING",
  dispatch: "PENDING_DISPATCH",
  check: "CHECKING",
  close: "PENDING_CLOSE",
};
const DONE_BY: Partial<Record<EvaluatedEvent, Post>> = {
  accept: "accept",
  verifyResult: "verify",
  file: "file",
  dispatch: "dispatch",
  checkPass: "check",
  rework: "check",
  close: "close",
};

export function newPostTallies(): PostTallies {
  const none = (): PostTally => ({ done: 0, onTime: 0, accurate: 0, overdue: 0 });
  return Object.fromEntries(POSTS.map((post) => [post, none()])) as PostTallies;
}

export function addPosts(
  tallies: PostTallies,
  { timeline, facts }: { timeline: CaseTimeline; facts: CaseFacts },
  { from, asOf }: Span,
): void {
  let stage: CaseState | undefined;
  let since: Instant = 0;
  for (const [index, { at, event, to, isSystem }] of timeline.entries.entries()) {
    if (at >= asOf) break;
    const post = DONE_BY[event];
    if (post !== undefined && stage === STAGE_OF[post] && !isSystem && at >= from) {
      const tally = tallies[post];
      tally.done += 1;
      if (at - since <= stageLimitMs(stage)) tally.onTime += 1;
      if (isAccurate(post, timeline, facts, index, asOf)) tally.accurate += 1;
    }
    if (to !== stage) [stage, since] = [to, at];
  }
  const waiting = POSTS.find((post) => STAGE_OF[post] === stage);
  if (waiting === undefined || stage === undefined || isOwnReview(timeline, asOf)) return;
  if (asOf - since > stageLimitMs(stage)) tallies[waiting].overdue += 1;
}

/** What a sensor found waits for the platform first. */
function isOwnReview({ source, entries }: CaseTimeline, asOf: Instant): boolean {
  return source === "sensor" && entries.filter(({ at }) => at < asOf).length === 1;
}

/** Of what came after it, nothing says that it was wrong. */
function isAccurate(
  post: Post,
  { entries }: CaseTimeline,
  { isInvalid, voidedAt }: CaseFacts,
  index: number,
  asOf: Instant,
): boolean {
  if (post === "accept") return !isInvalid && voidedAt === undefined;
  if (post === "file") return voidedAt === undefined;
  if (post !== "dispatch") return true;
  const unitId = entries[index]?.unitId;
  const next = entries
    .slice(index + 1)
    .find((entry) => entry.event === "acceptReturn" || entry.unitId !== unitId);
  return next === undefined || next.at >= asOf;
}

/** On-time dispatching is of what should have been dispatched, the others of what was done. */
export function postIndicators(
  post: Post,
  { done, onTime, accurate, overdue }: PostTally,
): Record<string, number | null> {
  const due = post === "dispatch" ? done + overdue : done;
  const accurateRate = ["accept", "file", "dispatch"].includes(post)
    ? { accurate, accurateRate: shownRate(share(accurate, due)) }
    : {};
  return { done, onTime, overdue, onTimeRate: shownRate(share(onTime, due)), ...accurateRate };
}
