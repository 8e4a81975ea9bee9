/**
 * What the centre watches: every open case, every standing alarm, every asset whose devices are silent.
 * Kept by the changes that the stream tells. Pure.
 */
import { ALARM_STATES_OPEN } from "../../shared/alarm-words.ts";
import { byUrgency, hasEnded } from "../../shared/case-due.ts";
import type { AlarmItem, CaseItem } from "../../shared/platform-types.ts";

export interface Watched {
  cases: ReadonlyMap<string, CaseItem>;
  alarms: ReadonlyMap<string, AlarmItem>;
  /** Assets with a device that nothing is heard of. */
  silent: ReadonlySet<string>;
  /** There is more than was read. */
  isCut: boolean;
  /** False until the platform has been asked once. */
  isKnown: boolean;
}

export const NOTHING_WATCHED: Watched = {
  cases: new Map(),
  alarms: new Map(),
  silent: new Set(),
  isCut: false,
  isKnown: false,
};

export interface Changes {
  cases: Map<string, CaseItem>;
  alarms: Map<string, AlarmItem>;
}

/** An older version of a case never replaces a newer one. */
export function withChanges(watched: Watched, changes: Changes): Watched {
  const cases = new Map(watched.cases);
  for (const [caseNo, item] of changes.cases) {
    if ((cases.get(caseNo)?.version ?? 0) > item.version) continue;
    if (hasEnded(item)) cases.delete(caseNo);
    else cases.set(caseNo, item);
  }
  const alarms = new Map(watched.alarms);
  for (const [alarmId, item] of changes.alarms) {
    if (isStanding(item)) alarms.set(alarmId, item);
    else alarms.delete(alarmId);
  }
  return { ...watched, cases, alarms };
}

const isStanding = ({ state }: AlarmItem): boolean =>
  (ALARM_STATES_OPEN as readonly string[]).includes(state);

/** Also where it is normal again: until somebody has seen that, it stands. */
export const isToBeAcknowledged = ({ state }: Pick<AlarmItem, "state">): boolean =>
  state === "unacknowledged" || state === "returned";

/**
 * Alarms whose asset has no open case of the same condition: nobody is on the way. What is a mere notice,
 * as a low battery, is work on a device and stands among its tasks.
 */
export function alarmsWithoutCase({ cases, alarms }: Watched): AlarmItem[] {
  const covered = new Set<string>();
  for (const { assetId, conditionId } of cases.values()) covered.add(`${assetId} ${conditionId}`);
  return [...alarms.values()].filter(
    ({ assetId, conditionId, severity }) =>
      assetId !== undefined && severity !== "notice" && !covered.has(`${assetId} ${conditionId}`),
  );
}

/** Open cases that are a danger to life, and no drill. */
export const dangersOf = ({ cases }: Watched): CaseItem[] =>
  [...cases.values()].filter(({ lifeSafety, isDrill }) => lifeSafety && isDrill !== true);

export const drillsOf = ({ cases }: Watched): CaseItem[] =>
  [...cases.values()].filter(({ isDrill }) => isDrill === true);

/** Dangers that were not there before; drills among them, since people practise with them. */
export function newDangers(known: ReadonlySet<string>, watched: Watched): CaseItem[] {
  return [...watched.cases.values()].filter(
    ({ caseNo, lifeSafety }) => lifeSafety && !known.has(caseNo),
  );
}

/** What is said to the ear: what is new, the most urgent first, then what it has broken off. */
export interface Announced {
  /** How often something was announced. */
  count: number;
  items: readonly CaseItem[];
  atMs: number;
  isSeen: boolean;
}
export const NOTHING_ANNOUNCED: Announced = { count: 0, items: [], atMs: 0, isSeen: true };

/** A screen reader breaks off what it says for what comes next. */
const SAYING_MS = 5_000;
const SAID_AGAIN_MAX = 3;

/** What came just before and still is there is said again after it, as nobody may have heard it to its end. */
export function withAnnounced(
  before: Announced,
  fresh: readonly CaseItem[],
  { atMs, cases }: { atMs: number } & Pick<Watched, "cases">,
): Announced {
  const isBrokenOff = atMs - before.atMs < SAYING_MS;
  const again = isBrokenOff ? before.items.filter(({ caseNo }) => cases.has(caseNo)) : [];
  const items = [...[...fresh].sort(byUrgency), ...again.slice(0, SAID_AGAIN_MAX)];
  return { count: before.count + 1, items, atMs, isSeen: false };
}
