/** What the platform answers of readings and of its own ledger, asked as anybody asks. */
import { expect } from "vitest";
import { type Api, until } from "./platform.ts";
import { readLedger } from "./process.ts";

export type Point = [at: number, value: number];

/** Points of one series in order of time; none where there is no such series. */
export async function pointsOf(
  api: Api,
  about: Record<string, string>,
  from = "2000-01-01T00:00:00Z",
  to = "2100-01-01T00:00:00Z",
): Promise<Point[]> {
  const query = new URLSearchParams({ from, to, ...about });
  const { status, body } = await api.get<{ series: { points: Point[] }[] }>(
    `/api/v1/readings?${query}`,
  );
  expect(status, JSON.stringify(body)).toBe(200);
  return body.series[0]?.points ?? [];
}

export interface LatestItem {
  deviceId: string;
  measurement: string;
  value: number;
  observedAt: string;
  quality: string;
  flags: string[];
}

export async function latestOf(api: Api, assetId: string): Promise<LatestItem[]> {
  const { body } = await api.get<{ items: LatestItem[] }>(
    `/api/v1/readings/latest?assetId=${assetId}`,
  );
  return body.items;
}

/** Nothing on its way, and per value journaled = stored + duplicate + conflict + put aside. */
export async function expectBalance(port: number): Promise<Record<string, number>> {
  const ledger = await until(async () => {
    const found = await readLedger(port);
    return found.pendingUplinks === 0 ? found : undefined;
  }, "every uplink to be stored");
  const { journaled, stored = 0, duplicate = 0, conflict = 0, putAside = 0 } = ledger;
  expect(stored + duplicate + conflict + putAside).toBe(journaled);
  return ledger;
}
