/**
 * A data folder with as many cases as a county has after years: a few that the platform itself made
 * are written again and again, each under a number, an asset and a time of its own, with all the
 * rows that belong to it. The chain over the history is made anew, so that it verifies.
 */
import { allMigrations } from "../app/migrations.ts";
import { dataPaths } from "../app/paths.ts";
import { type ChainLink, hashOf } from "../cases/history-chain.ts";
import { createDatabase } from "../database/database.ts";
import { DAY_MS } from "../model/clock.ts";
import type { Sql, SqlRow, SqlValue } from "../model/database.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";

/** Tables with rows of a case; times in them move with the case. */
const TABLES = ["cases", "case_history", "case_dues"] as const;
const CASES_A_TRANSACTION = 2_000;
const CASES_A_DAY = 90_000;
const FIRST_DAY = Date.UTC(2020, 0, 1);

interface Template {
  caseNo: string;
  openedAt: number;
  assetId: string;
  isOpen: boolean;
  rows: Map<string, SqlRow[]>;
}

/** How many to write: of each open template in turn, and of the closed ones. */
export interface CaseCounts {
  open: number;
  closed: number;
  /** Unit and crew of the asset of that number. */
  ownerOf(asset: number): { unitId: string; crewId: string };
}

/** Answers the numbers of the open cases that were written, by state. */
export async function multiplyCases(
  dataDirectory: string,
  counts: CaseCounts,
): Promise<Map<string, string[]>> {
  const deps = { log: silentLog, metrics: memoryMetrics() };
  const database = createDatabase(deps, { file: dataPaths(dataDirectory).database });
  await database.open(allMigrations);
  const templates = await readTemplates(database.reader);
  const open = templates.filter(({ isOpen }) => isOpen);
  const closed = templates.filter(({ isOpen }) => !isOpen);
  if (open.length === 0 || closed.length === 0) throw new Error("no case to write again");
  const end = await database.reader.get<{ chain_seq: number; hash: string }>(
    "select chain_seq, hash from case_chain where id = 1",
  );
  let link: ChainLink = { chainSeq: end?.chain_seq ?? 0, hash: end?.hash ?? "" };
  const written = new Map<string, string[]>();
  const total = counts.open + counts.closed;
  for (let from = 0; from < total; from += CASES_A_TRANSACTION) {
    await database.transaction(async (tx) => {
      for (let n = from; n < Math.min(total, from + CASES_A_TRANSACTION); n += 1) {
        const set = n < counts.closed ? closed : open;
        const template = set[n % set.length];
        if (template === undefined) continue;
        const place = placeOf(n, template, counts);
        link = await writeCase(tx, template, place, link);
        if (!template.isOpen) continue;
        const state = String(template.rows.get("cases")?.[0]?.state);
        written.set(state, [...(written.get(state) ?? []), place.caseNo]);
      }
      await tx.run("update case_chain set chain_seq = ?, hash = ? where id = 1", [
        link.chainSeq,
        link.hash,
      ]);
    });
  }
  await database.close();
  return written;
}

async function readTemplates(sql: Sql): Promise<Template[]> {
  const cases = await sql.all("select * from cases order by case_no");
  const templates: Template[] = [];
  for (const row of cases) {
    const rows = new Map<string, SqlRow[]>();
    for (const table of TABLES) {
      rows.set(
        table,
        await sql.all(`select * from ${table} where case_no = ?`, [row.case_no ?? null]),
      );
    }
    templates.push({
      caseNo: String(row.case_no),
      openedAt: Number(row.opened_at),
      assetId: String(row.asset_id),
      isOpen: row.is_open === 1,
      rows,
    });
  }
  return templates;
}

interface Place {
  caseNo: string;
  assetId: string;
  unitId: string;
  crewId: string;
  /** Added to each time. */
  shiftMs: number;
}

/** Closed ones lie in years gone by, open ones in the days before the template. */
function placeOf(n: number, template: Template, counts: CaseCounts): Place {
  const area = template.caseNo.slice(0, 6);
  const day = new Date(FIRST_DAY + Math.floor(n / CASES_A_DAY) * DAY_MS);
  const digits = day.toISOString().slice(0, 10).replaceAll("-", "");
  const caseNo = `${area}${digits}${String((n % CASES_A_DAY) + 1).padStart(5, "0")}`;
  const back = template.isOpen ? (n - counts.closed) * 20_000 : (n + 1) * 600_000;
  const asset = n % counts.open;
  return { caseNo, assetId: `cover-${asset}`, ...counts.ownerOf(asset), shiftMs: -back };
}

async function writeCase(
  tx: Sql,
  template: Template,
  place: Place,
  before: ChainLink,
): Promise<ChainLink> {
  let link = before;
  for (const [table, rows] of template.rows) {
    for (const row of rows) {
      const moved = movedRow(row, template, place);
      if (table === "case_history") {
        moved.chain_seq = link.chainSeq + 1;
        moved.prev_hash = link.hash;
        moved.hash = hashOf(moved);
        link = { chainSeq: link.chainSeq + 1, hash: String(moved.hash) };
      }
      const names = Object.keys(moved);
      await tx.run(
        `insert into ${table} (${names.join(", ")}) values (${names.map(() => "?").join(", ")})`,
        names.map((name) => moved[name] ?? null),
      );
    }
  }
  return link;
}

const isTime = (name: string, value: SqlValue): value is number =>
  typeof value === "number" && (name === "at" || name.endsWith("_at"));

/** Due times of open cases lie a day ahead: none falls due while the benchmark runs. */
function movedRow(row: SqlRow, template: Template, place: Place): Record<string, SqlValue> {
  const isDue = "done_at" in row && template.isOpen;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (name === "unit_id" && value !== null) return [name, place.unitId];
      if (name === "crew_id" && value !== null) return [name, place.crewId];
      if (typeof value === "string") {
        const named = value.replaceAll(template.caseNo, place.caseNo);
        if (name !== "body") return [name, named.replaceAll(template.assetId, place.assetId)];
        return [name, movedBody(named, place)];
      }
      return [name, isTime(name, value) ? value + (isDue ? DAY_MS : place.shiftMs) : value];
    }),
  );
}

function movedBody(body: string, { assetId, unitId, crewId, shiftMs }: Place): string {
  const theCase = JSON.parse(body) as Record<string, unknown>;
  const openedAt = Number(theCase.openedAt) + shiftMs;
  return JSON.stringify({
    ...theCase,
    assetId,
    openedAt,
    ...(theCase.unitId !== undefined && { unitId }),
    ...(theCase.crewId !== undefined && { crewId }),
  });
}
