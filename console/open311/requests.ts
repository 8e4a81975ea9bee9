/**
 * Which cases a list of Open311 has: those that are named, or those of a span of at most 90 days,
 * newest first, at most 1,000.
 */
import { setImmediate as breathe } from "node:timers/promises";
import type { Case } from "../../model/case.ts";
import { DAY_MS, type Instant } from "../../model/clock.ts";
import { GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import type { ConsoleDeps } from "../deps.ts";
import type { RequestQuery } from "./schema.ts";
import { serviceCodeOf } from "./services.ts";

const SPAN_MS_MAX = LIMITS.open311SpanDaysMax * DAY_MS;

/** @throws GridwardenError REQUEST_INVALID */
export async function findRequests(
  cases: Pick<ConsoleDeps["cases"], "list" | "get">,
  query: RequestQuery,
  now: Instant,
): Promise<Case[]> {
  const { service_request_id: ids } = query;
  if (ids !== undefined) {
    const found = await Promise.all(ids.map((id) => cases.get(id)));
    return found.flatMap((each) => (each === undefined || each.case.isDrill ? [] : [each.case]));
  }
  const { from, to } = spanOf(query, now);
  const codes = query.service_code === undefined ? undefined : new Set(query.service_code);
  const [status, another] = query.status ?? [];
  const filter = {
    status: another === undefined ? status : undefined,
    from,
    // A list of cases ends before its `to`.
    to: to + 1,
    drill: false,
    limit: LIMITS.listMax,
  };
  const found: Case[] = [];
  let read = 0;
  let cursor: string | undefined;
  do {
    const page = await cases.list({ ...filter, cursor });
    for (const each of page.items) {
      if (codes?.has(serviceCodeOf(each.kind, each.categoryCode)) ?? true) found.push(each);
    }
    read += page.items.length;
    cursor = page.next;
    if (found.length >= LIMITS.open311RequestsMax || cursor === undefined) break;
    checkRead(read);
    await breathe();
  } while (cursor !== undefined);
  return found.slice(0, LIMITS.open311RequestsMax);
}

/** One end that is said gives the other. */
function spanOf(
  { start_date: start, end_date: end }: Pick<RequestQuery, "start_date" | "end_date">,
  now: Instant,
): { from: Instant; to: Instant } {
  const to = end ?? (start === undefined ? now : start + SPAN_MS_MAX);
  const from = start ?? to - SPAN_MS_MAX;
  if (to >= from && to - from <= SPAN_MS_MAX) return { from, to };
  const got = to < from ? "an end before the start" : `${((to - from) / DAY_MS).toFixed(1)} days`;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field 'end_date': got ${got}, wanted at most ${LIMITS.open311SpanDaysMax} days from start_date`,
  );
}

function checkRead(read: number): void {
  if (read < LIMITS.open311CasesReadMax) return;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field 'service_code': looked through ${read} cases and there are more; say a shorter span`,
  );
}
