/**
 * Counts of the moment for boards: open cases, alarms that stand, devices that are heard, the city's assets, and the
 * platform itself. Each call counts and writes once; who calls, and how often, is not known here.
 */
import {
  type createInfluxDoor,
  type Point,
  pointLine,
} from "../ingest/store/influx/influx-store.ts";
import type { Case } from "../model/case.ts";
import { SECOND_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { RegistryView } from "../model/registry.ts";
import type { Rule, Severity } from "../model/rule.ts";
import { type CityDeps, countCity, STANDING } from "./city-figures.ts";
import { countedFleet, NO_DEVICES } from "./fleet-counts.ts";
import { countedCases, NO_WORK, type WorkCounts } from "./happening-points.ts";
import { mapPlaces, type PlacedAlarm, type PlacedCase } from "./map-places.ts";

export interface CountDeps extends CityDeps {
  registry: Pick<RegistryView, "asset" | "devices" | "devicesOf">;
  usualSkewMs(deviceId: string): number;
  /** Devices of which nothing is heard. */
  silentDevices(): Promise<ReadonlySet<string>>;
  /** Of the platform itself, by their names. */
  figures(): Record<string, number>;
}

export interface Counts {
  writeWork(): Promise<void>;
  writeFleet(): Promise<void>;
  writeCity(): Promise<void>;
  writeFigures(): Promise<void>;
}

type Counted = Map<string, { tags: Record<string, string>; fields: Record<string, number> }>;

const ROWS_AT_ONCE = 1_000;
/** An alarm counts as raised when it is so old: it is certainly saved then. */
const SAVED_WALL_MS = 10 * SECOND_MS;

export function createCounts(
  deps: CountDeps,
  door: Pick<ReturnType<typeof createInfluxDoor>, "write">,
): Counts {
  const { clock, reader, registry } = deps;
  /** Counts that were not 0 before: one that is 0 now is told once more. */
  const seen = new Map<string, Set<string>>();
  let raisedTo = clock.now() - SAVED_WALL_MS * clock.speed;

  const write = (points: readonly Point[]): Promise<void> => door.write(points.map(pointLine));

  /** Counts by their tags; those that were there and are 0 now among them. */
  async function writeCounts(name: string, counts: Counted, zero: Record<string, number>) {
    const at = clock.now();
    const before = seen.get(name) ?? new Set<string>();
    const gone = [...before].filter((key) => !counts.has(key));
    await write([
      ...[...counts.values()].map((count) => ({ name, ...count, at })),
      ...gone.map((key) => ({
        name,
        tags: JSON.parse(key) as Record<string, string>,
        fields: zero,
        at,
      })),
    ]);
    // Only what is there now is told as 0 when it is gone.
    seen.set(name, new Set(counts.keys()));
  }

  async function* openCases(): AsyncGenerator<{ state: string; body: string }[]> {
    let after = "";
    for (;;) {
      const rows = await reader.all<{ case_no: string; state: string; body: string }>(
        `select case_no, state, body from cases where is_open = 1 and case_no > ?
         order by case_no limit ?`,
        [after, ROWS_AT_ONCE],
      );
      yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < ROWS_AT_ONCE) return;
      after = last.case_no;
    }
  }

  async function writeWork(): Promise<void> {
    const now = clock.now();
    const counts: WorkCounts = new Map();
    for await (const rows of openCases()) countedCases(counts, rows, now);
    await writeCounts("work", counts, NO_WORK);
    const standing = await standingCounts();
    await writeCounts("standing", standing, NO_ALARMS);
    const fields = { ...sums(counts, NO_WORK), ...sums(standing, NO_ALARMS) };
    await write([{ name: "totals", tags: {}, fields, at: now }]);
  }

  /** How many stand, and how many were raised since the last time. */
  async function standingCounts(): Promise<Counted> {
    const until = clock.now() - SAVED_WALL_MS * clock.speed;
    const rows = await reader.all<AlarmCount>(
      `select class, severity, count(*) as n, 0 as "isRaised" from alarms where ${STANDING}
         group by class, severity
       union all
       select class, severity, count(*) as n, 1 as "isRaised" from alarms
         where raised_at > ? and raised_at <= ? group by class, severity`,
      [raisedTo, until],
    );
    const counts: Counted = new Map();
    for (const { class: slug, severity, n, isRaised } of rows) {
      const tags = { class: slug, severity };
      const key = JSON.stringify(tags);
      const count = counts.get(key) ?? { tags, fields: { ...NO_ALARMS } };
      count.fields[Number(isRaised) === 1 ? "raised" : "alarms"] = Number(n);
      counts.set(key, count);
    }
    raisedTo = until;
    return counts;
  }

  async function writeFleet(): Promise<void> {
    const silent = await deps.silentDevices();
    const { usualSkewMs } = deps;
    const around = { now: clock.now(), silent, usualSkewMs };
    const counts = countedFleet(registry.devices(), around);
    await writeCounts("fleet", counts, NO_DEVICES);
  }

  async function writeCity(): Promise<void> {
    const at = clock.now();
    const rows = await reader.all<{ asset_id: string; rule_id: string; severity: Severity }>(
      `select asset_id, rule_id, severity from alarms where ${STANDING}`,
    );
    const standing = new Map<string, string[]>();
    const alarms: PlacedAlarm[] = [];
    for (const { asset_id: assetId, rule_id: ruleId, severity } of rows) {
      standing.set(assetId, [...(standing.get(assetId) ?? []), ruleId]);
      const asset = registry.asset(assetId);
      if (asset !== undefined) alarms.push({ asset, severity });
    }
    await write((await countCity(deps, standing)).points());
    await writePlaces(alarms, at);
    await writePrecision(at);
  }

  /** What crews found of the newest version of each rule. */
  async function writePrecision(at: number): Promise<void> {
    const rows = await reader.all<{ rule_id: string; labels: number; trues: number }>(
      "select rule_id, labels, trues from rule_trust where labels > 0 order by rule_version",
    );
    const newest = new Map(rows.map((row) => [row.rule_id, row]));
    const points = [...newest].map(([rule, { labels, trues }]) => {
      const fields = { labels: Number(labels), precision: Number(trues) / Number(labels) };
      return { name: "rule_precision", tags: { rule }, fields, at };
    });
    if (points.length > 0) await write(points);
  }

  async function writePlaces(alarms: readonly PlacedAlarm[], at: number): Promise<void> {
    const cases: PlacedCase[] = [];
    for await (const rows of openCases()) {
      for (const { body } of rows) cases.push(JSON.parse(body) as Case);
    }
    const places = mapPlaces(alarms, cases, at);
    if (places.length > 0) await write(places);
  }

  return {
    writeWork,
    writeFleet,
    writeCity,
    async writeFigures() {
      await write([{ name: "platform", tags: {}, fields: deps.figures(), at: clock.now() }]);
    },
  };
}

interface AlarmCount {
  class: string;
  severity: string;
  n: number;
  isRaised: number;
}

function sums(counts: Counted, none: Record<string, number>): Record<string, number> {
  const all = { ...none };
  for (const { fields } of counts.values()) {
    for (const [field, value] of Object.entries(fields)) all[field] = (all[field] ?? 0) + value;
  }
  return all;
}

const NO_ALARMS: Record<string, number> = { alarms: 0, raised: 0 };
/** Devices with a standing alarm of silence. */
export async function silentDevices(
  sql: Sql,
  rules: readonly Pick<Rule, "ruleId" | "family">[],
): Promise<ReadonlySet<string>> {
  const silent = new Set(
    rules.filter(({ family }) => family === "silent").map((rule) => rule.ruleId),
  );
  const rows = await sql.all<{ device_id: string | null; rule_id: string }>(
    `select device_id, rule_id from alarms
     where state in ('unacknowledged', 'acknowledged', 'latched', 'shelved')`,
  );
  return new Set(
    rows.flatMap(({ device_id: id, rule_id: ruleId }) =>
      id !== null && silent.has(ruleId as Rule["ruleId"]) ? [id] : [],
    ),
  );
}
