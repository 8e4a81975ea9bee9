/**
 * The history of one supervision order, read out of the table and chain that it shares with the
 * cases. The record of the issue holds the whole order as it was; of it the deadline is shown.
 */
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { FileInRecord } from "../model/file.ts";
import type { SupervisionHistoryEntry } from "../model/supervision.ts";
import { present } from "./case-evidence.ts";

export async function supervisionHistory(
  sql: Sql,
  supervisionNo: string,
): Promise<SupervisionHistoryEntry[]> {
  const rows = await sql.all("select * from case_history where case_no = ? order by seq", [
    supervisionNo,
  ]);
  return rows.map((row) => {
    const { deadline } = JSON.parse(String(row.detail ?? "{}")) as { deadline?: Instant };
    const files = JSON.parse(String(row.files ?? "[]")) as FileInRecord[];
    const entry = {
      seq: row.seq,
      event: row.event,
      from: row.from_state ?? undefined,
      to: row.to_state,
      actor: row.actor,
      role: row.role,
      at: row.at,
      ...present(row, { unit_id: "unitId", note: "note", reason: "reason", outcome: "outcome" }),
      ...(deadline !== undefined && { deadline }),
      ...(files.length > 0 && { files: files.map(({ fileId }) => fileId) }),
    };
    return entry as SupervisionHistoryEntry;
  });
}
