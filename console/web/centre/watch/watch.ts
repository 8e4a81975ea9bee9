/**
 * Keeps what the centre watches, for every page of it: asked for when the stream opens, and now and then
 * all the same; the stream's changes are gathered, so that a storm of them is shown a few times a second.
 */
import { signal } from "@preact/signals";
import { againEach } from "../../shared/again.ts";
import { ALARM_STATES_OPEN } from "../../shared/alarm-words.ts";
import { get, type Page, path } from "../../shared/api.ts";
import { listen } from "../../shared/live.ts";
import type { AlarmItem, CaseItem, TaskItem } from "../../shared/platform-types.ts";
import { type Changes, NOTHING_WATCHED, type Watched, withChanges } from "./watched.ts";

const GATHER_MS = 100;
const AGAIN_MS = 60_000;
const FIRST_MS_MAX = 3_000;
const PAGE = 1000;
const PAGES_MAX = 10;

export const watched = signal<Watched>(NOTHING_WATCHED);
/** Why it could not be asked for; what was known before stays. */
export const watchFault = signal<unknown>(undefined);

let changes: Changes = { cases: new Map(), alarms: new Map() };
let gathering: ReturnType<typeof setTimeout> | undefined;
/** Of the last asking: an answer that another has overtaken is left out. */
let turn = 0;

export function startWatch(): () => void {
  const stopListening = listen(
    {
      case: (data) => change(() => changes.cases.set(String(data.caseNo), data as CaseItem)),
      alarm: (data) => change(() => changes.alarms.set(String(data.alarmId), data as AlarmItem)),
    },
    () => void askAgain(),
  );
  const stopAsking = againEach(AGAIN_MS, askAgain);
  // Without the stream, as where too many have it, there are cases all the same.
  const first = setTimeout(() => void (watched.peek().isKnown || askAgain()), FIRST_MS_MAX);
  return () => {
    stopListening();
    clearTimeout(first);
    stopAsking();
    clearTimeout(gathering);
    gathering = undefined;
    changes = { cases: new Map(), alarms: new Map() };
    turn += 1;
    watched.value = NOTHING_WATCHED;
  };
}

function change(note: () => void): void {
  note();
  // No animation frame: a page that lies behind another must announce a danger too.
  gathering ??= setTimeout(() => {
    gathering = undefined;
    apply();
  }, GATHER_MS);
}

function apply(): void {
  const gathered = changes;
  changes = { cases: new Map(), alarms: new Map() };
  watched.value = withChanges(watched.value, gathered);
}

export async function askAgain(): Promise<void> {
  turn += 1;
  const mine = turn;
  // What changes while the answers are on their way is told over them.
  const told = listenMeanwhile();
  try {
    const [cases, silent, ...alarms] = await Promise.all([
      all<CaseItem>("/api/v1/cases", { status: "open" }),
      all<TaskItem>("/api/v1/tasks", { state: "open", kind: "no-data" }),
      ...ALARM_STATES_OPEN.map((state) => all<AlarmItem>("/api/v1/alarms", { state })),
    ]);
    if (turn !== mine) return;
    const asked: Watched = {
      cases: new Map(cases.items.map((item) => [item.caseNo, item])),
      alarms: new Map(alarms.flatMap(({ items }) => items).map((item) => [item.alarmId, item])),
      silent: new Set(silent.items.flatMap(({ assetId }) => assetId ?? [])),
      isCut: [cases, silent, ...alarms].some(({ isCut }) => isCut),
      isKnown: true,
    };
    watched.value = withChanges(asked, told.changes);
    watchFault.value = undefined;
  } catch (fault) {
    if (turn === mine) watchFault.value = fault;
  } finally {
    told.end();
  }
}

function listenMeanwhile(): { changes: Changes; end(): void } {
  const meanwhile: Changes = { cases: new Map(), alarms: new Map() };
  const end = listen({
    case: (data) => meanwhile.cases.set(String(data.caseNo), data as CaseItem),
    alarm: (data) => meanwhile.alarms.set(String(data.alarmId), data as AlarmItem),
  });
  return { changes: meanwhile, end };
}

async function all<T>(
  base: string,
  filters: Record<string, string>,
): Promise<{ items: T[]; isCut: boolean }> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let n = 0; n < PAGES_MAX; n += 1) {
    const page = await get<Page<T>>(path(base, { ...filters, limit: PAGE, cursor }));
    items.push(...page.items);
    cursor = page.next;
    if (cursor === undefined) return { items, isCut: false };
  }
  return { items, isCut: true };
}
