/**
 * After a start, rules that look back get the recent past of their series from the store, so that
 * they go on as if nothing had happened. What the store lacks is in the journal and is told later;
 * without a store they begin anew and say nothing until they have seen enough.
 */
import type { Alerts, LookBack } from "../alerts/alerts.ts";
import type { IngestLine } from "../ingest/ingest.ts";
import type { ReadingStore } from "../ingest/store/reading-store.ts";
import type { Instant } from "../model/clock.ts";
import type { DeviceId } from "../model/ids.ts";

/** Of one question to the store. */
const SERIES_PER_QUERY = 2_000;
/** As many as a history holds. */
const POINTS_PER_SERIES_MAX = 2_000;

export async function recall(
  deps: {
    alerts: Pick<Alerts, "lookBacks" | "remember">;
    store: Pick<ReadingStore, "query">;
    line: IngestLine;
    isRunning(): boolean;
  },
  now: Instant,
): Promise<{ series: number; points: number }> {
  const wanted = new Map<number, LookBack>();
  for (const lookBack of deps.alerts.lookBacks()) {
    const { deviceId, measurement, period } = lookBack;
    const [series] = deps.line.seriesOf({ deviceId, measurement, period });
    if (series !== undefined) wanted.set(series.seriesId, lookBack);
  }
  const ids = [...wanted.keys()];
  let points = 0;
  for (let from = 0; from < ids.length && deps.isRunning(); from += SERIES_PER_QUERY) {
    const seriesIds = ids.slice(from, from + SERIES_PER_QUERY);
    const depthMs = Math.max(...seriesIds.map((id) => wanted.get(id)?.depthMs ?? 0));
    const found = await deps.store.query({
      seriesIds,
      from: now - depthMs,
      // Clocks may run a little ahead.
      to: now + depthMs,
      goodOnly: true,
      pointsPerSeriesMax: POINTS_PER_SERIES_MAX,
    });
    for (const each of found) {
      const lookBack = wanted.get(each.seriesId);
      if (lookBack === undefined) continue;
      const { measurement, period } = lookBack;
      const deviceId = lookBack.deviceId as DeviceId;
      points += each.points.length;
      deps.alerts.remember(
        each.points.map(([observedAt, value]) => ({
          deviceId,
          measurement,
          period,
          observedAt,
          value,
          flags: 0,
        })),
      );
    }
  }
  return { series: ids.length, points };
}
