/** Queries of readings: names to series by ingest, points by the store. */

import type { SeriesFilter } from "../ingest/ingest.ts";
import type { Aggregate, ReadingStore } from "../ingest/store/reading-store.ts";
import type { DurationMs, Instant } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import type { Period } from "../model/reading.ts";
import type { Engine } from "./engine.ts";

interface SeriesRequest {
  assetId?: string | undefined;
  deviceId?: string | undefined;
  measurement?: string | undefined;
  period: Period;
  from: Instant;
  to: Instant;
  bucket?: { fn: Aggregate; everyMs: DurationMs; originMs: Instant };
  goodOnly: boolean;
}

interface AnsweredSeries {
  deviceId: string;
  measurement: string;
  unit: string;
  points: [number, number][];
  truncated?: boolean;
}

export function readingsDoor(engine: Pick<Engine, "latest" | "storeLine">, store: ReadingStore) {
  return {
    latest: (assetId: string) => engine.latest(assetId),
    async query(request: SeriesRequest): Promise<AnsweredSeries[]> {
      const filter: SeriesFilter = {
        period: request.period,
        ...(request.assetId === undefined ? {} : { assetId: request.assetId }),
        ...(request.deviceId === undefined ? {} : { deviceId: request.deviceId }),
        ...(request.measurement === undefined ? {} : { measurement: request.measurement }),
      };
      const line = engine.storeLine();
      // The store itself says what is wrong with it.
      const series = line?.seriesOf(filter).slice(0, LIMITS.seriesPerQueryMax) ?? [];
      if (line !== undefined && series.length === 0) return [];
      const found = await store.query({
        seriesIds: series.map((each) => each.seriesId),
        from: request.from,
        to: request.to,
        goodOnly: request.goodOnly,
        pointsPerSeriesMax: LIMITS.pointsPerSeriesMax,
        ...(request.bucket === undefined ? {} : { bucket: request.bucket }),
      });
      const byId = new Map(found.map((each) => [each.seriesId, each]));
      return series.map(({ seriesId, deviceId, measurement, unit }) => {
        const { points = [], truncated = false } = byId.get(seriesId) ?? {};
        return { deviceId, measurement, unit, points, ...(truncated ? { truncated } : {}) };
      });
    },
  };
}
