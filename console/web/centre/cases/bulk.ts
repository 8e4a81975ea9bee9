/**
 * One event for many cases, one after another: what became of each is told as it comes. Each case has
 * its version and a key of its own, so that what was sent and not answered is never done twice.
 */
import { Refused, Unreachable } from "../../shared/api.ts";
import type { CaseItem, CaseState } from "../../shared/platform-types.ts";

interface BulkEvent {
  event: string;
  from: CaseState;
  roles: readonly string[];
}
/** What may be said of many at once; held against the machine of the cases by a test. */
export const BULK_EVENTS: readonly BulkEvent[] = [
  { event: "confirm", from: "REPORTED", roles: ["acceptor", "shift-lead"] },
  { event: "accept", from: "REPORTED", roles: ["acceptor"] },
  { event: "file", from: "PENDING_FILING", roles: ["shift-lead"] },
  { event: "dispatch", from: "PENDING_DISPATCH", roles: ["dispatcher"] },
  { event: "sendCheck", from: "FEEDBACK", roles: ["acceptor", "dispatcher"] },
  { event: "close", from: "PENDING_CLOSE", roles: ["shift-lead"] },
];

/** Those that one of these roles may say of at least one of the cases. */
export function bulkEventsFor(
  items: readonly Pick<CaseItem, "state">[],
  hasRole: (...roles: string[]) => boolean,
): BulkEvent[] {
  return BULK_EVENTS.filter(
    ({ from, roles }) => hasRole(...roles) && items.some(({ state }) => state === from),
  );
}

export type Fate =
  | { kind: "waiting" }
  | { kind: "sending" }
  | { kind: "done" }
  /** Not sent: it stands elsewhere. */
  | { kind: "left-out" }
  | { kind: "refused"; fault: Refused }
  /** No answer came, or none that is of the case; sent again under the same key. */
  | { kind: "unanswered" };

export interface BulkRow {
  item: CaseItem;
  key: string;
  fate: Fate;
}

export function planBulk(
  items: readonly CaseItem[],
  { from }: BulkEvent,
  makeKey: () => string,
): BulkRow[] {
  return items.map((item) => ({
    item,
    key: makeKey(),
    fate: { kind: item.state === from ? "waiting" : "left-out" },
  }));
}

export const isToBeSent = ({ fate: { kind } }: BulkRow): boolean =>
  kind === "waiting" || kind === "unanswered";

/** Stops at the first that nobody answers: the rest would fare alike. */
export async function runBulk(
  rows: readonly BulkRow[],
  send: (row: BulkRow) => Promise<unknown>,
  onChange: (rows: BulkRow[]) => void,
): Promise<BulkRow[]> {
  let now = [...rows];
  const tell = (index: number, fate: Fate): void => {
    now = now.map((row, n) => (n === index ? { ...row, fate } : row));
    onChange(now);
  };
  for (const [index, row] of rows.entries()) {
    if (!isToBeSent(row)) continue;
    tell(index, { kind: "sending" });
    const fate = await fateOf(() => send(row));
    tell(index, fate);
    if (fate.kind === "unanswered") break;
  }
  return now;
}

async function fateOf(send: () => Promise<unknown>): Promise<Fate> {
  try {
    await send();
    return { kind: "done" };
  } catch (error) {
    if (error instanceof Refused && !isForNow(error)) {
      return { kind: "refused", fault: error };
    }
    if (error instanceof Unreachable || error instanceof Refused) return { kind: "unanswered" };
    throw error;
  }
}

const TOO_MANY = 429;
const OF_THE_PLATFORM = 500;

/** Too much at once, or the platform is not well: a while later it is another answer. */
const isForNow = ({ status }: Refused): boolean => status === TOO_MANY || status >= OF_THE_PLATFORM;
