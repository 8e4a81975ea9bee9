/**
 * Evaluations against plain SQL written apart from the engine, over 2,000 cases of a seeded walk: no
 * difference in any count of anybody; and kept timelines against the history read anew.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { casesMigrations, createEvaluations } from "../cases/cases.ts";
import { createDatabase, type DatabaseDoor } from "../database/database.ts";
import type { EvaluationSubject } from "../model/evaluation.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { putCase, seededRandom, walkedCase } from "./support/evaluation-cases.ts";
import { countsSql } from "./support/evaluation-sql.ts";

const CASES = 2_000;
const zone = timeZone("Asia/Shanghai");
const FROM = Date.parse("2026-09-20T00:00+08:00");
const UNTIL = Date.parse("2026-12-10T00:00+08:00");
const NOW = Date.parse("2026-12-20T12:00+08:00");
const evaluations = createEvaluations({
  zone,
  areaCode: "411524",
  people: () => ({ units: [], crews: [] }),
});

let folder: string;
let database: DatabaseDoor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridwarden-evaluation-"));
  database = createDatabase(
    { log: silentLog, metrics: memoryMetrics() },
    { file: join(folder, "d") },
  );
  await database.open(casesMigrations);
  const random = seededRandom(20_261_127);
  await database.transaction(async (tx) => {
    for (let n = 0; n < CASES; n += 1) {
      await putCase(tx, walkedCase(`case-${String(n).padStart(5, "0")}`, random, FROM, UNTIL));
    }
  });
});

afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const SUBJECTS = [
  ["unit", "unit"],
  ["crew", "crew"],
  ["street", "street"],
  ["grid", "grid"],
  ["area", "area"],
] as const;

test.each(["2026-W41", "2026-11", "2026-Q4"])(
  "no count of anybody differs from plain SQL in %s",
  async (period) => {
    const different: unknown[] = [];
    let compared = 0;
    for (const [subject, key] of SUBJECTS) {
      const query = { period, subject: subject as EvaluationSubject, model: "B" } as const;
      const found = await evaluations.read(database, query, NOW);
      const rows = await database.reader.all<Record<string, number> & { key: string }>(
        countsSql(key),
        [found.from, found.asOf],
      );
      expect(rows.length).toBeGreaterThan(0);
      for (const { key: subjectId, ...counts } of rows) {
        const item = found.items.find((each) => each.subjectId === subjectId);
        for (const [name, wanted] of Object.entries(counts)) {
          const got = item?.indicators[name];
          // The intake of units and crews is not told.
          if (got === undefined) continue;
          compared += 1;
          if (got !== wanted) different.push({ subject, subjectId, name, wanted, got });
        }
      }
    }
    expect(different.slice(0, 20)).toEqual([]);
    expect(compared).toBeGreaterThan(200);
  },
);

test.each(["unit", "crew", "street", "grid", "area", "position"] as const)(
  "the history read anew gives the same evaluation of each %s",
  async (subject) => {
    const query = { period: "2026-11", subject, model: "A" } as const;
    const kept = await evaluations.read(database, query, NOW);
    expect(kept.verified).toBe(true);
    expect(await evaluations.recompute(database.reader, query, NOW)).toEqual(kept);
  },
);
