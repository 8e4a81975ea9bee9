/**
 * Evaluations against plain SQL written apart from the engine, over 20,000 cases of a seeded walk: no
 * difference in any count, score, rank or change of anybody; and kept timelines against the history read anew.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { casesMigrations, createEvaluations } from "../cases/cases.ts";
import { periodBefore, periodLastYear, periodOf } from "../cases/evaluation/period.ts";
import type { DatabaseDoor } from "../database/database.ts";
import type { Evaluation, EvaluationItem } from "../model/evaluation.ts";
import { countsOf } from "../model/indicator.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { createTestDatabase } from "./support/city-database.ts";
import { putCase, seededRandom, walkedCase } from "./support/evaluation-cases.ts";
import {
  figuresBySql,
  type KeyColumn,
  prepareSql,
  type SqlFigures,
} from "./support/evaluation-sql.ts";

const CASES = 20_000;
const CASES_A_TRANSACTION = 1_000;
const zone = timeZone("Asia/Shanghai");
/** Two autumns, so that there is something a year ago. */
const SPANS = [
  ["2025-08-20", "2025-12-31"],
  ["2026-06-20", "2026-12-15"],
].map(([from, until]) => [Date.parse(`${from}T00:00+08:00`), Date.parse(`${until}T00:00+08:00`)]);
const NOW = Date.parse("2027-01-20T12:00+08:00");
const evaluations = createEvaluations({
  zone,
  areaCode: "411524",
  people: () => ({ units: [], crews: [] }),
});

let folder: string;
let database: DatabaseDoor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridwarden-evaluation-"));
  database = createTestDatabase(
    { log: silentLog, metrics: memoryMetrics() },
    { file: join(folder, "d") },
  );
  await database.open(casesMigrations);
  const random = seededRandom(20_261_127);
  for (let done = 0; done < CASES; done += CASES_A_TRANSACTION) {
    await database.transaction(async (tx) => {
      for (let n = done; n < done + CASES_A_TRANSACTION; n += 1) {
        const [from = 0, until = 0] = SPANS[n % SPANS.length] ?? [];
        await putCase(tx, walkedCase(`case-${String(n).padStart(5, "0")}`, random, from, until));
      }
    });
  }
  await database.transaction(prepareSql);
}, 180_000);

afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const SUBJECTS: readonly KeyColumn[] = ["unit", "crew", "street", "grid", "area"];

test.each(["2026-W41", "2026-11", "2026-Q4"])(
  "no figure of anybody differs from plain SQL in %s",
  async (period) => {
    const asked = periodOf(period, zone);
    const spans = [asked, periodBefore(asked, zone), periodLastYear(asked, zone)];
    const [own, before, yearAgo] = await bySql(spans.flatMap((span) => span ?? []));
    const different: unknown[] = [];
    let compared = 0;
    const compare = (about: object, wanted: unknown, got: unknown): void => {
      compared += 1;
      if (got !== wanted) different.push({ ...about, wanted, got });
    };
    for (const subject of SUBJECTS) {
      const found = await evaluations.read(database, { period, subject, model: "B" }, NOW);
      const rows = own?.get(subject) ?? [];
      expect(rows.length).toBeGreaterThan(0);
      for (const { key, score, rank, ...counts } of rows) {
        const item = itemOf(found, key);
        for (const [name, wanted] of Object.entries(counts)) {
          const got = item?.indicators[name];
          // The intake of units and crews is not told.
          if (got !== undefined) compare({ subject, key, name }, wanted, got);
        }
        const now = { key, score, rank };
        compare({ subject, key, name: "score" }, score, item?.score);
        const changes = [
          [item?.change, rowOf(before, subject, key)],
          [item?.changeOnLastYear, rowOf(yearAgo, subject, key)],
        ] as const;
        for (const [change, then] of changes) {
          compare({ subject, key, name: "change" }, minus(now.score, then?.score), change?.score);
        }
        // Of a place each is of one group; units and crews here have none, and are one group, too.
        compare({ subject, key, name: "rank" }, rank, item?.rank);
        for (const [change, then] of changes) {
          compare({ subject, key, name: "ranks" }, minus(now.rank, then?.rank), change?.rank);
        }
      }
    }
    expect(different.slice(0, 20)).toEqual([]);
    expect(compared).toBeGreaterThan(300);
  },
  180_000,
);

test("behind each count of everybody are as many cases as it says, each named once", async () => {
  const period = "2026-11";
  let [figures, named] = [0, 0];
  for (const subject of ["unit", "street", "area", "position"] as const) {
    const { items } = await evaluations.read(database, { period, subject, model: "B" }, NOW);
    expect(items.length).toBeGreaterThan(0);
    for (const { subjectId, indicators } of items.slice(0, 3)) {
      const counts = countsOf(subject).filter((name) => name in indicators);
      // One in three of the names, another third of each subject's.
      for (const indicator of counts.filter((_name, index) => index % 3 === figures % 3)) {
        const query = { period, subject, subjectId, indicator, limit: 700 };
        const seen = new Map<string, number>();
        let cursor: string | undefined;
        do {
          const page = await evaluations.cases(database, { ...query, cursor }, NOW);
          expect(page.total).toBe(indicators[indicator]);
          for (const { caseNo, count } of page.items) {
            expect(seen.has(caseNo)).toBe(false);
            seen.set(caseNo, count);
          }
          cursor = page.next;
        } while (cursor !== undefined);
        const total = [...seen.values()].reduce((sum, count) => sum + count, 0);
        expect([subject, subjectId, indicator, total]).toEqual([
          ...[subject, subjectId, indicator, indicators[indicator]],
        ]);
        named += seen.size;
      }
      figures += 1;
    }
  }
  expect(named).toBeGreaterThan(1_000);
}, 240_000);

type Figures = Map<KeyColumn, SqlFigures[]>;

async function bySql(spans: readonly { from: number; to: number }[]): Promise<Figures[]> {
  const found: Figures[] = [];
  for (const { from, to } of spans) {
    found.push(await database.transaction((tx) => figuresBySql(tx, { from, asOf: to }, SUBJECTS)));
  }
  return found;
}

const itemOf = ({ items }: Evaluation, key: string): EvaluationItem | undefined =>
  items.find(({ subjectId }) => subjectId === key);

const rowOf = (figures: Figures | undefined, subject: KeyColumn, key: string) =>
  figures?.get(subject)?.find((row) => row.key === key);

function minus(now: number | null | undefined, then: number | null | undefined): number | null {
  if (now === null || now === undefined || then === null || then === undefined) return null;
  return Math.round((now - then) * 1e4) / 1e4;
}

test.each(["unit", "crew", "street", "grid", "area", "position"] as const)(
  "the history read anew gives the same evaluation of each %s",
  async (subject) => {
    const query = { period: "2026-11", subject, model: "A" } as const;
    const kept = await evaluations.read(database, query, NOW);
    expect(kept.verified).toBe(true);
    expect(await evaluations.recompute(database.reader, query, NOW)).toEqual(kept);
  },
  60_000,
);
