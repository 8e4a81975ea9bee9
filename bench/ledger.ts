/**
 * The simulator's ledger of faults held against the cases that the platform opened: which were
 * found, which were missed, and which cases nobody had a fault for. A fault of a whole group that
 * says on which asset its case belongs is one fault with exactly one case, however many it strikes.
 */
export interface LedgerLine {
  what: string;
  assetId: string;
  class: string;
  at: string;
  until?: string;
  expectsCase: string | null;
  /** One case on this asset for all lines of the fault: the cabinet of the lamps. */
  caseAssetId?: string;
  /** The latest moment at which the case should stand. */
  expectedBy?: string;
}

export interface CaseLine {
  caseNo: string;
  assetId?: string;
  conditionId: string;
  source: string;
  openedAt: string;
}

export interface Comparison {
  faults: number;
  expected: number;
  found: number;
  missed: LedgerLine[];
  /** Too near the end of the run for the rule's delay, or cut short by it. */
  undecided: number;
  cases: number;
  false: CaseLine[];
}

/** A fault that began so near the end, and does not say by when it is due, has not had its time. */
const UNDECIDED_MS = 45 * 60_000;
/** A case may come so long after its fault is over: delays, and what the network held back. */
const LATE_MS = 60 * 60_000;
/** A device's clock may be ahead of the platform's by a little. */
const EARLY_MS = 3 * 60_000;

export function compareLedger(
  ledger: readonly LedgerLine[],
  cases: readonly CaseLine[],
  endAt: number,
): Comparison {
  const ofSensors = cases.filter((each) => each.source === "sensor");
  const begunInTime = withoutMembers(ledger).filter((line) => Date.parse(line.at) <= endAt);
  const expected = begunInTime.filter((line) => line.expectsCase !== null);
  const isMatch = (line: LedgerLine, each: CaseLine): boolean =>
    each.assetId === line.assetId &&
    each.conditionId === line.expectsCase &&
    Date.parse(each.openedAt) >= Date.parse(line.at) - EARLY_MS &&
    Date.parse(each.openedAt) <=
      (line.until === undefined ? endAt : Date.parse(line.until)) + LATE_MS;
  /** A second fault while its case is still open joins that case. */
  const isJoined = (line: LedgerLine, each: CaseLine): boolean =>
    each.assetId === line.assetId &&
    each.conditionId === line.expectsCase &&
    Date.parse(each.openedAt) <= Date.parse(line.at);
  /** A second case of a group's fault is one too many. */
  const isExplained = (line: LedgerLine, each: CaseLine): boolean =>
    isMatch(line, each) &&
    (line.caseAssetId === undefined || ofSensors.find((other) => isMatch(line, other)) === each);
  const isFound = (line: LedgerLine): boolean =>
    ofSensors.some((each) => isMatch(line, each) || isJoined(line, each));
  const unfound = expected.filter((line) => !isFound(line));
  const dueAt = ({ at, expectedBy }: LedgerLine): number =>
    expectedBy === undefined ? Date.parse(at) + UNDECIDED_MS : Date.parse(expectedBy);
  const missed = unfound.filter((line) => dueAt(line) <= endAt);
  return {
    faults: begunInTime.length,
    expected: expected.length,
    found: expected.length - unfound.length,
    missed,
    undecided: unfound.length - missed.length,
    cases: ofSensors.length,
    false: ofSensors.filter((each) => !expected.some((line) => isExplained(line, each))),
  };
}

/** The lines of a group as one, on the asset of its case. */
function withoutMembers(ledger: readonly LedgerLine[]): LedgerLine[] {
  const groups = new Map<string, LedgerLine>();
  const single: LedgerLine[] = [];
  for (const line of ledger) {
    const { caseAssetId, what, at } = line;
    if (caseAssetId === undefined) single.push(line);
    else groups.set(`${what} ${caseAssetId} ${at}`, { ...line, assetId: caseAssetId });
  }
  return [...single, ...groups.values()];
}
