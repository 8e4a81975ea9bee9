/**
 * Cases that may be about the same thing: open ones near a place, opened not long ago, of the same
 * category or class. They are found by cells of a thousandth of a degree (about 100 m), so that
 * ten thousand open cases elsewhere cost nothing, and are offered to people; nothing here merges.
 */
import type { Case } from "../model/case.ts";
import type { SimilarCase } from "../model/case-report.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { cellOf, cellsAround, distanceM, type Place } from "../model/geography.ts";
import { LIMITS } from "../model/limits.ts";
import { parseCase } from "./case-store.ts";
import { isGeneralRow } from "./conditions.ts";

/** What a report is about, as far as it says. */
export interface SimilarQuery extends Place {
  categoryCode?: string | undefined;
  /** Without category and classes everything near is offered. */
  classes?: readonly string[] | undefined;
  /** Not offered: the case itself. */
  except?: string | undefined;
}

/** Written with the case. */
export async function addPlace(tx: Sql, { caseNo, lon, lat, openedAt }: Case): Promise<void> {
  await tx.run(
    "insert into case_places (case_no, cell, lon, lat, opened_at) values (?, ?, ?, ?, ?)",
    [caseNo, cellOf({ lon, lat }), lon, lat, openedAt],
  );
}

/** The nearest first. */
export async function findSimilar(
  sql: Sql,
  query: SimilarQuery,
  now: Instant,
): Promise<SimilarCase[]> {
  const cells = cellsAround(query, LIMITS.duplicateDistanceMMax);
  // A cross join is read in the order in which it is written: places first, never all open cases.
  const rows = await sql.all<Place & { body: string }>(
    `select p.lon as lon, p.lat as lat, c.body as body
     from case_places p cross join cases c
     where c.case_no = p.case_no and p.cell in (${cells.map(() => "?").join(", ")}) and p.opened_at >= ? and c.is_open = 1
     order by p.opened_at desc limit ?`,
    [...cells, now - LIMITS.duplicateAgeMsMax, LIMITS.similarComparedMax],
  );
  return rows
    .map(({ body, ...place }) => ({ body, metres: distanceM(query, place) }))
    .filter(({ metres }) => metres <= LIMITS.duplicateDistanceMMax)
    .map(({ body, metres }) => ({ theCase: parseCase(body), metres }))
    .filter(({ theCase }) => theCase.caseNo !== query.except && isAlike(theCase, query))
    .sort((a, b) => a.metres - b.metres)
    .slice(0, LIMITS.similarCasesMax)
    .map(({ theCase, metres }) => similarOf(theCase, metres, now));
}

/** What does not say what it is may be anything. */
function isAlike(theCase: Case, { categoryCode, classes = [] }: SimilarQuery): boolean {
  if (categoryCode === undefined && classes.length === 0) return true;
  if (theCase.class === undefined) {
    return theCase.categoryCode === categoryCode || isGeneralRow(theCase);
  }
  return theCase.categoryCode === categoryCode || classes.includes(theCase.class);
}

function similarOf(theCase: Case, metres: number, now: Instant): SimilarCase {
  const { caseNo, state, conditionId, categoryCode, description, openedAt } = theCase;
  return {
    caseNo,
    distanceM: Math.round(metres * 10) / 10,
    ageMs: Math.max(0, now - openedAt),
    state,
    conditionId,
    categoryCode,
    ...(description !== undefined && { description }),
  };
}
