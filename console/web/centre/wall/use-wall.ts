/** What the wall asks of the platform beside what is watched all the time: today's figures and the last day's cases. */
import { useEffect } from "preact/hooks";
import { againEach } from "../../shared/again.ts";
import { get, type Page, path, Refused } from "../../shared/api.ts";
import { now, offsetMinutes } from "../../shared/clock.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { formatTime } from "../../shared/platform-time.ts";
import type {
  AlarmPerformance,
  CaseItem,
  CityFiguresInfo,
  EvaluationAnswer,
} from "../../shared/platform-types.ts";

const AGAIN_MS = 120_000;
const DAY_MS = 86_400_000;
const PAGE = 1000;
const PAGES_MAX = 10;

export interface WallToday {
  /** Counts and rates of the whole area; absent where the signed-in person may not see them. */
  indicators: Record<string, number | null> | undefined;
  performance: AlarmPerformance | undefined;
  city: CityFiguresInfo | undefined;
  lastDay: readonly CaseItem[];
}

export function useWallToday(): WallToday | undefined {
  // Today is the city's, so that it is asked for anew once the platform has told its zone.
  const loaded = useLoaded(ask, [offsetMinutes()]);
  const { reload } = loaded;
  useEffect(() => againEach(AGAIN_MS, reload), [reload]);
  return loaded.value;
}

async function ask(): Promise<WallToday> {
  const at = now.peek();
  const period = formatTime(at, offsetMinutes()).slice(0, 10);
  const [evaluation, performance, city, lastDay] = await Promise.all([
    orNothing(get<EvaluationAnswer>(path("/api/v1/evaluation", { period, subject: "area" }))),
    orNothing(get<AlarmPerformance>("/api/v1/alarms/performance")),
    orNothing(get<CityFiguresInfo>("/api/v1/city/figures")),
    casesSince(at - DAY_MS),
  ]);
  return { indicators: evaluation?.items[0]?.indicators, performance, city, lastDay };
}

async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (fault) {
    if (fault instanceof Refused) return undefined;
    throw fault;
  }
}

async function casesSince(from: number): Promise<CaseItem[]> {
  const items: CaseItem[] = [];
  let cursor: string | undefined;
  for (let n = 0; n < PAGES_MAX; n += 1) {
    const since = new Date(from).toISOString();
    const page = await get<Page<CaseItem>>(
      path("/api/v1/cases", { from: since, drill: false, limit: PAGE, cursor }),
    );
    items.push(...page.items);
    cursor = page.next;
    if (cursor === undefined) break;
  }
  return items;
}
