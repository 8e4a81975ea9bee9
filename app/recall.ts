/**
 * After a start, or when a rule looks farther back than before, rules get the recent past of their
 * series from the store, so that they go on as if nothing had happened. What the store lacks is in
 * the journal and is told later; without a store they begin anew and say nothing until they have
 * seen enough.
 */
import type { Alerts, LookBack } from "../alerts/alerts.ts";
import type { IngestLine } from "../ingest/ingest.ts";
import type { ReadingStore, SeriesColumns } from "../ingest/store/reading-store.ts";
import type { Instant } from "../model/clock.ts";
import type { DeviceId } from "../model/ids.ts";

/** Of one question to the store: so many that few are asked, so few that no answer holds anybody up. */
const SERIES_PER_QUERY = 500;
const POINTS_PER_SERIES = 500;

export interface RecallDeps {
  alerts: Pick<Alerts, "lookBacks" | "remember">;
  store: Pick<ReadingStore, "queryColumns">;
  line: Pick<IngestLine, "seriesOf">;
  isRunning(): boolean;
}

/** `ruleId`: for this rule alone. */
export async function recall(
  deps: RecallDeps,
  now: Instant,
  ruleId?: string,
): Promise<{ series: number; points: number }> {
  const found = { series: 0, points: 0 };
  for (const [depthMs, wanted] of byDepth(deps, ruleId)) {
    const ids = [...wanted.keys()];
    found.series += ids.length;
    for (let from = 0; from < ids.length && deps.isRunning(); from += SERIES_PER_QUERY) {
      const seriesIds = ids.slice(from, from + SERIES_PER_QUERY);
      found.points += await ask(deps, wanted, {
        seriesIds,
        from: now - depthMs,
        to: now + depthMs,
      });
    }
  }
  return found;
}

/** Series by id, apart by how far back they are wanted. */
function byDepth(
  { alerts, line }: RecallDeps,
  ruleId: string | undefined,
): Map<number, Map<number, LookBack>> {
  const depths = new Map<number, Map<number, LookBack>>();
  for (const lookBack of alerts.lookBacks(ruleId)) {
    const { deviceId, measurement, period, depthMs } = lookBack;
    const [series] = line.seriesOf({ deviceId, measurement, period });
    if (series === undefined) continue;
    const ofDepth = depths.get(depthMs) ?? new Map();
    depths.set(depthMs, ofDepth.set(series.seriesId, lookBack));
  }
  return depths;
}

/** The store answers the oldest first, and cuts: what is cut is asked for again from there on. */
async function ask(
  { alerts, store, isRunning }: RecallDeps,
  wanted: ReadonlyMap<number, LookBack>,
  range: { seriesIds: number[]; from: Instant; to: Instant },
): Promise<number> {
  let { seriesIds, from } = range;
  let points = 0;
  while (seriesIds.length > 0 && isRunning()) {
    const answer = await store.queryColumns({
      seriesIds,
      from,
      to: range.to,
      pointsPerSeriesMax: POINTS_PER_SERIES,
    });
    for (const each of answer) points += tell(alerts, wanted.get(each.seriesId), each);
    const cut = answer.filter(({ truncated }) => truncated);
    seriesIds = cut.map(({ seriesId }) => seriesId);
    from = Math.min(...cut.map((each) => (each.at.at(-1) ?? range.to) + 1));
  }
  return points;
}

function tell(
  alerts: RecallDeps["alerts"],
  lookBack: LookBack | undefined,
  { at, value, flags }: SeriesColumns,
): number {
  if (lookBack === undefined) return 0;
  const { measurement, period } = lookBack;
  const deviceId = lookBack.deviceId as DeviceId;
  alerts.remember(
    Array.from(at, (observedAt, index) => ({
      deviceId,
      measurement,
      period,
      observedAt,
      value: value[index] ?? Number.NaN,
      flags: flags[index] ?? 0,
    })),
  );
  return at.length;
}
