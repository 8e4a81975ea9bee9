/**
 * Bonus items, deduction items and marks in the history, one record each, and another where one is
 * revoked; both under the chain's hashes. Read out of the history alone.
 */
import type { Instant } from "../../model/clock.ts";
import type { Migration, Sql, SqlRow } from "../../model/database.ts";
import { GridwardenError } from "../../model/errors.ts";
import type { EvaluationItemRecord, NewItem } from "../../model/evaluation-item.ts";
import { addHistory } from "../case-history.ts";

export const itemMigration: Migration = {
  id: "cases-0040-evaluation-items",
  statements: [
    `create index case_history_items on case_history (case_no, seq)
       where event in ('evaluationItem', 'revokeItem')`,
  ],
};

interface Said {
  by: string;
  role: string;
  now: Instant;
}

/** An item's number: of its day, in the order of recording. */
const NUMBER = "EI";

export async function addItem(
  tx: Sql,
  item: NewItem,
  { by, role, now }: Said,
  dateDigits: string,
): Promise<EvaluationItemRecord> {
  const itemId = await nextItemId(tx, dateDigits);
  const { reason, ...rest } = item;
  await addHistory(tx, itemId, [
    {
      ...{ event: "evaluationItem", from: undefined, to: "RECORDED", actor: by, role, at: now },
      ...{ reason, detail: JSON.stringify(rest) },
    },
  ]);
  return await needItem(tx, itemId);
}

/** @throws GridwardenError ITEM_NOT_FOUND, ITEM_REVOKED */
export async function revokeItem(
  tx: Sql,
  itemId: string,
  reason: string,
  { by, role, now }: Said,
): Promise<EvaluationItemRecord> {
  const item = await needItem(tx, itemId);
  if (item.revoked !== undefined) {
    throw new GridwardenError("ITEM_REVOKED", `item '${itemId}' was revoked by ${item.revoked.by}`);
  }
  await addHistory(tx, itemId, [
    {
      ...{ event: "revokeItem", from: "RECORDED", to: "REVOKED", actor: by, role, at: now },
      reason,
    },
  ]);
  return await needItem(tx, itemId);
}

async function needItem(sql: Sql, itemId: string): Promise<EvaluationItemRecord> {
  const [item] = itemsFrom(
    await sql.all(
      `select * from case_history where case_no = ?
         and event in ('evaluationItem', 'revokeItem') order by seq`,
      [itemId],
    ),
  );
  if (item !== undefined) return item;
  throw new GridwardenError("ITEM_NOT_FOUND", `no item of an evaluation has the id '${itemId}'`);
}

/** All that were ever recorded, the oldest first. */
export async function readItems(sql: Sql): Promise<EvaluationItemRecord[]> {
  return itemsFrom(
    await sql.all(
      `select * from case_history where event in ('evaluationItem', 'revokeItem')
       order by case_no, seq`,
    ),
  );
}

function itemsFrom(rows: readonly SqlRow[]): EvaluationItemRecord[] {
  const items = new Map<string, EvaluationItemRecord>();
  for (const row of rows) {
    const itemId = String(row.case_no);
    const said = {
      ...{ at: Number(row.at), by: String(row.actor), reason: String(row.reason) },
      chainSeq: Number(row.chain_seq),
    };
    const known = items.get(itemId);
    if (row.event === "revokeItem") {
      if (known !== undefined) items.set(itemId, { ...known, revoked: said });
      continue;
    }
    const rest = JSON.parse(String(row.detail)) as Omit<NewItem, "reason">;
    items.set(itemId, { itemId, ...rest, ...said });
  }
  return [...items.values()].sort((a, b) => a.chainSeq - b.chainSeq);
}

async function nextItemId(tx: Sql, dateDigits: string): Promise<string> {
  const day = `${NUMBER}${dateDigits}`;
  await tx.run(
    `insert into case_counters (area_day, last) values (?, 1)
     on conflict (area_day) do update set last = case_counters.last + 1`,
    [day],
  );
  const row = await tx.get<{ last: number }>("select last from case_counters where area_day = ?", [
    day,
  ]);
  return `${day}-${row?.last ?? 0}`;
}
