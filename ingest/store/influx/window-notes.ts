/**
 * The windows that wait to be rolled up, as they are kept on our own disk. Each change is made to what the
 * disk has in that transaction, so that one that fails, or another between, takes nothing away.
 */
import type { Sql } from "../../../model/database.ts";
import type { LevelName } from "./rollup-levels.ts";
import { isEmpty, type WindowMask, withBits } from "./waiting-windows.ts";

export async function loadWindows(sql: Sql): Promise<WindowMask[]> {
  const rows = await sql.all("select level, class, chunk, bits from influx_windows");
  return rows.map((row) => ({
    level: String(row.level) as LevelName,
    slug: String(row.class),
    chunk: Number(row.chunk),
    bits: row.bits as Uint8Array,
  }));
}

export const noteWindows = (tx: Sql, masks: readonly WindowMask[]): Promise<void> =>
  change(tx, masks, true);

export const forgetWindows = (tx: Sql, masks: readonly WindowMask[]): Promise<void> =>
  change(tx, masks, false);

async function change(tx: Sql, masks: readonly WindowMask[], isOn: boolean): Promise<void> {
  for (const { level, slug, chunk, bits } of masks) {
    const key = [level, slug, chunk];
    const row = await tx.get<{ bits: Uint8Array }>(
      "select bits from influx_windows where level = ? and class = ? and chunk = ?",
      key,
    );
    const changed = withBits(row?.bits ?? new Uint8Array(), bits, isOn);
    if (isEmpty(changed)) {
      await tx.run("delete from influx_windows where level = ? and class = ? and chunk = ?", key);
      continue;
    }
    await tx.run(
      `insert into influx_windows (level, class, chunk, bits) values (?, ?, ?, ?)
       on conflict (level, class, chunk) do update set bits = excluded.bits`,
      [...key, changed],
    );
  }
}
