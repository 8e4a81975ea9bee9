/**
 * The renewal list by pages: counted anew for each out of the history as of one instant, which the
 * cursor bears with the newest case of the page's last item, so that what is filed meanwhile moves
 * nothing.
 */
import type { Instant } from "../../model/clock.ts";
import type { Database } from "../../model/database.ts";
import { GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import type { Renewal, RenewalPage } from "../../model/renewal.ts";
import { DEFAULT_CALENDARS } from "../calendar.ts";
import { createLiveBook } from "../calendar-tables.ts";
import { filingsThatCount } from "./renewal-store.ts";
import { renewalsFrom, renewalsOf } from "./renewals.ts";
import { afterFollowing, faultWithin, type ReplayDeps, seqAfter } from "./timeline-store.ts";

export interface RenewalQuery {
  /** What is filed later does not count; now unless said, and at most. */
  to?: Instant | undefined;
  /** Of these units alone; all when absent. */
  within?: ReadonlySet<string> | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** @throws GridwardenError REQUEST_INVALID when the cursor is none of this list. */
export async function listRenewals(
  database: Database,
  { zone }: Pick<ReplayDeps, "zone">,
  query: RenewalQuery,
  now: Instant,
): Promise<RenewalPage> {
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  const asOf = after?.asOf ?? Math.min(query.to ?? now, now);
  await checkNewRecords(database, zone);
  const { filings, firstSeq } = await filingsThatCount(database.reader, asOf);
  const all = renewalsOf(filings, asOf);
  const fault = await faultUntil(database, firstSeq, asOf);
  return {
    asOf,
    verified: fault === undefined,
    ...(fault !== undefined && { fault }),
    ...pageAfter(all, after, asOf, query),
  };
}

/** Each record is held against the chain once, by who asks first. */
async function checkNewRecords(database: Database, zone: ReplayDeps["zone"]): Promise<void> {
  const calendars = createLiveBook(DEFAULT_CALENDARS);
  await calendars.refresh(database.reader);
  await afterFollowing(database, { calendars, zone }, async () => {});
}

async function faultUntil({ reader }: Database, firstFiling: number, asOf: Instant) {
  const firstSeq = Math.min(firstFiling, await seqAfter(reader, renewalsFrom(asOf)));
  return await faultWithin(reader, { firstSeq, endSeq: await seqAfter(reader, asOf + 1) });
}

interface After {
  asOf: Instant;
  caseNo: string;
}

function pageAfter(
  all: readonly Renewal[],
  after: After | undefined,
  asOf: Instant,
  { within, limit: wanted, cursor }: RenewalQuery,
): Pick<RenewalPage, "items" | "next"> {
  const limit = Math.min(LIMITS.listMax, Math.max(1, wanted ?? LIMITS.listDefault));
  const before = after && all.findIndex(({ caseNos }) => caseNos[0] === after.caseNo);
  if (before === -1) throw cursorInvalid(cursor ?? "");
  const rest = all
    .slice(before === undefined ? 0 : before + 1)
    .filter(({ unitId }) => within === undefined || within.has(unitId ?? ""));
  const items = rest.slice(0, limit);
  const last = items.at(-1)?.caseNos[0];
  return rest.length > limit && last !== undefined ? { items, next: `${asOf}-${last}` } : { items };
}

function decodeCursor(cursor: string): After {
  const [, asOf, caseNo] = /^(-?\d{1,15})-(.+)$/.exec(cursor) ?? [];
  if (asOf === undefined || caseNo === undefined) throw cursorInvalid(cursor);
  return { asOf: Number(asOf), caseNo };
}

const cursorInvalid = (cursor: string): GridwardenError =>
  new GridwardenError(
    "REQUEST_INVALID",
    `cursor '${cursor.slice(0, 80)}' is none of this list; take 'next' of the page before`,
  );
