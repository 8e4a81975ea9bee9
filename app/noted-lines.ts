/**
 * Lines for InfluxDB, noted in the transaction in which it happens what they tell of, and written from there: one
 * whose writing is in doubt is written again byte for byte, and so is the same point. Where InfluxDB is away they
 * wait, the newest of them; what it refuses is left out and said in the log.
 */
import { type InfluxDoor, writeTexts } from "../ingest/store/influx/influx-store.ts";
import type { Database, Sql } from "../model/database.ts";
import type { Log } from "../model/log.ts";

export interface NotedLines {
  note(tx: Sql, lines: readonly string[]): Promise<void>;
  /** All that are noted are written when it settles. @throws InfluxFault, and then they wait */
  write(): Promise<void>;
}

const LINES_AT_ONCE = 1_000;
/** Lines that wait for InfluxDB; the oldest go first. */
const LINES_MAX = 1_000_000;

export function createNotedLines(
  { database, log }: { database: Database; log: Log },
  door: Pick<InfluxDoor, "write">,
): NotedLines {
  async function writeSome(rows: readonly { line: string }[]): Promise<void> {
    const leftOut = await writeTexts(
      door,
      rows.map(({ line }) => line),
    );
    if (leftOut === undefined) return;
    log.warn("InfluxDB refuses happenings, which are left out there", { ...leftOut });
  }

  async function dropOldest(): Promise<void> {
    await database.transaction((tx) =>
      tx.run(
        "delete from happening_lines where seq <= (select max(seq) from happening_lines) - ?",
        [LINES_MAX],
      ),
    );
  }

  return {
    async note(tx, lines) {
      const row = await tx.get<{ seq: number }>(
        "select coalesce(max(seq), 0) as seq from happening_lines",
      );
      let seq = Number(row?.seq ?? 0);
      for (const line of lines) {
        seq += 1;
        await tx.run("insert into happening_lines (seq, line) values (?, ?)", [seq, line]);
      }
    },
    async write() {
      for (;;) {
        const rows = await database.reader.all<{ seq: number; line: string }>(
          "select seq, line from happening_lines order by seq limit ?",
          [LINES_AT_ONCE],
        );
        const last = rows.at(-1);
        if (last === undefined) return;
        try {
          await writeSome(rows);
        } catch (error) {
          await dropOldest();
          throw error;
        }
        await database.transaction((tx) =>
          tx.run("delete from happening_lines where seq <= ?", [last.seq]),
        );
        if (rows.length < LINES_AT_ONCE) return;
      }
    },
  };
}
