/**
 * Which faults of which assets come back so often that the asset is to be renewed: enough cases of
 * one condition filed (立案) within one window, the last of them within a window of now. Filings go in
 * that still count; what was voided is left out by who gathers them. Pure.
 */
import { DAY_MS, type Instant } from "../../model/clock.ts";
import { LIMITS } from "../../model/limits.ts";
import type { Renewal } from "../../model/renewal.ts";

/** A day is 24 hours; both ends of a window are in it. */
export const RENEWAL_RULE = { faultsMin: 3, windowDays: 90, source: "own default" } as const;

const WINDOW_MS = RENEWAL_RULE.windowDays * DAY_MS;

/** A case that was filed. */
export interface Filing {
  caseNo: string;
  assetId: string;
  conditionId: string;
  unitId?: string | undefined;
  filedAt: Instant;
}

/** What was filed before is in no window that counts at `asOf`. */
export const renewalsFrom = (asOf: Instant): Instant => asOf - 2 * WINDOW_MS;

/** By asset and condition. */
export type FilingsByFault = Map<string, Filing[]>;

export function addFiling(byFault: FilingsByFault, filing: Filing): void {
  const key = keyed(filing);
  const known = byFault.get(key);
  if (known === undefined) byFault.set(key, [filing]);
  else known.push(filing);
}

/** Of faults that have enough of them for a window at all; of each case one. */
export function repeatedFilings(byFault: FilingsByFault): Filing[][] {
  const isRepeated = ({ length }: readonly Filing[]): boolean => length >= RENEWAL_RULE.faultsMin;
  return [...byFault.values()]
    .filter(isRepeated)
    .map((filings) => [...new Map(filings.map((filing) => [filing.caseNo, filing])).values()])
    .filter(isRepeated);
}

/** Nothing filed after `asOf` counts, whatever goes in. */
export function renewalsOf(filings: Iterable<Filing>, asOf: Instant): Renewal[] {
  const byFault: FilingsByFault = new Map();
  for (const filing of filings) addFiling(byFault, filing);
  const found: Renewal[] = [];
  for (const ofFault of repeatedFilings(byFault)) {
    const window = newestWindow(ofFault, asOf);
    if (window !== undefined) found.push(window);
  }
  return found.sort(
    (a, b) => b.count - a.count || b.lastAt - a.lastAt || (keyed(a) < keyed(b) ? -1 : 1),
  );
}

const keyed = ({ assetId, conditionId }: Pick<Filing, "assetId" | "conditionId">): string =>
  `${assetId}/${conditionId}`;

function newestWindow(ofFault: readonly Filing[], asOf: Instant): Renewal | undefined {
  const newestFirst = ofFault
    .filter(({ filedAt }) => filedAt <= asOf)
    .sort((a, b) => b.filedAt - a.filedAt || (a.caseNo < b.caseNo ? 1 : -1));
  for (const [index, last] of newestFirst.entries()) {
    if (last.filedAt < asOf - WINDOW_MS) return undefined;
    const window = newestFirst
      .slice(index)
      .filter(({ filedAt }) => filedAt >= last.filedAt - WINDOW_MS);
    if (window.length >= RENEWAL_RULE.faultsMin) return renewalOf(last, window);
  }
  return undefined;
}

/** `window` is the newest first and begins with `last`. */
function renewalOf(last: Filing, window: readonly Filing[]): Renewal {
  const { assetId, conditionId, filedAt: lastAt } = last;
  const unitId = window.find((filing) => filing.unitId !== undefined)?.unitId;
  return {
    assetId,
    conditionId,
    ...(unitId !== undefined && { unitId }),
    count: window.length,
    firstAt: window.at(-1)?.filedAt ?? lastAt,
    lastAt,
    caseNos: window.slice(0, LIMITS.renewalCaseNosMax).map(({ caseNo }) => caseNo),
  };
}
